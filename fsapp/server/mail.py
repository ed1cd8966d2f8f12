"""Letters by mail: one at a time, each within a time limit. The section `mail` of conf/fsapp.yaml says by which server.

mail:
  host: smtp.example.com
  port: 587
  security: starttls                       # none, starttls or tls
  user: fsapp
  password: file:/etc/fsapp/mail-password  # mode 0600
  sender: fsapp@example.com
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from enum import StrEnum
from mimetypes import guess_type
from pathlib import Path

from pydantic import Field, field_validator

from fsapp.domain.errors import FsappError
from fsapp.files.models import Settings
from fsapp.lookup.settings import secret

MAX_SUBJECT = 200
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?\Z")
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}\Z")


class NotSent(FsappError):
    """The server was not there, too slow or ailing: it may take the letter the next time."""


class NeverSent(FsappError):
    """The server will not take this letter, ever."""


class Security(StrEnum):
    """How the line to the server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


def address(text: str) -> str:
    """A mail address. Raises ValueError for what is none: nothing else ever stands in a letter's head."""
    if not _ADDRESS.match(text):
        raise ValueError(f"{text[:80]!r} is no mail address; write name@example.com")
    return text


class MailSettings(Settings):
    """A server that takes our letters. `timeout` is in seconds, for each answer of the server."""

    host: str
    port: int = Field(25, ge=1, le=65535)
    security: Security = Security.NONE
    user: str | None = None
    password: str | None = None
    """`file:PATH`: the only line of a file that nobody else may read."""
    sender: str
    timeout: float = Field(10.0, gt=0, le=120)

    @field_validator("host")
    @classmethod
    def _plain_host(cls, value: str) -> str:
        if not _HOST.match(value):
            raise ValueError(f"{value[:60]!r} is no host name")
        return value

    @field_validator("sender")
    @classmethod
    def _sender_is_an_address(cls, value: str) -> str:
        return address(value)

    @field_validator("password")
    @classmethod
    def _password_can_be_read(cls, value: str | None) -> str | None:
        if value is not None:
            secret(value)
        return value


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. With `html` the text is for those who cannot show it. `key` is the same for each attempt.

    `files` go along, under their own names.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    key: str = ""
    files: tuple[Path, ...] = ()


class Mailer:
    """Sends over a connection of its own each time."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def send(self, letter: Letter) -> None:
        """Returns when the server took it. Raises NotSent, NeverSent."""
        settings = self._settings
        try:
            message = _message(letter, settings.sender)
            server = self._connected()
            try:
                server.send_message(message, settings.sender, [letter.to])
            finally:
                with suppress(smtplib.SMTPException, OSError):  # the letter is taken or not, whatever follows
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(next(iter(error.recipients.values()))[0], letter.to) from None
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, settings.host) from None
        except (smtplib.SMTPException, OSError) as error:  # a file that is away for a moment too
            raise NotSent(f"{settings.host}: {type(error).__name__}: {error}") from None
        except ValueError as error:  # an address or a subject that no letter can have
            raise NeverSent(str(error)) from None

    def _connected(self) -> smtplib.SMTP:
        host, port, timeout = self._settings.host, self._settings.port, self._settings.timeout
        if self._settings.security is not Security.TLS:
            server = smtplib.SMTP(host, port, timeout=timeout)
        else:
            server = smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self._settings.security is Security.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if self._settings.user is not None:
            server.login(self._settings.user, secret(self._settings.password or ""))


def _message(letter: Letter, sender: str) -> EmailMessage:
    """Raises ValueError where an address is none."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=address(letter.to))
    message["Subject"] = _subject(letter.subject)
    domain = sender.rpartition("@")[2]
    message["Message-ID"] = f"<{letter.key}@{domain}>" if letter.key else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for file in letter.files:
        kind, _, subtype = (guess_type(file.name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(file.read_bytes(), maintype=kind, subtype=subtype, filename=file.name)
    return message


def _subject(text: str) -> str:
    """One line. What looks like an encoded word (RFC 2047) would be decoded, with line breaks in it, into headers."""
    return " ".join(text.split())[:MAX_SUBJECT].replace("=?", "= ?")


def _refusal(code: int, who: str) -> FsappError:
    """Codes from 500 on are for ever (RFC 5321)."""
    sentence = f"{who} answered with code {code}"
    return NeverSent(sentence) if code >= 500 else NotSent(sentence)
