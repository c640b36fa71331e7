"""Pages to look at: all surfaces by kind, all environments, tables as they are drawn."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from assets.environments import PER_KIND, PLACES
from assets.surfaces import texture
from assets.surroundings import Surroundings
from assets.tables import Tables
from engine.backends import make_renderer
from engine.render.base import compile_visual
from engine.render.randomize import RandomizeConfig, sample_appearance
from engine.render.surroundings import tone_mapped
from engine.rng import rng
from engine.sim.cameras import camera_from_dict
from engine.sim.robot import load_robot
from engine.types import U8, PhysicsParams, Scene, TaskSpec


def page(pictures: list[U8], columns: int, labels: list[str] | None = None) -> Image.Image:
    """Equal pictures (h, w, 3) in rows of `columns`, each with its label in the corner."""
    h, w = pictures[0].shape[:2]
    out = Image.new("RGB", (columns * w, -(-len(pictures) // columns) * h))
    pen = ImageDraw.Draw(out)
    for k, picture in enumerate(pictures):
        at = (k % columns * w, k // columns * h)
        out.paste(Image.fromarray(picture), at)
        if labels:
            box = pen.textbbox((at[0] + 3, at[1] + 2), labels[k])
            pen.rectangle((box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 1), fill=(0, 0, 0))
            pen.text((at[0] + 3, at[1] + 2), labels[k], fill=(255, 255, 255))
    return out


def surface_page(names: tuple[str, ...], size: int = 96, columns: int = 20) -> Image.Image:
    """Surfaces side by side, each once."""
    small = [np.asarray(Image.fromarray(texture(n)).resize((size, size), Image.Resampling.BOX)) for n in names]
    return page(small, columns)


def environment_page(surroundings: Surroundings, columns: int = 5) -> Image.Image:
    """All environments, tone-mapped, a kind in two rows."""
    names = [f"{kind}/{k}" for kind in PLACES for k in range(PER_KIND)]
    pictures = []
    for name in names:
        full = Image.fromarray(tone_mapped(surroundings.panorama(name), 1.0))
        pictures.append(np.asarray(full.resize((320, 160), Image.Resampling.BOX)))
    return page(pictures, columns, names)


def table_page(surroundings: Surroundings, names: tuple[str, ...], size: int = 200, columns: int = 12) -> Image.Image:
    """Tables with the robot behind them, each with its own surfaces and surroundings."""
    robot = load_robot()
    scene = Scene(TaskSpec("tables", (), ()), (), ())
    visual = compile_visual(robot, scene, surroundings, max_px=2 * size)
    renderer = make_renderer("raster")
    renderer.open(visual)
    eye = {"eye": [2.6, -2.0, 0.75], "target": [0.5, 0.0, -0.35]}
    camera = camera_from_dict({"name": "side", "width": size, "height": size, "fovy_deg": 38.0} | eye)
    pictures = []
    for name in names:
        table = Tables().get(name)
        none = np.zeros(0)
        visual.sm.apply(PhysicsParams(0.0, none, none, q_start=robot.q_home, table=table))
        stream = rng(0, "showroom", name)
        look = sample_appearance(RandomizeConfig(split="all"), (camera,), scene, stream, surroundings, table)
        state = visual.sm.qpos_from(robot.q_home, np.zeros((0, 7)))
        pictures.append(renderer.render(state, look, 0, instance=False).rgb)
    renderer.close()
    return page(pictures, columns, [f"{n} {Tables().get(n).height:.2f} m" for n in names])
