"""Conversation sets as trainers of vision-language models keep them: JSONL or JSON, one conversation with images each.

Read are the forms of Qwen-VL's and LLaVA's trainers (`conversations` of `from`/`value`, `image` or `images`) and of
chat messages (`messages` of `role`/`content`, as ShareGPT-style and OpenAI-style files have them). All become one
`Conversation`. A line without images is text only. Nothing is parsed before it is asked for.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import DatasetError

IMAGE = "<image>"
"""Where an image goes in a text."""
ROLES = {
    **dict.fromkeys(("human", "user"), "user"),
    **dict.fromkeys(("gpt", "assistant", "model", "bot"), "assistant"),
    "system": "system",
}
_CHUNK = 1 << 24


@dataclass(frozen=True)
class Turn:
    """One message. role: "system", "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True)
class Conversation:
    """One sample. images: files, in the order of the `<image>` marks in the texts. kind: "box", "caption", ... or "".
    record: the line as it was read. place: "file:line" for messages."""

    id: str
    images: tuple[Path, ...]
    turns: tuple[Turn, ...]
    kind: str
    record: dict[str, Any]
    place: str

    def load_images(self) -> list[Image.Image]:
        """The images in RGB. Raises DatasetError that names file and line when one cannot be read."""
        out = []
        for path in self.images:
            try:
                with Image.open(path) as image:
                    out.append(image.convert("RGB"))
            except OSError as error:
                raise DatasetError(
                    f"{self.place}: image {path} cannot be read ({error}); is the folder right?"
                ) from error
        return out

    def messages(self) -> list[dict[str, Any]]:
        """The form that chat templates take: role and content, content a list of {"type": "image"} and text parts.

        The images go to the processor beside it, in the order of `images`.
        """
        out = []
        for turn in self.turns:
            content: list[dict[str, str]] = []
            for k, text in enumerate(turn.text.split(IMAGE)):
                content += [{"type": "image"}] if k else []
                text = text.strip("\n")
                content += [{"type": "text", "text": text}] if text else []
            out.append({"role": turn.role, "content": content})
        return out


class ConversationFile:
    """One JSONL (or JSON list) file, by number: len() and []. The lines are found at once, parsed when asked for.

    images: the folder that image paths are relative to (default: the file's own). kinds: only conversations of these
    kinds; then every line is parsed once. Raises DatasetError for files that are missing or empty. May be pickled and
    read from several processes and threads.
    """

    def __init__(self, path: str | Path, images: str | Path | None = None, kinds: Sequence[str] = ()) -> None:
        self.path = Path(path)
        self.images = Path(images) if images is not None else self.path.parent
        if not self.path.is_file():
            raise DatasetError(f"no conversation file {self.path}; give a .jsonl or .json file or a folder of them")
        self._fd: int | None = None
        self._items: list[Any] | None = None
        self._spans, self._lines = self._find()
        self._chosen: NDArray[np.int64] | None = None
        if kinds:
            wanted = {str(k) for k in kinds}
            stat = self.path.stat()
            found = _line_kinds(str(self.path), stat.st_mtime_ns, stat.st_size)
            self._chosen = np.array([i for i, kind in enumerate(found) if kind in wanted], np.int64)

    def __len__(self) -> int:
        return self._count if self._chosen is None else len(self._chosen)

    def __getitem__(self, index: int) -> Conversation:
        """Conversation `index`. Raises DatasetError "file:line: what is wrong"."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        i = index if self._chosen is None else int(self._chosen[index])
        return parse(self._record(i), self._place(i), self.images)

    def __iter__(self) -> Iterator[Conversation]:
        return (self[i] for i in range(len(self)))

    def kinds(self) -> Counter[str]:
        """How many conversations there are of each kind ("" where a line has none); parses every line."""
        return Counter(c.kind for c in self)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_fd": None}

    # --- inside ---

    @property
    def _count(self) -> int:
        return len(self._lines)

    def _find(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Byte spans (n, 2) and line numbers (n,) of the lines that are not blank; a JSON list has numbers only."""
        with open(self.path, "rb") as file:
            first = file.read(64).lstrip()[:1]
            if first == b"[":
                file.seek(0)
                try:
                    items = json.load(file)
                except ValueError as error:
                    raise DatasetError(f"{self.path}: not JSON ({error})") from error
                self._items = list(items)
                return np.zeros((0, 2), np.int64), np.arange(1, len(self._items) + 1)
            file.seek(0)
            ends, at = [], 0
            while block := file.read(_CHUNK):
                ends.append(np.flatnonzero(np.frombuffer(block, np.uint8) == 10) + at)
                at += len(block)
        stop = np.concatenate([*ends, [at]]) if ends else np.zeros(0, np.int64)
        begin = np.concatenate([[0], stop[:-1] + 1]) if len(stop) else stop
        # A line of nothing, or of a carriage return alone, is blank; longer blanks fail when they are parsed.
        keep = stop - begin > 1
        return np.stack([begin, stop], 1)[keep].astype(np.int64), np.flatnonzero(keep) + 1

    def _place(self, i: int) -> str:
        return f"{self.path}:{self._lines[i]}"

    def _record(self, i: int) -> dict[str, Any]:
        if self._items is not None:
            item = self._items[i]
        else:
            begin, stop = (int(x) for x in self._spans[i])
            try:
                item = json.loads(os.pread(self._file(), stop - begin, begin))
            except ValueError as error:
                raise DatasetError(f"{self._place(i)}: not a line of JSON ({error})") from error
        if not isinstance(item, dict):
            raise DatasetError(f"{self._place(i)}: a {type(item).__name__} where an object with 'conversations' is due")
        return item

    def _file(self) -> int:
        if self._fd is None:
            self._fd = os.open(self.path, os.O_RDONLY)
        return self._fd

    def __del__(self) -> None:
        fd, self._fd = getattr(self, "_fd", None), None
        if fd is not None:
            os.close(fd)


