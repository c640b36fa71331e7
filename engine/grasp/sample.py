"""Antipodal grasp sampling on an object's collision shape.

Lines are shot through the object along directions drawn from friction cones about surface normals. Where a
line enters and leaves the solid with both normals inside the friction cone, the two points can be held by
two frictional contacts (Nguyen 1988, "Constructing force-closure grasps", theorem 3). Each pair is turned
through all approach directions about its closing axis; what would run fingers or palm into the object goes.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.frames import mat_to_quat, quat_to_mat
from engine.grasp.boxes import box_gaps
from engine.grasp.config import GraspConfig
from engine.grasp.hand import hand_boxes, lowest_point
from engine.grasp.solids import Solid, intervals, solids_of, surface_points
from engine.sim.robot import GripperGeometry
from engine.types import F64, Grasp, ObjectAsset

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

# How far towards the fingertips the contact may lie from the pads' middle, in half pad lengths, and how often.
_OFFSETS = (0.0, 0.45, 0.8)
_OFFSET_SHARES = (0.5, 0.25, 0.25)
_MAX_PAIRS_PER_LINE = 6
_OVERSAMPLE = 4  # surface points drawn for every line, to choose level ones from
_CLEAR = 0.006  # rays onto a contact patch start this far outside it


@dataclass(frozen=True, eq=False)
class Candidates:
    """M grasps as arrays in O: R (M, 3, 3), p (M, 3) of G, widths (M,), `cone` the smaller cosine between
    a contact normal and the closing axis (M,), `offset` of the contact along G's z (M,)."""

    R: F64
    p: F64
    width: F64
    cone: F64
    offset: F64

    def __len__(self) -> int:
        return len(self.width)

    def take(self, rows: Rows | Bools) -> Candidates:
        """The chosen rows (index or bool array)."""
        return Candidates(self.R[rows], self.p[rows], self.width[rows], self.cone[rows], self.offset[rows])


@dataclass(frozen=True)
class SampleCounts:
    """How many candidates were left after each step: what an empty result is explained with."""

    pairs: int
    candidates: int
    clear_of_object: int
    on_table: int


def _basis(a: F64) -> tuple[F64, F64]:
    """Two unit vectors (N, 3) orthogonal to unit rows a and to each other."""
    helper = np.eye(3)[np.argmin(np.abs(a), axis=1)]
    u = np.cross(a, helper)
    u = np.asarray(u / np.linalg.norm(u, axis=1, keepdims=True), np.float64)
    return u, np.asarray(np.cross(a, u), np.float64)


