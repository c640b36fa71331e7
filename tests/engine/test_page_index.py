"""What the page lists, filters and shows of a dataset: compared with the dataset itself, read the plain way."""

from __future__ import annotations

import io
import itertools
import json
import shutil
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from engine.errors import ConfigError, DatasetError
from engine.export.dataset import Dataset, load_dataset
from engine.page.api import Api
from engine.page.episode import episode_page
from engine.page.index import Index, Query
from engine.page.pictures import BLOCK, Cache, Pictures, mask_colour
from engine.page.tables import PageDataset
from engine.types import PHASES
from tests.engine.page_toys import FAMILIES, SIDE, foreign_dataset, toy_dataset


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_dataset(tmp_path_factory.mktemp("page") / "toy")


def plain_items(root: Path) -> list[dict]:
    """Every item read the slow way: stored episodes in order, then refused attempts."""
    dataset = load_dataset(root)
    rows = {(r["task_index"], r["attempt"]): r for r in dataset.ledger}
    out = []
    for i in range(len(dataset)):
        meta, table = dataset.meta(i), dataset.episodes
        row = rows.pop((table["groundwork/task_index"][i], table["groundwork/attempt"][i]))
        objects = [(o["name"], o["asset"], o["family"]) for o in meta["objects"]]
        phases = {PHASES[k] for k in dataset.episode(i, ["phase"])["phase"]}
        status = "accepted" if table["success"][i] else "failed"
        out.append({"status": status, "task": meta["task_id"], "text": dataset.task(i), "objects": objects})
        out[-1] |= {"reason": f"{row['stage']}: {row['reason']}" if status == "failed" else "", "phases": phases}
        out[-1] |= {"length": dataset.length(i), "target": row["target"], "container": row["container"]}
    for row in rows.values():
        objects = [(k, row[k], row[k].split("/")[0]) for k in ("target", "container")]
        out.append({"status": "refused", "task": row["task"], "text": "", "objects": objects, "phases": set()})
        out[-1] |= {"reason": f"{row['stage']}: {row['reason']}", "length": 0, "target": row["target"]}
        out[-1] |= {"container": row["container"]}
    return out


def matches(item: dict, q: Query) -> bool:
    named = [o for o in item["objects"] if q.role == "any" or o[0] == q.role]
    words = [item["text"], item["task"], item["target"], item["container"], item["reason"]]
    return (
        q.status in ("", item["status"])
        and q.task in ("", item["task"])
        and q.reason in ("", item["reason"])
        and (not q.phase or q.phase in item["phases"])
        and (not q.object or any(q.object in o[1:] for o in named))
        and all(any(w in text.lower() for text in words) for w in q.text.lower().split())
    )


def test_every_filter_alone_and_together_finds_what_reading_everything_finds(toy: Path) -> None:
    index, items = Index(PageDataset(toy)), plain_items(toy)
    assert len(index) == len(items) == 16 and {i["status"] for i in items} == {"accepted", "failed", "refused"}
    for k, row in enumerate(index.rows(range(len(index)))):
        assert (row["status"], row["task"], row["text"]) == tuple(items[k][n] for n in ("status", "task", "text"))
        assert row.get("reason", "") == items[k]["reason"]
    values = {
        "status": ("", "accepted", "failed", "refused"),
        "object": ("", "mug", "pan/1", "bowl", "nothing"),
        "role": ("any", "target", "container"),
        "text": ("", "RED  put", "t2", "dropped"),
        "reason": ("", "plan: no path", "validate: dropped"),
        "phase": ("", "lift"),
        "task": ("", "t1"),
    }
    hits = 0
    for choice in itertools.product(*values.values()):
        query = Query(**dict(zip(values, choice, strict=True)))
        want = [k for k, item in enumerate(items) if matches(item, query)]
        assert index.find(query).tolist() == want, query
        hits += 0 < len(want) < len(items)
    assert hits > 200, "most of these filters must keep some and drop some"
    assert index.find(Query(text="#5")).tolist() == [5] and not len(index.find(Query(text="#15")))
    longest = index.find(Query(sort="longest", status="accepted"))
    assert [items[k]["length"] for k in longest] == sorted((items[k]["length"] for k in longest), reverse=True)
    assert sorted(index.find(Query(sort="shuffled"))) == list(range(16))
    with pytest.raises(ConfigError, match="did you mean 'lift'"):
        index.find(Query(phase="lifd"))
    with pytest.raises(ConfigError, match="sort"):
        Query(sort="up")


