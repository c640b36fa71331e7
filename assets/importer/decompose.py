"""Convex parts of a mesh: its hull when that is close, else coacd in a process of its own, kept by content.

python -m assets.importer.decompose IN.npz OUT.npz      # what that process runs
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh
from scipy.spatial import ConvexHull

from assets.importer.checks import Body
from assets.importer.records import I64, Refused
from assets.importer.reduce import simplified
from engine.types import F64, CollisionPart, content_hash

REVISION = 1
"""Part of the cache key: raise it when the settings or the code here give other parts."""
HULL_VERTICES = 48
_CONVEX = 0.92  # mesh volume over hull volume from which one hull will do
_TRIANGLES = 5_000


@dataclass(frozen=True)
class DecomposeConfig:
    """parts, hollow_parts: at most so many convex parts of a solid and of a hollow body; threshold: coacd's concavity.
    time_s (CPU; four times as much by the clock), memory_mb: limits of the process that decomposes."""

    parts: int = 10
    hollow_parts: int = 16
    threshold: float = 0.05
    hollow_threshold: float = 0.03
    time_s: float = 60.0
    memory_mb: int = 6000


class _TooLong(Refused):
    pass


def convex_parts(body: Body, hollow: bool, cfg: DecomposeConfig, cache: Path) -> list[CollisionPart]:
    """Convex parts in the body's frame. A crash, a hang or too little memory of coacd is a Refused."""
    if body.closed and not hollow and abs(float(body.mesh.volume)) > _CONVEX * body.hull_volume:
        return [CollisionPart("mesh", (), vertices=thinned(body.hull))]
    limit, threshold = (cfg.hollow_parts, cfg.hollow_threshold) if hollow else (cfg.parts, cfg.threshold)
    pieces = _closed_pieces(body.mesh, limit)
    closed = body.closed or len(pieces) > 1
    convex = [closed and abs(float(p.volume)) > _CONVEX * ConvexHull(p.vertices).volume for p in pieces]
    sizes = np.array([0.0 if c else float(p.area) ** 0.5 for p, c in zip(pieces, convex, strict=True)])
    hulls: list[F64] = []
    for piece, is_convex, size in zip(pieces, convex, sizes, strict=True):
        if is_convex:
            hulls.append(np.asarray(piece.vertices, np.float64))
        else:
            share = max(1, int(max(limit - sum(convex), 1) * size / sizes.sum()))
            hulls += _decomposed(piece, closed, share, threshold, cfg, cache)
    parts = [CollisionPart("mesh", (), vertices=thinned(h)) for h in hulls if _solid(h, body.hull_volume)]
    if not parts:
        raise Refused("no convex part of it has any volume; give it thickness")
    return parts


def _closed_pieces(mesh: trimesh.Trimesh, limit: int) -> list[trimesh.Trimesh]:
    """The separate closed bodies of a mesh, dust left out; the mesh itself when they are open or too many."""
    pieces = list(mesh.split(only_watertight=False))
    whole = float(np.prod(np.maximum(mesh.extents, 1e-12)))
    pieces = [p for p in pieces if float(np.prod(p.extents)) > 1e-5 * whole]
    if not 1 < len(pieces) <= limit or not all(p.is_watertight and abs(float(p.volume)) > 1e-7 * whole for p in pieces):
        return [mesh]
    return pieces


def _decomposed(
    mesh: trimesh.Trimesh, closed: bool, limit: int, threshold: float, cfg: DecomposeConfig, cache: Path
) -> list[F64]:
    """Hulls (N, 3) of one body by coacd, from the cache when it has met the shape before. Raises Refused."""
    vertices, faces = np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64)
    if len(faces) > _TRIANGLES:
        vertices, faces = simplified(vertices, faces, _TRIANGLES)
        closed = closed and bool(trimesh.Trimesh(vertices, faces, process=False).is_watertight)
    extent = float(np.ptp(vertices, axis=0).max())
    middle = 0.5 * (vertices.min(0) + vertices.max(0))
    unit = np.round((vertices - middle) / extent, 5)
    key = content_hash(REVISION, unit, faces, limit, threshold, HULL_VERTICES, closed)
    path = cache / "convex" / f"{key}.npz"
    hulls = _cached(path)
    if hulls is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            hulls = _run(unit, faces, [limit, threshold, not closed, 60, 12], cfg, path.parent)
        except _TooLong:
            hulls = _run(*simplified(unit, faces, 1500), [limit, 2 * threshold, True, 20, 8], cfg, path.parent)
        _store(path, hulls)
    return [h * extent + middle for h in hulls]


