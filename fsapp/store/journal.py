"""The journal in the database: events, with a call's last event its CDR and leg records, and with each event of queues
and agents its line of the queue log and its record. Used by one thread.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from peewee import DataError, IntegrityError, Model, PeeweeException, fn

from fsapp.domain.caller_records import CallerRecord, MenuSetting, caller_record
from fsapp.domain.cdr import ENGINE_LOST, Fold, fold
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.queue_records import RUN, log_line, queue_record
from fsapp.domain.records import SPOOL_SEQ, Cdr, LegRecord
from fsapp.store import bulk, caller_models, database, lost_runs, recording_rows, rows, voicemails
from fsapp.store.bulk import KEEP_FIRST
from fsapp.store.contacts import add_callers
from fsapp.store.models import CdrRow, EventRow, LegRow, OpenCallRow
from fsapp.store.queue_models import TABLES, LogRow
from fsapp.store.running_sums import RunningSums

FAX_JOB = "fax:"
"""How the `call` of events begins that are of a fax to be sent, and of no call."""

KEEP_LATEST_MENU = (
    '("ani", "flow", "label") DO UPDATE SET "key" = excluded."key", "set_by" = excluded."set_by", "at" = excluded."at"'
    ' WHERE excluded."at" >= "caller_menu"."at"'
)
REPLACE_CDR = "(uuid) DO UPDATE SET " + ", ".join(
    f'"{name}" = excluded."{name}"' for name in rows.CDR_COLUMNS if name != "uuid"
)

Records = tuple[Cdr, tuple[LegRecord, ...]]


class Unavailable(StoreError):
    """The database is locked, full, read-only or gone: the same events may go in later."""


class Refused(StoreError):
    """The database will never take these events."""


class Journal:
    """One connection, made when it is needed and again after each failure, and one fold for each live call."""

    def __init__(self, url: str, *, busy_wait: float = 0.2) -> None:
        """Raises StoreError where the URL names no known database."""
        self._url = url
        self._busy_wait = busy_wait
        self._file = database.sqlite_path(url)
        self._inode: int | None = None
        self._database: Any = database.open(url, busy_wait=busy_wait)
        self._folds: dict[str, Fold] = {}

    def append(self, events: Sequence[Event]) -> None:
        """Writes events, all or none; those it has are ignored. Raises Unavailable, Refused."""
        try:
            self._connect()
            with self._database.atomic():
                sums = RunningSums(self._database)
                sums.events(events)
                bulk.insert(self._database, EventRow, [rows.event_row(event) for event in events], KEEP_FIRST)
                ended, of_queues = self._follow(events)
                self._finish(ended, sums)
                self._keep_records(of_queues)
                self._keep_wishes(events)
                voicemails.keep(self._database, events)
                sums.write()
        except (DataError, IntegrityError) as error:
            raise Refused(str(error)) from error
        except (PeeweeException, StoreError, OSError) as error:
            self.close()
            raise Unavailable(str(error)) from error
        for call in ended:
            self._folds.pop(call, None)

    def inferred_ends(self, live: Collection[str], now: int) -> tuple[Event, ...]:
        """An end for each call that has none and is not in `live`. Raises Unavailable."""
        try:
            self._connect()
            calls = [call for (call,) in database.select(self._database, OpenCallRow.select())]
            return tuple(self._inferred_end(call, now) for call in calls if call not in live)
        except (PeeweeException, StoreError, OSError) as error:
            self.close()
            raise Unavailable(str(error)) from error

    def lost_ends(self, since: int, own: Collection[str]) -> tuple[Event, ...]:
        """The ends of what runs of the dispatcher left open that began at `since` or later; `own` are runs that go on.

        Raises Unavailable.
        """
        try:
            self._connect()
            return tuple(lost_runs.ends(self._database, since, own))
        except (PeeweeException, StoreError, OSError) as error:
            self.close()
            raise Unavailable(str(error)) from error

    def close(self) -> None:
        """Lets the connection go; the next use makes a new one."""
        if self._database.is_closed():
            return
        connection: Any = self._database.connection()
        try:
            self._database.close()
        except PeeweeException:  # it broke within a transaction
            self._database.dispose()
            connection.close()

    def _connect(self) -> None:
        """Connects where there is no connection, or where the file is no longer the one that was opened.

        A file that went away in mid-service is not made anew: an operator may bring it back.
        """
        known = self._inode
        if self._file is not None and known is not None and _inode(self._file) != known:
            self.close()
        if not self._database.is_closed():
            return
        self._database = database.open(self._url, create=known is None, busy_wait=self._busy_wait)
        self._database.connect()
        database.upgrade(self._database)
        self._inode = _inode(self._file) if self._file else None

    def _follow(self, events: Sequence[Event]) -> tuple[list[str], list[Event]]:
        """Folds the events, notes calls that are new, and gives the calls that ended, and the events of queues.

        A call that did not begin here (its engine died) has no fold: its record is made from the whole journal.
        """
        opened: dict[str, None] = {}
        ended: dict[str, None] = {}
        of_queues: list[Event] = []
        for event in events:
            folded = self._folds.get(event.call)
            if event.call.startswith(FAX_JOB):
                continue
            if folded is None and event.call.startswith(RUN):
                of_queues.append(event)
                continue
            if event.seq == 0 or folded is None:
                opened[event.call] = None
            if event.seq == 0 and folded is None:
                folded = self._folds[event.call] = Fold()
            if folded is not None:
                folded.apply(event)
            if event.kind == Kind.CALL_HUNG_UP or event.seq >= SPOOL_SEQ:
                ended[event.call] = None
        bulk.insert(
            self._database, OpenCallRow, [(rows.clean(call),) for call in opened if call not in ended], KEEP_FIRST
        )
        return list(ended), of_queues

    def _finish(self, calls: Sequence[str], sums: RunningSums) -> None:
        if not calls:
            return
        records = [self._records(call) for call in calls]
        sums.calls(records)
        bulk.insert(self._database, CdrRow, [rows.cdr_row(cdr) for cdr, _ in records], REPLACE_CDR)
        bulk.insert(self._database, LegRow, [rows.leg_row(leg) for _, legs in records for leg in legs], KEEP_FIRST)
        add_callers(self._database, (cdr for cdr, _ in records))
        for part in bulk.parts([rows.clean(call) for call in calls], 128):
            OpenCallRow.delete().where(OpenCallRow.call << part).execute(self._database)

    def _keep_records(self, events: Sequence[Event]) -> None:
        """What each event of a run adds to the tables of queues and agents: found there already, nothing."""
        by_table: dict[type[Model], list[rows.Row]] = {}
        for event in events:
            by_table.setdefault(LogRow, []).append(rows.record_row(log_line(event)))
            record = queue_record(event)
            if record is not None:
                by_table.setdefault(TABLES[type(record)], []).append(rows.record_row(record))
        for table, values in by_table.items():
            bulk.insert(self._database, table, values, KEEP_FIRST)
        recording_rows.keep(self._database, events)

    def _keep_wishes(self, events: Sequence[Event]) -> None:
        """What callers answered and asked for."""
        by_table: dict[type[Model], dict[rows.Row, rows.Row]] = {}
        for event in events:
            record = caller_record(event)
            if record is not None:
                table = caller_models.TABLES[type(record)]
                by_table.setdefault(table, {})[_key(record)] = rows.record_row(record)
        for table, values in by_table.items():
            conflict = KEEP_LATEST_MENU if table is caller_models.CallerMenuRow else KEEP_FIRST
            bulk.insert(self._database, table, list(values.values()), conflict)

    def _records(self, call: str) -> Records:
        folded = self._folds.get(call)
        if folded is not None and folded.whole:
            return folded.result()
        events = EventRow.select().where(EventRow.call == rows.clean(call))
        return fold(rows.event_value(row) for row in database.select(self._database, events))

    def _inferred_end(self, call: str, now: int) -> Event:
        seq: int = EventRow.select(fn.MAX(EventRow.seq)).where(EventRow.call == call).scalar(self._database)
        return Event(call, seq + 1, now, Kind.CALL_HUNG_UP, {"cause": ENGINE_LOST, "party": "engine", "inferred": True})


def _key(record: CallerRecord) -> rows.Row:
    """What there is one record of: of a menu the latest in a batch, for one statement may not change a row twice."""
    if isinstance(record, MenuSetting):
        return (record.ani, record.flow, record.label)
    return (record.call, record.seq)


def _inode(file: Path) -> int | None:
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return None
