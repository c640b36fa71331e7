"""Conversation folders as WebDataset shards, read back by tarfile and by webdataset."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.export.webdataset import ShardConfig, write_shards
from scripts import export_qa


@pytest.fixture()
def qa(tmp_path: Path) -> Path:
    """23 questions on 8 pictures in two files: one with two pictures, one without any."""
    folder = tmp_path / "qa"
    (folder / "images" / "00").mkdir(parents=True)
    for k in range(8):
        Image.new("RGB", (6 + k, 4), (k * 30, 200, 10)).save(folder / f"images/00/{k:06d}.{'png' if k % 2 else 'jpg'}")
    names = [f"images/00/{k:06d}.{'png' if k % 2 else 'jpg'}" for k in range(8)]
    lines: list[dict] = []
    for i in range(23):
        image = names[i % 8]
        talk = [{"from": "human", "value": f"<image>\nWhat is {i}, größer?"}, {"from": "gpt", "value": str(i)}]
        lines.append({"id": f"q{i}", "image": image, "conversations": talk, "kind": ("box", "point")[i % 2]})
    lines[5]["image"] = names[:2]
    lines[5]["conversations"][0]["value"] = "<image><image>\nWhich?"
    del lines[9]["image"]
    for part in range(2):
        rows = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in lines[12 * part : 12 * part + 12])
        (folder / f"qa-{part:05d}.jsonl").write_text(rows, encoding="utf-8")
    return folder


def read_tar(path: Path) -> dict[str, dict[str, bytes]]:
    """Samples by key, as a reader groups them: the key ends at the first dot."""
    out: dict[str, dict[str, bytes]] = {}
    with tarfile.open(path) as tar:
        for member in tar:
            assert member.mtime == 0 and member.uid == 0 and member.isfile()
            key, _, kind = member.name.partition(".")
            file = tar.extractfile(member)
            assert file is not None
            out.setdefault(key, {})[kind] = file.read()
    return out


def original(qa: Path) -> dict[str, dict]:
    rows = [json.loads(line) for f in sorted(qa.glob("*.jsonl")) for line in f.read_text(encoding="utf-8").splitlines()]
    return {r["id"]: r for r in rows}


def test_every_question_comes_back_with_its_pictures(qa: Path, tmp_path: Path) -> None:
    index = write_shards(qa, tmp_path / "out", ShardConfig(shard_size=10))
    assert [s["samples"] for s in index["shards"]] == [10, 10, 3] and index["questions"] == 23
    assert index["pattern"] == "qa-{000000..000002}.tar" and index["kinds"] == {"box": 12, "point": 11}
    found = {k: v for s in index["shards"] for k, v in read_tar(tmp_path / "out" / s["name"]).items()}
    assert list(found) == [f"{i:09d}" for i in range(23)]
    want = original(qa)
    order = []
    for files in found.values():
        record = json.loads(files.pop("json"))
        order.append(record["id"])
        assert record == want.pop(record["id"])
        named = record.get("image", [])
        named = [named] if isinstance(named, str) else named
        assert sorted(files.values()) == sorted((qa / n).read_bytes() for n in named)
        assert all(Image.open(io.BytesIO(data)).size[1] == 4 for data in files.values())
        if len(named) > 1:
            assert sorted(files) == ["0.jpg", "1.png"]
    assert not want and order != sorted(order, key=lambda s: int(s[1:])), "in another order than neighbours"


def test_equal_bytes_and_going_on(qa: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = [str(qa), "--shard-size", "10", "--out"]
    assert export_qa.main([*command, str(tmp_path / "a")]) == 0 and export_qa.main([*command, str(tmp_path / "b")]) == 0
    a, b = ({p.name: p.read_bytes() for p in (tmp_path / d).iterdir()} for d in "ab")
    assert a == b and len(a) == 5
    # Killed in the middle: a finished shard stays, the others and the index are made.
    (tmp_path / "b/index.json").unlink()
    (tmp_path / "b/qa-000001.tar").unlink()
    kept = (tmp_path / "b/qa-000000.tar").stat().st_mtime_ns
    assert export_qa.main([*command, str(tmp_path / "b")]) == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "b").iterdir()} == a
    assert (tmp_path / "b/qa-000000.tar").stat().st_mtime_ns == kept
    assert export_qa.main([str(qa), "--shard-size", "9", "--out", str(tmp_path / "b")]) == 2
    assert "other shard_size" in capsys.readouterr().err
    assert export_qa.main([str(qa), "--out", str(qa)]) == 2 and export_qa.main([str(tmp_path)]) == 2


def test_one_sample_for_each_picture(qa: Path, tmp_path: Path) -> None:
    index = write_shards(qa, tmp_path / "out", ShardConfig(by="image", seed=None))
    (shard,) = index["shards"]
    found = list(read_tar(tmp_path / "out" / shard["name"]).values())
    assert index["samples"] == len(found) == 8 + 2, "eight pictures, a pair of them, and a question without"
    ids = [q["id"] for files in found for q in json.loads(files["json"])["questions"]]
    assert sorted(ids) == sorted(original(qa))
    assert shard["bytes"] < sum(s["bytes"] for s in write_shards(qa, tmp_path / "each")["shards"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda line: line.replace("images/00/000004.jpg", "../x.jpg"), "outside the folder"),
        (lambda line: line.replace("images/00/000004.jpg", "/etc/hosts"), "outside the folder"),
        (lambda line: line.replace("000004", "000044"), "no image images/00/000044.jpg"),
        (lambda line: line[:-5], "not a line of JSON"),
    ],
)
def test_bad_lines_name_their_place(change, said: str, qa: Path, tmp_path: Path) -> None:
    path = qa / "qa-00000.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = change(lines[4])
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DatasetError, match=said) as error:
        write_shards(qa, tmp_path / "out")
    assert "qa-00000.jsonl:5: " in str(error.value)


def test_webdataset_reads_the_shards(qa: Path, tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    index = write_shards(qa, tmp_path / "out", ShardConfig(shard_size=10))
    data = wds.WebDataset(f"{tmp_path}/out/{index['pattern']}", shardshuffle=False).decode("pil")
    want = original(qa)
    for sample in data:
        record = sample["json"]
        assert want.pop(record["id"])["conversations"] == record["conversations"]
        pictures = {k: v for k, v in sample.items() if k.split(".")[-1] in ("jpg", "png")}
        named = record.get("image", [])
        assert len(pictures) == (1 if isinstance(named, str) else len(named))
        assert all(p.size[1] == 4 and p.mode == "RGB" for p in pictures.values())
    assert not want
