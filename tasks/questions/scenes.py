"""Views of fresh scenes: solved layouts drawn alone, from the standard cameras and from sampled viewpoints.

Nothing is planned or executed, so there are no trajectories. The arm stands somewhere over the table, as it would in
the middle of a task: were it always at its start, high above everything, each object would be "down" from it. Grasp
points are those of the grasp library that fit into the scene; they are looked up for the objects of the benchmark,
whose grasps are made once and kept in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.config import RunConfig
from engine.frames import Pose
from engine.grasp.cache import grasps_for
from engine.grasp.filter import filter_in_scene
from engine.plan.collision import CollisionWorld
from engine.rng import rng
from engine.sim.cameras import camera_pose, in_image, project_points
from engine.sim.robot import cache_root
from engine.skills.validate import StateProbe
from engine.types import F64, PHASES, U8, CameraSpec, Failure, Grasp
from tasks.questions.dataset_views import visible_fraction
from tasks.questions.grounding_points import WORK_X, WORK_Y
from tasks.questions.resize import ResizeConfig, smart_resize
from tasks.questions.view import OBJECT_ID, Plan, Sight, View, boxes_and_pixels
from tasks.scenes import STREAM, FreshScene, FreshScenes

ARM_MOVED = 0.8
"""Share of the layouts in which the arm is not at its start."""
_ARM_TRIES = 6
_TILT = np.deg2rad(20.0)
_ARM_CLEAR = 0.01  # m between the arm and everything else
_NEAR_OBJECT = 0.6  # share of arm poses whose hand is drawn beside an object; else anywhere over the table


class SceneViews:
    """Makes views of groups of fresh scenes (see `tasks.scenes`). Group g is a function of the settings and g alone.

    layouts: of each group's objects; views: sampled cameras beside the standard ones, for every layout. width, height:
    pixels of the pictures. grasps: look grasp points up.
    """

    def __init__(
        self,
        cfg: RunConfig,
        *,
        layouts: int = 12,
        views: int = 6,
        width: int | None = None,
        height: int | None = None,
        grasps: bool = True,
        resize: ResizeConfig | None = None,
        sight: Sight | None = None,
    ) -> None:
        self.fresh = FreshScenes(cfg, layouts=layouts, views=views, width=width, height=height)
        self.resize, self.sight, self.grasps = resize or ResizeConfig(), sight or Sight(), grasps
        self._known: dict[str, tuple[Grasp, ...]] = {}

    def group(self, index: int) -> Iterator[View]:
        """Views of a group's layouts, one camera after the other."""
        for start in self.fresh.group(index):
            with self.fresh.clock("arm"):
                made = replace(start, qpos=self._arm(start))
            probe = StateProbe(made.sm)
            X_WG = probe.hand(made.qpos)
            grasp = self._grasp(made) if self.grasps else None
            for number in range(len(made.appearance.cameras)):
                yield self._view(made, number, X_WG, grasp)

    def _arm(self, made: FreshScene) -> F64:
        """The layout's qpos (nq,) with the arm put somewhere over the table, clear of everything, hand open; as it was
        where a few draws find no such pose."""
        draw = rng(self.fresh.cfg.seed, STREAM, made.group, made.number, "arm")
        if draw.uniform() >= ARM_MOVED:
            return made.qpos
        world, opening = None, made.sm.robot.gripper.max_width
        for _ in range(_ARM_TRIES):
            q = self.fresh.kin.ik(hand_pose(draw, made.state.poses, made.physics.table_height))
            if q is None:
                continue
            world = world or CollisionWorld(made.sm, made.physics, made.state.poses, kin=self.fresh.kin)
            if world.check(q, opening) > _ARM_CLEAR:
                return made.sm.qpos_from(q, made.state.poses, opening)
        return made.qpos

    def _view(self, made: FreshScene, number: int, X_WG: Pose, grasp: Grasp | None) -> View:
        spec = made.appearance.cameras[number]
        with self.fresh.clock("render"):
            buffers = self.fresh.renderer.render(made.qpos, made.appearance, number, instance=True)
            assert buffers.instance is not None
            boxes, pixels = boxes_and_pixels(buffers.instance, len(made.scene.assets))
            fraction = visible_fraction(self.fresh.renderer, made.qpos, made.appearance, number, pixels)
        height, width = smart_resize(spec.height, spec.width, self.resize)
        X_WC = camera_pose(spec, X_WG)
        return View(
            state=made.state,
            camera=spec,
            X_WC=X_WC.vector(),
            rgb=buffers.rgb,
            mask=buffers.instance,
            boxes=boxes,
            pixels=pixels,
            fraction=fraction,
            size=(width, height),
            ee_pose=X_WG.vector(),
            # Here the hand is always empty: questions about it would always have the same answer.
            grasped=None,
            target=made.target,
            container=made.container,
            goal=made.task.goal[0].kind,
            source=(
                ("scene", made.group),
                ("layout", made.number),
                ("camera", spec.name),
                ("seed", self.fresh.cfg.seed),
            ),
            sight=self.sight,
            plan=self._plan(made, grasp, spec, X_WC, X_WG, buffers.instance),
        )

    def _plan(
        self, made: FreshScene, grasp: Grasp | None, spec: CameraSpec, X_WC: Pose, X_WG: Pose, mask: U8
    ) -> Plan | None:
        """What is known of how the target would be grasped; nothing else is planned."""
        if grasp is None:
            return None
        X_WG_grasp = Pose.from_vector(made.state.poses[made.target]) @ Pose.from_vector(grasp.X_OG)
        uv, z = project_points(X_WG_grasp.p, X_WC, spec)
        seen = bool(in_image(uv, z, spec))
        if seen:
            x, y = np.rint(uv).astype(int).clip(0, [spec.width - 1, spec.height - 1])
            seen = int(mask[y, x]) == OBJECT_ID + made.target
        return Plan(
            ee_poses=X_WG.vector()[None],
            fps=1.0,
            phase=PHASES.index("approach"),
            grasp_uv=uv,
            grasp_seen=seen,
            X_WG_grasp=X_WG_grasp.vector(),
            finger_width=grasp.width,
        )

    def _grasp(self, made: FreshScene) -> Grasp | None:
        """The best grasp of the target that fits into the scene; None for objects beyond the benchmark."""
        if not made.task.task_id.startswith("benchmark"):
            return None
        with self.fresh.clock("grasps"):
            asset, cfg = made.scene.assets[made.target], self.fresh.cfg.grasp
            if asset.asset_id not in self._known:
                found = grasps_for(asset, self.fresh.robot, cfg, cache_root())
                self._known[asset.asset_id] = () if isinstance(found, Failure) else found
            grasps = self._known[asset.asset_id]
            poses = [Pose.from_vector(p) for p in made.state.poses]
            obstacles = [(a, p) for a, p in zip(made.scene.assets, poses, strict=True) if a is not asset]
            kept, tilts = filter_in_scene(
                list(grasps), poses[made.target], obstacles, made.physics.table_height, self.fresh.robot.gripper, cfg
            )
            if len(kept) == 0:
                return None
            # Steep and sure: the score counts as much as a radian less of tilt.
            return grasps[int(kept[int(np.argmax([grasps[k].score - t for k, t in zip(kept, tilts, strict=True)]))])]


