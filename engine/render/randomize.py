"""Randomised appearance: everything that looks but does not act, drawn as plain values.

`sample_appearance` draws numbers and names, nothing else; a renderer turns `Appearance.values` into
textures, lights and materials with `TextureSource`, so a stored appearance is small, readable and
enough to make the same picture again. Each axis draws from its own generator: switching one off
leaves the others as they were.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from engine.errors import ConfigError, unknown_name
from engine.frames import Array, Pose, axis_angle_quat, quat_to_mat
from engine.render.base import MAX_LIGHTS, TextureSource
from engine.sim.cameras import camera_from_dict, camera_to_dict, fovy, with_fovy
from engine.table import TableSpec
from engine.types import Appearance, CameraSpec, Scene

AXES = (
    "lights",
    "environment",
    "table_material",
    "object_material",
    "background",
    "camera_pose",
    "camera_fov",
)
SURFACE_KINDS = ("wood", "marble", "stone", "cloth", "tiles", "metal", "noise", "plain")

SPLITS = ("seen", "unseen", "all")

Range = tuple[float, float]


@dataclass(frozen=True)
class LightRanges:
    """`count`: lights in all, the first casts the shadow. Angles in degrees, levels relative to white."""

    count: tuple[int, int] = (1, 3)
    elevation_deg: Range = (38.0, 75.0)
    azimuth_jitter_deg: float = 40.0  # about the main light of the environment
    key: Range = (0.42, 0.66)
    fill: Range = (0.06, 0.18)
    ambient: Range = (0.34, 0.46)
    tint: Range = (0.25, 0.7)  # share of the environment's colour in the lights


@dataclass(frozen=True)
class SurfaceRanges:
    """A textured surface; `tile_m`: metres that one texture tile covers."""

    kinds: tuple[str, ...] = ("wood", "marble", "stone", "cloth", "tiles", "metal", "plain")
    tile_m: Range = (0.45, 0.9)
    brightness: Range = (0.75, 1.0)
    hue: float = 0.06  # largest deviation of a channel's gain
    specular: Range = (0.0, 0.25)
    shininess: Range = (0.1, 0.6)


@dataclass(frozen=True)
class ObjectRanges:
    """Small changes only: an object keeps the colour that its name and instruction say."""

    brightness: Range = (0.82, 1.0)
    hue: float = 0.04
    specular: Range = (0.05, 0.5)
    shininess: Range = (0.1, 0.7)


@dataclass(frozen=True)
class CameraRanges:
    """Largest deviations from the calibrated cameras; positions in metres, angles in degrees."""

    world_position: float = 0.06
    world_rotation_deg: float = 3.0
    hand_position: float = 0.004
    hand_rotation_deg: float = 1.5
    fov_deg: float = 4.0


@dataclass(frozen=True)
class RandomizeConfig:
    """Which axes are randomised, and how far. Defaults keep the cameras where they are."""

    lights: bool = True
    environment: bool = True
    table_material: bool = True
    object_material: bool = True
    background: bool = True
    camera_pose: bool = False
    camera_fov: bool = False
    split: str = "seen"  # which textures and environments: "seen", "unseen" or "all"
    environments: str | None = None  # a folder of .hdr panoramas to use instead of the procedural ones
    open_probability: float = 0.3  # neither floor nor wall: the surroundings themselves
    wall_probability: float = 0.6  # where there is a floor
    light: LightRanges = field(default_factory=LightRanges)
    table: SurfaceRanges = field(default_factory=SurfaceRanges)
    floor: SurfaceRanges = field(
        default_factory=lambda: SurfaceRanges(("wood", "tiles", "stone", "cloth", "plain"), (0.6, 1.6), (0.55, 0.9))
    )
    wall: SurfaceRanges = field(
        default_factory=lambda: SurfaceRanges(("plain", "plain", "stone", "cloth", "wood"), (1.0, 2.0), (0.7, 1.0))
    )
    object: ObjectRanges = field(default_factory=ObjectRanges)
    camera: CameraRanges = field(default_factory=CameraRanges)

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ConfigError(f"split: {unknown_name('split', str(self.split), SPLITS)}")
        for name in ("open_probability", "wall_probability"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ConfigError(f"{name}: {getattr(self, name)}; it must be between 0 and 1")


def randomize_from_dict(data: Mapping[str, Any], where: str = "randomize") -> RandomizeConfig:
    """The config of a nested mapping; keys left out keep their defaults. Raises ConfigError with the place."""
    cfg = _merge(RandomizeConfig(), data, where)
    for name in ("table", "floor", "wall"):
        for kind in getattr(cfg, name).kinds:
            if kind not in SURFACE_KINDS:
                raise ConfigError(f"{where}.{name}.kinds: {unknown_name('surface', str(kind), SURFACE_KINDS)}")
    if not 1 <= cfg.light.count[0] <= cfg.light.count[1] <= MAX_LIGHTS:
        raise ConfigError(f"{where}.light.count: {cfg.light.count}; a range within 1 .. {MAX_LIGHTS}, smaller first")
    return cfg


def _merge(base: Any, data: Any, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise ConfigError(f"{where}: expected a mapping, found {type(data).__name__}")
    known = {f.name for f in fields(base)}
    changes: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            raise ConfigError(f"{where}.{key}: {unknown_name('key', str(key), known)}")
        changes[key] = _value(getattr(base, key), value, f"{where}.{key}")
    try:
        return replace(base, **changes)
    except ConfigError as e:
        raise ConfigError(f"{where}.{e}") from e


def _value(old: Any, new: Any, where: str) -> Any:
    if hasattr(old, "__dataclass_fields__"):
        return _merge(old, new, where)
    if old is None or isinstance(old, str):
        if not (isinstance(new, str) or (old is None and new is None)):
            raise ConfigError(f"{where}: {new!r}; expected text")
        return new
    if isinstance(old, bool):
        if not isinstance(new, bool):
            raise ConfigError(f"{where}: {new!r}; it is true or false")
        return new
    if isinstance(old, tuple) and old and isinstance(old[0], str):
        if not isinstance(new, list) or not new:
            raise ConfigError(f"{where}: {new!r}; expected a list of names")
        return tuple(str(x) for x in new)
    if isinstance(old, tuple):
        pair = [new, new] if isinstance(new, (int, float)) else new
        if not isinstance(pair, list) or len(pair) != 2 or not all(_is_number(x) for x in pair) or pair[0] > pair[1]:
            raise ConfigError(f"{where}: {new!r}; expected [low, high]")
        return tuple(type(old[0])(x) for x in pair)
    if not _is_number(new) or new < 0:
        raise ConfigError(f"{where}: {new!r}; expected a number >= 0")
    return type(old)(new)


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float)) and not isinstance(x, bool) and math.isfinite(x)


# --- drawing ------------------------------------------------------------------------------------


def sample_appearance(
    cfg: RandomizeConfig,
    base_cameras: tuple[CameraSpec, ...],
    scene: Scene,
    rng: np.random.Generator,
    textures: TextureSource,
    table: TableSpec | None = None,
) -> Appearance:
    """Draw one appearance of a scene; an axis that is off gets its fixed default. The surfaces of `table` are drawn
    among those that suit it."""
    table = table or TableSpec()
    seeds = rng.integers(0, 2**62, size=len(AXES) + 1)
    draw = {axis: np.random.Generator(np.random.PCG64(int(s))) for axis, s in zip(AXES, seeds, strict=False)}
    on = {axis: bool(getattr(cfg, axis)) for axis in AXES}
    values: dict[str, Any] = {"axes": [axis for axis in AXES if on[axis]]}
    values["sky"] = _sky(cfg, draw["environment"] if on["environment"] else None, textures)
    values.update(_lights(cfg.light, values["sky"], draw["lights"] if on["lights"] else None, textures))
    surfaces = _Surfaces(textures, cfg.split)
    material = draw["table_material"] if on["table_material"] else None
    suits = tuple(k for k in cfg.table.kinds if k in table.top_kinds) or cfg.table.kinds
    values["table"] = surfaces.draw(replace(cfg.table, kinds=suits), material, "wood")
    values["legs"] = surfaces.legs(table, values["table"], material)
    background = draw["background"] if on["background"] else None
    floor, wall = surfaces.draw(cfg.floor, background, "stone"), surfaces.draw(cfg.wall, background, "plain")
    shows = (1.0, 0.0) if background is None else (background.random(), background.random())
    indoors = shows[0] >= cfg.open_probability
    values["floor"] = floor if indoors else None
    values["wall"] = wall if indoors and shows[1] < cfg.wall_probability else None
    objects = draw["object_material"] if on["object_material"] else None
    values["objects"] = [_object_look(cfg.object, objects) for _ in scene.assets]
    cameras = tuple(base_cameras)
    if on["camera_pose"]:
        cameras = tuple(_moved(c, cfg.camera, draw["camera_pose"]) for c in cameras)
    if on["camera_fov"]:
        cameras = tuple(_zoomed(c, cfg.camera, draw["camera_fov"]) for c in cameras)
    return Appearance(seed=int(seeds[-1]), cameras=cameras, values=values)


def _uniform(rng: np.random.Generator, r: Range) -> float:
    # Rounded so that the stored JSON is short; the rounded value is what is used.
    return round(float(rng.uniform(r[0], r[1])), 4)


def _sky(cfg: RandomizeConfig, rng: np.random.Generator | None, textures: TextureSource) -> dict[str, Any]:
    names = textures.environment_names(cfg.split)
    if not names:
        raise ConfigError(f"split '{cfg.split}': there are no environments in it; give more files or split: all")
    name = names[0 if rng is None else int(rng.integers(len(names)))]
    sky: dict[str, Any] = {"name": name}
    digest = textures.environment_hash(name)
    if digest is not None:
        sky["hash"] = digest
    if rng is None:
        return sky | {"yaw": 0.0, "exposure": 1.0}
    return sky | {"yaw": round(float(rng.uniform(-math.pi, math.pi)), 4), "exposure": _uniform(rng, (0.8, 1.2))}


def _tinted(level: float, colour: Array, share: float) -> list[float]:
    """`level` grey with a share of the colour's hue, the brightest channel at `level`."""
    c = np.asarray(colour, np.float64)
    c = c / max(float(c.max()), 1e-6)
    return [round(float(level * x), 4) for x in (1 - share) + share * c]


