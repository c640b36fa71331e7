"""Everything a run was asked for, as frozen records that survive a trip through JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, get_type_hints

import numpy as np
import yaml

from engine.errors import ConfigError, unknown_name
from engine.grasp.config import GraspConfig
from engine.layout.solver import LayoutConfig
from engine.render.randomize import SPLITS, RandomizeConfig, randomize_from_dict
from engine.sim.robot import RobotModel
from engine.sim.settle import SettleConfig
from engine.skills.pick_place import PlanConfig
from engine.skills.validate import ValidateConfig
from engine.table import TableSpec
from engine.types import PhysicsParams, Scene

Range = tuple[float, float]


@dataclass(frozen=True)
class PhysicsConfig:
    """Physics randomisation, drawn before planning. A range with equal ends switches an axis off.

    table_height: metres relative to the robot's base. friction: sliding coefficient as a factor of the
    object's own; mass and joint damping: factors. start_joint_noise: standard deviation in radians of the
    arm's start around its home. table: another table each attempt, from `table_split` of the named ones.
    """

    table_height: Range = (-0.05, 0.03)
    friction: Range = (0.8, 1.2)
    mass: Range = (0.8, 1.25)
    joint_damping: Range = (0.8, 1.25)
    start_joint_noise: float = 0.06
    table: bool = True
    table_split: str = "seen"

    def __post_init__(self) -> None:
        if self.table_split not in SPLITS:
            raise ConfigError(f"physics.table_split: {unknown_name('split', str(self.table_split), SPLITS)}")
        for name in ("table_height", "friction", "mass", "joint_damping"):
            lo, hi = getattr(self, name)
            if lo > hi:
                raise ConfigError(f"physics.{name} = ({lo}, {hi}): the lower end comes first")
        for name in ("friction", "mass", "joint_damping"):
            if getattr(self, name)[0] <= 0:
                raise ConfigError(f"physics.{name} starts at {getattr(self, name)[0]}; it must be positive")


class TableSource(Protocol):
    """Where tables come from, by name; `assets.tables` has one."""

    def names(self, split: str) -> tuple[str, ...]:
        """Names of the tables in a split."""
        ...

    def get(self, name: str) -> TableSpec:
        """The table of that name."""
        ...


def sample_table(cfg: PhysicsConfig, tables: TableSource, rng: np.random.Generator) -> TableSpec | None:
    """One of the tables; None, which is the default table, where the axis is off."""
    if not cfg.table:
        return None
    names = tables.names(cfg.table_split)
    return tables.get(names[int(rng.integers(len(names)))])


def sample_physics(
    cfg: PhysicsConfig,
    scene: Scene,
    robot: RobotModel,
    rng: np.random.Generator,
    tables: TableSource | None = None,
    table_rng: np.random.Generator | None = None,
) -> PhysicsParams:
    """One draw of the physics parameters for a scene. The table has a generator of its own, so that other draws do not
    depend on it; without source and generator it is the default one."""
    n = len(scene.assets)
    own = np.array([a.friction for a in scene.assets])
    noise = np.clip(rng.normal(size=7), -2, 2) * cfg.start_joint_noise
    return PhysicsParams(
        table_height=float(rng.uniform(*cfg.table_height)),
        friction=own * rng.uniform(*cfg.friction, size=n),
        mass_scale=rng.uniform(*cfg.mass, size=n),
        joint_damping_scale=float(rng.uniform(*cfg.joint_damping)),
        q_start=np.clip(robot.q_home + noise, robot.q_min + 0.1, robot.q_max - 0.1),
        table=sample_table(cfg, tables, table_rng) if tables is not None and table_rng is not None else None,
    )


@dataclass(frozen=True)
class Sources:
    """Where objects, tasks, surroundings and tables come from, as "module:callable" paths (the engine imports no
    assets or tasks of its own accord)."""

    library: str = "assets.source:open_library"
    tasks: str = "tasks.source:open_tasks"
    textures: str = "assets.surroundings:open_surroundings"
    tables: str = "assets.tables:open_tables"


@dataclass(frozen=True)
class RunConfig:
    """One run of the engine. `tasks`: how many of the benchmark, or with `task_file` that file's tasks. `split`:
    which of the library's objects queries may choose, "seen", "unseen" or "all"."""

    seed: int = 0
    tasks: int = 200
    task_file: str | None = None
    episodes: int = 5
    assets: str | None = None
    split: str = "seen"
    gripper: str = "panda_hand"
    renders: int = 1
    render: bool = True
    layout_only: bool = False
    keep_failures: bool = False
    depth: bool = False
    masks: bool = False
    camera_file: str | None = None
    max_attempts_per_episode: int = 8
    max_executions: int = 2
    min_pose_grasps: int = 6
    min_camera_height: float = 0.03  # of the camera on the hand above the table while it grasps, m
    renderer: str = "raster"
    physics: PhysicsConfig = field(default_factory=PhysicsConfig)
    layout: LayoutConfig = field(default_factory=LayoutConfig)
    settle: SettleConfig = field(default_factory=SettleConfig)
    grasp: GraspConfig = field(default_factory=GraspConfig)
    plan: PlanConfig = field(default_factory=PlanConfig)
    validate: ValidateConfig = field(default_factory=ValidateConfig)
    randomize: RandomizeConfig = field(default_factory=RandomizeConfig)
    sources: Sources = field(default_factory=Sources)

    def __post_init__(self) -> None:
        for name in ("tasks", "episodes", "renders", "max_attempts_per_episode", "max_executions", "min_pose_grasps"):
            if getattr(self, name) < 1:
                raise ConfigError(f"--{name.replace('_', '-')} {getattr(self, name)}: give a number of at least 1")

    @property
    def max_attempts(self) -> int:
        """The iteration budget of a task: attempts after which it counts as failed."""
        return self.max_attempts_per_episode * self.episodes + 8

    def to_json(self) -> dict[str, Any]:
        """Plain nested dictionaries and lists."""
        return plain(dataclasses.asdict(self))


