"""Who is told of talks: the section `screen_pop` of conf/fsapp.yaml."""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, field_validator

from fsapp.esl.originating import call_info
from fsapp.files.models import Settings
from fsapp.lookup.addresses import Address

_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)[ \t\r]*")
_OURS = frozenset({"content-type", "content-length", "transfer-encoding", "connection", "host", "idempotency-key"})


class ScreenPopSettings(Settings):
    """A webhook. Paths are relative to the settings file."""

    url: str
    timeout: float = Field(3.0, gt=0, le=30)
    """Seconds that an attempt may take."""
    retries: int = Field(3, ge=0, le=10)
    """Further attempts, where the webhook was not there or ailing."""
    backlog: int = Field(1000, ge=1, le=100_000)
    """How many may wait; beyond that the oldest is dropped."""
    at_once: int = Field(4, ge=1, le=32)
    """How many are sent together; those of one call one after another."""
    headers_file: Path | None = None
    """Lines such as `Authorization: Bearer …`; nobody but its owner may read it."""
    call_info: str | None = None
    """An address that phones show with a ringing call (Call-Info), the call's id behind it."""
    ca_file: Path | None = None
    """Certificates to trust instead of the machine's."""

    @field_validator("call_info")
    @classmethod
    def _fits_a_header(cls, value: str | None) -> str | None:
        return None if value is None else call_info(value)

    @field_validator("url")
    @classmethod
    def _no_places(cls, value: str) -> str:
        if Address(value).arguments:
            raise ValueError(f"{value!r}: what is told goes into the body, so there are no places in braces here")
        return value


def secret_headers(file: Path) -> Mapping[str, str]:
    """The headers in a file, by their names in lower case. Raises ValueError."""
    try:
        mode = file.stat().st_mode
        lines = file.read_text(encoding="ascii").split("\n")
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file} holds more than ASCII text") from None
    if mode & 0o077:
        raise ValueError(f"{file} holds secrets, and others may read it: chmod 600 {file}")
    return dict(_header(file, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _header(file: Path, number: int, line: str) -> tuple[str, str]:
    match = _HEADER.fullmatch(line)
    if match is None:
        raise ValueError(f"line {number} of {file} is no header: write `Authorization: Bearer …`")
    name = match[1].lower()
    if name in _OURS:
        raise ValueError(f"line {number} of {file}: {name!r} is the engine's to say")
    return name, match[2]
