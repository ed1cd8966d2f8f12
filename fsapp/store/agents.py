"""The registry of agents. Each change is one transaction, with a line in the log of what administrators did."""

from collections.abc import Callable, Iterator
from typing import Any

from peewee import Database, IntegrityError

from fsapp.domain.admin import Act
from fsapp.domain.agent import AgentRecord
from fsapp.domain.errors import FsappError, StoreError
from fsapp.store import admin_log, database
from fsapp.store.agent_rows import COLUMNS, agent_fields, agent_row, agent_value, changed_fields
from fsapp.store.connections import changing, reading
from fsapp.store.models import AgentRow

Edit = Callable[[AgentRecord], AgentRecord]


class AgentRefused(FsappError):
    """A change that cannot be made; the sentence says why."""


class Agents:
    """All agents, over connections of its own. They block: within the engine call them off the hub.

    Every method raises StoreError where the database cannot be used, or has no schema yet (`database.upgrade_at`).
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def all(self) -> tuple[AgentRecord, ...]:
        """Everybody, in the order of their numbers."""
        with reading(self._url) as connected:
            return tuple(sorted(_found(connected), key=lambda record: (len(record.id), record.id)))

    def get(self, agent: str) -> AgentRecord | None:
        """One agent, by number."""
        with reading(self._url) as connected:
            return next(_found(connected, AgentRow.id == agent), None)

    def at_extension(self, extension: str) -> AgentRecord | None:
        """The agent whose own phone this is."""
        with reading(self._url) as connected:
            return next(_found(connected, AgentRow.extension == extension), None)

    def add(self, act: Act, *records: AgentRecord) -> None:
        """Adds agents, all or none. Raises AgentRefused where a number or an own phone is another's."""
        with changing(self._url) as connected:
            for record in records:
                if next(_found(connected, AgentRow.id == record.id), None):
                    raise AgentRefused(f"there is an agent {record.id} already")
                _check_phone(connected, record)
                _written(record, AgentRow.insert(**agent_row(record)), connected)
                admin_log.note(connected, act, "agent added", agent_fields(record))

    def change(self, act: Act, agent: str, edit: Edit) -> AgentRecord:
        """Has `edit` make the new record of the one that is stored, and gives it.

        Raises AgentRefused where there is no such agent or the phone is another's, and whatever `edit` raises.
        """
        with changing(self._url) as connected:
            before = _locked(connected, agent)
            after = edit(before)
            changed = changed_fields(before, after)
            if changed:
                _check_phone(connected, after)
                _written(after, AgentRow.update(**agent_row(after)).where(AgentRow.id == agent), connected)
                admin_log.note(connected, act, "agent changed", {"id": agent, **changed})
            return after

    def remove(self, act: Act, agent: str) -> AgentRecord:
        """Forgets an agent, and gives what was known. Raises AgentRefused where there is none."""
        with changing(self._url) as connected:
            record = _locked(connected, agent)
            AgentRow.delete().where(AgentRow.id == agent).execute(connected)
            admin_log.note(connected, act, "agent removed", agent_fields(record))
            return record


def _found(connected: Database, *conditions: Any) -> Iterator[AgentRecord]:
    query = AgentRow.select(*(getattr(AgentRow, name) for name in COLUMNS))
    if conditions:
        query = query.where(*conditions)
    for row in database.select(connected, query):
        try:
            yield agent_value(row)
        except ValueError as error:  # written past this module
            raise StoreError(f"the agent {row[0]} in the database cannot be read: {error}") from error


def _locked(connected: Database, agent: str) -> AgentRecord:
    """The record, which nobody else changes until the transaction ends: writing a row locks it in every database."""
    AgentRow.update(id=agent).where(AgentRow.id == agent).execute(connected)
    record = next(_found(connected, AgentRow.id == agent), None)
    if record is None:
        raise AgentRefused(f"there is no agent {agent}")
    return record


def _check_phone(connected: Database, record: AgentRecord) -> None:
    conditions = (AgentRow.extension == record.extension, AgentRow.id != record.id)
    other = next(_found(connected, *conditions), None) if record.extension else None
    if other is not None:
        raise AgentRefused(f"{record.extension} is the phone of {other.name} ({other.id}); a phone has one owner")


def _written(record: AgentRecord, statement: Any, connected: Database) -> None:
    try:
        statement.execute(connected)
    except IntegrityError as error:  # it passed the checks above and lost a race
        raise AgentRefused(f"the number or the phone of {record.id} was taken by somebody else just now") from error
