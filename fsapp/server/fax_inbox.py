"""Faxes that came, on their way to becoming documents: first a file that FreeSWITCH writes and a note of what is known,
then a document with its PDF. What the engine could not finish it takes up again.
"""

import json
import logging
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from fsapp.domain.arguments import SoundPath
from fsapp.domain.call import Call
from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Document, DocumentKind, FaxEnd, FaxResult
from fsapp.fax.converter import ConverterFailed
from fsapp.fax.library import Library
from fsapp.fax.off_hub import off_hub
from fsapp.files.paths import under
from fsapp.store.documents import DocumentRefused, Documents

_log = logging.getLogger("fsapp.fax")

NOTE = ".json"
UNREADABLE = ".unreadable"

ORPHAN_SECONDS = 600.0
"""A file of another engine that nobody noted, and that has not grown for so long, belongs to a call whose engine died:
the switch writes a page when it is whole.
"""


class FaxInbox:
    """A folder. One engine works in it."""

    def __init__(self, folder: Path, documents: Documents, library: Library) -> None:
        self._folder = folder.resolve()
        self._documents = documents
        self._library = library
        self._numbers = count(1)
        self._expected: set[Path] = set()
        """Files that calls of this engine are to fill."""
        self._under_way: set[Path] = set()

    def new_file(self, call: Call) -> str:
        """Where FreeSWITCH shall write; its user needs access to the folder's group. Raises MediaError."""
        try:
            self._folder.mkdir(mode=0o770, parents=True, exist_ok=True)
            if not os.access(self._folder, os.W_OK):
                raise PermissionError(None, "Permission denied")
            path = under(self._folder, f"{call.uuid}-{next(self._numbers)}.tif")
            self._expected.add(path)
            return SoundPath(str(path))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise MediaError(f"no fax can be taken into {self._folder}: {why}") from None

    def note(self, call: Call, path: str, category: str, result: FaxResult, now: datetime) -> tuple[Path, str]:
        """Notes all that is known of a fax; gives the note, and the name of the document to be."""
        name = f"fax-{now:%Y%m%d}-{secrets.token_hex(4)}"
        fields = {
            "id": name,
            "category": category,
            "title": f"{result.station_id or call.ani} {now:%Y-%m-%d %H:%M}",
            "added_at": round(now.timestamp() * 1000),
            "call": call.uuid,
            "caller": call.ani,
            "called": call.dnis,
            "station_id": result.station_id,
            "partial": result.end is FaxEnd.PARTIAL,
            "rate": result.rate,
            "ecm": result.ecm,
            "t38": result.t38,
            "result": result.text,
        }
        self._expected.discard(Path(path))
        return _written(Path(path).with_suffix(NOTE), fields), name

    def discard(self, path: str) -> None:
        """Deletes a file that turned out to be no fax, if there is one."""
        self._expected.discard(Path(path))
        Path(path).unlink(missing_ok=True)

    def unfinished(self, now: float) -> list[Path]:
        """Notes of faxes that are no documents yet; files without a note get one. `now` is seconds since 1970."""
        if not self._folder.is_dir():
            return []
        for file in set(self._folder.glob("*.tif")) - self._expected:
            if not file.with_suffix(NOTE).exists() and now - file.stat().st_mtime > ORPHAN_SECONDS:
                self._adopt(file)
        return [note for note in sorted(self._folder.glob(f"*{NOTE}")) if note not in self._under_way]

    def take_in(self, note: Path) -> Document | None:
        """Makes a document of a fax, and gives it; None where no page of it can be read, or somebody is at it.

        Raises StoreError, MediaError and OSError: then it is to be tried again.
        """
        if note in self._under_way:
            return None
        self._under_way.add(note)
        try:
            return self._taken_in(note)
        finally:
            self._under_way.discard(note)

    def _taken_in(self, note: Path) -> Document | None:
        known: dict[str, Any] = json.loads(note.read_bytes())
        fax = note.with_suffix(".tif")
        try:
            sha256, made, size = self._library.keep_received(fax, known["title"], partial=known["partial"])
        except ConverterFailed:
            raise
        except MediaError as error:
            _log.error("the fax of call %s cannot be read, and stays at %s: %s", known["call"], fax, error)
            _put_aside(fax, note)
            return None
        document = Document(
            sha256=sha256,
            kind=DocumentKind.RECEIVED,
            suffix=".tif",
            pages=made.pages,
            resolution=made.resolution,
            size=size,
            **known,
        )
        try:
            off_hub(self._documents.add, document)
        except DocumentRefused:  # the engine died between this and the next line
            _log.info("the fax %s was a document already", document.id)
        fax.unlink(missing_ok=True)
        note.unlink(missing_ok=True)
        return document

    def _adopt(self, orphan: Path) -> None:
        at = datetime.fromtimestamp(orphan.stat().st_mtime, UTC)
        call = Call(orphan.stem.rpartition("-")[0], "", "", at)
        result = FaxResult(success=False, pages=1, text="the engine died")
        _log.warning("the fax of call %s lost its engine; it is kept, and marked as partial", call.uuid)
        self.note(call, str(orphan), "received", result, at)


def _written(path: Path, fields: Mapping[str, Any]) -> Path:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(fields, ensure_ascii=False), "utf-8", "replace")
    part.replace(path)
    return path


def _put_aside(*files: Path) -> None:
    """For a person to look at."""
    for file in files:
        if file.exists():
            file.rename(file.with_name(file.name + UNREADABLE))
