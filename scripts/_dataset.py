"""What the commands that read a dataset share: its path as first argument, errors as one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def parse(arguments_type: type[T], program: str, arguments: list[str] | None = None) -> T:
    """The command line as a dataclass; fields without a default are positional. Exits with 2 when it is wrong."""
    import tyro

    options = (tyro.conf.PositionalRequiredArgs, tyro.conf.FlagCreatePairsOff)
    return tyro.cli(arguments_type, args=arguments, prog=program, config=options)


def guarded(work: Callable[[], int]) -> int:
    """Run a command; an expected error becomes a message and exit status 2, a full disk 3."""
    from engine.errors import GroundworkError
    from engine.execute.child import is_disk_full

    try:
        return work()
    except GroundworkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if not is_disk_full(error):
            raise
        print(f"error: no space left on the disk ({error}); run the same command again to go on", file=sys.stderr)
        return 3
