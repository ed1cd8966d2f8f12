"""Documents in the database: added, found, looked for. Their files are another's matter (fsapp.fax.library)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from peewee import IntegrityError

from fsapp.domain.errors import FsappError
from fsapp.domain.fax import Document, DocumentKind, Resolution
from fsapp.store import database, rows
from fsapp.store.connections import changing, reading
from fsapp.store.fax_models import DocumentRow

_COLUMNS = tuple(field.name for field in fields(Document))
_TRUTHS = ("partial", "ecm", "t38")


class DocumentRefused(FsappError):
    """A document that cannot be added; the sentence says why."""


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents. `words` are looked for in name, title, caller and station id; empty text filters none."""

    kind: DocumentKind | None = None
    category: str = ""
    caller: str = ""
    words: str = ""


class Documents:
    """Queries, each over a connection of its own. They block: within the engine call them off the hub.

    All raise StoreError where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def add(self, document: Document, *, replace: bool = False) -> None:
        """Adds a document, or with `replace` takes the place of one of its name. Raises DocumentRefused."""
        cells = {name: _cell(getattr(document, name)) for name in _COLUMNS}
        with changing(self._url) as connected:
            if replace:
                DocumentRow.delete().where(DocumentRow.id == document.id).execute(connected)
            try:
                DocumentRow.insert(**cells).execute(connected)
            except IntegrityError:
                raise DocumentRefused(f"there is a document {document.id!r} already") from None

    def get(self, name: str) -> Document | None:
        """One document."""
        with reading(self._url) as connected:
            query = _documents().where(DocumentRow.id == rows.clean(name))
            return next((_value(row) for row in database.select(connected, query)), None)

    def list(self, wanted: DocumentFilter = DocumentFilter(), limit: int = 100) -> tuple[Document, ...]:
        """The latest first."""
        query = _documents().where(True, *_conditions(wanted))
        query = query.order_by(DocumentRow.added_at.desc(), DocumentRow.id).limit(limit)
        with reading(self._url) as connected:
            return tuple(_value(row) for row in database.select(connected, query))

    def names(self) -> frozenset[str]:
        """Of those that were added, for callers to ask for."""
        query = DocumentRow.select(DocumentRow.id).where(DocumentRow.kind == DocumentKind.LIBRARY.value)
        with reading(self._url) as connected:
            return frozenset(name for (name,) in database.select(connected, query))

    def undelivered(self, since: int) -> tuple[Document, ...]:
        """Faxes received since then that were not mailed or left in a folder yet, the oldest first."""
        row = DocumentRow
        query = _documents().where(
            row.kind == DocumentKind.RECEIVED.value, row.added_at >= since, row.delivered_at.is_null()
        )
        with reading(self._url) as connected:
            return tuple(_value(each) for each in database.select(connected, query.order_by(row.added_at).limit(100)))

    def note_delivered(self, name: str, at: int) -> None:
        """The document was delivered."""
        with changing(self._url) as connected:
            DocumentRow.update(delivered_at=at).where(DocumentRow.id == name).execute(connected)


def _documents() -> Any:
    return DocumentRow.select(*(getattr(DocumentRow, name) for name in _COLUMNS))


def _conditions(wanted: DocumentFilter) -> Iterator[Any]:
    row = DocumentRow
    if wanted.kind is not None:
        yield row.kind == wanted.kind.value
    if wanted.category:
        yield row.category == wanted.category
    if wanted.caller:
        yield row.caller == wanted.caller
    for word in wanted.words.split():
        found = [field.contains(word) for field in (row.id, row.title, row.caller, row.station_id)]
        yield found[0] | found[1] | found[2] | found[3]


def _cell(value: Any) -> Any:
    return rows.clean(str(value)) if isinstance(value, str) else value


def _value(row: Any) -> Document:
    cells = dict(zip(_COLUMNS, row, strict=True))
    cells |= {name: bool(cells[name]) for name in _TRUTHS}
    kind, resolution = DocumentKind(cells["kind"]), Resolution(cells["resolution"])
    return Document(**cells | {"kind": kind, "resolution": resolution})
