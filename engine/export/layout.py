"""Where the files of a LeRobotDataset v3.0 are, and of what goes along with it."""

from __future__ import annotations

CHUNK = 1000
"""Files per chunk folder (`chunks_size`)."""

EPISODES_PER_FILE = 2000
"""Rows of one file of the episodes table."""

EXTRA = "meta/groundwork"
"""What this project stores beyond the format."""

PARTS = ("meta", "data", "videos", "sidecars")
"""Folders of a dataset; `meta` is first because it is the first to go and the last to come."""

DATA_TEMPLATE = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
VIDEO_TEMPLATE = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"

EPISODE_COLUMNS = (
    "episode_index",
    "tasks",
    "length",
    "dataset_from_index",
    "dataset_to_index",
    "data/chunk_index",
    "data/file_index",
    "meta/episodes/chunk_index",
    "meta/episodes/file_index",
    "instructions",
    "task_id",
    "success",
    "groundwork/task_index",
    "groundwork/attempt",
    "groundwork/render",
    "groundwork/meta_offset",
    "groundwork/meta_bytes",
)
"""Columns of the episodes table besides those of the videos and the statistics."""

_IMAGE = "observation.images."


def image_key(camera: str) -> str:
    """Feature name of a camera: "front" -> "observation.images.front"."""
    return camera if camera.startswith(_IMAGE) else _IMAGE + camera


def camera_name(key: str) -> str:
    """Inverse of `image_key`."""
    return key.removeprefix(_IMAGE)


def _numbered(number: int) -> str:
    return f"chunk-{number // CHUNK:03d}/file-{number % CHUNK:03d}"


def data_path(number: int) -> str:
    """The number-th data file."""
    return f"data/{_numbered(number)}.parquet"


def episodes_path(number: int) -> str:
    """The number-th file of the episodes table."""
    return f"meta/episodes/{_numbered(number)}.parquet"


def video_path(key: str, episode: int) -> str:
    """The video of an episode; this project writes one file per episode and camera."""
    return f"videos/{key}/{_numbered(episode)}.mp4"


def sidecar_path(name: str, episode: int) -> str:
    """A sidecar file of an episode: "depth.front.mkv" -> sidecars/depth.front/chunk-000/file-000.mkv."""
    stem, dot, suffix = name.rpartition(".")
    return f"sidecars/{stem if dot else name}/{_numbered(episode)}{dot}{suffix if dot else ''}"
