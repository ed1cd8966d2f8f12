"""What became of recordings: `history.jsonl`, a line an edit, never changed; and each recording, by its SHA-256.

`kept/<sha256>.wav` holds whatever was ever in use, so that it can be taken back.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import orjson

from fsapp.domain.errors import MediaError
from fsapp.domain.prompt import EditKind, PromptEdit

_SHA256 = re.compile(r"[0-9a-f]{4,64}\Z")


class PromptHistory:
    """The folder of them; it is made when something is kept. Raises OSError where it cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = folder / "history.jsonl"

    def edits(self, language: str = "", name: str = "") -> list[PromptEdit]:
        """Of all prompts, of a language or of a name: the first first."""
        try:
            lines = self._lines.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        found = filter(None, map(_edit, lines))
        return [each for each in found if language in ("", each.language) and name in ("", each.name)]

    def last(self, language: str, name: str) -> PromptEdit | None:
        """What made the prompt as it is, unless somebody has changed it by hand."""
        return next(reversed(self.edits(language, name)), None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One at a time, in all processes: a file and its line belong together."""
        self._folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def add(self, edit: PromptEdit) -> None:
        """Writes a line, on the disk when this returns; one that was torn by a crash stands alone."""
        with self._lines.open("ab+") as file:
            torn = file.tell() > 0 and not _ends_with_newline(file.fileno(), file.tell())
            file.write(b"\n" * torn + orjson.dumps(asdict(edit)) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def keep(self, recording: Path) -> str:
        """Keeps a copy; gives its SHA-256."""
        digest = sha256(recording)
        kept = self._kept(digest)
        if not kept.exists():
            kept.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
            part = kept.with_suffix(f".{os.getpid()}.part")
            shutil.copyfile(recording, part)
            placed(part, kept)
        return digest

    def kept(self, beginning: str) -> Path:
        """The recording whose SHA-256 begins so. Raises MediaError where there is none, or more than one."""
        if not _SHA256.match(beginning):
            raise MediaError(f"{beginning[:70]!r} is no SHA-256: at least its first four digits are needed")
        found = sorted(self._kept(beginning).parent.glob(f"{beginning}*.wav"))
        if len(found) != 1:
            raise MediaError(f"{len(found)} recordings are kept whose SHA-256 begins with {beginning}")
        return found[0]

    def _kept(self, digest: str) -> Path:
        return self._folder / "kept" / f"{digest}.wav"


def placed(part: Path, target: Path) -> None:
    """Gives a whole file its name: it is there after a crash, or the one before is. Raises OSError."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sha256(file: Path) -> str:
    """Of a file's content. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _edit(line: bytes) -> PromptEdit | None:
    """None for a line that a crash tore."""
    try:
        fields = orjson.loads(line)
        return PromptEdit(**{**fields, "what": EditKind(fields["what"])})
    except (ValueError, TypeError, KeyError):
        return None


def _ends_with_newline(file: int, size: int) -> bool:
    return os.pread(file, 1, size - 1) == b"\n"
