"""Instructions: every phrase means one object, and reads like English."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
import toys
from toys import ToyLibrary

from engine.frames import Pose, axis_angle_quat, quat_to_mat
from engine.graph.relations import RELATION_TABLE
from engine.types import ObjectAsset, Relation, Scene, WorldState
from tasks.instructions import KINDS, SENTENCES, TWO_STEPS, instructions
from tasks.references import Description, is_unique, matches, noun_fits, refer, referents, shortest, spatial

LIBRARY = ToyLibrary()


def make(ids: list[ObjectAsset | str], xy: np.ndarray | list, goal: str = "on") -> tuple[Scene, WorldState]:
    assets = tuple(LIBRARY.get(a) if isinstance(a, str) else a for a in ids)
    scene = toys.scene(assets, goal=(Relation(goal, "target", ("container",)),))
    poses = np.array([toys.upright(a, *p) for a, p in zip(assets, xy, strict=True)])
    return scene, WorldState(scene.names, assets, poses, 0.0, toys.X_WC)


def random_scene(seed: int) -> tuple[Scene, WorldState]:
    """Target, container and eight others from few families: names and looks repeat."""
    rng = np.random.default_rng(seed)
    ids = [f"{ToyLibrary.words[rng.integers(4)]}/{rng.integers(20)}" for _ in range(9)]
    ids.insert(1, "bin/0" if seed % 2 else "plate/0")
    xy = rng.uniform([0.3, -0.4], [0.8, 0.4], (10, 2))
    return make(ids, xy, "in" if seed % 2 else "on")


def brute_force_referents(phrase: str, state: WorldState) -> set[int]:
    """Who a phrase can mean, read from its words alone: a second opinion independent of Description.

    Words before the relation are attributes and a name; relations are judged with 10 degrees and 1 cm of doubt.
    """
    axis = {"to the left of": (0, -1), "to the right of": (0, 1), "in front of": (1, 1), "behind": (1, -1)}
    head, relation, tail = phrase, None, ""
    for words in axis:
        if f" {words} the " in phrase:
            head, tail = phrase.split(f" {words} the ", 1)
            relation = words
    said = set(head.removeprefix("the ").split())
    out = set()
    for i, asset in enumerate(state.assets):
        spoken = {w.replace("boxy", "box-shaped") for w in asset.attributes.values()} | {*asset.name.split(), "object"}
        if not said <= spoken:
            continue
        if relation is not None:
            anchors = brute_force_referents(f"the {tail}", state)
            assert len(anchors) == 1
            (j,) = anchors
            if i == j:
                continue
            d = state.poses[i, :2] - state.poses[j, :2]
            k, sign = axis[relation]
            along, across = sign * d[1 - k], d[k]  # the camera's right is +y, its front +x
            if along < 0.01 or abs(across) > along * np.tan(np.deg2rad(70)):
                continue
        out.add(i)
    return out


@pytest.mark.parametrize("seed", range(25))
def test_every_phrase_means_its_object_only(seed: int) -> None:
    scene, state = random_scene(seed)
    made = instructions(scene, state, np.random.default_rng(seed), n=8)
    assert made[0].kind == "template" and len({m.text for m in made}) == len(made)
    for m in made:
        assert m.kind in KINDS and m.target_ref in m.text and m.container_ref in m.text
        for phrase, i in ((m.target_ref, 0), (m.container_ref, 1)):
            if not re.search(r"next to|between|closest|farthest|leftmost|rightmost| in the | on the ", phrase):
                assert brute_force_referents(phrase, state) == {i}, phrase
    again = instructions(scene, state, np.random.default_rng(seed), n=8)
    assert made == again


def test_the_template_is_the_papers_and_other_kinds_follow() -> None:
    scene, state = make(["mug/3", "plate/0", "can/1", "brick/2"], [(0.5, 0.0), (0.5, 0.3), (0.5, -0.2), (0.7, 0.0)])
    made = instructions(scene, state, np.random.default_rng(0), n=6)
    assert made[0].text == "Move the mug to the top of the plate"
    assert {"attribute", "spatial", "name"} <= {m.kind for m in made}
    for m in made[1:]:
        assert re.fullmatch(r"[A-Z][a-z, -]+[a-z?]", m.text) and "  " not in m.text
        assert not re.search(r"\b(\w+) \1\b|the the|a the", m.text)
    own = dataclasses.replace(scene.task, instructions=("The {target} belongs on {container}.",))
    custom = instructions(dataclasses.replace(scene, task=own), state, np.random.default_rng(0))[0]
    assert custom.text == "The mug belongs on the plate."


def test_names_that_are_not_unique_get_attributes_relations_or_superlatives() -> None:
    places = [(0.45, -0.15), (0.5, 0.3), (0.45, 0.15), (0.7, -0.2)]
    red, blue = toys.box("mug/1", colour="red"), toys.box("mug/2", colour="blue")
    scene, state = make([red, "plate/0", blue, "can/1"], places)
    assert instructions(scene, state, np.random.default_rng(0))[0].text == "Move the red mug to the top of the plate"
    twin = toys.box("mug/3", colour="red")
    scene, state = make([red, "plate/0", twin, "can/1"], places)
    text = instructions(scene, state, np.random.default_rng(0))[0].text
    # The other mug is behind the can, too, if less so: only the superlative is clear.
    assert text == "Move the leftmost mug to the top of the plate"
    scene, state = make([red, "plate/0", twin, "can/1"], [(0.45, -0.15), (0.5, 0.3), (0.45, 0.15), (0.45, -0.22)])
    text = instructions(scene, state, np.random.default_rng(0))[0].text
    assert text == "Move the mug next to the can to the top of the plate"
    scene, state = make([red, "plate/0", twin], [(0.45, -0.15), (0.5, 0.9), (0.45, 0.15)])
    assert refer(state, 0).text() in ("the leftmost mug", "the mug to the left of the plate")
    assert shortest(state, 0) is None
    # "box" could mean a cereal box, but not the other way round.
    box, cereal = toys.box("box/1", name="box"), toys.box("cereal/1", name="cereal box", colour="green")
    scene, state = make([box, "plate/0", cereal], [(0.4, 0.0), (0.5, 0.3), (0.6, 0.0)])
    assert refer(state, 0).text() == "the red box" and refer(state, 2).text() == "the cereal box"
    assert noun_fits("box", cereal) and not noun_fits("cereal box", box)


def test_english_of_plurals_and_materials() -> None:
    rings = toys.box("rings/1", name="stacking rings", colour="multicoloured")
    crate = toys.bin_("crate/0", name="wooden crate", material="wood", colour="blue")
    red = toys.box("mug/1", colour="red", material="wood")
    scene, state = make([rings, crate, red, "can/1"], [(0.45, 0.0), (0.5, 0.3), (0.6, -0.2), (0.7, 0.1)], "in")
    texts = [m.text for s in range(6) for m in instructions(scene, state, np.random.default_rng(s), n=8)]
    assert any(re.search(r"rings and \w+ them in", t) for t in texts)
    assert not any(re.search(r"stacking rings.* it |wood wooden|wooden wooden|wood crate", t) for t in texts)
    # What has several colours may be called red, too.
    assert not is_unique(Description(None, (("colour", "red"),)), state, 2)
    assert is_unique(Description(None, (("colour", "red"), ("material", "wood"))), state, 2)
    assert Description(None, (("colour", "red"), ("material", "wood"))).text() == "the red wooden object"


def test_words_that_people_mix_up_do_not_tell_objects_apart() -> None:
    red, orange = toys.box("mug/1", colour="red"), toys.box("mug/2", colour="orange")
    small = toys.box("mug/3", colour="blue", size="small")
    _, state = make([red, "plate/0", orange, small], [(0.4, -0.2), (0.5, 0.3), (0.4, 0.2), (0.6, 0.0)])
    assert not is_unique(Description("mug", (("colour", "red"),)), state, 0)
    assert is_unique(Description("mug", (("colour", "blue"),)), state, 3)
    assert not is_unique(Description("mug", (("size", "small"),)), state, 3)  # the others are medium


def test_spatial_phrases_hold_under_a_moved_camera_and_turn_with_it() -> None:
    """5 degrees of camera motion leave every spatial phrase true; half a turn makes left right."""
    flips = {"to the left of": "to the right of", "in front of": "behind"}
    flips |= {b: a for a, b in flips.items()}
    for seed in range(10):
        _, state = random_scene(seed)
        for i in range(4):
            for d in spatial(state, i):
                assert is_unique(d, state, i) and referents(d, state) == (i,)
                turned = [_orbit(state, a) for a in np.deg2rad([-5, 5])]
                assert all(matches(d, s, i) for s in turned), d.text()
                assert all(not matches(d, s, j) for s in turned for j in range(10) if j != i)
        before = {d.text() for d in spatial(state, 0)}
        after = {d.text() for d in spatial(_orbit(state, np.pi), 0)}
        swapped = {re.sub("|".join(flips), lambda m: flips[m.group()], t) for t in before}
        assert swapped == after


def _orbit(state: WorldState, angle: float) -> WorldState:
    """The camera turned about the vertical through the middle of the table."""
    centre = np.array([0.5, 0.0, 0.0])
    turn = Pose(np.eye(3), centre) @ Pose(quat_to_mat(axis_angle_quat((0, 0, 1), angle)), -0 * centre)
    turn = turn @ Pose(np.eye(3), -centre)
    return dataclasses.replace(state, X_WC=(turn @ Pose.from_vector(state.X_WC)).vector())


def test_every_relation_can_be_a_goal_of_an_instruction() -> None:
    assert set(SENTENCES) == set(RELATION_TABLE) and set(TWO_STEPS) <= set(SENTENCES)
    for kind in RELATION_TABLE:
        objects = ("container", "distractor_0") if kind == "between" else ("container",)
        scene, state = make(["mug/3", "bin/0", "can/1", "tin/4"], [(0.5, 0.0), (0.5, 0.3), (0.5, -0.3), (0.7, 0.0)])
        task = dataclasses.replace(scene.task, goal=(Relation(kind, "target", objects),))
        made = instructions(dataclasses.replace(scene, task=task), state, np.random.default_rng(0))
        assert len(made) >= 2 and all("{" not in m.text for m in made)
        if kind == "between":
            assert "between the bin and the can" in made[1].text or " and the " in made[1].text
