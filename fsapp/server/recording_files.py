"""The files of recordings: where they lie, what there is to tell of a whole one, and how much room is left."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from fsapp.domain.recording import BYTES_PER_MS, WAV_HEADER
from fsapp.files.paths import under

NO_QUEUE = "_calls"
"""The folder of calls that a flow recorded and no queue had; no queue has such a name."""

_CHUNK = 1 << 20
MEGABYTE = 1_000_000


class Account(NamedTuple):
    """What a file holds; `problem` says why it is no recording, or is empty."""

    size: int = 0
    ms: int = 0
    sha256: str = ""
    problem: str = ""


class RecordingFiles:
    """`<day>/<queue>/<id>.wav` below the folder; folders have the modes of messages'."""

    def __init__(self, folder: Path, min_free_mb: int) -> None:
        self.folder = folder.resolve()
        self._min_free = min_free_mb * MEGABYTE

    def new(self, day: datetime, queue: str, name: str) -> str:
        """Where a new file is to be written, below the folder; its own folder exists then. Raises OSError."""
        relative = f"{day:%Y-%m-%d}/{queue or NO_QUEUE}/{name}.wav"
        self.path(relative).parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        return relative

    def path(self, relative: str) -> Path:
        """Raises ValueError for one that leads out of the folder."""
        return under(self.folder, relative)

    def room(self) -> bool:
        """Whether enough is left on the disk. Raises OSError."""
        self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free >= self._min_free

    def all(self) -> Iterator[str]:
        """Every file below the folder, but for those that are being made."""
        for path in sorted(self.folder.rglob("[!.]*.*")):
            if path.is_file():
                yield str(path.relative_to(self.folder))

    def why_missing(self, relative: str) -> str:
        """Why there is no such file, or empty."""
        try:
            return "" if self.path(relative).is_file() else "No such file"
        except (OSError, ValueError) as error:
            return getattr(error, "strerror", None) or str(error)

    def sha256(self, relative: str) -> str:
        """Of a file, read whole; empty where it cannot be."""
        try:
            with self.path(relative).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError):
            return ""

    def look(self, relative: str) -> Account:
        """What a file holds, read whole."""
        try:
            return read(self.path(relative))
        except (OSError, ValueError) as error:
            return Account(problem=getattr(error, "strerror", None) or str(error))

    def close(self, relative: str) -> Account:
        """What a file holds that nobody writes any more; others can no longer write it. Reads it all: off the hub."""
        account = self.look(relative)
        if account.problem:
            return account
        try:
            _protect(self.path(relative))
        except OSError as error:
            return account._replace(problem=f"it cannot be protected: {error.strerror}")
        return account


def read(path: Path) -> Account:
    """The account of a WAV of two channels at 8 kHz. Raises OSError."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        head = file.read(WAV_HEADER)
        digest.update(head)
        size = len(head)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return Account(size, problem="it is no WAV")
    if size <= WAV_HEADER:
        return Account(size, problem="it is empty")
    return Account(size, (size - WAV_HEADER) // BYTES_PER_MS, digest.hexdigest())


def _protect(path: Path) -> None:
    """A file of the switch's own user stays as that user made it."""
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o640)
