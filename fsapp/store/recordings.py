"""Recordings for those who look for them: found, held, and marked as deleted. Files are others' matter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fsapp.domain.recording import RecordingRecord, RecordingState
from fsapp.domain.recording_coverage import RuleHistory
from fsapp.store import database
from fsapp.store.connections import changing, reading
from fsapp.store.queue_models import TalkRow
from fsapp.store.recording_rows import COLUMNS, RecordingRow, record_rules, value


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """Which. `since` (included) and `until` (not) are UTC milliseconds of the beginning; empty text filters none.

    `number` is the caller's or the called one.
    """

    since: int | None = None
    until: int | None = None
    queue: str = ""
    agent: str = ""
    call: str = ""
    number: str = ""
    ticket: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Talked:
    """One agent's part of a talk; times are UTC milliseconds."""

    call: str
    queue: str
    agent: str
    started_at: int
    ended_at: int


class Recordings:
    """Each method over a connection of its own. They block: within the engine call them off the hub.

    All raise StoreError where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def find(self, wanted: RecordingFilter, limit: int = 0) -> tuple[RecordingRecord, ...]:
        """The newest first; `limit` 0 is none."""
        query = _all().where(*_conditions(wanted)).order_by(RecordingRow.started_at.desc(), RecordingRow.id.desc())
        if limit and not wanted.agent:
            query = query.limit(limit)
        with reading(self._url) as connected:
            found = tuple(value(row) for row in database.select(connected, query))
        mine = tuple(each for each in found if not wanted.agent or wanted.agent in each.agents)
        return mine[:limit] if limit else mine

    def show(self, name: str) -> RecordingRecord | None:
        """A recording by its id, or by the beginning of one where that is enough."""
        with reading(self._url) as connected:
            found = database.select(connected, _all().where(RecordingRow.id.startswith(name)).limit(2))
            values = [value(row) for row in found]
        return values[0] if len(values) == 1 else next((each for each in values if each.id == name), None)

    def hold(self, name: str, why: str) -> None:
        """Keeps a recording from being deleted; with an empty `why` no longer."""
        with changing(self._url) as connected:
            RecordingRow.update(hold=why).where(RecordingRow.id == name).execute(connected)

    def deleted(self, name: str, at: int, why: str) -> bool:
        """Marks it as deleted, unless it is held: whether it may be deleted."""
        may = (RecordingRow.id == name) & (RecordingRow.hold == "")
        marks = {"state": RecordingState.DELETED.value, "deleted_at": at, "deleted_why": why}
        with changing(self._url) as connected:
            return bool(RecordingRow.update(**marks).where(may).execute(connected))

    def packed(self, name: str, path: str, size: int, sha256: str) -> bool:
        """There is a compressed file; not where the recording was deleted or held meanwhile: whether it may be used."""
        may = (RecordingRow.id == name) & (RecordingRow.state == RecordingState.SAVED.value) & (RecordingRow.hold == "")
        changes = {"packed_path": path, "packed_size": size, "packed_sha256": sha256}
        with changing(self._url) as connected:
            return bool(RecordingRow.update(**changes).where(may).execute(connected))

    def paths(self) -> Iterator[str]:
        """Of all files that there should be, the compressed ones and what they were made of."""
        row = RecordingRow
        query = row.select(row.path, row.packed_path).where(row.state != RecordingState.DELETED.value)
        with reading(self._url) as connected:
            for paths in database.select(connected, query):
                yield from filter(None, paths)

    def rules(self) -> Mapping[str, RuleHistory]:
        """What each queue said of recording, and from when on."""
        with reading(self._url) as connected:
            return record_rules(connected)

    def talks(self, since: int, until: int) -> tuple[Talked, ...]:
        """What agents talked, by the end of their parts."""
        row = TalkRow
        query = row.select(row.call, row.queue, row.agent, row.started_at, row.ended_at)
        query = query.where(row.ended_at >= since, row.ended_at < until).order_by(row.ended_at)
        with reading(self._url) as connected:
            return tuple(Talked(*each) for each in database.select(connected, query))

    def of_calls(self, calls: frozenset[str]) -> Iterator[RecordingRecord]:
        """All of these calls."""
        wanted = sorted(calls)
        with reading(self._url) as connected:
            for start in range(0, len(wanted), 500):
                query = _all().where(RecordingRow.call << wanted[start : start + 500])
                yield from (value(row) for row in database.select(connected, query))


def _all() -> Any:
    return RecordingRow.select(*(getattr(RecordingRow, name) for name in COLUMNS))


def _conditions(wanted: RecordingFilter) -> Iterator[Any]:
    row = RecordingRow
    yield row.started_at >= (wanted.since or 0)
    if wanted.until is not None:
        yield row.started_at < wanted.until
    if wanted.number:
        yield (row.caller == wanted.number) | (row.called == wanted.number)
    yield from (
        getattr(row, name) == text for name in ("queue", "call", "ticket", "state") if (text := getattr(wanted, name))
    )