def test_choices_count_what_the_filters_find(toy: Path) -> None:
    index = Index(PageDataset(toy))
    choices = index.choices()
    fields = {"tasks": "task", "reasons": "reason", "families": "object", "assets": "object", "statuses": "status"}
    for name, field in (fields | {"phases": "phase", "splits": "split"}).items():
        assert choices[name], name
        for value, count in choices[name]:
            assert len(index.find(Query(**{field: value}))) == count, (name, value)
    assert {f for f, _ in choices["families"]} == {*FAMILIES, "bowl"}
    some = index.choices([0, 3, 13])
    assert sum(n for _, n in some["statuses"]) == 3 and sum(n for _, n in some["tasks"]) == 3


def test_an_episode_shows_the_columns_numbers_frame_by_frame(toy: Path) -> None:
    index = Index(PageDataset(toy))
    text = json.dumps(episode_page(index, 4), allow_nan=False)  # the toy's state holds a NaN
    page, columns = json.loads(text), load_dataset(toy).episode(4)
    assert page["length"] == len(columns["phase"]) and page["phase"] == columns["phase"].tolist()
    box = np.reshape(page["labels"]["wrist"]["roles"]["target"]["box_visible"], (-1, 4))
    np.testing.assert_allclose(box, columns["label.wrist.target.box_visible"], atol=0.005)
    uv = np.reshape(page["labels"]["front"]["points"]["ee_point"]["uv"], (-1, 2))
    np.testing.assert_allclose(uv, columns["label.front.ee_point"], atol=0.005)
    lines = {line["name"]: line["values"] for line in page["plots"][0]["lines"]}
    state = columns["observation.state"]
    assert lines["2"][1] is None and np.allclose(lines["3"], state[:, 3], atol=1e-4)
    assert [r["name"] for r in page["objects"]] == ["target", "container", "distractor_0"]
    with pytest.raises(DatasetError, match="there is no episode 99"):
        episode_page(index, 99)


def test_a_dataset_of_somebody_else_can_be_looked_at(tmp_path: Path) -> None:
    api = Api(PageDataset(foreign_dataset(tmp_path / "theirs")))
    assert api.items({})["total"] == 2 and api.items({"split": "val"})["rows"][0]["episode"] == 1
    page = api.episode(1)
    assert page["cameras"][0] | {"url": ""} == {"name": "cam", "height": SIDE, "width": SIDE, "start": 2.0, "url": ""}
    assert page["plots"][0]["lines"][1]["name"] == "b" and "phase" not in page
    assert "this engine" in page["layers"]["mask"]["cam"]["why"]
    assert api.ledger["attempts"] == 0 and sum(api.ledger["lengths"]["counts"]) == 2
    assert api.choices()["assets"] == []
    with pytest.raises(ConfigError, match="no column 'phase'"):
        api.items({"phase": "lift"})


def test_the_ledgers_numbers_add_up(toy: Path) -> None:
    ledger = Api(PageDataset(toy)).ledger
    assert ledger["attempts"] == 16 and ledger["refused_count"] == 8 == sum(n for *_, n in ledger["reasons"])
    assert sum(r["entered"] for r in ledger["families"]) == 16 == sum(r["entered"] for r in ledger["containers"])
    assert sum(r["passed"] for r in ledger["families"]) == 8 == ledger["stages"][-1]["passed"]
    assert sum(ledger["tilts"]["counts"]) == 8 and dict(ledger["seconds"]) == {"render": 24.0, "plan": 6.0}
    assert len(ledger["short"]) == 4, "three of each task were wanted"


