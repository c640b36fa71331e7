"""Settings of grasp sampling, scene filtering and shaking."""

from __future__ import annotations

from dataclasses import dataclass, fields

from engine.errors import ConfigError


@dataclass(frozen=True)
class GraspConfig:
    """Lengths in metres, angles in radians, accelerations in m/s^2, times in seconds.

    Every field is part of the cache key, so that a changed setting never meets old grasps.
    """

    # Sampling.
    lines: int = 500  # lines shot through the object; each may give several antipodal pairs
    rounds: int = 4  # at most; one is enough for most objects
    rolls: int = 16  # approach directions about each closing axis
    candidates: int = 5000  # at most this many go on to the collision tests
    scored: int = 1200  # and of those that pass, at most this many are scored
    cone_friction: float = 0.36  # coefficient of the friction cone that both contact normals must lie in
    min_width: float = 0.002
    width_clearance: float = 0.004  # free on either side between the open fingers and the object
    contact_tolerance: float = 0.0015  # how far a closed finger box may reach into the object
    visual_tolerance: float = 0.0035  # the same against the drawn mesh, which may stand 2 mm proud of its collision
    open_clearance: float = 0.001  # open fingers, all along the approach, to the object
    palm_clearance: float = 0.003
    keep: int = 120  # grasps kept after diversification
    # Feasibility on a table and among neighbours.
    max_tilt: float = 1.45  # approach direction from straight down
    tilted: float = 0.5236  # an approach above this angle counts as tilted
    table_clearance: float = 0.002
    neighbour_clearance: float = 0.005
    approach_distance: float = 0.08  # the straight last stretch, swept in the checks
    wrist_half: float = 0.05  # half width of the arm behind the palm, against the table only
    wrist_length: float = 0.12
    # Shaking.
    shake: int = 72  # grasps shaken at first
    shake_more: int = 48  # and again as many while fewer than `shake_enough` hold
    shake_enough: int = 36
    shake_acceleration: float = 17.0  # gravity plus 0.75 g of the arm's motion
    shake_time: float = 0.12  # in each of six directions
    close_time: float = 0.4
    shake_slip: float = 0.012  # a translation that scores zero
    shake_turn: float = 0.5  # a rotation that scores zero
    shake_friction_scale: float = 0.8  # the object is shaken more slippery than it is
    min_score: float = 0.35  # shaken grasps below this are dropped

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if value <= 0:
                raise ConfigError(f"GraspConfig.{f.name} = {value}; it must be positive")
        if self.min_score >= 1:
            raise ConfigError(f"GraspConfig.min_score = {self.min_score}; scores lie in [0, 1], so give less than 1")
