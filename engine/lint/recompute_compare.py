"""Stored against recomputed: where findings come from, and how they are worded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import GroundworkError
from engine.label.table import COLUMNS, ColumnSpec
from engine.lint.context import EpisodeReport, EpisodeView, Unavailable
from engine.lint.finding import Finding, NotChecked

_SINGLE = 3
"""Up to so many wrong frames of a column get a finding each; more share one."""


def rounding(want: NDArray[np.float64], kind: np.dtype[Any]) -> NDArray[np.float64]:
    """Half the distance between neighbouring numbers of the stored type round the expected ones: what rounding may do,
    whatever is stored. 0 for integers."""
    if kind.kind != "f":
        return np.zeros(want.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        return 0.5 * np.spacing(np.abs(want).astype(kind)).astype(np.float64)


class Desk:
    """Gathers one episode's findings. `run` runs a check; inside it, `compare` and `add` report."""

    def __init__(self, view: EpisodeView) -> None:
        self.view = view
        self.findings: list[Finding] = []
        self._ran: dict[str, None] = {}
        self._skipped: list[NotChecked] = []
        self._check = ""

    def run(self, check: str, work: Callable[[], None]) -> None:
        """`work()` under the name `check`; what is not available becomes a `NotChecked`, what is there but cannot be
        read a finding."""
        before, self._check = self._check, check
        try:
            work()
        except Unavailable as e:
            self.skip(str(e))
        except (GroundworkError, LookupError, TypeError, ValueError) as e:
            text = f"{type(e).__name__}: {e}"
            self.findings.append(
                Finding(check, f"the check '{check}' cannot read what it needs: {text}", self.view.index)
            )
        finally:
            self._check = before

    def skip(self, reason: str, column: str | None = None) -> None:
        """Say that the check at hand, or its part about `column`, could not run."""
        self._skipped.append(NotChecked(self._check, reason, self.view.index, column))

    def ran(self) -> None:
        """Note that the check at hand looked at something."""
        self._ran[self._check] = None

    def add(
        self,
        column: str,
        message: str,
        frame: int | None = None,
        tolerance: float | None = None,
        value: float | None = None,
    ) -> None:
        """Report one broken promise of the check at hand."""
        self.findings.append(Finding(self._check, message, self.view.index, frame, column, tolerance, value))

    def compare(
        self,
        column: str,
        expected: ArrayLike,
        tolerance: ArrayLike,
        source: str,
        *,
        stored: NDArray[Any] | None = None,
        rounded: bool = True,
        signless: bool = False,
    ) -> None:
        """Report where a column (T, ...) is further than `tolerance` from `expected`.

        tolerance: a number or (T, ...), in the column's unit; `rounded` adds what rounding to the stored type may do.
        stored: other values than the column's own. signless: rows that are quaternions near w = 0, whose sign is free.
        """
        stored = self.view.columns[column] if stored is None else stored
        want = np.asarray(expected, np.float64)
        self.ran()
        if stored.shape != want.shape:
            self.add(column, f"shape {list(stored.shape)}, recomputed {list(want.shape)} from {source}")
            return
        have = stored.astype(np.float64)
        limit = np.broadcast_to(np.asarray(tolerance, np.float64), want.shape)
        if rounded:
            limit = limit + rounding(want, stored.dtype)
        if signless:
            flip = np.sum(have[..., 3:7] * want[..., 3:7], -1) < 0
            near = np.abs(want[..., 3]) < 1e-9
            want = want.copy()
            want[..., 3:7] = np.where((flip & near)[..., None], -want[..., 3:7], want[..., 3:7])
        with np.errstate(invalid="ignore"):
            off = np.abs(have - want)
            bad = ~(off <= limit)
        self._report(column, stored, want, off, limit, bad, source)

    def compare_bits(self, column: str, expected: NDArray[Any], source: str, *, stored: Any = None) -> None:
        """Report where a column differs from `expected` of the same type in any bit."""
        stored = self.view.columns[column] if stored is None else stored
        self.ran()
        if stored.shape != expected.shape or stored.dtype != expected.dtype:
            found, other = f"{stored.dtype} {list(stored.shape)}", f"{expected.dtype} {list(expected.shape)}"
            self.add(column, f"{found}, recomputed {other} from {source}")
            return
        have, want = stored.astype(np.float64), expected.astype(np.float64)
        with np.errstate(invalid="ignore"):
            off = np.abs(have - want)
        bad = _bits(stored) != _bits(expected)
        self._report(column, stored, want, off, np.zeros(off.shape), bad, source)

    def _report(
        self, column: str, stored: Any, want: Any, off: Any, limit: Any, bad: NDArray[np.bool_], source: str
    ) -> None:
        rows = np.flatnonzero(bad.reshape(len(bad), -1).any(1))
        if len(rows) == 0:
            return
        described = [self._describe(column, stored, want, off, limit, bad, int(t), source) for t in rows]
        if len(rows) <= _SINGLE:
            for t, (text, tolerance, value) in zip(rows, described, strict=True):
                self.add(column, text, int(t), tolerance, value)
            return
        worst = max(range(len(rows)), key=lambda k: described[k][2] if np.isfinite(described[k][2]) else np.inf)
        text, tolerance, value = described[0]
        if len(rows) == len(bad):
            spread = f"all {len(rows)} frames are off (or what they follow from was changed)"
        else:
            spread = f"{len(rows)} of {len(bad)} frames are off, the most at frame {rows[worst]}"
        self.add(column, f"{text}; {spread}", int(rows[0]), tolerance, max(value, described[worst][2]))

    def _describe(
        self, column: str, stored: Any, want: Any, off: Any, limit: Any, bad: Any, t: int, source: str
    ) -> tuple[str, float, float]:
        """Text, tolerance and difference of frame t's worst element."""
        row = np.where(bad[t], np.where(np.isfinite(off[t]), off[t], np.inf), -1.0)
        k = np.unravel_index(int(np.argmax(row)), row.shape) if row.ndim else ()
        have, wish, value, tolerance = stored[t][k], want[t][k], float(off[t][k]), float(limit[t][k])
        spec = COLUMNS.get(column)
        name = _element(spec, row.shape, k)
        unit = _unit(spec, name)
        if stored.dtype.kind in "bi":
            kind = bool if stored.dtype.kind == "b" else int
            return f"{name}is {kind(have)}, recomputed {kind(wish)} from {source} (tolerance 0)", 0.0, value
        exact = f"{_short(have)}, recomputed {_short(wish)} from {source}"
        return f"{name}off by {value:.3g}{unit} (tolerance {tolerance:.2g}{unit}): {exact}", tolerance, value

    def report(self) -> EpisodeReport:
        """What was gathered."""
        return EpisodeReport(self.view.index, tuple(self.findings), tuple(self._ran), tuple(self._skipped))