@functools.lru_cache(maxsize=64)
def _line_kinds(path: str, mtime_ns: int, size: int) -> tuple[str, ...]:
    """The kind of every line of a file; remembered, because several sources may take their share of one file."""
    file = ConversationFile(path)
    return tuple(sys.intern(str(file._record(i).get("kind", ""))) for i in range(file._count))


def parse(record: dict[str, Any], place: str, images: Path) -> Conversation:
    """One record in any of the known forms. Raises DatasetError "file:line: what is wrong"."""
    turns, inline = _turns(record, place)
    named = [record[k] for k in ("image", "images") if record.get(k)]
    if len(named) > 1:
        raise DatasetError(f"{place}: both 'image' and 'images'; leave one of them")
    given = named[0] if named else inline
    files = [given] if isinstance(given, str) else given
    if not isinstance(files, list) or not all(isinstance(f, str) for f in files):
        raise DatasetError(f"{place}: 'image' must be a path or a list of paths, not {given!r:.80}")
    if record.get("video") or record.get("videos"):
        raise DatasetError(f"{place}: videos are not read; give their frames as images")
    marks = sum(t.text.count(IMAGE) for t in turns)
    if files and not marks:  # as LLaVA's readers do: the images come first
        k = next(i for i, t in enumerate(turns) if t.role == "user")
        turns[k] = Turn("user", f"{IMAGE}\n" * len(files) + turns[k].text)
    elif marks != len(files):
        raise DatasetError(f"{place}: {marks} '{IMAGE}' marks but {len(files)} images; there must be one for each")
    return Conversation(
        str(record.get("id", place)),
        tuple(images / f for f in files),
        tuple(turns),
        str(record.get("kind", "")),
        record,
        place,
    )


def _turns(record: dict[str, Any], place: str) -> tuple[list[Turn], list[str]]:
    """The turns, and images named inside messages."""
    pairs = ("from", "value") if "conversations" in record else ("role", "content")
    items = record.get("conversations", record.get("messages"))
    if not isinstance(items, list) or not items:
        raise DatasetError(f"{place}: no 'conversations' (or 'messages'), or an empty one; fields: {sorted(record)}")
    turns: list[Turn] = []
    inline: list[str] = []
    if isinstance(record.get("system"), str) and record["system"]:
        turns.append(Turn("system", record["system"]))
    for item in items:
        keys = pairs if isinstance(item, dict) and pairs[0] in item else ("role", "content")
        if not isinstance(item, dict) or keys[0] not in item or keys[1] not in item:
            raise DatasetError(f"{place}: a turn without '{pairs[0]}' and '{pairs[1]}': {item!r:.80}")
        role = ROLES.get(str(item[keys[0]]))
        if role is None:
            raise DatasetError(f"{place}: unknown role {item[keys[0]]!r} (known: {', '.join(ROLES)})")
        turns.append(Turn(role, _text(item[keys[1]], inline, place)))
    spoken = [t.role for t in turns if t.role != "system"]
    if spoken != ["user", "assistant"] * (len(spoken) // 2) or not spoken:
        raise DatasetError(f"{place}: turns must be question, answer, question, answer ...; found {', '.join(spoken)}")
    return turns, inline


def _text(value: Any, inline: list[str], place: str) -> str:
    """The text of a turn; parts of a list are joined, images in it become marks."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise DatasetError(f"{place}: a turn's text is {type(value).__name__}, not text")
    out = []
    for part in value:
        if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str):
            out.append(part["text"])
        elif isinstance(part, dict) and part.get("type") == "image":
            out.append(f"{IMAGE}\n")
            if isinstance(part.get("image"), str):
                inline.append(part["image"])
        else:
            raise DatasetError(f"{place}: a part of a turn is neither text nor image: {part!r:.80}")
    return "".join(out)


def find_files(path: str | Path) -> tuple[Path, ...]:
    """The conversation files that a path means: a file itself, or the .jsonl files of a folder in order of name."""
    path = Path(path)
    if path.is_dir():
        files = tuple(sorted(path.glob("*.jsonl")))
        if not files:
            raise DatasetError(f"{path}: no .jsonl file in the folder")
        return files
    return (path,)
