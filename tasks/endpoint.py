"""Rewrites by a language model behind any OpenAI-compatible endpoint; every answer passes `tasks.rewriting.check`.

    Endpoint("http://localhost:8000/v1", "my-model")          # the key from $OPENAI_API_KEY when it is set

Nothing from the endpoint is trusted: sentences that cannot be read back to the target, the goal and nothing else are
refused with a reason, the reasons are sent back once or twice, and what is refused in the end is returned as such.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from engine.errors import TaskError
from engine.graph.relations import RELATION_TABLE
from engine.types import Scene, WorldState
from tasks.instructions import Instruction
from tasks.references import refer
from tasks.rewriting import Refused, check, goal_of

MAX_ANSWER_BYTES = 1_000_000


class EndpointError(TaskError):
    """The endpoint could not be reached or did not answer in the protocol; the message says how to fix it."""


@dataclass(frozen=True)
class Endpoint:
    """Where chat completions are asked for. url: up to and including /v1. key_variable: the environment variable that
    holds the key; none is sent when it is not set."""

    url: str
    model: str
    key_variable: str = "OPENAI_API_KEY"
    timeout_s: float = 60.0
    rounds: int = 3

    def complete(self, messages: list[dict[str, str]], seed: int) -> str:
        """The text of one completion at temperature 0. Raises EndpointError."""
        if not self.url.startswith(("http://", "https://")):
            raise EndpointError(f"endpoint {self.url}: give an http:// or https:// address that ends in /v1")
        body = {"model": self.model, "messages": messages, "temperature": 0, "seed": seed}
        headers = {"Content-Type": "application/json"}
        key = os.environ.get(self.key_variable)
        if key:
            headers["Authorization"] = f"Bearer {key}"
        url = f"{self.url.rstrip('/')}/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as response:
                answer = response.read(MAX_ANSWER_BYTES + 1)
        except urllib.error.HTTPError as e:
            hint = f"; is ${self.key_variable} set?" if e.code in (401, 403) else ""
            raise EndpointError(f"endpoint {url} answered {e.code} {e.reason}{hint}") from e
        except (OSError, ValueError) as e:
            raise EndpointError(f"endpoint {url} cannot be reached: {e}") from e
        if len(answer) > MAX_ANSWER_BYTES:
            raise EndpointError(f"endpoint {url} answered more than {MAX_ANSWER_BYTES} bytes")
        try:
            return str(json.loads(answer)["choices"][0]["message"]["content"])
        except (ValueError, KeyError, IndexError, TypeError) as e:
            raise EndpointError(f"endpoint {url} did not answer as chat completions do ({type(e).__name__})") from e


def ask(
    endpoint: Endpoint, scene: Scene, state: WorldState, n: int = 4, seed: int = 0
) -> tuple[list[Instruction], list[Refused]]:
    """At most `n` checked rewrites by the endpoint's model, and what it answered besides. Raises EndpointError."""
    messages = [{"role": "user", "content": prompt(scene, state, n)}]
    good: list[Instruction] = []
    refused: list[Refused] = []
    for _ in range(endpoint.rounds):
        answer = endpoint.complete(messages, seed)
        fresh = []
        for text, target, container in _entries(answer):
            made = check(scene, state, text, target, container)
            if isinstance(made, Refused):
                fresh.append(made)
            elif all(made.text != g.text for g in good):
                good.append(made)
        refused += fresh
        if len(good) >= n:
            break
        why = [f'"{r.text}": {r.reason}' for r in fresh] or ["the answer was not the JSON list that was asked for"]
        messages += [
            {"role": "assistant", "content": answer},
            {"role": "user", "content": "Not usable: " + "; ".join(why) + ". Give others, in the same JSON form."},
        ]
    return good[:n], refused


def _entries(answer: str) -> list[tuple[str, str, str]]:
    """(sentence, target phrase, container phrase) of the JSON list in an answer, whatever stands around it."""
    start, end = answer.find("["), answer.rfind("]")
    try:
        data: Any = json.loads(answer[start : end + 1]) if 0 <= start < end else []
    except ValueError:
        data = []
    keys = ("sentence", "target", "container")
    return [
        (e["sentence"], e["target"], e["container"])
        for e in data
        if isinstance(e, dict) and all(isinstance(e.get(k), str) and 0 < len(e[k]) < 400 for k in keys)
    ]


def prompt(scene: Scene, state: WorldState, n: int) -> str:
    """What the model is told: objects, how they look, how they lie to each other, the task, the form of the answer."""
    goal = goal_of(scene)
    i = scene.index(goal.subject)
    lines = []
    for j, asset in enumerate(scene.assets):
        looks = ", ".join(f"{k} {asset.attributes[k]}" for k in ("colour", "material", "shape", "size"))
        lines.append(f"- {asset.name} ({asset.category}; {looks})" + (" <- the target" if j == i else ""))
    about = []
    for kind, impl in RELATION_TABLE.items():
        for j in range(len(scene.assets)):
            if impl.arity == 1 and j != i and impl.holds(state, i, (j,), "camera").ok:
                about.append(f"- target {kind.replace('_', ' ')} {refer(state, j).text()}")
    there = " and ".join(refer(state, scene.index(o)).text() for o in goal.objects)
    return (
        "Objects on a table, seen by a camera:\n"
        + "\n".join(lines)
        + "\nHow the target lies:\n"
        + "\n".join(about)
        + "\n"
        f"A robot shall bring the target {goal.kind.replace('_', ' ')} {there}. Write {n} different, natural English "
        "instructions for that. Refer to the target by its colour, material, shape or place, so that it cannot be "
        f"mistaken for any other object; never use its name '{scene.assets[i].name}' or the word for it, say 'object' "
        'or its kind. Answer with a JSON list only: [{"sentence": "...", "target": "the noun phrase for the target, '
        'exactly as in the sentence", "container": "the noun phrase for where it goes, exactly as in the sentence"}]'
    )
