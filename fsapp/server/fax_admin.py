"""What an administrator does with faxes and documents; the same whether an engine runs or not."""

import getpass
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from fsapp.domain.call import Call
from fsapp.domain.dialplan import Outbound, is_emergency
from fsapp.domain.errors import FsappError, NotAllowed
from fsapp.domain.fax import Document, DocumentKind, FaxJob, Resolution, document_name
from fsapp.fax import times
from fsapp.fax.jobs import Cover
from fsapp.fax.library import Library, suffix_of
from fsapp.server import control_socket, databases, dialplan
from fsapp.server.control import ControlError
from fsapp.server.faxes import FAX_FOLDER, library
from fsapp.server.settings import EngineSettings
from fsapp.store.database import upgrade_at
from fsapp.store.documents import Documents
from fsapp.store.fax_jobs import FaxJobs

LIMIT_SECONDS = 5.0


class FaxRefused(FsappError):
    """What cannot be done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fax to be sent: `document` is a document's name or a file. `fields` fill in the cover page, if there is one."""

    number: str
    document: str
    cover: bool = False
    fields: Mapping[str, str] | None = None
    not_before: datetime | None = None
    window: str = ""


class FaxAdmin:
    """Over the site's own database and folder. Methods raise FaxRefused, StoreError, MediaError, OSError."""

    def __init__(self, settings: EngineSettings) -> None:
        url = databases.own_url(settings)
        settings.data.mkdir(mode=0o770, parents=True, exist_ok=True)
        upgrade_at(url)
        self._settings = settings
        self.documents = Documents(url)
        self.jobs = FaxJobs(url)
        self.library: Library = library(settings.data / FAX_FOLDER, settings.fax)

    def add(
        self, file: Path, name: str, title: str, category: str, now: datetime, *,
        resolution: Resolution | None = None, replace: bool = False,
    ) -> Document:  # fmt: skip
        """Adds a document for callers to ask for."""
        try:
            document_name(name)
        except ValueError as error:
            raise FaxRefused(str(error)) from None
        if not replace and self.documents.get(name) is not None:
            raise FaxRefused(f"there is a document {name!r} already; `--replace` takes its place")
        document = self._made(file, name, DocumentKind.LIBRARY, title or file.stem, category, now, resolution)
        self.documents.add(document, replace=replace)
        return document

    def document(self, name: str) -> Document:
        """One document."""
        document = self.documents.get(name)
        if document is None:
            raise FaxRefused(f"there is no document {name!r}")
        return document

    def send(self, wanted: Wanted, now: datetime) -> FaxJob:
        """Queues a fax; the engine sends it, if one runs, or the next one."""
        number = self._number(wanted.number, now)
        if wanted.window:
            self._check_window(wanted.window)
        document = self._to_send(wanted, now)
        at = _milliseconds(now)
        begins = max(at, _milliseconds(wanted.not_before)) if wanted.not_before else at
        lasts = timedelta(hours=self._settings.fax.sending.expire_hours)
        job = FaxJob(
            id=secrets.token_hex(6),
            number=number,
            document=document.id,
            pages=document.pages,
            queued_at=at,
            not_before=begins,
            expires_at=begins + round(lasts.total_seconds() * 1000),
            window=wanted.window,
            by=getpass.getuser(),
        )
        self.jobs.add(job)
        self.tell_engine()
        return job

    def cancel(self, job: str, now: datetime) -> None:
        """Cancels a fax that is not over; one under way is hung up."""
        if not self.jobs.cancel(job, _milliseconds(now)):
            known = self.jobs.get(job)
            raise FaxRefused(f"the fax {job} is over: {known.state.value}" if known else f"there is no fax {job}")
        self.tell_engine()

    def tell_engine(self) -> None:
        """An engine that is not told looks by itself within half a minute; without one there is nobody to tell."""
        with suppress(ControlError):
            control_socket.request(self._settings.data, "faxes_changed", {}, LIMIT_SECONDS)

    def _to_send(self, wanted: Wanted, now: datetime) -> Document:
        """A document of the library as it is; a file, or whatever gets a cover page, as a document of its own."""
        known = self.documents.get(wanted.document)
        if known is not None and not wanted.cover:
            return known
        file = self.library.fax(known.sha256) if known else Path(wanted.document)
        if known is None and not file.is_file():
            raise FaxRefused(f"{wanted.document!r} is neither a document nor a file")
        name = f"out-{now:%Y%m%d}-{secrets.token_hex(4)}"
        cover = self._cover(wanted, now) if wanted.cover else None
        title = known.title if known else file.stem
        document = self._made(file, name, DocumentKind.OUTGOING, title, "outgoing", now, cover=cover)
        self.documents.add(document)
        return document

    def _cover(self, wanted: Wanted, now: datetime) -> Cover:
        template = self._settings.fax.cover
        if template is None:
            raise FaxRefused("settings name no cover page: fax.cover")
        local = now.astimezone(self._settings.zone)
        known = {"number": wanted.number, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
        sender = {"station_id": self._settings.fax.station_id, "header": self._settings.fax.header}
        return Cover(str(template), {**known, **sender, **(wanted.fields or {})})

    def _made(
        self, file: Path, name: str, kind: DocumentKind, title: str, category: str, now: datetime,
        resolution: Resolution | None = None, cover: Cover | None = None,
    ) -> Document:  # fmt: skip
        sha256, made, size = self.library.add(file, resolution or self._settings.fax.resolution, cover)
        return Document(
            id=name,
            sha256=sha256,
            kind=kind,
            category=category,
            title=title,
            suffix=suffix_of(file),
            pages=made.pages,
            resolution=made.resolution,
            size=size,
            added_at=_milliseconds(now),
        )

    def _number(self, text: str, now: datetime) -> str:
        """A number that the dialplan allows now; the engine asks again. Raises ConfigError, FaxRefused."""
        rules = dialplan.load(self._settings.dialplan, None)
        country = self._settings.country
        if is_emergency(text, country):
            raise FaxRefused(f"{text} is an emergency number")
        try:
            return Outbound(rules.numbers, rules.phones, country).number(text, Call("", "", text, now)).number
        except NotAllowed as error:
            raise FaxRefused(str(error)) from None

    def _check_window(self, written: str) -> None:
        try:
            times.window(written)
        except ValueError as error:
            raise FaxRefused(str(error)) from None


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
