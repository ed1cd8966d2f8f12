"""Recordings in the care of operators: verified, held, deleted by request or by age; and a log of all of it.

The log is `recordings.log` in the data folder, a line of JSON for each recording that somebody played, held or deleted.
It is never shortened here, so it proves what was removed, when, why and by whom.
"""

import getpass
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from fsapp.acd.settings import QueueSettings
from fsapp.domain.errors import FsappError
from fsapp.domain.recording import RecordingRecord, RecordingState, RecordRule
from fsapp.domain.recording_coverage import too_short, unexplained
from fsapp.server.recording_files import RecordingFiles
from fsapp.server.recording_settings import RecordingSettings
from fsapp.store.recordings import RecordingFilter, Recordings, Talked

UNFINISHED = timedelta(days=1)
"""A recording that is open for longer has lost its engine for good."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: missing, changed, orphaned, short, unfinished or unrecorded."""

    what: str
    recording: str
    sentence: str


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
        """The file of a recording. Raises FsappError where there is none."""
        path = self._files.path(record.path) if record.path else None
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
        if record.path:
            self._files.path(record.path).unlink(missing_ok=True)
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

    # Verifying.

    def verify(self, since: int, until: int, queues: Mapping[str, QueueSettings]) -> Iterator[Finding]:
        """Everything that is wrong with what was recorded, or should have been, in a period."""
        records = self._recordings.find(RecordingFilter(since, until))
        for record in records:
            yield from self._of_file(record)
        yield from self._orphans()
        yield from self._unrecorded(since, until, queues)

    def _of_file(self, record: RecordingRecord) -> Iterator[Finding]:
        if record.state == RecordingState.OPEN:
            if record.started_at < self._ms - UNFINISHED // timedelta(milliseconds=1):
                yield Finding("unfinished", record.id, "it was begun, and nobody told of its end")
        elif record.state == RecordingState.SAVED:
            account = self._files.look(record.path)
            if not account.sha256:
                yield Finding("missing", record.id, f"{record.path}: {account.problem}")
            elif account.sha256 != record.sha256:
                yield Finding("changed", record.id, f"{record.path} is not the file that was recorded")
            elif too_short(record):
                yield Finding("short", record.id, f"{record.path} holds {record.ms} ms, less than it took to record")

    def _orphans(self) -> Iterator[Finding]:
        kept = {each.path for each in self._recordings.find(RecordingFilter()) if each.state != RecordingState.DELETED}
        for path in self._files.all():
            if path not in kept:
                yield Finding("orphaned", "", f"{path} belongs to no recording")

    def _unrecorded(self, since: int, until: int, queues: Mapping[str, QueueSettings]) -> Iterator[Finding]:
        always = tuple(name for name, settings in queues.items() if settings.record is RecordRule.ALWAYS)
        talks = self._recordings.talks(since, until, always)
        by_call: dict[str, list[RecordingRecord]] = {}
        for record in self._recordings.of_calls(frozenset(talk.call for talk in talks)):
            by_call.setdefault(record.call, []).append(record)
        for talk in talks:
            yield from _gaps(talk, by_call.get(talk.call, ()))

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


def _gaps(talk: Talked, records: Iterable[RecordingRecord]) -> Iterator[Finding]:
    for first, last in unexplained((talk.started_at, talk.ended_at), records):
        seconds = (last - first) / 1000
        sentence = f"call {talk.call}, queue {talk.queue}, agent {talk.agent}: {seconds:.1f} s are in no recording"
        yield Finding("unrecorded", "", sentence)
