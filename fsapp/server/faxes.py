"""Faxes at work: what flows take and send, and what becomes of it afterwards."""

import logging
from pathlib import Path

import gevent

from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.errors import FsappError, StoreError
from fsapp.domain.fax import Document, FaxLine, FaxResult
from fsapp.fax.converter import Converter
from fsapp.fax.library import Library
from fsapp.fax.off_hub import off_hub
from fsapp.fax.settings import FaxSettings
from fsapp.server.fax_delivery import FaxDelivery
from fsapp.server.fax_inbox import FaxInbox
from fsapp.server.mail import Mailer
from fsapp.store.documents import Documents

_log = logging.getLogger("fsapp.fax")

FAX_FOLDER = "fax"
"""Below the data folder."""

AGAIN_SECONDS = 60.0
"""From one look at what is unfinished to the next."""

UNDELIVERED_DAYS = 3
FIND_SECONDS = 2.0
"""For a database to say whether there is a document: a caller waits for it."""

_DAY_MS = 86_400_000


class Faxes:
    """Satisfies fsapp.flow.ports.Faxes. `data` is the folder of everything that has to do with faxes."""

    def __init__(self, data: Path, url: str, settings: FaxSettings, mailer: Mailer | None, clock: Clock) -> None:
        """Raises StoreError where the URL names no known database."""
        self.documents = Documents(url)
        self.library = library(data, settings)
        self._inbox = FaxInbox(data / "incoming", self.documents, self.library)
        self._delivery = FaxDelivery(self.library, mailer)
        self._settings = settings
        self._clock = clock
        self._work: set[gevent.Greenlet[..., None]] = set()
        self._delivering: set[str] = set()

    def use(self, settings: FaxSettings) -> None:
        """These hold from now on."""
        self._settings = settings

    # What flows ask.

    @property
    def line(self) -> FaxLine:
        return self._settings.line

    def incoming_path(self, call: Call) -> str:
        return self._inbox.new_file(call)

    def received(self, call: Call, path: str, category: str, result: FaxResult) -> str:
        note, name = self._inbox.note(call, path, category, result, self._clock.now())
        self._spawn(note)
        return name

    def ticket_kind(self, category: str) -> str:
        delivery = self._settings.delivery(category)
        return delivery.ticket if delivery is not None else ""

    def nothing_received(self, path: str) -> None:
        self._inbox.discard(path)

    def document(self, name: str) -> str | None:
        with gevent.Timeout(FIND_SECONDS, StoreError("the database does not say whether there is such a document")):
            found = off_hub(self.documents.get, name)
        return str(self.library.fax(found.sha256)) if found else None

    # What goes on behind.

    def run(self) -> None:
        """Finishes what was left undone, now and again and again; raises nothing."""
        while True:
            try:
                for note in off_hub(self._inbox.unfinished, self._clock.now().timestamp()):
                    self._take_in(note)
                self._deliver_late()
            except (FsappError, OSError) as error:
                _log.warning("faxes wait: %s", error)
            gevent.sleep(AGAIN_SECONDS)

    def close(self) -> None:
        """What is under way is left; the next engine takes it up."""
        gevent.killall(list(self._work))

    def _spawn(self, note: Path) -> None:
        work = gevent.spawn(self._take_in, note)
        self._work.add(work)
        work.rawlink(self._work.discard)

    def _take_in(self, note: Path) -> None:
        try:
            document = self._inbox.take_in(note)
            if document is not None:
                self._deliver(document)
        except (FsappError, OSError, ValueError, KeyError, TypeError) as error:
            _log.error("the fax noted in %s has to wait: %s", note, error)

    def _deliver_late(self) -> None:
        since = round(self._clock.now().timestamp() * 1000) - UNDELIVERED_DAYS * _DAY_MS
        if self._settings.deliver:
            for document in off_hub(self.documents.undelivered, since):
                self._deliver(document)

    def _deliver(self, document: Document) -> None:
        """Not while somebody is at it: nobody is to have it twice."""
        delivery = self._settings.delivery(document.category)
        if delivery is None or document.id in self._delivering:
            return
        self._delivering.add(document.id)
        try:
            if self._delivery.deliver(document, delivery):
                off_hub(self.documents.note_delivered, document.id, round(self._clock.now().timestamp() * 1000))
        finally:
            self._delivering.discard(document.id)


def library(data: Path, settings: FaxSettings) -> Library:
    """The files of documents below the folder of faxes."""
    return Library(data / "documents", Converter(), font=settings.font)
