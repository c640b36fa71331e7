"""Grasps of an object: sampled on its collision shape, shaken in physics, cached, filtered in a scene.

grasps = grasps_for(asset, robot, cfg, cache_dir)          # tuple[Grasp, ...] | Failure, once per asset
feasible_by_pose(asset, grasps, robot.gripper, cfg)        # which resting poses allow a grasp at all
rows, tilts = filter_in_scene(grasps, X_WO, obstacles, table_height, robot.gripper, cfg)
feasible = [grasps[i] for i in rows]
order = order_for_attempt(feasible, X_WO, attempt, rng)    # positions in `feasible`, best first
"""