def _solid(points: F64, whole: float) -> bool:
    try:
        return ConvexHull(points).volume > 1e-6 * whole
    except Exception:  # flat: Qhull's error type differs between scipy versions
        return False


def thinned(points: F64, limit: int = HULL_VERTICES) -> F64:
    """Corners of the hull of points (N, 3), at most `limit`: those that keep its extent in evenly spread directions."""
    corners = points[ConvexHull(points).vertices]
    if len(corners) <= limit:
        return np.asarray(corners, np.float64)
    # the eight-direction frame first, then greedily the corner farthest outside the hull of those chosen
    axes = np.array([[x, y, z] for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if (x, y, z) != (0, 0, 0)])
    chosen = list(dict.fromkeys(int(k) for k in np.argmax(corners @ axes.T, axis=0)))[:limit]
    while len(chosen) < limit:
        try:
            e = ConvexHull(corners[chosen]).equations
            outside = (corners @ e[:, :3].T + e[:, 3]).max(1)
        except Exception:  # those chosen so far are flat
            outside = np.linalg.norm(corners - corners[chosen].mean(0), axis=1)
            outside[chosen] = 0.0
        k = int(np.argmax(outside))
        if outside[k] < 1e-9:
            break
        chosen.append(k)
    return np.asarray(corners[chosen], np.float64)


def _cached(path: Path) -> list[F64] | None:
    try:
        with np.load(path, allow_pickle=False) as z:
            return [z[f"hull{k}"] for k in range(len(z.files))]
    except Exception:  # missing or damaged: made again
        return None


def _store(path: Path, hulls: list[F64]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(prefix=".convex-", suffix=".npz", dir=path.parent)
    with os.fdopen(fd, "wb") as f:
        np.savez(f, **{f"hull{k}": h for k, h in enumerate(hulls)})  # type: ignore[arg-type]
    os.replace(name, path)


def _run(vertices: F64, faces: I64, how: list[float], cfg: DecomposeConfig, scratch: Path) -> list[F64]:
    """coacd in a process of its own. how: parts, concavity, whether to make the surface manifold first, iterations
    and nodes of its search. Raises Refused when it fails or takes too long."""
    with tempfile.TemporaryDirectory(prefix=".coacd-", dir=scratch) as folder:
        given, made = Path(folder).resolve() / "in.npz", Path(folder).resolve() / "out.npz"
        np.savez(given, vertices=vertices, faces=faces, settings=np.array([*how, cfg.memory_mb, cfg.time_s]))
        root = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
        command = [sys.executable, "-m", "assets.importer.decompose", str(given), str(made)]
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, timeout=4 * cfg.time_s, check=False
            )
        except subprocess.TimeoutExpired:
            done = None
        if done is None or done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            raise _TooLong(
                f"its convex decomposition takes longer than {cfg.time_s:.0f} s; simplify the mesh or close its holes"
            )
        hulls = _cached(made)
        if done.returncode != 0 or not hulls:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Refused(
                f"its convex decomposition failed (status {done.returncode}{': ' + said[-1][:80] if said else ''}); "
                "simplify or repair the mesh"
            )
        return hulls


def _child(given: str, made: str) -> int:
    with np.load(given, allow_pickle=False) as z:
        vertices, faces = z["vertices"], z["faces"]
        limit, threshold, mend, iterations, nodes, memory_mb, time_s = (float(v) for v in z["settings"])
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_mb) << 20, int(memory_mb) << 20))
    seconds = max(int(time_s), 1)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    import coacd

    coacd.set_log_level("error")
    found = coacd.run_coacd(
        coacd.Mesh(vertices, faces.astype(np.int32)),
        threshold=threshold,
        max_convex_hull=int(limit),
        preprocess_mode="on" if mend else "off",
        preprocess_resolution=40,
        resolution=1000,
        mcts_iterations=int(iterations),
        mcts_nodes=int(nodes),
        mcts_max_depth=2,
        decimate=True,
        max_ch_vertex=HULL_VERTICES,
        seed=0,
    )
    np.savez(made, **{f"hull{k}": np.asarray(v, np.float64) for k, (v, _) in enumerate(found)})  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    raise SystemExit(_child(sys.argv[1], sys.argv[2]))