def _bits(a: NDArray[Any]) -> NDArray[Any]:
    a = np.ascontiguousarray(a)
    return a.view(f"u{a.dtype.itemsize}") if a.dtype.kind == "f" else a


def _short(x: Any) -> str:
    return np.format_float_positional(x, trim="0") if 1e-4 < abs(float(x)) < 1e6 else f"{float(x):.9g}"


def _unit(spec: ColumnSpec | None, element: str) -> str:
    """ " m" and the like of one element: a column may mix metres with quaternions or angles."""
    if spec is None:
        return ""
    units, name = [u.strip() for u in spec.unit.split(",")], element.strip().rpartition(".")[2]
    if name in ("gripper", "qw", "qx", "qy", "qz"):
        return ""
    if name == "gripper_width" or (name in ("dx", "dy", "dz") and "m" in units):
        return " m"
    if name in ("rx", "ry", "rz"):
        return " rad"
    return f" {units[0]}" if units[0] in ("m", "px", "rad", "s") else ""


def _element(spec: ColumnSpec | None, shape: tuple[int, ...], k: Any) -> str:
    """ "x1 " of a box, "[2, 6] " of an array, "" of a scalar."""
    if not shape:
        return ""
    names = spec.names if spec is not None else None
    if names and len(names) == shape[-1]:
        inner = [str(int(i)) for i in k[:-1]]
        return ".".join([*inner, names[int(k[-1])]]) + " "
    return f"[{', '.join(str(int(i)) for i in k)}] "