def hand_pose(draw: np.random.Generator, poses: F64, table_height: float) -> Pose:
    """A pose X_WG of a hand at work: the fingers down, tilted by 20 degrees at most and turned anyhow, 4 to 40 cm above
    the table (low ones more often), beside one of the objects at `poses` (n, 7) or anywhere over the table."""
    if draw.uniform() < _NEAR_OBJECT:
        angle, r = draw.uniform(-np.pi, np.pi), draw.uniform(0.0, 0.2)
        xy = poses[int(draw.integers(len(poses))), :2] + r * np.array([np.cos(angle), np.sin(angle)])
    else:
        xy = draw.uniform((WORK_X[0], WORK_Y[0]), (WORK_X[1], WORK_Y[1]))
    z = table_height + 0.04 + 0.36 * draw.uniform() ** 2
    yaw, lean, tilt = draw.uniform(-np.pi / 2, np.pi / 2), draw.uniform(-np.pi, np.pi), draw.uniform(0.0, _TILT)
    down = Pose.from_pq([*xy, z], [0.0, np.cos(yaw / 2), np.sin(yaw / 2), 0.0])
    axis = np.sin(tilt / 2) * np.array([np.cos(lean), np.sin(lean), 0.0])
    return down @ Pose.from_pq([0.0, 0.0, 0.0], [np.cos(tilt / 2), *axis])
