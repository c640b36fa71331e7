"""From a scene to start poses: what is possible, the backtracking solver, and its geometry."""
