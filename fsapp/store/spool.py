"""Where events wait while the database is away: files of JSON lines, each batch on the disk before it counts."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from fsapp.domain.events import Event
from fsapp.store import rows


@dataclass(frozen=True, slots=True)
class Spooled:
    """One spool file, read back; `torn` counts lines that a crash left half written."""

    path: Path
    events: tuple[Event, ...]
    torn: int


class Spool:
    """Numbered files in one folder, oldest first. Used by one thread of one engine."""

    def __init__(self, folder: Path, *, file_bytes: int = 512 * 1024) -> None:
        """A file grows to about `file_bytes`; what an earlier engine left in `folder` is there to be replayed."""
        self._folder = folder
        self._file_bytes = file_bytes
        self._file: Path | None = None

    def files(self) -> list[Path]:
        return sorted(self._folder.glob("events-*.jsonl"))

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return sum(file.stat().st_size for file in self.files())

    def append(self, events: Sequence[Event]) -> None:
        """Adds events, all on the disk when it returns. Raises OSError, and then holds none of them."""
        if not events:
            return
        try:
            if self._file is None or self._file.stat().st_size >= self._file_bytes:
                self._file = self._new_file()
            _append(self._file, b"".join(map(_line, events)))
        except OSError:
            self._file = None  # it may be gone; the next attempt begins another
            raise

    def oldest(self) -> Spooled | None:
        """The next file to replay; nothing is added to it any more. Raises OSError."""
        files = self.files()
        if not files:
            return None
        if files[0] == self._file:
            self._file = None
        return _read(files[0])

    def remove(self, spooled: Spooled) -> None:
        """Forgets a file whose events are kept elsewhere. Raises OSError."""
        spooled.path.unlink()
        _sync_folder(self._folder)

    def reject(self, events: Sequence[Event]) -> None:
        """Puts aside events that the database will never take, for a person to look at. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _append(self._folder / "rejected.jsonl", b"".join(map(_line, events)))

    def _new_file(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        files = self.files()
        number = int(files[-1].stem.removeprefix("events-")) + 1 if files else 1
        path = self._folder / f"events-{number:08d}.jsonl"
        path.touch(mode=0o640, exist_ok=False)
        _sync_folder(self._folder)
        return path


def _line(event: Event) -> bytes:
    return rows.json_text(rows.event_row(event)).encode() + b"\n"


def _append(path: Path, content: bytes) -> None:
    """Writes all or, by cutting off what a full disk left half written, nothing."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        before = os.fstat(handle).st_size
        try:
            _write(handle, content)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)


def _write(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)


def _read(path: Path) -> Spooled:
    lines = path.read_bytes().split(b"\n")
    complete = [line for line in lines if line]
    events = tuple(_events(complete))
    return Spooled(path, events, torn=len(complete) - len(events))


def _events(lines: Sequence[bytes]) -> Iterator[Event]:
    for line in lines:
        try:
            yield rows.event_value(orjson.loads(line))
        except (ValueError, TypeError):
            continue


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
