"""Mixing conversation sets by weight, and reading the forms that outside sets come in."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from engine.errors import ConfigError, DatasetError
from learner.data.conversations import ConversationFile, Turn
from learner.data.mixture import BLOCK, GROUPS, Mixture, Source, Stream, grouped_sources, load_mixture
from scripts import mix_qa


def line(number: int, kind: str = "", image: Any = "a.png") -> dict[str, Any]:
    out = {
        "id": f"q{number}",
        "image": image,
        "conversations": [
            {"from": "human", "value": f"<image>\nWhat is {number}?"},
            {"from": "gpt", "value": f"{number}"},
        ],
    }
    return out | ({"kind": kind} if kind else {})


def write(path: Path, records: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


@pytest.fixture()
def mixture(tmp_path: Path) -> Mixture:
    sizes = {"big": 5000, "small": 37, "rare": 400}
    for name, n in sizes.items():
        for part in range(2):
            mine = [line(k) | {"id": f"{name}-{k}"} for k in range(n) if k % 2 == part]
            write(tmp_path / name / f"qa-{part:05d}.jsonl", mine)
    weights = {"big": 6.0, "small": 3.0, "rare": 0.1}
    return Mixture([Source(n, (str(tmp_path / n),), w) for n, w in weights.items()], seed=7)


def test_shares_are_the_weights_and_no_sample_comes_twice_before_all_have_come(mixture: Mixture) -> None:
    n = 20 * BLOCK
    places = [mixture.place(p) for p in range(n)]
    source = np.array([p.source for p in places])
    for s, share in enumerate(mixture.shares):
        counts = (source == s).reshape(-1, BLOCK).sum(axis=1)
        assert np.abs(counts - share * BLOCK).max() < 1, "every block holds its share to within one"
        assert abs((source == s).sum() - share * n) < 3, "and the remainders even out"
    # Within a block the sources come in random order: runs of one source are as long as chance makes them.
    is_big = source == 0
    p = mixture.shares[0]
    runs = np.count_nonzero(is_big[1:] != is_big[:-1])
    assert abs(runs - 2 * p * (1 - p) * n) < 6 * np.sqrt(n)
    for s, size in enumerate(mixture.sizes):
        mine = [p for p in places if p.source == s]
        for k in range(0, len(mine), size):
            epoch = mine[k : k + size]
            assert {p.epoch for p in epoch} == {k // size}
            assert len({p.index for p in epoch}) == len(epoch), "each sample once in an epoch"
    orders = [[p.index for p in places if p.source == 1 and p.epoch == e] for e in range(2)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(37)) and orders[0] != orders[1]


def test_any_position_is_the_same_however_it_is_reached(mixture: Mixture) -> None:
    ids = [c.id for _, c in islice(mixture.iterate(), 3000)]
    assert [c.id for _, c in islice(mixture.iterate(start=1777), 500)] == ids[1777:2277]
    far = pickle.loads(pickle.dumps(mixture))
    assert far.place(3_000_000) == mixture.place(3_000_000) and far[2999].id == ids[2999]
    ranks = [list(islice(mixture.iterate(start=64, rank=r, ranks=4), 100)) for r in range(4)]
    assert sorted(p for part in ranks for p, _ in part) == list(range(64, 464))
    assert all(c.id == ids[p] for part in ranks for p, c in part)
    stream = Stream(mixture, 1, 2)
    assert [next(stream).id for _ in range(900)] == ids[1:1800:2]
    state = json.loads(json.dumps(stream.state_dict()))
    again = Stream(far, 1, 2)
    again.load_state_dict(state)
    assert [next(again).id for _ in range(50)] == ids[1801:1901:2]
    other = Stream(Mixture(mixture.sources, seed=8))
    assert [c.id for c in islice(other, 50)] != ids[:50]
    with pytest.raises(ConfigError, match="have changed"):
        other.load_state_dict(state)


def test_workers_of_a_data_loader_share_the_positions(mixture: Mixture) -> None:
    torch_data = pytest.importorskip("torch.utils.data")
    from learner.data.torch_mixture import MixtureDataset

    data = MixtureDataset(mixture, start=10, rank=1, ranks=2)
    loader = torch_data.DataLoader(data, batch_size=5, num_workers=2, collate_fn=list)
    got = [x for batch in islice(loader, 8) for x in batch]
    assert sorted(p for p, _ in got) == list(range(11, 91, 2))
    assert all(c.id == mixture[p].id for p, c in got)


def test_the_forms_of_outside_sets_are_read_as_one(tmp_path: Path) -> None:
    Image.new("L", (4, 3), 9).save(tmp_path / "a.png")
    talk = [Turn("user", "<image>\nWhat?"), Turn("assistant", "A cup.")]
    pair = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A cup."}]
    forms = [
        {"image": "a.png", "conversations": pair},
        {"images": ["a.png"], "conversations": [{"from": "human", "value": "What?"}, pair[1]]},  # no mark
        {"images": ["a.png"], "messages": [{"role": t.role, "content": t.text} for t in talk]},
        {
            "messages": [
                {
                    "role": "user",
                    "content": [{"type": "image", "image": "a.png"}, {"type": "text", "text": "What?"}],
                },
                {"role": "assistant", "content": "A cup."},
            ]
        },
    ]
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps(forms, indent=1))
    for source in (ConversationFile(write(tmp_path / "x.jsonl", forms)), ConversationFile(listed)):
        assert len(source) == 4
        for c in source:
            assert list(c.turns) == talk and c.images == (tmp_path / "a.png",)
            assert c.load_images()[0].mode == "RGB" and c.load_images()[0].size == (4, 3)
            assert c.messages()[0]["content"] == [{"type": "image"}, {"type": "text", "text": "What?"}]
    text = ConversationFile(
        write(
            tmp_path / "t.jsonl",
            [
                {
                    "system": "Be brief.",
                    "conversations": [{"from": "user", "value": "1+1"}, {"from": "gpt", "value": "2"}],
                }
            ],
        )
    )[0]
    assert text.images == () and [t.role for t in text.turns] == ["system", "user", "assistant"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('{"conversations": [', "not a line of JSON"),
        ('["a"]', "a list where an object"),
        ({"image": "a.png"}, "no 'conversations'"),
        (line(1, image=["a.png", "b.png"]), "1 '<image>' marks but 2 images"),
        ({"conversations": line(1)["conversations"]}, "1 '<image>' marks but 0 images"),
        ({"conversations": [{"from": "human", "value": "x"}]}, "question, answer"),
        ({"conversations": [{"from": "robot", "value": "x"}]}, "unknown role 'robot'"),
        ({"conversations": [{"from": "human"}]}, "a turn without"),
        (line(1) | {"image": 5}, "path or a list of paths"),
    ],
)
def test_a_bad_line_is_one_error_with_file_and_line(bad: Any, said: str, tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    text = bad if isinstance(bad, str) else json.dumps(bad)
    # A blank line counts as a line of the file, not as a sample; the last line needs no end.
    path.write_text(json.dumps(line(0)) + "\n\n" + text + "\n" + json.dumps(line(2)))
    source = ConversationFile(path)
    assert len(source) == 3 and source[2].id == "q2"
    with pytest.raises(DatasetError) as error:
        source[1]
    assert f"{path}:3: " in str(error.value) and said in str(error.value)


def test_a_mixture_file_and_our_groups(tmp_path: Path) -> None:
    kinds = [k for group in GROUPS.values() for k in group]
    write(tmp_path / "qa" / "qa-00000.jsonl", [line(i, k) for i, k in enumerate(kinds * 3)])
    write(tmp_path / "llava.jsonl", [line(i) for i in range(5)])
    mix = tmp_path / "mix.yaml"
    good = """
        seed: 3
        sources:
          boxes: {paths: [qa], kinds: [box], weight: 3}
          outside: {paths: llava.jsonl, images: pictures, weight: 1.0}
        """
    mix.write_text(good)
    mixture = load_mixture(mix)
    assert mixture.sizes == (3, 5) and mixture.shares.tolist() == [0.75, 0.25] and mixture.seed == 3
    got = Counter((mixture.place(p).source, mixture[p].kind) for p in range(BLOCK))
    assert got == {(0, "box"): 768, (1, ""): 256}
    outside = next(mixture[p] for p in range(BLOCK) if mixture.place(p).source)
    assert outside.images == (tmp_path / "pictures" / "a.png",)
    with pytest.raises(DatasetError, match=r"llava.jsonl:\d: image .*pictures/a.png cannot be read"):
        outside.load_images()
    ours = Mixture(grouped_sources(tmp_path / "qa"))
    assert sum(ours.sizes) == 3 * len(kinds) and [round(x, 3) for x in ours.shares] == [0.21, 0.29, 0.226, 0.274]
    for wrong, said in (
        (good.replace("weight: 3", "weight: -3"), "sources.boxes.weight"),
        (good.replace("kinds", "kind"), "did you mean 'kinds'"),
        (good.replace("seed", "sed"), "did you mean 'seed'"),
        (good.replace("[box]", "[boks]"), "no conversation of kind boks"),
        (good.replace("llava.jsonl", "lava.jsonl"), "no conversation file"),
        ("sources: 3", "a mixture file has 'sources'"),
    ):
        mix.write_text(wrong)
        with pytest.raises((ConfigError, DatasetError), match=said.replace("'", ".")):
            load_mixture(mix)


def test_the_command_shows_checks_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    kinds = [k for group in GROUPS.values() for k in group]
    qa = write(tmp_path / "qa" / "qa-00000.jsonl", [line(i, k) for i, k in enumerate(kinds * 3)]).parent
    other = write(tmp_path / "other.jsonl", [line(i, image=[]) for i in range(4)])
    Image.new("RGB", (4, 3)).save(qa / "a.png")
    command = [str(qa), "--outside", f"{other}=1.0"]
    assert mix_qa.main([*command, "--check"]) == 1, "marks without images"
    assert f"{other}:1: 1 '<image>' marks but 0 images" in capsys.readouterr().err
    text = [{"conversations": [{"from": "human", "value": "1+1?"}, {"from": "gpt", "value": "2"}]}] * 4
    write(other, text)
    assert mix_qa.main([*command, "--check", "--out", str(tmp_path / "out"), "--count", "2048"]) == 0
    assert "50.0 %" in capsys.readouterr().out
    mixed = ConversationFile(tmp_path / "out" / "mixed.jsonl")
    assert len(mixed) == 2048
    assert Counter(c.record["source"] for c in mixed)[str(other)] == 1024
    assert all(c.images == ((qa / "a.png",) if c.kind else ()) for c in mixed)
    assert mix_qa.main([*command, "--out", str(tmp_path / "out")]) == 2, "nothing is overwritten"
    # One conversation of two images: then every line has a list, so that a table can be made of the file.
    two = [{"from": "human", "value": "<image><image>?"}, {"from": "gpt", "value": "2"}]
    write(other, [{"image": [str(qa / "a.png")] * 2, "conversations": two}])
    assert mix_qa.main([*command, "--out", str(tmp_path / "lists"), "--count", "64"]) == 0
    rows = [json.loads(t) for t in (tmp_path / "lists" / "mixed.jsonl").read_text().splitlines()]
    assert {len(r["image"]) for r in rows} == {1, 2} and all(isinstance(r["image"], list) for r in rows)
    assert mix_qa.main([str(qa), "--outside", str(other)]) == 2


def test_the_groups_are_our_kinds_of_question() -> None:
    from tasks.questions.makers import load

    assert sorted(k for group in GROUPS.values() for k in group) == sorted(load())
    example = yaml.safe_load((Path(__file__).parents[2] / "docs/mixture.yaml").read_text(encoding="utf-8"))
    for name, group in GROUPS.items():
        assert tuple(example["sources"][name]["kinds"]) == group
