"""Which named textures, environments and tables training may see: every fifth of each kind is held out."""

from __future__ import annotations

from engine.errors import ConfigError, unknown_name

SPLITS = ("seen", "unseen", "all")
UNSEEN_EVERY = 5


def is_unseen(number: int) -> bool:
    """Whether number `number` of a kind ("wood/4") belongs to the unseen set."""
    return number % UNSEEN_EVERY == UNSEEN_EVERY - 1


def split_of(name: str) -> str:
    """ "seen" or "unseen" for a name of the form "kind/number". Raises ConfigError for any other form."""
    kind, _, number = name.rpartition("/")
    if not kind or not number.isdecimal():
        raise ConfigError(f"'{name}' is no name of a surface, environment or table: these look like 'wood/17'")
    return "unseen" if is_unseen(int(number)) else "seen"


def numbers(count: int, split: str) -> tuple[int, ...]:
    """The numbers below `count` that a split holds. Raises ConfigError for an unknown split."""
    if split not in SPLITS:
        raise ConfigError(unknown_name("split", split, SPLITS))
    return tuple(k for k in range(count) if split == "all" or is_unseen(k) == (split == "unseen"))
