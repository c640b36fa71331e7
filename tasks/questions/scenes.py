"""Views of fresh scenes: solved layouts drawn alone, from the standard cameras and from sampled viewpoints.

Nothing is planned or executed, so there are no trajectories. Grasp points are those of the grasp library that fit into
the scene; they are looked up for the objects of the benchmark, whose grasps are made once and kept in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.config import RunConfig
from engine.frames import Pose
from engine.grasp.cache import grasps_for
from engine.grasp.filter import filter_in_scene
from engine.sim.cameras import camera_pose, in_image, project_points
from engine.sim.robot import cache_root
from engine.skills.validate import StateProbe
from engine.types import PHASES, U8, CameraSpec, Failure, Grasp
from tasks.questions.dataset_views import visible_fraction
from tasks.questions.resize import ResizeConfig, smart_resize
from tasks.questions.view import OBJECT_ID, Plan, Sight, View, boxes_and_pixels
from tasks.scenes import FreshScene, FreshScenes


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
        for made in self.fresh.group(index):
            probe = StateProbe(made.sm)
            X_WG = probe.hand(made.qpos)
            grasp = self._grasp(made) if self.grasps else None
            for number in range(len(made.appearance.cameras)):
                yield self._view(made, number, X_WG, grasp)

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
            grasped=np.zeros(len(made.scene.assets), bool),
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
