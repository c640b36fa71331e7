"""From what was read to an object: sound, in metres, standing, with convex parts, mass, names and grasps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from assets.colours import PALETTE, colour_of, shade
from assets.importer.checks import Body, check_pieces, turn_outwards, welded_body
from assets.importer.decompose import DecomposeConfig, convex_parts
from assets.importer.frame import LARGEST, SMALLEST, THINNEST, choose_scale, choose_up
from assets.importer.hollow import cavity_of_mesh, container_of
from assets.importer.metadata import Row
from assets.importer.naming import Name, parse_name, single_word
from assets.importer.records import Piece, Raw, Refused
from assets.importer.reduce import creased, reduce_pieces
from assets.importer.stand import moved, stand_up, turned
from assets.kit import FRICTION, paint, printed
from assets.physical import mass_properties, part_points, stable_poses
from engine.grasp.cache import grasps_for
from engine.grasp.config import GraspConfig
from engine.sim.robot import RobotModel
from engine.types import F64, CollisionPart, Failure, Material, ObjectAsset, VisualMesh, content_hash

REVISION = 2
"""Raise it when the same file gives another object: earlier imports are then made again."""
MASS_RANGE = (0.015, 1.0)
_DENSITY = {"metal": 1200.0, "ceramic": 1100.0, "glass": 900.0, "wood": 600.0, "plastic": 500.0, "cardboard": 350.0,
            "paper": 600.0, "rubber": 500.0, "fruit": 850.0, "vegetable": 800.0, "foam": 100.0, "fabric": 250.0,
            "wicker": 350.0, "wax": 900.0}  # fmt: skip
"""kg per cubic metre of collision volume, hollow bodies included (order of magnitude)."""


@dataclass(frozen=True)
class Settings:
    """What an object depends on besides its files."""

    units: str = "auto"
    up: str = "auto"
    gripper: str = "panda_hand"
    decompose: DecomposeConfig = field(default_factory=DecomposeConfig)


@dataclass(eq=False)
class Built:
    """An object without its id yet, how many grasps it has, why it has none, and what was noted on the way."""

    asset: ObjectAsset
    slug: str
    grasps: int
    ungraspable: str
    notes: list[str]


def build(raw: Raw, said: str, row: Row, settings: Settings, robot: RobotModel, cache: Path) -> Built:
    """The object of one file. Raises Refused with the reason and the fix."""
    notes = list(raw.notes)
    name = _name(said, row)
    check_pieces(raw.pieces)
    turn_outwards(raw.pieces, notes)
    body = welded_body(raw.pieces, notes)
    R, scale = _frame(raw, body, name, row, settings, notes)
    pieces = [replace(p, vertices=p.vertices @ R.T * scale) for p in raw.pieces]
    body.mesh.vertices = np.asarray(body.mesh.vertices) @ R.T * scale
    body.hull, body.hull_volume = body.hull @ R.T * scale, body.hull_volume * scale**3
    thin = float(np.ptp(body.hull, axis=0).min())
    if thin < THINNEST:
        raise Refused(f"is {1000 * thin:.2f} mm thin; give it at least {1000 * THINNEST:.1f} mm")
    hollow = cavity_of_mesh(np.asarray(body.mesh.vertices), np.asarray(body.mesh.faces, np.int64)) > 0.15
    if raw.parts is not None:
        parts = [_scaled(turned(p, R), scale) for p in raw.parts]
    else:
        parts = convex_parts(body, hollow, settings.decompose, cache)
    parts, R_up = stand_up(parts, notes)
    pieces = reduce_pieces([replace(p, vertices=p.vertices @ R_up.T) for p in pieces], notes)
    pieces = [creased(p) for p in pieces]
    asset = _assemble(pieces, parts, name, row, raw, notes)
    return _with_grasps(asset, name.slug, row, robot, cache, notes)


def _name(said: str, row: Row) -> Name:
    name = parse_name(row.name or said)
    if row.name:
        name = replace(name, name=" ".join(row.name.split()))
    given = {k: single_word(getattr(row, k)) for k in ("colour", "material", "shape", "size") if getattr(row, k)}
    if row.category:
        given["category"] = row.category
    return replace(name, **given)


def _frame(raw: Raw, body: Body, name: Name, row: Row, settings: Settings, notes: list[str]) -> tuple[F64, float]:
    """The rotation to z up and the metres per file unit."""
    longest = float(np.ptp(body.hull, axis=0).max())
    if row.scale is not None:
        scale = row.scale
        if not SMALLEST <= longest * scale <= LARGEST:
            raise Refused(
                f"would be {100 * longest * scale:.3g} cm long with {row.where}'s scale {scale:g} (metres per unit); "
                f"choose one that gives {100 * SMALLEST:.1f} to {100 * LARGEST:.0f} cm"
            )
    else:
        scale = choose_scale(longest, settings.units, name, raw.metres, notes)
    hull = body.hull if raw.parts is None else np.concatenate([part_points(p) for p in raw.parts])
    asked = "" if settings.up == "auto" else settings.up
    up = row.up or (raw.up if raw.up == "y" else asked or raw.up)
    R = choose_up(np.asarray(body.mesh.vertices), np.asarray(body.mesh.faces, np.int64), hull, up, name.noun, notes)
    return R, scale


def _assemble(
    pieces: list[Piece], parts: list[CollisionPart], name: Name, row: Row, raw: Raw, notes: list[str]
) -> ObjectAsset:
    """Mass, frame O, container, poses and attributes. Graspable and without id for now."""
    known = name.known()
    material = name.material if name.material in FRICTION else ""
    if name.material and not material:
        notes.append(f"material '{name.material}' is not a known word: plastic's friction and gloss")
    if not material:
        material = "metal" if any(p.metallic for p in pieces) else known[1] if known else "plastic"
    container = container_of(parts, name, row.container, notes)
    volume, centre, inertia = mass_properties(parts)
    density = known[3] if known and not name.material else _DENSITY[material]
    kilograms = _mass(row, raw, density * volume, notes)
    centre = np.round(centre, 6)
    parts = [moved(p, -centre) for p in parts]
    visual = tuple(_drawn(p, centre, material, name.colour) for p in pieces)
    hull = np.concatenate([part_points(p) for p in parts])
    everything = np.concatenate([hull, *(m.vertices.astype(np.float64) for m in visual)])
    bounds = np.round(np.stack([everything.min(0), everything.max(0)]), 6).astype(np.float64)
    if container is not None:
        container = replace(
            container,
            floor_z=round(container.floor_z - float(centre[2]), 6),
            rim_z=round(container.rim_z - float(centre[2]), 6),
            centre_xy=(
                round(container.centre_xy[0] - float(centre[0]), 6),
                round(container.centre_xy[1] - float(centre[1]), 6),
            ),
        )
    poses = stable_poses(hull)
    if not poses:
        raise Refused("does not stand or lie still in any pose (it rolls or tips over); give it a flat side")
    attributes = {
        "colour": name.colour or colour_of(visual, container is not None),
        "material": name.material or material,
        "shape": name.shape or _shape(bounds, hull, volume),
        "size": name.size or _size(bounds),
    }
    inertia = np.round(inertia * (kilograms / volume), 12)
    friction = FRICTION[material]
    digest = content_hash(
        [name.name, attributes, kilograms, friction, inertia],
        [[m.vertices, m.faces, m.uv, list(m.material.rgba), m.material.texture] for m in visual],
        [[p.kind, p.size, p.p, p.q_wxyz, p.vertices] for p in parts],
    )
    category = name.category
    if container is not None and not row.category:
        category = "containers"
    return ObjectAsset(
        asset_id="", family="", seed=0, name=name.name, category=category, attributes=attributes, visual=visual,
        collision=tuple(parts), mass=kilograms, inertia=inertia, friction=friction, extents=bounds[1] - bounds[0],
        bounds=bounds, stable_poses=poses, graspable=True, container=container, content_hash=digest,
    )  # fmt: skip


def _mass(row: Row, raw: Raw, guess: float, notes: list[str]) -> float:
    """The mass that is said, else the guess; a density that is far from any such material is not believed."""
    said = row.mass if row.mass is not None else raw.mass
    if said is not None and row.mass is None and raw.mass_doubtful and not guess / 4 < said < guess * 4:
        notes.append(f"mass {1000 * said:.0f} g by the file's density, taken as {1000 * guess:.0f} g by its material")
        said = None
    mass = guess if said is None else said
    clipped = float(np.clip(mass, *MASS_RANGE))
    if said is not None and abs(clipped - mass) > 1e-6:
        notes.append(f"mass {mass:.3g} kg taken as {clipped:g} kg")
    return round(clipped, 4)


def _drawn(piece: Piece, centre: F64, material: str, colour: str) -> VisualMesh:
    """A piece as it is drawn; one without any colour gets that of the name, or grey."""
    v = (piece.vertices - centre).astype(np.float32)
    uv = None if piece.uv is None else piece.uv.astype(np.float32)
    if piece.image is not None and uv is not None:
        tint = (*(round(float(c), 4) for c in piece.rgba[:3]), 1.0)
        look: Material = replace(printed(material, np.ascontiguousarray(piece.image)), rgba=tint)
    else:
        rgb = (
            shade(colour)
            if piece.plain and colour in PALETTE
            else (0.66, 0.66, 0.67)
            if piece.plain
            else piece.rgba[:3]
        )
        look, uv = paint(material, (float(rgb[0]), float(rgb[1]), float(rgb[2]))), None
    uv = np.zeros((len(v), 2), np.float32) if uv is None else uv
    return VisualMesh(v, piece.faces.astype(np.int32), uv, look)


def _scaled(part: CollisionPart, scale: float) -> CollisionPart:
    if scale == 1.0:
        return part
    x, y, z = (scale * v for v in part.p)
    vertices = None if part.vertices is None else part.vertices * scale
    return replace(part, size=tuple(scale * v for v in part.size), p=(x, y, z), vertices=vertices)


def _shape(bounds: F64, hull: F64, volume: float) -> str:
    x, y, z = (float(v) for v in bounds[1] - bounds[0])
    flat, long = min(x, y, z), max(x, y, z)
    if z == flat and z < 0.3 * max(x, y) and min(x, y) > 0.45 * max(x, y):
        return "flat"
    if long > 2.2 * sorted((x, y, z))[1]:
        return "tall" if z == long else "long"
    if z > 1.5 * max(x, y):
        return "tall"
    from scipy.spatial import ConvexHull

    fill = float(ConvexHull(hull).volume) / max(x * y * z, 1e-12)
    return "rectangular" if fill > 0.88 else "round" if abs(x - y) < 0.15 * max(x, y) else "irregular"


def _size(bounds: F64) -> str:
    longest = float((bounds[1] - bounds[0]).max())
    return "small" if longest < 0.08 else "large" if longest > 0.2 else "medium"


def _with_grasps(asset: ObjectAsset, slug: str, row: Row, robot: RobotModel, cache: Path, notes: list[str]) -> Built:
    if row.graspable is False:
        return Built(replace(asset, graspable=False), slug, 0, f"{row.where} says so", notes)
    grasps = grasps_for(asset, robot, GraspConfig(), cache)
    if isinstance(grasps, Failure):
        why = f"{grasps.reason}; {grasps.detail}" if grasps.detail else grasps.reason
        return Built(replace(asset, graspable=False), slug, 0, why, notes)
    return Built(asset, slug, len(grasps), "", notes)