def _lights(
    r: LightRanges, sky: dict[str, Any], rng: np.random.Generator | None, textures: TextureSource
) -> dict[str, Any]:
    """Directional lights and ambient from the surroundings: key light near the sun or window.

    Fixed-function shading multiplies sRGB values, so the panorama's colours are used softened (`tint`)
    and its intensities not at all.
    """
    to_light, key_colour, ambient_colour = textures.environment_lights(sky["name"])
    azimuth = math.atan2(float(to_light[1]), float(to_light[0])) + sky["yaw"]
    elevation = math.asin(max(-1.0, min(1.0, float(to_light[2]))))
    low, high = (math.radians(e) for e in r.elevation_deg)
    count, share = 2, 0.4
    key, fill, ambient = 0.55, 0.12, 0.4
    if rng is not None:
        count = int(rng.integers(r.count[0], r.count[1] + 1))
        azimuth += math.radians(r.azimuth_jitter_deg) * float(rng.uniform(-1, 1))
        elevation = float(rng.uniform(low, high))
        key, fill, ambient, share = (_uniform(rng, x) for x in (r.key, r.fill, r.ambient, r.tint))
    lights = [_light(azimuth, min(max(elevation, low), high), _tinted(key, key_colour, share), True)]
    for k in range(1, count):
        # Fill lights come from the other side, lower and weaker.
        turn = math.pi + (0.6 if k == 1 else -1.3)
        lift = 0.7
        if rng is not None:
            turn += float(rng.uniform(-0.6, 0.6))
            lift = float(rng.uniform(0.4, 1.1))
        lights.append(_light(azimuth + turn, lift, _tinted(fill, ambient_colour, share), False))
    return {"lights": lights, "ambient": _tinted(ambient, ambient_colour, share)}


