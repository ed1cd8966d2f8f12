"""Received faxes are mailed, or left in a folder, as the settings say; what fails is tried again."""

import logging
import re
import shutil
from pathlib import Path

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Document
from fsapp.fax.library import Library
from fsapp.fax.off_hub import off_hub
from fsapp.fax.settings import Delivery
from fsapp.server.mail import Letter, Mailer, NeverSent, NotSent

_log = logging.getLogger("fsapp.fax")

_STATES = {False: "", True: " (incomplete)"}


class FaxDelivery:
    """`mailer` is None where no server takes letters."""

    def __init__(self, library: Library, mailer: Mailer | None) -> None:
        self._library = library
        self._mailer = mailer
        self._mailed: set[tuple[str, str]] = set()
        """Documents and who got them, while somebody else has not."""

    def deliver(self, document: Document, delivery: Delivery) -> bool:
        """Whether everybody has it who is to have it; what failed is in the log."""
        try:
            pdf = self._library.pdf(document.sha256)
            if delivery.folder is not None:
                off_hub(_leave, pdf, delivery.folder, _file_name(document))
        except (MediaError, OSError) as error:
            _log.error("the fax %s cannot be left in %s: %s", document.id, delivery.folder, error)
            return False
        done = all([self._mail(document, to, pdf) for to in delivery.mail])
        if done:
            self._mailed -= {(document.id, to) for to in delivery.mail}
        return done

    def _mail(self, document: Document, to: str, pdf: Path) -> bool:
        if (document.id, to) in self._mailed:
            return True
        if self._mailer is None:
            _log.error("the fax %s cannot be mailed: settings have no section `mail`", document.id)
            return False
        try:
            off_hub(self._mailer.send, _letter(document, to, pdf))
        except NotSent as error:
            _log.warning("the fax %s was not mailed to %s, and will be tried again: %s", document.id, to, error)
            return False
        except NeverSent as error:
            _log.error("the fax %s cannot be mailed to %s: %s", document.id, to, error)
        self._mailed.add((document.id, to))
        return True


def _letter(document: Document, to: str, pdf: Path) -> Letter:
    who = document.station_id or document.caller or "unknown"
    lines = (
        f"Document: {document.id}",
        f"From: {document.caller or '-'} ({document.station_id or '-'})",
        f"To: {document.called or '-'}",
        f"Pages: {document.pages}{_STATES[document.partial]}",
        f"Call: {document.call}",
    )
    subject = f"传真 Fax {who}, {document.pages} p.{_STATES[document.partial]}"
    return Letter(to, subject, "\n".join(lines) + "\n", key=document.id, files=(pdf,))


def _file_name(document: Document) -> str:
    caller = re.sub(r"[^0-9]", "", document.caller)[:20] or "unknown"
    partial = "-partial" if document.partial else ""
    return f"{document.id}-{caller}{partial}.pdf"


def _leave(pdf: Path, folder: Path, name: str) -> None:
    """Whole, or not at all. Raises OSError."""
    folder.mkdir(mode=0o770, parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    try:
        shutil.copyfile(pdf, part)
        part.replace(folder / name)
    finally:
        part.unlink(missing_ok=True)
