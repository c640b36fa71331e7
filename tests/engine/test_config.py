"""Settings: the documented defaults are the defaults, JSON is lossless, wrong files name the place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.config import PhysicsConfig, RunConfig, from_json, load_randomization
from engine.errors import ConfigError
from engine.render.randomize import RandomizeConfig

DOCS = Path(__file__).parents[2] / "docs"


def test_the_documented_randomisation_file_is_the_default():
    assert load_randomization(DOCS / "randomize.yaml") == (RandomizeConfig(), PhysicsConfig())


def test_a_configuration_survives_json():
    cfg = RunConfig(seed=7, tasks=3, renders=2, physics=PhysicsConfig(friction=(1.0, 1.0)))
    assert from_json(RunConfig, json.loads(json.dumps(cfg.to_json()))) == cfg


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("physics: {frictoin: [1, 1]}", "did you mean 'friction'"),
        ("physics: {friction: [1.2, 0.8]}", "the lower end comes first"),
        ("physics: {mass: 2}", "give [low, high]"),
        ("physics: [1]", "expected fields"),
        ("physics: {table: 3}", "give true or false"),
        ("physics: {table_split: unsen}", "did you mean 'unseen'"),
        ("split: sen", "did you mean 'seen'"),
        ("environments: 64", "expected text"),
        ("ligths: false", "did you mean 'lights'"),
        ("table: {kinds: [wod]}", "did you mean 'wood'"),
        ("[1, 2]", "expected sections"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_wrong_randomisation_file_says_what_and_where(tmp_path, text, says):
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as e:
        load_randomization(path)
    assert says in str(e.value) and "r.yaml" in str(e.value)


def test_counts_below_one_are_refused():
    with pytest.raises(ConfigError, match="--episodes 0"):
        RunConfig(episodes=0)