def _lines(
    solids: tuple[Solid, ...], ups: F64, shares: F64, cfg: GraspConfig, rng: np.random.Generator
) -> tuple[F64, F64, F64]:
    """Surface points, outward normals and directions into the friction cone there, (N, 3) each."""
    pts, normals = surface_points(solids, cfg.lines * _OVERSAMPLE, rng)
    up = ups[rng.choice(len(ups), len(pts), p=shares)]
    rise = np.einsum("ij,ij->i", normals, up)
    cone = np.arctan(cfg.cone_friction)
    level = np.nonzero(np.abs(rise) < np.sin(cone))[0][: 2 * cfg.lines // 3]
    level_d = up[level] * rise[level, None] - normals[level]
    level_d /= np.linalg.norm(level_d, axis=1, keepdims=True)
    pool = np.setdiff1d(np.arange(len(pts)), level)
    free = pool[:: max(1, len(pool) // (cfg.lines - len(level)))][: cfg.lines - len(level)]
    n = len(free)
    # Half of the others run straight along the normal, half anywhere in the cone (uniform by angle).
    angle = np.where(rng.uniform(size=n) < 0.5, 0.0, rng.uniform(0, cone, n))
    phi = rng.uniform(0, 2 * np.pi, n)
    u, v = _basis(normals[free])
    side = np.cos(phi)[:, None] * u + np.sin(phi)[:, None] * v
    free_d = -(np.cos(angle)[:, None] * normals[free] + np.sin(angle)[:, None] * side)
    rows = np.concatenate([level, free])
    return pts[rows], normals[rows], np.concatenate([level_d, free_d])


def antipodal_pairs(
    solids: tuple[Solid, ...], ups: F64, shares: F64, max_width: float, cfg: GraspConfig, rng: np.random.Generator
) -> tuple[F64, F64, F64, F64]:
    """Antipodal point pairs: middles (N, 3), closing axes (N, 3), widths (N,), cone cosines (N,), in O.

    ups (S, 3), shares (S,): the table's normal in O in each resting pose and how much each pose counts. Two
    thirds of the lines run level in one of them: a hand that closes level is what a table leaves room for.
    """
    pts, _, d = _lines(solids, ups, shares, cfg, rng)
    t0, t1, n0, n1 = intervals(solids, pts, d)
    cos_min = np.cos(np.arctan(cfg.cone_friction))
    rows, first, last = [], [], []
    slots = t0.shape[1]
    used = t0 < 1e8
    for i in range(slots):
        for j in range(i, min(slots, i + _MAX_PAIRS_PER_LINE)):
            enter = -np.einsum("ij,ij->i", n0[:, i], d)
            leave = np.einsum("ij,ij->i", n1[:, j], d)
            w = t1[:, j] - t0[:, i]
            ok = used[:, i] & used[:, j] & (enter >= cos_min) & (leave >= cos_min)
            ok &= (w >= cfg.min_width) & (w <= max_width - 2 * cfg.width_clearance)
            k = np.nonzero(ok)[0]
            rows.append(k)
            first.append(np.full(len(k), i))
            last.append(np.full(len(k), j))
    r, i, j = np.concatenate(rows), np.concatenate(first), np.concatenate(last)
    order = np.argsort(r, kind="stable")
    r, i, j = r[order], i[order], j[order]
    a, b = t0[r, i], t1[r, j]
    enter = -np.einsum("ij,ij->i", n0[r, i], d[r])
    leave = np.einsum("ij,ij->i", n1[r, j], d[r])
    return pts[r] + d[r] * ((a + b) / 2)[:, None], d[r], b - a, np.minimum(enter, leave)


def _turn(
    middles: F64,
    axes: F64,
    widths: F64,
    cone: F64,
    downs: F64,
    shares: F64,
    pad: float,
    cfg: GraspConfig,
    rng: np.random.Generator,
) -> Candidates:
    """Every approach direction about each closing axis. downs (S, 3): "down" in O for each resting pose.

    One roll in `cfg.rolls` points straight down as nearly as the closing axis allows; the others are
    spread evenly over the whole turn and jittered.
    """
    n, k = len(widths), cfg.rolls
    down = downs[rng.choice(len(downs), n, p=shares)]
    ref = down - axes * np.einsum("ij,ij->i", down, axes)[:, None]
    length = np.linalg.norm(ref, axis=1, keepdims=True)
    ref = np.where(length > 0.05, ref / np.maximum(length, 1e-9), _basis(axes)[0])
    third = np.cross(axes, ref)
    step = 2 * np.pi / k
    theta = np.arange(k) * step + rng.uniform(-0.45, 0.45, (n, k)) * step * (np.arange(k) > 0)
    z = np.cos(theta)[..., None] * ref[:, None] + np.sin(theta)[..., None] * third[:, None]
    y = np.repeat(axes[:, None], k, 1)
    R = np.stack([np.cross(y, z), y, z], -1).reshape(-1, 3, 3)
    offset = pad * rng.choice(_OFFSETS, n * k, p=_OFFSET_SHARES)
    p = np.repeat(middles, k, 0) - R[:, :, 2] * offset[:, None]
    return Candidates(R, p, np.repeat(widths, k), np.repeat(cone, k), offset)


def clear_of_object(asset: ObjectAsset, cand: Candidates, gripper: GripperGeometry, cfg: GraspConfig) -> Bools:
    """Which candidates keep fingers and palm out of the object's solids, all along the way; bool (M,)."""
    solids = solids_of(asset)
    boxes = hand_boxes(gripper, cand.width, cfg.approach_distance)
    ok = np.ones(len(cand), bool)
    for (c, h), free in (
        (boxes.palm, cfg.palm_clearance),
        (boxes.reaching, cfg.open_clearance),
        (boxes.closing, -cfg.contact_tolerance),
    ):
        rows = np.nonzero(ok)[0]
        gaps = box_gaps(solids, cand.R[rows], cand.p[rows], c[rows], h[rows], enough=free)
        ok[rows] = np.all(gaps >= free, axis=1)
    return ok


def clear_of_drawing(asset: ObjectAsset, cand: Candidates, gripper: GripperGeometry, cfg: GraspConfig) -> Bools:
    """Which candidates keep points of the drawn mesh out of palm and closing fingers; bool (M,)."""
    boxes = hand_boxes(gripper, cand.width, cfg.approach_distance)
    ok = np.ones(len(cand), bool)
    pts = _drawn_points(asset)
    for rows in np.array_split(np.arange(len(cand)), max(1, len(cand) // 256)):
        x = np.einsum("mnj,mjk->mnk", pts[None] - cand.p[rows][:, None], cand.R[rows])
        for c, h in (boxes.palm, boxes.closing):
            deep = h[rows] - cfg.visual_tolerance
            for b in range(c.shape[1]):
                hit = np.all(np.abs(x - c[rows, None, b]) < deep[:, None, b], axis=2).any(axis=1)
                ok[rows] &= ~hit
    return ok


def _drawn_points(asset: ObjectAsset) -> F64:
    """Vertices, face centres and edge middles of the drawn meshes (N, 3) in O, thinned to about 1500."""
    out = []
    for m in asset.visual:
        t = m.vertices.astype(np.float64)[m.faces]
        out += [m.vertices.astype(np.float64), t.mean(1), (t[:, 0] + t[:, 1]) / 2, (t[:, 1] + t[:, 2]) / 2]
    pts = np.concatenate(out) if out else np.zeros((0, 3))
    return pts[:: max(1, len(pts) // 1500)]


def patch_cover(solids: tuple[Solid, ...], cand: Candidates, gripper: GripperGeometry) -> F64:
    """Share (M,) of the worse pad's area that has the object's surface within 1 mm, on a 3 x 3 grid."""
    x, z = gripper.pad_half
    grid = np.stack(np.meshgrid([-0.7 * x, 0.0, 0.7 * x], [-0.8 * z, 0.0, 0.8 * z], indexing="ij"), -1).reshape(-1, 2)
    m, g = len(cand), len(grid)
    cover = np.ones(m)
    for side in (1.0, -1.0):
        local = np.empty((m, g, 3))
        local[..., 0], local[..., 2] = grid[:, 0], grid[:, 1]
        local[..., 1] = side * (cand.width[:, None] / 2 + _CLEAR)
        o = np.einsum("mij,mgj->mgi", cand.R, local) + cand.p[:, None]
        d = np.repeat(-side * cand.R[:, None, :, 1], g, 1)
        t = intervals(solids, o.reshape(-1, 3), d.reshape(-1, 3))[0][:, 0].reshape(m, g)
        cover = np.minimum(cover, (np.abs(t - _CLEAR) < 1e-3).mean(1))
    return cover


def score_candidates(asset: ObjectAsset, cand: Candidates, gripper: GripperGeometry, cfg: GraspConfig) -> F64:
    """Geometric quality (M,) in [0, 1]: near the centre of mass, normals along the axis, flat under the pads."""
    contact = cand.p + cand.R[:, :, 2] * cand.offset[:, None]
    # The arm of gravity about the closing axis is what turns the object in the fingers.
    away = np.linalg.norm(np.cross(contact, cand.R[:, :, 1]), axis=1)
    centre = np.exp(-((away / 0.04) ** 2))
    cos_min = np.cos(np.arctan(cfg.cone_friction))
    margin = np.clip((cand.cone - cos_min) / (1 - cos_min), 0, 1)
    return 0.45 * centre + 0.2 * margin + 0.35 * patch_cover(solids_of(asset), cand, gripper)


def table_fit(asset: ObjectAsset, cand: Candidates, gripper: GripperGeometry, cfg: GraspConfig) -> tuple[Bools, F64]:
    """For each resting pose (columns): fits above the table (bool) and tilt from straight down, (M, S)."""
    fits, tilts = [], []
    for pose in asset.stable_poses:
        up_O = quat_to_mat(pose.q_wxyz)[2]
        up_G = np.einsum("mji,j->mi", cand.R, up_O)
        height = cand.p @ up_O + pose.height
        tilt = np.arccos(np.clip(-up_G[:, 2], -1, 1))
        free = height + lowest_point(gripper, up_G, cfg) >= cfg.table_clearance
        fits.append(free & (tilt <= cfg.max_tilt))
        tilts.append(tilt)
    return np.stack(fits, 1), np.stack(tilts, 1)


def diversify(cand: Candidates, score: F64, strata: Bools, weights: F64, keep: int) -> Rows:
    """Row numbers of at most `keep` candidates, best spread first.

    strata (M, S) bool and weights (S,): classes that get their share of places; within the class whose turn
    it is, greedy farthest-point choice by distance in position (2 cm), closing axis and approach (0.4 rad
    each), weighted by score.
    """
    y, z = cand.R[:, :, 1], cand.R[:, :, 2]
    nearest = np.full(len(cand), 10.0)
    free: Bools = np.asarray(strata.any(axis=1))
    chosen: list[int] = []
    served = np.zeros(strata.shape[1])
    while len(chosen) < keep and free.any():
        live = (strata & free[:, None]).any(axis=0)
        turn = int(np.argmin(np.where(live, (served + 1) / weights, np.inf)))
        rows = np.nonzero(strata[:, turn] & free)[0]
        best = int(rows[np.argmax(nearest[rows] * (0.15 + score[rows] ** 2))])
        chosen.append(best)
        free[best] = False
        served[turn] += 1
        step = np.linalg.norm(cand.p - cand.p[best], axis=1) / 0.02
        step += np.arccos(np.clip(np.abs(y @ y[best]), 0, 1)) / 0.4 + np.arccos(np.clip(z @ z[best], -1, 1)) / 0.4
        nearest = np.minimum(nearest, step)
    return np.array(chosen, np.int64)


def _thin(keep: Bools, most: int, rng: np.random.Generator) -> None:
    """Clear entries of a bool mask at random, in place, until at most `most` are set."""
    surplus = int(keep.sum()) - most
    if surplus > 0:
        keep[rng.choice(np.nonzero(keep)[0], surplus, replace=False)] = False


def sample_counted(
    asset: ObjectAsset, gripper: GripperGeometry, cfg: GraspConfig, rng: np.random.Generator
) -> tuple[list[Grasp], SampleCounts]:
    """`sample_grasps` with the counts that explain an empty result."""
    poses = asset.stable_poses
    if not poses:
        return [], SampleCounts(0, 0, 0, 0)
    shares = np.array([p.probability + (0.5 if p.upright else 0.0) for p in poses])
    shares /= shares.sum()
    found: list[tuple[Candidates, Bools, F64]] = []
    counts = SampleCounts(0, 0, 0, 0)
    for _ in range(cfg.rounds):  # awkward objects get more draws
        cand, fits, tilts, more = _round(asset, gripper, shares, cfg, rng)
        counts = SampleCounts(*(a + b for a, b in zip(astuple(counts), astuple(more), strict=True)))
        found.append((cand, fits, tilts))
        if sum(len(c[0]) for c in found) >= 3 * cfg.keep:
            break
    cand = Candidates(*(np.concatenate([getattr(c[0], f.name) for c in found]) for f in fields(Candidates)))
    fits, tilts = np.concatenate([c[1] for c in found]), np.concatenate([c[2] for c in found])
    if not len(cand):
        return [], counts
    score = score_candidates(asset, cand, gripper, cfg)
    steep = tilts <= cfg.tilted
    strata = np.concatenate([fits & steep, fits & ~steep], 1)
    rows = diversify(cand, score, strata, np.concatenate([shares, shares]), cfg.keep)
    grasps = []
    for k, r in enumerate(rows):
        X_OG = np.concatenate([cand.p[r], mat_to_quat(cand.R[r])])
        grasps.append(Grasp(k, X_OG, float(cand.width[r]), float(score[r])))
    return grasps, counts


def _round(
    asset: ObjectAsset, gripper: GripperGeometry, shares: F64, cfg: GraspConfig, rng: np.random.Generator
) -> tuple[Candidates, Bools, F64, SampleCounts]:
    """One round of lines, rolls and tests: candidates, where they fit, their tilts, and counts."""
    ups = np.array([quat_to_mat(p.q_wxyz)[2] for p in asset.stable_poses])
    pairs = antipodal_pairs(solids_of(asset), ups, shares, gripper.max_width, cfg, rng)
    cand = _turn(*pairs, -ups, shares, gripper.pad_half[1], cfg, rng)
    total = len(cand)
    # Cheapest test first: nothing below is spent on grasps that no resting pose allows.
    fits, tilts = table_fit(asset, cand, gripper, cfg)
    on_table: Bools = np.asarray(fits.any(axis=1))
    n_table = int(on_table.sum())
    _thin(on_table, cfg.candidates, rng)
    cand, fits, tilts = cand.take(on_table), fits[on_table], tilts[on_table]
    free = clear_of_object(asset, cand, gripper, cfg)
    _thin(free, cfg.scored, rng)
    cand, fits, tilts = cand.take(free), fits[free], tilts[free]
    seen = clear_of_drawing(asset, cand, gripper, cfg)
    counts = SampleCounts(len(pairs[2]), total, int(seen.sum()), n_table)
    return cand.take(seen), fits[seen], tilts[seen], counts


def sample_grasps(
    asset: ObjectAsset, gripper: GripperGeometry, cfg: GraspConfig, rng: np.random.Generator
) -> list[Grasp]:
    """Diverse, scored antipodal grasps of one object; any prefix of the list is diverse too.

    Each keeps fingers and palm out of the object and above the table in at least one of the object's stable
    poses. Empty when there is none. `Grasp.width` is the distance of the two contact points; the contact may
    lie up to 0.8 pad half lengths from G's origin towards the fingertips.
    """
    return sample_counted(asset, gripper, cfg, rng)[0]
