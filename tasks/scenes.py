"""Fresh scenes without trajectories: objects chosen, laid out, settled and ready to be drawn, from a seed alone.

    with FreshScenes(cfg, layouts=4, views=4) as fresh:
        for made in fresh.group(17):                       # up to 4 layouts of the objects of group 17
            buffers = fresh.renderer.render(made.qpos, made.appearance, 0, depth=True)

A group is one set of objects, compiled once; its layouts and looks share that. Group g is a pure function of
(cfg.seed, g) and the settings: any process may make any group. Held-out objects, places, tables and textures stay
held out as `cfg` says (`split`, `layout.held_out`, `physics.table_split`, `randomize.split`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np

from assets.source import JointLibrary
from engine.backends import make_renderer
from engine.config import RunConfig
from engine.errors import ConfigError, TaskError
from engine.execute.child import load_entry
from engine.pipeline import StageClock, TaskContext, base_cameras, draw_layout
from engine.render.base import AbstractRenderer, compile_visual, framebuffer_px
from engine.render.randomize import sample_appearance
from engine.render.viewpoints import ViewpointConfig, sample_viewpoints, with_size
from engine.rng import rng
from engine.sim.cameras import view_camera
from engine.sim.control import Simulator
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import SceneModel, compile_scene
from engine.sim.robot import RobotModel, load_robot
from engine.skills.validate import StateProbe
from engine.types import F64, Appearance, AssetLibrary, CameraSpec, Layout, PhysicsParams, Scene, TaskSpec, WorldState
from tasks.benchmark import BENCHMARK_SIZE, benchmark_task, draw_task, library_size, make_spec
from tasks.scene import confusable, resolve_scene
from tasks.spec import load_task

STREAM = "fresh"
"""First key of every generator used here, so that no scene repeats one of a run with the same seed."""

_TRIES = 20  # draws of a group's objects before its error is passed on


@dataclass(frozen=True)
class SceneMix:
    """What the groups are made of.

    benchmark: share of groups with the objects of a benchmark task; the others have a target and container of the
    library with objects beside them. fewest, most: how many of those, uniform. alike: share of the library's groups in
    which two to four of the objects beside are of one family, so that there is something to count and to tell apart.
    """

    benchmark: float = 0.3
    fewest: int = 3
    most: int = 9
    alike: float = 0.5

    def __post_init__(self) -> None:
        if not (0 <= self.benchmark <= 1 and 0 <= self.alike <= 1):
            raise ConfigError(f"scenes: benchmark = {self.benchmark}, alike = {self.alike}: shares lie within 0 .. 1")
        if not 0 <= self.fewest <= self.most <= 9:
            raise ConfigError(f"scenes: fewest = {self.fewest}, most = {self.most}: 0 <= fewest <= most <= 9")


@dataclass(frozen=True, eq=False)
class FreshScene:
    """One layout of a group at rest, with its look.

    qpos (nq,): state for the renderer (arm at its start, hand open). state: poses, contacts and the third-person
    camera. appearance.cameras: the standard cameras first, then view_00, ... . target, container: object indices.
    """

    group: int
    number: int  # of the layout in its group
    task: TaskSpec
    scene: Scene
    sm: SceneModel  # collision model, this layout's physics applied
    physics: PhysicsParams
    layout: Layout
    qpos: F64
    state: WorldState
    appearance: Appearance
    target: int
    container: int


class FreshScenes:
    """Makes groups of fresh scenes; one per process. See the module.

    layouts: how many of each group (those that find no place are left out). views: cameras sampled round the workspace,
    new ones for every layout. width, height: pixels of all cameras (None: the standard ones keep theirs, views are
    224 x 224). draw: False makes layouts only, without renderer.
    """

    def __init__(
        self,
        cfg: RunConfig,
        *,
        layouts: int = 4,
        views: int = 4,
        width: int | None = None,
        height: int | None = None,
        mix: SceneMix | None = None,
        viewpoints: ViewpointConfig | None = None,
        draw: bool = True,
        robot: RobotModel | None = None,
    ) -> None:
        if layouts < 1 or views < 0:
            raise ConfigError(f"layouts = {layouts}, views = {views}: at least 1 layout and no fewer than 0 views")
        self.cfg, self.layouts, self.views = cfg, layouts, views
        self.mix, self.viewpoints = mix or SceneMix(), viewpoints or ViewpointConfig()
        self.library: AssetLibrary = load_entry(cfg.sources.library)(cfg.assets, cfg.split)
        self.textures = load_entry(cfg.sources.textures)(cfg.randomize.environments)
        self.tables = load_entry(cfg.sources.tables)()
        self.robot = robot or load_robot(cfg.gripper)
        self.kin = ArmKinematics(self.robot)
        self.size = (width or 224, height or width or 224)
        cameras = base_cameras(cfg)
        self.cameras: tuple[CameraSpec, ...] = cameras if width is None else with_size(cameras, *self.size)
        self.clock = StageClock()
        self.refused: dict[str, int] = {}
        """Layouts and groups left out, by reason."""
        self._own = self.library.own if isinstance(self.library, JointLibrary) else None
        self._renderer: AbstractRenderer | None = make_renderer(cfg.renderer) if draw else None

    @property
    def renderer(self) -> AbstractRenderer:
        """The renderer, opened on the group at hand; raises ConfigError when made with draw=False."""
        if self._renderer is None:
            raise ConfigError("these fresh scenes are not drawn (draw=False); make them with draw=True")
        return self._renderer

    # --- groups -----------------------------------------------------------------------------------

    def group(self, index: int) -> Iterator[FreshScene]:
        """The layouts of a group, in order. The renderer is open on the group's scene, with the layout's table."""
        with self.clock("objects"):
            spec, scene = self._scene(index)
        ctx = self._context(index, spec, scene)
        opened = False
        for k in range(self.layouts):
            made = self._layout(index, k, ctx)
            if made is None:
                continue
            if self._renderer is not None:
                with self.clock("compile"):
                    if not opened:
                        px = framebuffer_px(made.appearance.cameras)
                        self._renderer.open(compile_visual(self.robot, scene, self.textures, max_px=px))
                        opened = True
                    assert self._renderer.scene is not None
                    self._renderer.scene.sm.apply(made.physics)
            yield made

    def _stream(self, index: int, *keys: str | int) -> np.random.Generator:
        return rng(self.cfg.seed, STREAM, index, *keys)

    def _scene(self, index: int) -> tuple[TaskSpec, Scene]:
        """A group's task and objects. A draw that cannot be (no container fits, objects too alike) is made again."""
        for again in range(_TRIES):
            try:
                spec = self._task(index, self._stream(index, "task", again))
                return spec, resolve_scene(spec, self.library, self._stream(index, "scene", again))
            except TaskError:
                if again + 1 == _TRIES:
                    raise
                self._refuse("objects")
        raise AssertionError("unreachable")

    def _task(self, index: int, draw: np.random.Generator) -> TaskSpec:
        if self.cfg.task_file is not None:
            return load_task(self.cfg.task_file)
        # The benchmark's tasks are made of what training may see; other splits have their own objects.
        share = self.mix.benchmark if self._own is None and self.cfg.split in ("seen", "all") else 0.0
        if draw.uniform() < share:
            return benchmark_task(int(draw.integers(BENCHMARK_SIZE)))
        number = int(draw.integers(library_size(self.library, self._own)))
        spec = draw_task(number, self.library, self._own, name="fresh")
        others = [r.instance for r in spec.roles[2:] if r.instance is not None]
        keep = int(draw.integers(self.mix.fewest, self.mix.most + 1))
        others = [others[int(j)] for j in draw.permutation(len(others))[:keep]]
        target, container = (str(r.instance) for r in spec.roles[:2])
        if others and draw.uniform() < self.mix.alike:
            others = self._alike(others, (target, container), draw)
        return make_spec(f"fresh_{index:06d}", target, container, others, spec.goal[0].kind)

    def _alike(self, others: list[str], taken: tuple[str, ...], draw: np.random.Generator) -> list[str]:
        """The objects beside, some of them replaced by relatives of the first one."""
        family = others[0].split("/", 1)[0]
        relatives = [a for a in self.library.ids() if a.split("/", 1)[0] == family and a != others[0]]
        fixed = [self.library.get(a) for a in taken]
        wanted = int(draw.integers(1, 4))
        chosen: list[str] = []
        for j in draw.permutation(len(relatives))[:12]:
            asset = self.library.get(relatives[int(j)])
            if len(chosen) == wanted:
                break
            if asset.stable_poses and not any(confusable(asset, t) for t in fixed):
                chosen.append(asset.asset_id)
        rest = [a for a in others[1:] if a not in chosen]
        return [others[0], *chosen, *rest][: max(len(others), 1 + len(chosen))]

    # --- layouts ----------------------------------------------------------------------------------

    def _context(self, index: int, spec: TaskSpec, scene: Scene) -> TaskContext:
        """What `draw_layout` asks for; nobody will grasp here, so any resting pose of the target will do."""
        with self.clock("compile"):
            sm = compile_scene(self.robot, scene)
        context = TaskContext(index, spec, scene, sm, Simulator(sm), StateProbe(sm), (), self.cameras, self.tables)
        poses = tuple(range(len(scene.assets[context.target].stable_poses)))
        return replace(context, graspable_poses=poses, layout_scene=scene)

    def _layout(self, index: int, k: int, ctx: TaskContext) -> FreshScene | None:
        with self.clock("layout"):
            out = draw_layout(self.cfg, ctx, self.kin, k, lambda stage: self._stream(index, k, stage))
        if out.failure is not None or out.layout is None or out.qpos0 is None:
            self._refuse("layout" if out.failure is None else out.failure.reason)
            return None
        with self.clock("appearance"):
            w, h = self.size
            views = sample_viewpoints(
                self.views, self._stream(index, k, "views"), width=w, height=h, cfg=self.viewpoints
            )
            look = sample_appearance(
                self.cfg.randomize,
                self.cameras,
                ctx.scene,
                self._stream(index, k, "appearance"),
                self.textures,
                out.physics.table,
            )
            appearance = replace(look, cameras=(*look.cameras, *views))
            third = view_camera(look.cameras).X_PC
            state = ctx.probe.at(out.qpos0, np.zeros(ctx.sm.model.nv), third)
        return FreshScene(
            group=index,
            number=k,
            task=ctx.spec,
            scene=ctx.scene,
            sm=ctx.sm,
            physics=out.physics,
            layout=out.layout,
            qpos=out.qpos0,
            state=state,
            appearance=appearance,
            target=ctx.target,
            container=ctx.container,
        )

    def _refuse(self, reason: str) -> None:
        self.refused[reason] = self.refused.get(reason, 0) + 1

    # --- life -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Free the graphics context; safe to call twice."""
        if self._renderer is not None:
            self._renderer.close()

    def __enter__(self) -> FreshScenes:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
