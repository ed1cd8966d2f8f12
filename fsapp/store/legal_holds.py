"""Legal holds: placed and lifted, never forgotten."""

from collections.abc import Sequence
from typing import Any

from peewee import AutoField, BigIntegerField, Database, Model, TextField

from fsapp.domain.admin import Act
from fsapp.domain.errors import StoreError
from fsapp.domain.retention import LegalHold
from fsapp.store import admin_log, database
from fsapp.store.connections import changing, reporting

HELD_CALL = """
    SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL
       AND (h.call = '' OR h.call = c.uuid) AND (h.number = '' OR h.number = c.ani)
       AND (h.since IS NULL OR c.arrived_at >= h.since) AND (h.until IS NULL OR c.arrived_at < h.until)
"""
"""A row where the call `c` (of the table cdr) is held."""

HELD_TIME = """
    SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL AND h.call = '' AND h.number = ''
       AND (h.since IS NULL OR {at} >= h.since) AND (h.until IS NULL OR {at} < h.until)
"""
"""A row where everything of the moment `at` is held."""


class LegalHoldRow(Model):
    """As domain.retention.LegalHold."""

    id = AutoField()
    placed_at = BigIntegerField()
    placed_by = TextField()
    why = TextField()
    call = TextField()
    number = TextField()
    since = BigIntegerField(null=True)
    until = BigIntegerField(null=True)
    lifted_at = BigIntegerField(null=True)
    lifted_by = TextField()

    class Meta:
        table_name = "legal_hold"


_COLUMNS = ("why", "call", "number", "since", "until", "placed_at", "placed_by", "id", "lifted_at", "lifted_by")


def place(url: str, act: Act, hold: LegalHold) -> int:
    """Gives the hold's number. Raises StoreError."""
    with changing(url) as connected:
        database.check_current(connected)
        number: int = LegalHoldRow.insert(
            placed_at=act.at,
            placed_by=act.who,
            why=hold.why,
            call=hold.call,
            number=hold.number,
            since=hold.since,
            until=hold.until,
            lifted_by="",
        ).execute(connected)
        admin_log.note(connected, act, "legal hold placed", {"id": number, "why": hold.why, **_named(hold)})
    return number


def lift(url: str, act: Act, number: int) -> None:
    """Ends a hold. Raises StoreError, also where there is no such hold."""
    row = LegalHoldRow
    with changing(url) as connected:
        database.check_current(connected)
        update = row.update(lifted_at=act.at, lifted_by=act.who).where(row.id == number, row.lifted_at.is_null())
        if not update.execute(connected):
            raise StoreError(f"there is no hold {number} in force")
        admin_log.note(connected, act, "legal hold lifted", {"id": number})


def known(url: str) -> Sequence[LegalHold]:
    """All, those that were lifted too. Raises StoreError."""
    with reporting(url) as connected:
        return _known(connected)


def _known(connected: Database) -> Sequence[LegalHold]:
    columns = [getattr(LegalHoldRow, name) for name in _COLUMNS]
    return [
        LegalHold(*row) for row in database.select(connected, LegalHoldRow.select(*columns).order_by(LegalHoldRow.id))
    ]


def _named(hold: LegalHold) -> dict[str, Any]:
    said = {"call": hold.call, "number": hold.number, "since": hold.since, "until": hold.until}
    return {name: value for name, value in said.items() if value not in ("", None)}
