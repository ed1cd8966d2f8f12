"""What is wrong with recordings: files that are missing, changed or orphaned, and talks that no recording holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fsapp.domain.recording import RecordingRecord, RecordingState, RecordRule
from fsapp.domain.recording_coverage import rule_at, too_short, unexplained
from fsapp.server.recording_files import RecordingFiles
from fsapp.store.recordings import RecordingFilter, Recordings, Talked

UNFINISHED = timedelta(days=1)
"""A recording that is open for longer has lost its engine for good."""

TOUCHED_MS = 60_000
"""A file that was written to so long after its recording's end is read: it may be another one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: missing, changed, orphaned, short, unfinished or unrecorded."""

    what: str
    recording: str
    sentence: str


class RecordingVerifier:
    """`now` is the site's time. `deep`: every file is read; else one whose size and time are as they were is believed.

    Whether a talk should be in a recording is judged by what its queue said when it began.
    """

    def __init__(self, recordings: Recordings, files: RecordingFiles, now: datetime, *, deep: bool = False) -> None:
        self._recordings = recordings
        self._files = files
        self._ms = round(now.timestamp() * 1000)
        self._deep = deep

    def findings(self, since: int, until: int) -> Iterator[Finding]:
        """Everything that is wrong with what was recorded, or should have been, in a period. Raises StoreError."""
        for record in self._recordings.find(RecordingFilter(since, until)):
            if record.state == RecordingState.OPEN:
                yield from self._of_open(record)
            elif record.state == RecordingState.SAVED:
                yield from self._of_file(record)
        yield from self._orphans()
        yield from self._unrecorded(since, until)

    def _of_open(self, record: RecordingRecord) -> Iterator[Finding]:
        if record.started_at < self._ms - UNFINISHED // timedelta(milliseconds=1):
            yield Finding("unfinished", record.id, "it was begun, and nobody told of its end")

    def _of_file(self, record: RecordingRecord) -> Iterator[Finding]:
        path = record.packed_path or record.path
        missing = self._files.why_missing(path)
        if missing:
            yield Finding("missing", record.id, f"{path}: {missing}")
        elif self._is_changed(record, path):
            yield Finding("changed", record.id, f"{path} is not the file that was kept")
        elif too_short(record):
            yield Finding("short", record.id, f"{record.path} holds {record.ms} ms, less than it took to record")

    def _is_changed(self, record: RecordingRecord, path: str) -> bool:
        size, sha256 = record.size, record.sha256
        if record.packed_path:
            size, sha256 = record.packed_size, record.packed_sha256
        at = self._files.path(path).stat()
        doubtful = self._deep or at.st_mtime * 1000 > (record.ended_at or 0) + TOUCHED_MS
        return at.st_size != size or (doubtful and self._files.sha256(path) != sha256)

    def _orphans(self) -> Iterator[Finding]:
        known = set(self._recordings.paths())
        for path in self._files.all():
            if path not in known:
                yield Finding("orphaned", "", f"{path} belongs to no recording")

    def _unrecorded(self, since: int, until: int) -> Iterator[Finding]:
        rules = self._recordings.rules()
        talks = [
            talk
            for talk in self._recordings.talks(since, until)
            if rule_at(rules.get(talk.queue, ()), talk.started_at) is RecordRule.ALWAYS
        ]
        by_call: dict[str, list[RecordingRecord]] = {}
        for record in self._recordings.of_calls(frozenset(talk.call for talk in talks)):
            by_call.setdefault(record.call, []).append(record)
        for talk in talks:
            yield from _gaps(talk, by_call.get(talk.call, ()))


def _gaps(talk: Talked, records: Iterable[RecordingRecord]) -> Iterator[Finding]:
    for first, last in unexplained((talk.started_at, talk.ended_at), records):
        seconds = (last - first) / 1000
        sentence = f"call {talk.call}, queue {talk.queue}, agent {talk.agent}: {seconds:.1f} s are in no recording"
        yield Finding("unrecorded", "", sentence)
