"""Faxes to be sent, in the database: what outlives the engine."""

from dataclasses import fields
from typing import Any

from fsapp.domain.fax import FaxJob, JobState
from fsapp.store import database, rows
from fsapp.store.connections import changing, reading
from fsapp.store.fax_models import FaxJobRow

_COLUMNS = tuple(field.name for field in fields(FaxJob))
_OPEN = (JobState.WAITING.value, JobState.SENDING.value)


class FaxJobs:
    """Queries, each over a connection of its own. They block: within the engine call them off the hub.

    All raise StoreError where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def add(self, job: FaxJob) -> None:
        with changing(self._url) as connected:
            FaxJobRow.insert(**_cells(job)).execute(connected)

    def keep(self, job: FaxJob) -> bool:
        """Keeps what became of a job; False where somebody cancelled it meanwhile, which stands."""
        cells = _cells(job)
        with changing(self._url) as connected:
            query = FaxJobRow.update(**cells).where(FaxJobRow.id == job.id, FaxJobRow.state << _OPEN)
            return bool(query.execute(connected))

    def cancel(self, job: str, at: int) -> bool:
        """Cancels a job that is not over; whether there was one."""
        change = {"state": JobState.CANCELLED.value, "ended_at": at, "result": "cancelled"}
        with changing(self._url) as connected:
            query = FaxJobRow.update(**change).where(FaxJobRow.id == job, FaxJobRow.state << _OPEN)
            return bool(query.execute(connected))

    def get(self, job: str) -> FaxJob | None:
        with reading(self._url) as connected:
            query = _jobs().where(FaxJobRow.id == job)
            return next((_value(row) for row in database.select(connected, query)), None)

    def open(self) -> tuple[FaxJob, ...]:
        """Those that are not over, in the order they were queued."""
        with reading(self._url) as connected:
            query = _jobs().where(FaxJobRow.state << _OPEN).order_by(FaxJobRow.queued_at, FaxJobRow.id)
            return tuple(_value(row) for row in database.select(connected, query))

    def list(self, *, state: JobState | None = None, limit: int = 100) -> tuple[FaxJob, ...]:
        """The latest first."""
        query = _jobs() if state is None else _jobs().where(FaxJobRow.state == state.value)
        query = query.order_by(FaxJobRow.queued_at.desc(), FaxJobRow.id).limit(limit)
        with reading(self._url) as connected:
            return tuple(_value(row) for row in database.select(connected, query))


def _jobs() -> Any:
    return FaxJobRow.select(*(getattr(FaxJobRow, name) for name in _COLUMNS))


def _cells(job: FaxJob) -> dict[str, Any]:
    values = ((name, getattr(job, name)) for name in _COLUMNS)
    return {name: rows.clean(str(value)) if isinstance(value, str) else value for name, value in values}


def _value(row: Any) -> FaxJob:
    cells = dict(zip(_COLUMNS, row, strict=True))
    return FaxJob(**cells | {"state": JobState(cells["state"])})