def _light(azimuth: float, elevation: float, colour: list[float], shadow: bool) -> dict[str, Any]:
    """A light shining from (azimuth, elevation) in W; `direction` is where its rays go."""
    c = math.cos(elevation)
    towards = (c * math.cos(azimuth), c * math.sin(azimuth), math.sin(elevation))
    return {
        "direction": [round(-x, 5) for x in towards],
        "diffuse": colour,
        "specular": [round(0.5 * x, 4) for x in colour],
        "shadow": shadow,
    }


def _gain(rng: np.random.Generator, brightness: Range, hue: float) -> list[float]:
    level = float(rng.uniform(*brightness))
    return [round(min(1.0, level * (1 + hue * float(x))), 4) for x in rng.uniform(-1, 1, 3)]


_METALS = (
    (0.78, 0.78, 0.8),
    (0.16, 0.16, 0.17),
    (0.9, 0.9, 0.89),
    (0.45, 0.46, 0.48),
    (0.74, 0.62, 0.4),
    (0.3, 0.2, 0.15),
)
_PAINTS = (
    (0.92, 0.91, 0.88),
    (0.13, 0.13, 0.14),
    (0.36, 0.42, 0.44),
    (0.5, 0.36, 0.26),
    (0.24, 0.34, 0.3),
    (0.62, 0.2, 0.16),
)


