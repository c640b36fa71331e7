"""The grasps of an object, sampled and shaken once and kept in a content-addressed file."""

from __future__ import annotations

import logging
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import mujoco
import numpy as np

from engine.grasp.config import GraspConfig
from engine.grasp.sample import SampleCounts, sample_counted
from engine.grasp.shake import shake_grasps, shake_rig
from engine.rng import rng
from engine.sim.robot import RobotModel
from engine.types import Failure, Grasp, ObjectAsset, content_hash

REVISION = 1
"""Part of every key: raise it when the code here or in sample, solids, hand or shake gives other grasps."""

_log = logging.getLogger(__name__)


def grasp_key(asset: ObjectAsset, robot: RobotModel, cfg: GraspConfig) -> str:
    """Content address of the grasps: object, gripper, every setting, code revision, physics version."""
    settings = sorted(asdict(cfg).items())
    return content_hash(REVISION, mujoco.__version__, asset.content_hash, robot.content_hash, settings)


def grasps_for(asset: ObjectAsset, robot: RobotModel, cfg: GraspConfig, cache_dir: Path) -> tuple[Grasp, ...] | Failure:
    """Every grasp of the object that holds when shaken, best spread first, or why there is none.

    Read from `cache_dir` where it has been computed before (bit for bit the same), else computed and
    written atomically; several processes may do so at once. `Grasp.index` is the position in the tuple.
    """
    path = Path(cache_dir) / "grasps" / f"{grasp_key(asset, robot, cfg)}.npz"
    try:
        grasps, reason, detail = _read(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as e:
        _log.warning("grasp cache file %s is damaged (%s); computing it again", path, e)
    else:
        return Failure("grasp", reason, asset.asset_id, detail=detail) if reason else grasps
    found = find_grasps(asset, robot, cfg)
    if isinstance(found, Failure):
        _write(path, (), found.reason, found.detail)
    else:
        _write(path, found, "", "")
    return found


def find_grasps(asset: ObjectAsset, robot: RobotModel, cfg: GraspConfig) -> tuple[Grasp, ...] | Failure:
    """Sample and shake, without any cache. The draws depend on the asset's content and the settings only."""
    sampled, counts = sample_counted(asset, robot.gripper, cfg, rng(0, "grasp", asset.content_hash))
    if not sampled:
        return Failure("grasp", *_why_none(counts, robot, cfg, asset))
    rig = shake_rig(asset, robot, cfg)
    held: list[Grasp] = []
    shaken = 0
    for size in (cfg.shake, cfg.shake_more):
        batch = sampled[shaken : shaken + size]
        shaken += len(batch)
        scores = shake_grasps(rig, batch, robot, cfg)
        held += [_shaken(g, float(s)) for g, s in zip(batch, scores, strict=True) if s >= cfg.min_score]
        if len(held) >= cfg.shake_enough:
            break
    if not held:
        detail = f"{shaken} grasps shaken at {cfg.shake_acceleration} m/s^2, none held (mass {asset.mass:.3f} kg)"
        return Failure("grasp", "every grasp slips when shaken", asset.asset_id, detail=detail)
    return tuple(replace(g, index=k) for k, g in enumerate(held))


def _shaken(grasp: Grasp, shake: float) -> Grasp:
    return replace(grasp, score=shake * (0.4 + 0.6 * grasp.score))


def _why_none(
    counts: SampleCounts, robot: RobotModel, cfg: GraspConfig, asset: ObjectAsset
) -> tuple[str, str, int, str]:
    room = robot.gripper.max_width - 2 * cfg.width_clearance
    ext = " x ".join(f"{1000 * e:.0f}" for e in asset.extents)
    if not asset.stable_poses:
        reason, detail = "object has no resting pose", "grasps are sampled for how the object lies on a table"
    elif counts.pairs == 0:
        reason = "no antipodal contacts within the opening"
        detail = f"object {ext} mm, usable opening {1000 * cfg.min_width:.0f} to {1000 * room:.0f} mm"
    elif counts.on_table == 0:
        reason = "no grasp clears the table"
        detail = f"{counts.candidates} candidates, {len(asset.stable_poses)} resting poses"
    else:
        reason = "hand collides with the object in every grasp"
        detail = f"{counts.on_table} candidates from {counts.pairs} antipodal pairs"
    return reason, asset.asset_id, -1, detail


def _write(path: Path, grasps: Sequence[Grasp], reason: str, detail: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(prefix=".grasps-", suffix=".npz", dir=path.parent)
    try:
        with os.fdopen(fd, "wb") as f:
            np.savez(
                f,
                X_OG=np.array([g.X_OG for g in grasps], np.float64).reshape(-1, 7),
                width=np.array([g.width for g in grasps], np.float64),
                score=np.array([g.score for g in grasps], np.float64),
                reason=np.array(reason),
                detail=np.array(detail),
            )
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(path: Path) -> tuple[tuple[Grasp, ...], str, str]:
    with np.load(path, allow_pickle=False) as z:
        X, width, score = z["X_OG"], z["width"], z["score"]
        reason, detail = str(z["reason"]), str(z["detail"])
    if X.shape != (len(width), 7) or score.shape != width.shape:
        raise ValueError(f"arrays of unequal length {X.shape}, {width.shape}, {score.shape}")
    rows = enumerate(zip(X, width, score, strict=True))
    return tuple(Grasp(k, x.copy(), float(w), float(s)) for k, (x, w, s) in rows), reason, detail
