"""Recordings compressed by an external program, some time after their end; whatever fails keeps the WAV.

The WAV goes only when the compressed file was turned back into one of the same length, lies on the disk, and stands in
the recording's row with its own checksum. What is under a legal hold stays as it was recorded.
"""

import os
import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from fsapp.domain.errors import FsappError
from fsapp.domain.recording import RecordingRecord, RecordingState
from fsapp.server.recording_files import RecordingFiles
from fsapp.server.recording_settings import CompressSettings
from fsapp.store.recordings import Recordings

_CHUNK = 1 << 18

SLACK_MS = 300
"""Encoders add a little silence, or leave some out."""


class PackingFailed(FsappError):
    """A recording stays a WAV; the sentence says why."""


class RecordingPacker:
    """`now` is the site's time."""

    def __init__(
        self, recordings: Recordings, files: RecordingFiles, settings: CompressSettings, now: datetime
    ) -> None:
        self._recordings = recordings
        self._files = files
        self._settings = settings
        self._before = round((now - timedelta(hours=settings.after_hours)).timestamp() * 1000)

    def waiting(self) -> Iterator[RecordingRecord]:
        """Recordings whose WAV may go, the oldest day first. Raises StoreError."""
        for path in self._files.all():
            record = self._recordings.show(Path(path).stem) if path.endswith(".wav") else None
            if record is not None and record.path == path and self._may_go(record):
                yield record

    def pack(self, record: RecordingRecord) -> None:
        """Raises PackingFailed, StoreError."""
        wav = self._files.path(record.path)
        if not record.packed_path:
            self._make(record, wav)
        elif self._files.sha256(record.packed_path) != record.packed_sha256:
            raise PackingFailed(f"{record.packed_path} is not the file that was kept")
        wav.unlink(missing_ok=True)

    def _may_go(self, record: RecordingRecord) -> bool:
        over = record.state == RecordingState.SAVED and record.ended_at is not None and record.ended_at <= self._before
        return over and not record.hold

    def _make(self, record: RecordingRecord, wav: Path) -> None:
        if self._files.sha256(record.path) != record.sha256:
            raise PackingFailed(f"{record.path} is not the file that was recorded")
        relative = str(Path(record.path).with_suffix(f".{self._settings.suffix}"))
        with _parts(wav, self._settings.suffix) as (part, check):
            run(self._settings.pack, self._settings.seconds, wav=wav, file=part)
            run(self._settings.unpack, self._settings.seconds, wav=check, file=part)
            _compare(check, record)
            _settle(part, wav)
            part.replace(self._files.path(relative))
        kept = self._files.path(relative)
        if not self._recordings.packed(record.id, relative, kept.stat().st_size, self._files.sha256(relative)):
            kept.unlink(missing_ok=True)
            raise PackingFailed("it was deleted or held meanwhile")


def unpack(settings: CompressSettings, file: Path, wav: Path) -> None:
    """Turns a compressed file into a WAV. Raises PackingFailed."""
    run(settings.unpack, settings.seconds, wav=wav, file=file)


def run(command: tuple[str, ...], seconds: float, *, wav: Path, file: Path) -> None:
    """Without a shell. Raises PackingFailed."""
    words = [word.replace("{wav}", str(wav)).replace("{file}", str(file)) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise PackingFailed(f"{words[0]} took longer than {seconds:g} s") from None
    except OSError as error:
        raise PackingFailed(f"{words[0]} cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise PackingFailed(f"{words[0]} ended with {done.returncode}{': ' + said[-1][:200] if said else ''}")


def _compare(check: Path, record: RecordingRecord) -> None:
    try:
        with wave.open(str(check)) as opened:
            channels, ms = opened.getnchannels(), round(_frames(opened) * 1000 / opened.getframerate())
    except (OSError, EOFError, wave.Error, ZeroDivisionError) as error:
        raise PackingFailed(f"what was compressed cannot be turned back: {error}") from None
    if channels != 2 or abs(ms - record.ms) > SLACK_MS:
        raise PackingFailed(
            f"what was compressed has {channels} channels of {ms} ms; recorded were 2 of {record.ms} ms"
        )


def _frames(opened: wave.Wave_read) -> int:
    """Those that are there, whatever the header says."""
    size, count = opened.getnchannels() * opened.getsampwidth(), 0
    while chunk := opened.readframes(_CHUNK):
        count += len(chunk) // size
    return count


def _settle(part: Path, wav: Path) -> None:
    """On the disk, and as old as what it was made of: a later time tells that somebody changed it."""
    before = wav.stat()
    part.chmod(0o640)
    os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))
    handle = os.open(part, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _parts(wav: Path, suffix: str) -> Iterator[tuple[Path, Path]]:
    """Hidden files beside it, which are gone afterwards."""
    part, check = wav.with_name(f".{wav.stem}.{suffix}"), wav.with_name(f".{wav.stem}.check.wav")
    try:
        yield part, check
    finally:
        part.unlink(missing_ok=True)
        check.unlink(missing_ok=True)
