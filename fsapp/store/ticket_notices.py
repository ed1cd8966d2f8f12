"""What people are to be told of tickets: kept with the action itself, and sent when somebody comes for it."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

from peewee import Database

from fsapp.store import bulk, database, rows
from fsapp.store.connections import changing, reading
from fsapp.store.ticket_models import TicketNoticeRow

FIRST_RETRY_MS, LAST_RETRY_MS = 60_000, 3_600_000
"""Between two attempts: doubled each time."""

MOST_TRIES = 30
"""Somewhat over a day; then it is given up."""


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """Something that one recipient is to be told of an event, one way; (ticket, seq, recipient, way) is unique.

    `next_at` is when to try it (again), None once it is sent or given up. Times are UTC milliseconds.
    """

    ticket: str
    seq: int
    recipient: str
    way: str
    at: int
    address: str
    subject: str
    body: str
    tries: int = 0
    next_at: int | None = None
    sent_at: int | None = None
    error: str = ""

    @property
    def key(self) -> str:
        """The same for each attempt."""
        return f"{self.ticket}.{self.seq}.{self.recipient}.{self.way}"


_COLUMNS = tuple(field.name for field in fields(WaitingNotice))


def keep(connected: Database, notices: Iterable[WaitingNotice]) -> None:
    """Within the transaction of what they tell of."""
    made = [tuple(rows.clean(cell) if isinstance(cell, str) else cell for cell in astuple(each)) for each in notices]
    bulk.insert(connected, TicketNoticeRow, made, bulk.KEEP_FIRST)


class TicketNotices:
    """All of them, over connections of its own. They block. All methods raise StoreError."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def waiting(self, now: int, limit: int = 500) -> tuple[WaitingNotice, ...]:
        """What is to be tried now, the oldest first."""
        with reading(self._url) as connected:
            return _found(connected, TicketNoticeRow.next_at <= now, limit)

    def unsent(self, limit: int = 500) -> tuple[WaitingNotice, ...]:
        """What was not sent yet, whether it will be tried again or was given up."""
        with reading(self._url) as connected:
            return _found(connected, TicketNoticeRow.sent_at.is_null(), limit)

    def claim(self, notice: WaitingNotice, until: int) -> bool:
        """Keeps others off a notice until then; False where one of them was quicker."""
        same = TicketNoticeRow.next_at == notice.next_at
        return self._changed(notice, replace(notice, next_at=until), same)

    def sent(self, notice: WaitingNotice, now: int) -> None:
        """It reached its address."""
        self._changed(notice, replace(notice, tries=notice.tries + 1, next_at=None, sent_at=now, error=""))

    def failed(self, notice: WaitingNotice, now: int, error: str, *, for_ever: bool = False) -> None:
        """It did not; it is tried again later, unless that would be in vain."""
        tries = notice.tries + 1
        given_up = for_ever or tries >= MOST_TRIES
        later = now + min(FIRST_RETRY_MS << min(notice.tries, 10), LAST_RETRY_MS)
        self._changed(notice, replace(notice, tries=tries, next_at=None if given_up else later, error=error[:500]))

    def _changed(self, notice: WaitingNotice, after: WaitingNotice, *conditions: Any) -> bool:
        row = TicketNoticeRow
        own = (
            row.ticket == notice.ticket,
            row.seq == notice.seq,
            row.recipient == notice.recipient,
            row.way == notice.way,
        )
        changes = {name: getattr(after, name) for name in ("tries", "next_at", "sent_at", "error")}
        with changing(self._url) as connected:
            return bool(row.update(**changes).where(*own, *conditions).execute(connected))


def _found(connected: Database, condition: Any, limit: int) -> tuple[WaitingNotice, ...]:
    row = TicketNoticeRow
    query = row.select(*(getattr(row, name) for name in _COLUMNS)).where(condition)
    query = query.order_by(row.at, row.ticket, row.seq, row.recipient, row.way).limit(limit)
    found: Sequence[Any] = list(database.select(connected, query))
    return tuple(WaitingNotice(*cells) for cells in found)