def test_masks_are_coloured_by_object_and_a_block_holds_its_frames(toy: Path) -> None:
    pictures = Pictures(PageDataset(toy))
    image = Image.open(io.BytesIO(pictures.layer(0, "front", "mask", 1))).convert("RGBA")
    assert image.size == (BLOCK * SIDE, SIDE)
    colours = [image.getpixel((SIDE * k + 5, 5)) for k in range(BLOCK)]
    names = ("target", "container", "distractor_0")
    assert colours == [(*mask_colour(3 + t % 3, names[t % 3]), 255) for t in range(BLOCK, 2 * BLOCK)]
    with pytest.raises(DatasetError, match="there is no block 9"):
        pictures.layer(0, "front", "mask", 9)
    with pytest.raises(DatasetError, match="not stored"):
        pictures.layer(0, "front", "depth", 0)


def test_layers_drawn_again_equal_the_stored_ones(made: Dataset, tmp_path: Path) -> None:
    """Without sidecars the page draws masks and depth itself: the same pictures, byte for byte."""
    shutil.copytree(made.root, tmp_path / "bare", ignore=shutil.ignore_patterns("sidecars"))
    stored, drawn = Pictures(PageDataset(made.root)), Pictures(PageDataset(tmp_path / "bare"))
    camera = made.cameras[0]
    try:
        assert stored.source(0, "mask", camera) == ("stored", "")
        assert drawn.source(0, "mask", camera) == ("drawn", "")
        for kind in ("mask", "depth"):
            assert drawn.layer(0, camera, kind, 2) == stored.layer(0, camera, kind, 2), kind
    finally:
        drawn.close()
        stored.close()


def test_the_cache_keeps_to_its_size_and_makes_things_once() -> None:
    cache, made = Cache(limit=250), []

    def make(k: int) -> bytes:
        return cache.get(k, lambda: made.append(k) or bytes(100))

    for k in (1, 2, 1, 3, 1, 2):
        make(k)
    assert made == [1, 2, 3, 2] and cache.size <= 250
    with pytest.raises(ZeroDivisionError):
        cache.get("x", lambda: bytes(1 // 0))
    assert cache.get("x", lambda: b"y") == b"y", "a failure is not kept"


def test_many_episodes_open_and_filter_quickly(toy: Path, tmp_path: Path) -> None:
    """20,000 episodes and their ledger: CPU seconds with room to spare, so that a slow machine passes as well."""
    n, big = 20_000, tmp_path / "big"
    shutil.copytree(toy / "meta", big / "meta")
    source = pq.read_table(toy / "meta/episodes/chunk-000/file-000.parquet")
    pick = np.arange(n) % len(source)
    for k, start in enumerate(range(0, n, 2000)):
        rows = slice(start, start + 2000)
        table = source.take(pa.array(pick[rows]))
        new = {"episode_index": np.arange(n)[rows], "groundwork/task_index": np.arange(n)[rows] // 100}
        new["groundwork/attempt"] = np.arange(n)[rows] % 100
        for name, values in new.items():
            table = table.set_column(table.column_names.index(name), name, pa.array(values))
        pq.write_table(table, big / f"meta/episodes/chunk-000/file-{k:03d}.parquet")
    ledger = pq.read_table(toy / "meta/groundwork/ledger.parquet").take(pa.array(np.zeros(n, int)))
    ledger = ledger.set_column(0, "task_index", pa.array(np.arange(n) // 100))
    ledger = ledger.set_column(1, "attempt", pa.array(np.arange(n) % 100))
    pq.write_table(ledger, big / "meta/groundwork/ledger.parquet")
    info = json.loads((big / "meta/info.json").read_text())
    (big / "meta/info.json").write_text(json.dumps(info | {"total_episodes": n}))
    start = time.process_time()
    index = Index(PageDataset(big))
    rows = index.rows(index.find(Query())[:60])
    assert time.process_time() - start < 2.0 and len(rows) == 60
    index.warm()
    start = time.process_time()
    found = [len(index.find(Query(**q))) for q in ({"object": "mug"}, {"text": "put red"}, {"sort": "longest"})]
    assert time.process_time() - start < 0.5 and found[1] == n