def plain(value: Any) -> Any:
    """A JSON-able copy: tuples become lists, numpy numbers Python numbers."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return value


def _number(v: Any) -> bool:
    return isinstance(v, (int, float)) and not isinstance(v, bool)


_PAIR = ("[low, high]", lambda v: isinstance(v, list) and len(v) == 2 and all(_number(x) for x in v))
_FORMS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "start_joint_noise": ("a number", _number),
    "table": ("true or false", lambda v: isinstance(v, bool)),
    "table_split": ("one of " + ", ".join(SPLITS), lambda v: isinstance(v, str)),
}


def load_randomization(path: str | Path) -> tuple[RandomizeConfig, PhysicsConfig]:
    """Ranges from one YAML: a `physics` section (fields of PhysicsConfig), the rest fields of RandomizeConfig.

    Keys left out keep their defaults; unknown ones raise ConfigError with the place and the nearest name.
    """
    path = Path(path)
    try:
        data = yaml.safe_load(path.read_text()) or {}
    except (OSError, yaml.YAMLError) as e:
        raise ConfigError(f"{path}: cannot be read as a randomisation file: {e}") from e
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected sections such as 'physics' or 'light', found {type(data).__name__}")
    physics = data.pop("physics", {})
    if not isinstance(physics, dict):
        raise ConfigError(f"{path}: physics: expected fields such as 'friction: [0.8, 1.2]', found {physics!r}")
    for key, value in physics.items():
        form, fits = _FORMS.get(key, _PAIR)
        if key in PhysicsConfig.__dataclass_fields__ and not fits(value):
            raise ConfigError(f"{path}: physics.{key}: {value!r}; give {form}")
    try:
        return randomize_from_dict(data, str(path)), from_json(PhysicsConfig, physics, "physics")
    except ConfigError as e:
        raise e if str(path) in str(e) else ConfigError(f"{path}: {e}") from e


def from_json(cls: type, data: dict[str, Any], where: str = "config") -> Any:
    """Rebuild a frozen dataclass from `plain` form; unknown keys raise ConfigError with the nearest name."""
    known = {f.name: f for f in dataclasses.fields(cls)}
    types = get_type_hints(cls)
    for key in data:
        if key not in known:
            raise ConfigError(f"{where}.{key}: " + unknown_name("setting", key, known))
    out: dict[str, Any] = {}
    for key, value in data.items():
        inner = types[key]
        if dataclasses.is_dataclass(inner) and isinstance(value, dict):
            assert isinstance(inner, type)
            out[key] = from_json(inner, value, f"{where}.{key}")
        else:
            out[key] = _frozen(value)
    return cls(**out)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value
