"""Reasons why no layout can exist, found from sizes and regions before anything is sampled.

Every check is a necessary condition, so that what it calls impossible is.
"""

from __future__ import annotations

import math

import numpy as np

from engine.graph import shapes
from engine.graph.contradictions import order, say, supporter
from engine.graph.relations import SIDE_GAP, frame_axes
from engine.layout.config import LayoutConfig, region_of
from engine.types import F64, ContainerInfo, ObjectAsset, Region, Relation, Scene


def explain_impossible(scene: Scene, X_WC: F64, cfg: LayoutConfig) -> list[str]:
    """Sentences that say what is impossible and what to change; empty when nothing is known to be."""
    restless = [n for n in scene.names if not scene.asset(n).stable_poses]
    if restless:
        return [f"{_label(scene, n)} has no pose in which it stays put; choose another object" for n in restless]
    return [*_holding(scene), *_areas(scene, cfg), *_orders(scene, X_WC, cfg)]


def allowed_poses(asset: ObjectAsset, cfg: LayoutConfig, upright: bool = False) -> tuple[int, ...]:
    """Indices of the stable poses that the solver uses: only upright ones for containers, else those not too rare."""
    poses = asset.stable_poses
    if upright or asset.container is not None:
        found = tuple(k for k, s in enumerate(poses) if s.upright)
    else:
        found = tuple(k for k, s in enumerate(poses) if s.probability >= cfg.min_probability or s.upright)
    return found or tuple(range(len(poses)))


def opening(info: ContainerInfo) -> float:
    """Narrowest inner width (m) of a container's support."""
    if info.radius is not None:
        return 2.0 * info.radius
    assert info.half_extents is not None, "a container has a radius or half_extents"
    return 2.0 * min(info.half_extents)


def fit_margin(container: ObjectAsset, target: ObjectAsset, cfg: LayoutConfig | None = None) -> float:
    """Free metres around the target's outline in the best stable pose on the container's support; negative: overhangs.

    -inf when the other object is no container.
    """
    info = container.container
    if info is None:
        return -math.inf
    best = -math.inf
    for k in allowed_poses(target, cfg or LayoutConfig()):
        fp = shapes.footprint(target, target.stable_poses[k].q_wxyz)
        if info.radius is not None:
            best = max(best, info.radius - fp.radius)
            continue
        half = np.asarray(info.half_extents, np.float64)
        for yaw in np.arange(18) * (np.pi / 18):
            reach = np.abs(fp.at(0.0, 0.0, float(yaw))).max(axis=0)
            best = max(best, float(np.min(half - reach)))
    return best


def _label(scene: Scene, name: str) -> str:
    return f"{name} ({scene.asset(name).asset_id})"


def _holding(scene: Scene) -> list[str]:
    out = []
    for stage, relations in (("initial", scene.task.initial), ("goal", scene.task.goal)):
        for r in relations:
            pair = supporter(r)
            if pair is None:
                continue
            low, top = scene.asset(pair[1]), scene.asset(pair[0])
            where = f"{stage} '{say(r)}'"
            info = low.container
            if r.kind == "in" and (info is None or info.rim_z - info.floor_z < 0.005):
                out.append(
                    f"{where}: {_label(scene, pair[1])} has no inside; use the relation 'on' or a hollow container"
                )
                continue
            if info is None:
                continue
            width = min(shapes.min_width(shapes.footprint(top, s.q_wxyz).polygon) for s in top.stable_poses)
            if width > opening(info):
                out.append(
                    f"{where}: {_label(scene, pair[0])} is at least {100 * width:.1f} cm wide and "
                    f"{_label(scene, pair[1])} offers {100 * opening(info):.1f} cm; choose a larger container or a "
                    "smaller object"
                )
    return out


def _room(asset: ObjectAsset, cfg: LayoutConfig, gap: float) -> tuple[float, float]:
    """Least area with half the gap around, and the largest radius, over the allowed stable poses."""
    fps = [shapes.footprint(asset, asset.stable_poses[k].q_wxyz) for k in allowed_poses(asset, cfg)]
    areas = [f.area + f.perimeter * gap / 2 + math.pi * gap * gap / 4 for f in fps]
    return min(areas), max(f.radius for f in fps)


def _areas(scene: Scene, cfg: LayoutConfig) -> list[str]:
    carried = {p[0] for r in scene.task.initial if (p := supporter(r)) is not None}
    groups: dict[Region, list[str]] = {}
    for name in scene.names:
        if name not in carried:
            groups.setdefault(region_of(scene, name, cfg), []).append(name)
    out = []
    for region in groups:
        inside = [n for r, ns in groups.items() if _within(r, region) for n in ns]
        rooms = [_room(scene.asset(n), cfg, cfg.gap) for n in inside]
        reach = max(r for _, r in rooms) + cfg.gap / 2
        w, h = region.x[1] - region.x[0], region.y[1] - region.y[0]
        # The outlines may stick out of the region of their origins by a radius at most.
        have = w * h + 2 * (w + h) * reach + math.pi * reach * reach
        need = sum(a for a, _ in rooms)
        if len(inside) > 1 and need > have:
            largest = inside[int(np.argmax([a for a, _ in rooms]))]
            out.append(
                f"region x [{region.x[0]:g}, {region.x[1]:g}], y [{region.y[0]:g}, {region.y[1]:g}] is too small: its "
                f"{len(inside)} objects need {1e4 * need:.0f} cm2 with their gaps and have {1e4 * have:.0f} cm2, rims "
                f"included; enlarge the region, take fewer objects, or a smaller one than {_label(scene, largest)}"
            )
    return out


def _within(a: Region, b: Region) -> bool:
    return a.x[0] >= b.x[0] and a.x[1] <= b.x[1] and a.y[0] >= b.y[0] and a.y[1] <= b.y[1]


def _orders(scene: Scene, X_WC: F64, cfg: LayoutConfig) -> list[str]:
    """Side relations against regions: bounds along each axis are pushed through the order (longest paths)."""
    out: list[str] = []
    front, right = frame_axes("camera", X_WC) if any(r.frame == "camera" for r in scene.task.initial) else (None, None)
    axes = {"camera front": front, "camera right": right, "+x": np.array([1.0, 0.0]), "+y": np.array([0.0, 1.0])}
    for axis, u in axes.items():
        edges = [(o, r) for r in scene.task.initial if (o := order(r)) is not None and o[0] == axis]
        if not edges or u is None:
            continue
        low, high, why = {}, {}, {}
        for n in scene.names:
            reg = region_of(scene, n, cfg)
            xs = [x * u[0] + y * u[1] for x in reg.x for y in reg.y]
            low[n], high[n], why[n] = min(xs), max(xs), []
        _push(edges, low, why)
        broken = [n for n in scene.names if low[n] > high[n] + 1e-9]
        if broken:
            n = min(broken, key=lambda n: len(why[n]))
            names = " and ".join(f"'{s}'" for s in why[n])
            out.append(
                f"initial {names} cannot hold inside the regions: along {axis}, {n} would have to be at {low[n]:.2f} m "
                f"or more, its region ends at {high[n]:.2f} m; turn the relation round or move the region"
            )
    return out


def _push(edges: list[tuple[tuple[str, str, str], Relation]], low: dict[str, float], why: dict[str, list[str]]) -> None:
    """Raise each object's lower bound by what must be below it; the order has no cycle (the graph is checked)."""
    for _ in range(len(low)):
        for (_, a, b), r in edges:
            if low[a] + SIDE_GAP > low[b] + 1e-12:
                low[b], why[b] = low[a] + SIDE_GAP, [*why[a], say(r)]
