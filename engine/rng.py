"""One random generator per (seed, task, attempt, stage).

A change in how many numbers one stage draws never reshuffles another stage, and the same job gives
the same numbers in any process, in any order.
"""

from __future__ import annotations

import hashlib

import numpy as np


def rng(seed: int, *keys: str | int) -> np.random.Generator:
    """Generator for a stage of a job: `rng(seed, task_id, attempt, "layout")`.

    The keys are hashed (SHA-256, so the result does not depend on PYTHONHASHSEED or platform) into
    the entropy of a PCG64 generator. `1` and `"1"` are different keys.
    """
    text = "\x1f".join(f"{type(k).__name__}:{k}" for k in keys)
    digest = hashlib.sha256(text.encode()).digest()
    entropy = [int(seed) & 0xFFFFFFFF, int(seed) >> 32 & 0xFFFFFFFF]
    entropy += [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
