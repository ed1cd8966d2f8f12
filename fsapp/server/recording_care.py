"""Recordings in the care of operators: heard, held, deleted by request or by age; and a log of all of it.

The log is `recordings.log` in the data folder, a line of JSON for each recording that somebody played, held or deleted.
It is never shortened here, so it proves what was removed, when, why and by whom.
"""

import getpass
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from fsapp.acd.settings import QueueSettings
from fsapp.domain.errors import FsappError
from fsapp.domain.recording import RecordingRecord, RecordingState
from fsapp.server.recording_files import RecordingFiles
from fsapp.server.recording_settings import RecordingSettings
from fsapp.store.recordings import RecordingFilter, Recordings


class RecordingCare:
    """`now` is the site's time."""

    def __init__(self, recordings: Recordings, files: RecordingFiles, log: Path, now: datetime) -> None:
        self._recordings = recordings
        self._files = files
        self._log = log
        self._now = now

    # Looking.

    def find(self, wanted: RecordingFilter, limit: int = 0) -> tuple[RecordingRecord, ...]:
        return self._recordings.find(wanted, limit)

    def show(self, name: str) -> RecordingRecord:
        """Raises FsappError where there is none, or more than one that begins so."""
        found = self._recordings.show(name) if name else None
        if found is None:
            raise FsappError(f"there is no recording {name}, or more than one begins so")
        return found

    def file(self, record: RecordingRecord) -> Path:
        """The file of a recording, compressed perhaps. Raises FsappError where there is none."""
        kept = record.packed_path or record.path
        path = self._files.path(kept) if kept else None
        if path is None or not path.is_file():
            raise FsappError(f"the recording {record.id} has no file: it is {record.state}")
        return path

    def heard(self, record: RecordingRecord) -> None:
        """Writes down that somebody listens to it."""
        self._write("played", record, "")

    # Changing.

    def hold(self, record: RecordingRecord, why: str) -> None:
        """A legal hold; an empty `why` ends it."""
        self._recordings.hold(record.id, why)
        self._write("held" if why else "released", record, why)

    def delete(self, record: RecordingRecord, why: str) -> bool:
        """Whether it was deleted: what is held stays."""
        if record.state == RecordingState.OPEN or not self._recordings.deleted(record.id, self._ms, why):
            return False
        for path in filter(None, (record.path, record.packed_path)):
            self._files.path(path).unlink(missing_ok=True)
        self._write("deleted", record, why)
        return True

    def expired(
        self, queues: Mapping[str, QueueSettings], settings: RecordingSettings
    ) -> Iterator[tuple[RecordingRecord, int]]:
        """What is older than its queue, or else the settings, allow: with the days that hold for it."""
        for record in self._recordings.find(RecordingFilter()):
            days = _days(record.queue, queues, settings)
            if days is None or record.state in (RecordingState.OPEN, RecordingState.DELETED) or record.hold:
                continue
            if record.started_at < self._ms - days * 86_400_000:
                yield record, days

    @property
    def _ms(self) -> int:
        return round(self._now.timestamp() * 1000)

    def _write(self, what: str, record: RecordingRecord, why: str) -> None:
        """One write a line: lines of several who write at once do not mix."""
        names = ("id", "call", "queue", "path", "sha256", "started_at", "ms")
        line: dict[str, Any] = {"at": self._now.isoformat(timespec="seconds"), "what": what, "by": getpass.getuser()}
        line |= {"why": why, **{name: getattr(record, name) for name in names}}
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        log = os.open(self._log, flags, 0o640)
        try:
            os.write(log, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        finally:
            os.close(log)


def _days(queue: str, queues: Mapping[str, QueueSettings], settings: RecordingSettings) -> int | None:
    own = queues[queue].record_retention_days if queue in queues else None
    return own if own is not None else settings.retention_days