@dataclass(frozen=True)
class _Surfaces:
    """Draws surfaces by name from a split."""

    textures: TextureSource
    split: str

    def draw(self, r: SurfaceRanges, rng: np.random.Generator | None, kind: str) -> dict[str, Any]:
        """A surface: texture, metres a tile, gains, gloss. Without rng the first texture of `kind`."""
        if rng is None:
            tile = round((r.tile_m[0] + r.tile_m[1]) / 2, 4)
            name = self.textures.texture_names(kind, self.split)[0]
            return {"texture": name, "tile_m": tile, "gain": [0.9] * 3, "specular": 0.1, "shininess": 0.3}
        names = self.textures.texture_names(r.kinds[int(rng.integers(len(r.kinds)))], self.split)
        return {
            "texture": names[int(rng.integers(len(names)))],
            "tile_m": _uniform(rng, r.tile_m),
            "gain": _gain(rng, r.brightness, r.hue),
            "specular": _uniform(rng, r.specular),
            "shininess": _uniform(rng, r.shininess),
        }

    def legs(self, table: TableSpec, top: dict[str, Any], rng: np.random.Generator | None) -> dict[str, Any]:
        """The surface of a table's legs: that of the top, bare metal or paint (no texture), or wood of their own."""
        if rng is None:
            return dict(top)
        kinds = table.leg_kinds or ("match", "metal")
        kind = kinds[int(rng.integers(len(kinds)))]
        level = float(rng.uniform(0.85, 1.0))
        if kind in ("metal", "plain"):
            colours = _METALS if kind == "metal" else _PAINTS
            gain = [round(level * c, 4) for c in colours[int(rng.integers(len(colours)))]]
            gloss = (0.5, 0.6) if kind == "metal" else (0.15, 0.3)
            return {"texture": None, "tile_m": 1.0, "gain": gain, "specular": gloss[0], "shininess": gloss[1]}
        if kind == "match":
            return top | {"gain": [round(level * c, 4) for c in top["gain"]]}
        names = self.textures.texture_names(kind, self.split)
        name = names[int(rng.integers(len(names)))]
        return {"texture": name, "tile_m": 0.5, "gain": [round(level, 4)] * 3, "specular": 0.1, "shininess": 0.3}


def _object_look(r: ObjectRanges, rng: np.random.Generator | None) -> dict[str, Any]:
    """Gains multiply the material's own colour; None keeps its own specular and shininess."""
    if rng is None:
        return {"gain": [1.0, 1.0, 1.0], "specular": None, "shininess": None}
    return {
        "gain": _gain(rng, r.brightness, r.hue),
        "specular": _uniform(rng, r.specular),
        "shininess": _uniform(rng, r.shininess),
    }


def _moved(camera: CameraSpec, r: CameraRanges, rng: np.random.Generator) -> CameraSpec:
    hand = camera.parent == "hand"
    shift = (r.hand_position if hand else r.world_position) * rng.uniform(-1, 1, 3)
    angle = math.radians(r.hand_rotation_deg if hand else r.world_rotation_deg) * float(rng.uniform(-1, 1))
    axis = rng.normal(size=3)
    X = Pose.from_vector(camera.X_PC)
    moved = Pose(X.R @ quat_to_mat(axis_angle_quat(axis, angle)), X.p + shift)
    vector = np.round(moved.vector(), 9)
    vector[3:] /= np.linalg.norm(vector[3:])  # a rounded quaternion is no rotation, and readers differ in what they do
    return replace(camera, X_PC=vector)


def _zoomed(camera: CameraSpec, r: CameraRanges, rng: np.random.Generator) -> CameraSpec:
    return with_fovy(camera, fovy(camera) + math.radians(r.fov_deg) * float(rng.uniform(-1, 1)))


# --- storing ------------------------------------------------------------------------------------


def appearance_to_dict(appearance: Appearance) -> dict[str, Any]:
    """JSON-able form; `appearance_from_dict` gives back the same pictures bit for bit."""
    return {
        "seed": appearance.seed,
        "cameras": [camera_to_dict(c) for c in appearance.cameras],
        "values": appearance.values,
    }


def appearance_from_dict(data: Mapping[str, Any]) -> Appearance:
    """Inverse of `appearance_to_dict`."""
    cameras = tuple(camera_from_dict(c, f"appearance.cameras[{i}]") for i, c in enumerate(data["cameras"]))
    return Appearance(seed=int(data["seed"]), cameras=cameras, values=dict(data["values"]))
