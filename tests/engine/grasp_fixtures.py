"""A few objects of known shape for the grasp tests: parts with a drawn mesh that equals them."""

from __future__ import annotations

import numpy as np
import trimesh

from engine.frames import mat_to_quat, quat_to_mat
from engine.types import CollisionPart, Material, ObjectAsset, StablePose, VisualMesh, content_hash


def part_mesh(part: CollisionPart) -> trimesh.Trimesh:
    """The part as a fine triangle mesh in O, built by trimesh and not by the code under test."""
    make = trimesh.creation
    s = part.size
    if part.kind == "box":
        mesh = make.box(2 * np.array(s))
    elif part.kind == "cylinder":
        mesh = make.cylinder(s[0], 2 * s[1], sections=96)
    elif part.kind == "capsule":
        mesh = make.capsule(2 * s[1], s[0], count=[48, 48])
        mesh.apply_translation(-mesh.bounds.mean(0))
    elif part.kind in ("sphere", "ellipsoid"):
        mesh = make.icosphere(4, 1.0)
        mesh.vertices = mesh.vertices * (np.array(s) if len(s) == 3 else s[0])
    else:
        mesh = trimesh.convex.convex_hull(np.asarray(part.vertices))
    mesh.apply_transform(_matrix(part))
    return mesh


def _matrix(part: CollisionPart) -> np.ndarray:
    T = np.eye(4)
    T[:3, :3], T[:3, 3] = quat_to_mat(part.q_wxyz), part.p
    return T


def make_asset(name: str, parts: list[CollisionPart], mass: float = 0.15, friction: float = 0.8) -> ObjectAsset:
    """An asset whose drawn meshes are its parts; it rests on each of its six bounding directions it can."""
    meshes = [part_mesh(p) for p in parts]
    points = np.concatenate([m.vertices for m in meshes])
    bounds = np.stack([points.min(0), points.max(0)])
    ext = bounds[1] - bounds[0]
    poses = []
    for k, down in enumerate(np.concatenate([-np.eye(3)[[2, 0, 1]], np.eye(3)[[2, 0, 1]]])):
        up = -down
        x = np.roll(up, 1)
        R = np.stack([x, np.cross(up, x), up])  # rows: W axes in O
        height = float(-(points @ up).min())
        poses.append(StablePose(mat_to_quat(R), height, 0.5 if k == 0 else 0.1, k == 0))
    white = Material("white")
    visual = tuple(VisualMesh(m.vertices.astype(np.float32), m.faces.astype(np.int32), None, white) for m in meshes)
    inertia = np.diag(mass / 12 * (np.sum(ext**2) - ext**2))
    return ObjectAsset(
        f"{name}/0", name, 0, name, "test", {}, visual, tuple(parts), mass, inertia, friction, ext, bounds,
        tuple(poses), True, None, content_hash(name, points, mass, friction),
    )  # fmt: skip


def _rot(axis: int, angle: float) -> tuple[float, float, float, float]:
    q = np.zeros(4)
    q[0], q[1 + axis] = np.cos(angle / 2), np.sin(angle / 2)
    return tuple(float(x) for x in q)


def _mug() -> list[CollisionPart]:
    wall, r, h, n = 0.0025, 0.034, 0.042, 10
    parts = [CollisionPart("cylinder", (r, 0.003), (0, 0, -h + 0.003))]
    for k in range(n):
        a = 2 * np.pi * k / n
        half = (r - wall) * np.tan(np.pi / n)
        p = ((r - wall) * np.cos(a), (r - wall) * np.sin(a), 0.0)
        parts.append(CollisionPart("box", (wall, half, h), p, _rot(2, a)))
    for p, size in (((0.055, 0, 0), (0.004, 0.006, 0.022)), ((0.044, 0, 0.02), (0.011, 0.006, 0.004)),
                    ((0.044, 0, -0.02), (0.011, 0.006, 0.004))):  # fmt: skip
        parts.append(CollisionPart("box", size, p))
    return parts


def fixtures() -> dict[str, ObjectAsset]:
    """Block, carton, can, ball, egg, bottle, knife, wedge and mug; all can be held."""
    rng = np.random.default_rng(5)
    wedge = np.array([[x, y, z] for x in (-0.03, 0.03) for y, z in ((-0.022, -0.02), (0.022, -0.02), (0.0, 0.025))])
    stone = rng.normal(size=(24, 3))
    stone = 0.028 * stone / np.linalg.norm(stone, axis=1, keepdims=True)
    return {
        "block": make_asset("block", [CollisionPart("box", (0.02, 0.02, 0.02))]),
        "carton": make_asset("carton", [CollisionPart("box", (0.025, 0.035, 0.07))], mass=0.4),
        "can": make_asset("can", [CollisionPart("cylinder", (0.031, 0.05))], mass=0.3),
        "ball": make_asset("ball", [CollisionPart("sphere", (0.03,))]),
        "egg": make_asset("egg", [CollisionPart("ellipsoid", (0.022, 0.022, 0.03))], mass=0.06),
        "bottle": make_asset("bottle", [CollisionPart("cylinder", (0.03, 0.06)),
                                        CollisionPart("cylinder", (0.012, 0.025), (0, 0, 0.08)),
                                        CollisionPart("sphere", (0.028,), (0, 0, 0.05))], mass=0.5),
        "knife": make_asset("knife", [CollisionPart("capsule", (0.006, 0.045), (-0.05, 0, 0), _rot(1, np.pi / 2)),
                                      CollisionPart("box", (0.05, 0.009, 0.002), (0.05, 0, 0))], mass=0.06),
        "wedge": make_asset("wedge", [CollisionPart("mesh", (), vertices=wedge)]),
        "stone": make_asset("stone", [CollisionPart("mesh", (), vertices=stone)]),
        "mug": make_asset("mug", _mug(), mass=0.25),
    }  # fmt: skip
