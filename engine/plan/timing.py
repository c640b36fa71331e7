"""Time parametrisation of a joint path under velocity, acceleration and gripper-speed limits.

The path is a cubic spline through dense samples. Its fastest timing under the limits is found by a forward and a
backward pass over a grid (Bobrow et al. 1985; Pham and Pham 2018, reduced to limits symmetric in sign), then a moving
average in time rounds the corners of the acceleration. An average never exceeds the limits of what it averages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from engine.errors import ConfigError
from engine.types import F64

_FINE = 10  # fine steps per control period, for the moving average


@dataclass(frozen=True, eq=False)
class Motion:
    """A rest-to-rest motion at the control rate: q (m + 1, 7) targets, row 0 the start; s (m + 1,) the path
    position of each in units of path samples (0 .. N - 1)."""

    q: F64
    s: F64


def parametrise(
    path: F64,
    dq_max: F64,
    ddq_max: F64,
    *,
    dt: float,
    smooth_s: float,
    speed: F64 | None = None,
    tip: F64 | None = None,
) -> Motion:
    """Time a path from rest to rest in a whole number of control periods.

    Args:
        path: (N, 7) joint samples along the path, N >= 4, without repeated neighbours.
        dq_max, ddq_max: (7,) limits, rad/s and rad/s^2.
        dt: control period in seconds.
        smooth_s: length in seconds of the moving average (bounds the jerk by 2 ddq_max / smooth_s).
        speed: (N,) limit in m/s on the gripper's speed at each sample, or None.
        tip: (N, 3) gripper positions of the samples; needed with `speed`.

    Raises ConfigError for a path that is too short or repeats a sample.
    """
    chord = np.abs(np.diff(path, axis=0)).max(axis=1)
    if len(path) < 4 or chord.min() <= 0:
        raise ConfigError(f"path has {len(path)} samples, smallest step {chord.min() if len(chord) else 0}: "
                          "give at least 4 samples, no two neighbours equal")  # fmt: skip
    knots = np.concatenate([[0.0], np.cumsum(chord)])
    spline = CubicSpline(knots, path, bc_type="natural")
    n = max(24, min(400, int(np.ceil(knots[-1] / 0.02))))
    grid = np.linspace(0.0, knots[-1], n + 1)
    u_max = np.full(n + 1, np.inf)
    if speed is not None and tip is not None:
        metres = np.linalg.norm(np.diff(tip, axis=0), axis=1) / chord  # gripper travel per unit of s
        edge = np.concatenate([metres[:1], np.maximum(metres[:-1], metres[1:]), metres[-1:]])
        u_max = np.interp(grid, knots, speed / np.maximum(edge, 1e-9)) ** 2
    u = _fastest(spline(grid, 1), spline(grid, 2), u_max, grid[1] - grid[0], dq_max, ddq_max)
    fine = dt / _FINE
    window = max(1, round(smooth_s / fine))
    times = _grid_times(u, grid[1] - grid[0])
    tail = (window - 1) * fine
    slower = 1.0
    while True:
        # Stretch so that motion plus averaging window fill whole control periods.
        periods = max(1, int(np.ceil((slower * times[-1] + tail) / dt - 1e-9)))
        stretch = (periods * dt - tail) / times[-1]
        s = _positions(np.arange(periods * _FINE + 1) * fine / stretch, times, u, grid)
        q = spline(s)
        q[s >= knots[-1]] = path[-1]
        q, s = _average(q, window)[::_FINE].copy(), _average(s[:, None], window)[::_FINE, 0]
        q[0], q[-1] = path[0], path[-1]
        excess = _excess(q, dq_max, ddq_max, dt)
        if excess <= 1.0:
            return Motion(q, np.interp(s, knots, np.arange(len(path), dtype=np.float64)))
        slower = max(slower, stretch) * (np.sqrt(excess) + 0.005)


def _excess(q: F64, dq_max: F64, ddq_max: F64, dt: float) -> float:
    """Largest ratio of acceleration (or squared velocity) at the control rate to its limit; rest before and after.

    The passes hold the limits at grid points only; between them a sharp bend can exceed them by some percent.
    """
    rest = np.zeros((1, q.shape[1]))
    step = np.diff(q, axis=0)
    acceleration = np.abs(np.diff(np.concatenate([rest, step, rest]), axis=0)) / (dt * dt * ddq_max)
    return float(max(acceleration.max(), (np.abs(step) / (dt * dq_max)).max() ** 2))


def _fastest(d1: F64, d2: F64, u_max: F64, ds: float, dq_max: F64, ddq_max: F64) -> F64:
    """(n + 1,) largest squared path speed u = (ds/dt)^2, zero at both ends.

    d1, d2 (n + 1, 7): first and second derivative of q by s. q'' u + q' s.. must stay within ddq_max, where
    s.. = du / (2 ds). Keeping |q''| u below 0.7 ddq_max leaves room for braking everywhere, so neither pass can fail.
    """
    with np.errstate(divide="ignore"):
        u_max = np.minimum(u_max, np.min((dq_max / np.maximum(np.abs(d1), 1e-12)) ** 2, axis=1))
        u_max = np.minimum(u_max, np.min(0.7 * ddq_max / np.maximum(np.abs(d2), 1e-12), axis=1))
    d1 = np.where(np.abs(d1) < 1e-9, 1e-9, d1)
    # s.. <= min_j (a_j - sign(q'_j) q''_j u) / |q'_j| forward, and the mirror image when braking.
    gain = (ddq_max / np.abs(d1)).tolist()
    bend = (d2 / d1).tolist()
    cap = u_max.tolist()
    n = len(cap) - 1
    step = 2.0 * ds
    u = [0.0] * (n + 1)
    for i in range(n):
        v = u[i]
        u[i + 1] = min(cap[i + 1], v + step * min(g - b * v for g, b in zip(gain[i], bend[i], strict=True)))
    u[n] = 0.0
    for i in range(n, 0, -1):
        v = u[i]
        u[i - 1] = min(u[i - 1], v + step * min(g + b * v for g, b in zip(gain[i], bend[i], strict=True)))
    u[0] = 0.0
    return np.array(u)


def _grid_times(u: F64, ds: float) -> F64:
    """(n + 1,) time at each grid point, path acceleration being constant between them."""
    v = np.sqrt(u)
    return np.concatenate([[0.0], np.cumsum(2.0 * ds / np.maximum(v[:-1] + v[1:], 1e-9))])


def _positions(t: F64, times: F64, u: F64, grid: F64) -> F64:
    """Path position at times t."""
    i = np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
    tau = np.clip(t - times[i], 0.0, times[i + 1] - times[i])
    ds = grid[1] - grid[0]
    a = (u[i + 1] - u[i]) / (2 * ds)
    s = grid[i] + np.sqrt(u[i]) * tau + 0.5 * a * tau * tau
    return np.where(t >= times[-1], grid[-1], np.minimum(s, grid[-1]))


def _average(x: F64, window: int) -> F64:
    """Moving average over `window` past rows of x (m, k); before row 0 it stood still."""
    padded = np.concatenate([np.repeat(x[:1], window, axis=0), x])
    total = np.cumsum(padded, axis=0)
    return (total[window:] - total[:-window]) / window
