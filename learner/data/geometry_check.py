"""A geometry set checked from its files alone: do its views agree with each other about where things are?

Each view's points are projected into every other view of the same instant. Where that view's depth is smooth round the
pixel, so that it can be read between pixels, it must not be farther than the point: the point is there, so nothing can
be seen through it. And tracks must lie on the depth of the views that show them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from learner.data.geometry_reader import Arrays, GeometryReader, unproject

TOLERANCE_M, TOLERANCE_PX = 0.002, 0.5
"""Of depth between pixels, where it is smooth: metres, or pixels' width at the place where that is more (pictures of
less than 224 pixels a side), as what lies between pixels is then larger."""

SMOOTH_M = 0.004
"""Most that the four depths round a place may depart from a plane for it to count as smooth."""

SEEN_THROUGH, OFF_TRACK, LEAST = 0.03, 0.08, 50
"""Shares of points that may disagree, as thin parts and edges lie between pixels; of fewer points nothing is said."""

POSE_TOLERANCE = 1e-9
"""Of numbers that say the same pose twice, metres or none."""

Mask = NDArray[np.bool_]


def project(points: NDArray[Any], K: NDArray[Any], E: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixels (N, 2) and depths (N,) of points (N, 3) for a camera with extrinsic E (3, 4)."""
    in_C = np.asarray(points, np.float64) @ E[:, :3].T + E[:, 3]
    z = np.where(np.abs(in_C[:, 2]) < 1e-9, 1e-9, in_C[:, 2])
    return in_C[:, :2] / z[:, None] * [K[0, 0], K[1, 1]] + K[:2, 2], in_C[:, 2]


def depth_between(depth: NDArray[Any], uv: NDArray[Any]) -> tuple[NDArray[np.float64], Mask]:
    """Depth (N,) at places uv (N, 2) between pixels, and where it can be read: inside, there, and smooth.

    Inverse depth is linear over a plane's image, so it is what is interpolated.
    """
    h, w = depth.shape
    inside = np.all((uv >= 0) & (uv <= np.array([w, h]) - 1.001), axis=1)
    at = np.floor(np.where(inside[:, None], uv, 0.0)).astype(np.int64)
    a, b = (np.where(inside[:, None], uv, 0.0) - at).T
    x, y = at.T
    four = np.stack([depth[y, x], depth[y, x + 1], depth[y + 1, x], depth[y + 1, x + 1]])
    ok = inside & np.all(four > 0, axis=0)
    d = 1.0 / np.where(four > 0, four, 1.0)
    z = 1.0 / (d[0] * (1 - a) * (1 - b) + d[1] * a * (1 - b) + d[2] * (1 - a) * b + d[3] * a * b)
    bend = np.abs(d[0] + d[3] - d[1] - d[2]) * z * z
    return z, ok & (bend < SMOOTH_M) & (four.max(0) - four.min(0) < 0.03 * z)


def tolerance(z: NDArray[np.float64], b: Arrays) -> NDArray[np.float64]:
    """How much farther (N,) than a point at depth z (N,) view b may see, in metres."""
    return np.maximum(TOLERANCE_M, TOLERANCE_PX * z / min(b["K"][0, 0], b["K"][1, 1]))


def compare(a: Arrays, b: Arrays) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of view a against the depth of view b where that is smooth: how much farther than the point b sees
    (N,), in metres, negative where something stands before it; and the points' depths in b."""
    E = a["extrinsic"]
    points = (unproject(a["depth"], a["K"])[a["depth"] > 0] - E[:, 3]) @ E[:, :3]
    uv, z = project(points, b["K"], b["extrinsic"])
    there, ok = depth_between(b["depth"], uv)
    ok &= z > 0.02
    return (there - z)[ok], z[ok]


def check_record(record: dict[str, Any], key: str) -> list[str]:
    """Whether a sample's poses agree with its matrices: X_WC with the extrinsics, fixed cameras with their own pose."""
    problems = []
    for t in range(int(record["steps"])):
        for v, camera in enumerate(record["cameras"]):
            x, y, z, qw, qx, qy, qz = record["X_WC"][t][v]
            R = np.array(
                [
                    [1 - 2 * (qy * qy + qz * qz), 2 * (qx * qy - qw * qz), 2 * (qx * qz + qw * qy)],
                    [2 * (qx * qy + qw * qz), 1 - 2 * (qx * qx + qz * qz), 2 * (qy * qz - qw * qx)],
                    [2 * (qx * qz - qw * qy), 2 * (qy * qz + qw * qx), 1 - 2 * (qx * qx + qy * qy)],
                ]
            )
            E = np.concatenate([R.T, -R.T @ np.array([[x], [y], [z]])], 1)
            off = float(np.abs(E - np.array(record["extrinsics"][t][v])).max())
            if off > POSE_TOLERANCE:
                problems.append(f"sample {key}, step {t}, view {v}: extrinsics and X_WC differ by {off:.3g}")
            moved = np.abs(np.array(record["X_WC"][t][v]) - np.array(camera["X_PC"])).max()
            if camera["parent"] == "world" and moved > POSE_TOLERANCE:
                problems.append(f"sample {key}, step {t}, view {v}: X_WC is {moved:.3g} off the fixed camera's pose")
    return problems


def check_sample(reader: GeometryReader, index: int) -> list[str]:
    """What is wrong with a sample, one line each; [] if nothing is."""
    record, pictures = reader.load(index)
    key, V = reader.keys[index], int(record["views"])
    problems = check_record(record, key)
    for n, b in enumerate(pictures):
        t, v = divmod(n, V)
        others = [pictures[m] for m in range(t * V, (t + 1) * V) if m != n]
        pairs = [compare(a, b) for a in others]
        through = np.concatenate([far > tolerance(z, b) for far, z in pairs] or [np.zeros(0, bool)])
        share = float(np.mean(through)) if len(through) >= LEAST else 0.0
        if share > SEEN_THROUGH:
            problems.append(
                f"sample {key}, step {t}, view {v}: {100 * share:.1f} % of the other views' points are seen through by "
                f"more than {1000 * TOLERANCE_M:g} mm and {TOLERANCE_PX:g} pixels' width (at most "
                f"{100 * SEEN_THROUGH:g} %)"
            )
        z, ok = depth_between(b["depth"], b["track_uv"])
        ok &= b["visible"]
        slack = TOLERANCE_M + z / min(b["K"][0, 0], b["K"][1, 1])  # and one pixel's width
        off = float(np.mean((np.abs(z - b["track_z"]) > slack)[ok])) if ok.sum() >= LEAST else 0.0
        if off > OFF_TRACK:
            problems.append(
                f"sample {key}, step {t}, view {v}: {100 * off:.1f} % of its visible tracks are off its depth by more "
                f"than {1000 * TOLERANCE_M:g} mm and a pixel's width (at most {100 * OFF_TRACK:g} %)"
            )
    return problems
