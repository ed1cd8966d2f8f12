"""Messages left in mailboxes: what events add, and what those who hear them change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from peewee import BigIntegerField, BooleanField, CompositeKey, IntegerField, Model, TextField, fn

from fsapp.domain.events import Event
from fsapp.domain.voicemail import Message, MessageState, message_left
from fsapp.store import bulk, database, rows
from fsapp.store.bulk import KEEP_FIRST
from fsapp.store.connections import changing, reading

COLUMNS = tuple(field.name for field in fields(Message))


class VoicemailRow(Model):
    """A message. As domain.voicemail.Message."""

    call = TextField()
    seq = IntegerField()
    mailbox = TextField()
    caller = TextField()
    path = TextField()
    ms = BigIntegerField()
    urgent = BooleanField()
    left_at = BigIntegerField()
    state = TextField()
    changed_at = BigIntegerField(null=True)
    changed_by = TextField()
    mailed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "voicemail"
        primary_key = CompositeKey("call", "seq")
        indexes = ((("mailbox", "state", "left_at"), False), (("mailed_at", "left_at"), False))


def keep(connected: Any, events: Sequence[Event]) -> None:
    """Adds the messages that these events tell of; those that are there stay as they are."""
    left = [message for event in events if (message := message_left(event)) is not None]
    if left:
        bulk.insert(connected, VoicemailRow, [_row(message) for message in left], KEEP_FIRST)


class Voicemails:
    """Each method over a connection of its own. They block: within the engine call them off the hub.

    All raise StoreError where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def of(self, mailboxes: Collection[str]) -> tuple[Message, ...]:
        """What is not deleted: new before saved, urgent before others, the oldest first."""
        row = VoicemailRow
        query = _all().where(row.mailbox << list(mailboxes), row.state != MessageState.DELETED.value)
        query = query.order_by(row.state != MessageState.NEW.value, row.urgent.desc(), row.left_at)
        return self._found(query)

    def waiting(self, mailboxes: Collection[str]) -> Mapping[str, tuple[int, int]]:
        """How many are new and how many saved, by mailbox."""
        row = VoicemailRow
        query = row.select(row.mailbox, row.state, fn.COUNT(row.seq)).where(row.mailbox << list(mailboxes))
        counts: dict[str, dict[str, int]] = {}
        with reading(self._url) as connected:
            for name, state, number in database.select(connected, query.group_by(row.mailbox, row.state)):
                counts.setdefault(name, {})[state] = number
        new, saved = MessageState.NEW.value, MessageState.SAVED.value
        return {name: (each.get(new, 0), each.get(saved, 0)) for name, each in counts.items()}

    def change(self, message: Message, state: MessageState, at: int, by: str) -> None:
        """What somebody made of a message."""
        row = VoicemailRow
        with changing(self._url) as connected:
            change = row.update(state=state.value, changed_at=at, changed_by=by)
            change.where(row.call == message.call, row.seq == message.seq).execute(connected)

    def unmailed(self, mailboxes: Collection[str]) -> tuple[Message, ...]:
        """What is still to be mailed, the oldest first."""
        row = VoicemailRow
        wanted = (row.mailbox << list(mailboxes)) & row.mailed_at.is_null() & (row.state != MessageState.DELETED.value)
        return self._found(_all().where(wanted).order_by(row.left_at).limit(100))

    def mailed(self, message: Message, at: int) -> None:
        """It is on its way, or will never be."""
        row = VoicemailRow
        with changing(self._url) as connected:
            row.update(mailed_at=at).where(row.call == message.call, row.seq == message.seq).execute(connected)

    def _found(self, query: Any) -> tuple[Message, ...]:
        with reading(self._url) as connected:
            return tuple(_value(row) for row in database.select(connected, query))


def _all() -> Any:
    return VoicemailRow.select(*(getattr(VoicemailRow, name) for name in COLUMNS))


def _row(message: Message) -> rows.Row:
    cells = (getattr(message, name) for name in COLUMNS)
    return tuple(rows.clean(cell) if isinstance(cell, str) else cell for cell in cells)


def _value(row: Sequence[Any]) -> Message:
    cells: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    return Message(**cells | {"urgent": bool(cells["urgent"])})
