"""Rewrites: nameless, unique, plainly asking for the goal; the judge refuses everything else, from any writer."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
import toys
from test_instructions import make, random_scene

from tasks.endpoint import Endpoint, EndpointError, ask, prompt
from tasks.instructions import Instruction, instructions
from tasks.reading import ReadError, names_in, read_phrase, says_goal
from tasks.references import by_attributes, extremes, is_unique, spatial
from tasks.rewriting import OTHERS, SENTENCES, Refused, check, rewrites


@pytest.mark.parametrize("seed", range(20))
def test_rewrites_pass_the_judge_and_never_occur_in_training(seed: int) -> None:
    scene, state = random_scene(seed)
    made = rewrites(scene, state, np.random.default_rng(seed), n=6)
    assert made == rewrites(scene, state, np.random.default_rng(seed), n=6)
    assert len({m.text for m in made}) == len(made)
    trained = {m.text for s in range(20) for m in instructions(scene, state, np.random.default_rng(s), n=10)}
    for m in made:
        assert check(scene, state, m.text, m.target_ref, m.container_ref) == m
        assert not names_in(m.text, scene.assets[0]) and m.text not in trained
        assert m.kind in ("attribute", "spatial")
    assert all(names_in(t, scene.assets[0]) for t in trained), "a training sentence always says the name"


def test_every_description_reads_back_as_itself() -> None:
    seen = 0
    for seed in range(12):
        _, state = random_scene(seed)
        for i in range(5):
            for named in (True, False):
                options = [
                    *by_attributes(state.assets[i], named),
                    *spatial(state, i, named),
                    *extremes(state, i, named),
                ]
                for d in options:
                    read = read_phrase(d.text(), state)
                    assert (read.noun, read.relation, read.extreme) == (d.noun, d.relation, d.extreme), d.text()
                    assert set(read.attributes) <= set(d.attributes) and read.text() == d.text()
                    assert is_unique(read, state, i) or not is_unique(d, state, i)
                    seen += 1
    assert seen > 500


def test_most_scenes_have_rewrites_of_both_kinds() -> None:
    kinds = [{m.kind for m in rewrites(*random_scene(s), np.random.default_rng(s), n=6)} for s in range(40)]
    assert sum(bool(k) for k in kinds) >= 36 and sum(len(k) == 2 for k in kinds) >= 15


def test_all_patterns_plainly_ask_for_the_goal() -> None:
    for kind, patterns in {**SENTENCES, **OTHERS}.items():
        for p in patterns:
            c = "the can and the tin" if kind == "between" else "the round bin"
            assert says_goal(p.format(t="the red object", c=c), "the red object", c, kind), p
            assert not says_goal(p.format(t=c, c="the red object"), "the red object", c, kind), p


PLACES = [(0.45, -0.1), (0.5, 0.3), (0.45, -0.2), (0.7, 0.1)]


def judged(text: str, target: str = "the red object", container: str = "the plate") -> Instruction | Refused:
    scene, state = make([toys.box("mug/1", colour="red"), "plate/0", toys.box("can/1", colour="blue"),
                         toys.box("tin/2", colour="blue")], PLACES)  # fmt: skip
    return check(scene, state, text, target, container)


def test_the_judge_takes_free_wording_and_refuses_what_it_cannot_vouch_for() -> None:
    good = judged("Please pick up the red thing and then place it onto the plate.", "the red thing")
    assert isinstance(good, Instruction) and good.kind == "attribute"
    near = judged("Put the object next to the can on the plate", "the object next to the can")
    assert isinstance(near, Instruction) and near.kind == "spatial"
    for text, target, why in (
        ("Put the red mug on the plate", "the red mug", "says the common name 'mug'"),
        ("Put the blue object on the plate", "the blue object", "does not mean the target alone"),
        ("Put the plate on the red object", "the red object", "does not plainly ask"),
        ("Put the red object in the plate", "the red object", "does not plainly ask"),
        ("Never put the red object on the plate", "the red object", "does not plainly ask"),
        ("Put the red object on the plate and break it", "the red object", "does not plainly ask"),
        ("Put the shiny object on the plate", "the shiny object", "'shiny' in"),
        ("Put the red gizmo on the plate", "the red gizmo", "ends in no name"),
        ("Put the object behind the can on the plate", "the object behind the can", "does not mean the target alone"),
        ("Put the object on the plate", "the object", "does not mean the target alone"),
    ):
        refused = judged(text, target)
        assert isinstance(refused, Refused) and why in refused.reason, (text, refused)
    wrong = judged("Put the red object on the can", "the red object", "the can")
    assert isinstance(wrong, Refused) and "does not mean container alone" in wrong.reason
    with pytest.raises(ReadError, match="between needs two"):
        read_phrase("the object between the can", random_scene(0)[1])


class Model(BaseHTTPRequestHandler):
    """A language model of fixed answers."""

    answers: list[object]
    asked: list[dict]

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = self.answers.pop(0)
        code = answer if isinstance(answer, int) else 200
        body = json.dumps({"choices": [{"message": {"content": answer}}]}).encode()
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body if code == 200 else b"no")

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def model():
    Model.answers, Model.asked = [], []
    server = HTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "tiny", timeout_s=5.0)
    server.shutdown()


def entry(text: str, target: str = "the red object") -> dict[str, str]:
    return {"sentence": text, "target": target, "container": "the plate"}


def test_an_endpoints_answers_pass_the_same_checks(model) -> None:
    scene, state = make([toys.box("mug/1", colour="red"), "plate/0", toys.box("can/1", colour="blue")], PLACES[:3])
    first = [entry("Put the red object on the plate"), entry("Put the red mug on the plate", "the red mug"), {"x": 1}]
    second = [entry("Set the red item down on the plate", "the red item"), entry("Put the red object on the plate")]
    Model.answers = [f"Sure!\n```json\n{json.dumps(first)}\n```", json.dumps(second), "no list at all"]
    good, refused = ask(model, scene, state, n=3)
    assert [g.text for g in good] == ["Put the red object on the plate", "Set the red item down on the plate"]
    assert [r.reason for r in refused] == ["says the common name 'mug'"]
    assert "common name 'mug'" in Model.asked[1]["messages"][-1]["content"] and Model.asked[0]["temperature"] == 0
    assert "mug" in prompt(scene, state, 3) and "left of" in prompt(scene, state, 3)
    Model.answers = [401]
    with pytest.raises(EndpointError, match=r"answered 401 .*OPENAI_API_KEY"):
        ask(model, scene, state)
    with pytest.raises(EndpointError, match="cannot be reached"):
        ask(Endpoint("http://127.0.0.1:9/v1", "tiny"), scene, state)
    with pytest.raises(EndpointError, match="http:// or https://"):
        ask(Endpoint("file:///etc/passwd", "tiny"), scene, state)
