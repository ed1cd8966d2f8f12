"""How look-up sources are declared in the configuration.

lookups:
  billing:
    sql: {url: "sqlite:///data/billing.db", query: "select amount from bill where account = :account"}
    timeout: 2
    cache: 60
  outage:
    http:
      url: https://oms.example.com/areas/{area}/outages?from={day}
      headers: {authorization: "file:/run/secrets/oms_token"}
      at: result.current
      missing: {status: none}
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from fsapp.files.models import Settings
from fsapp.lookup.addresses import Address, places


def secret(value: str) -> str:
    """The value itself, or, for `file:PATH`, that file's only line. Raises ValueError, also if others can read it."""
    if not value.startswith("file:"):
        return value
    path = Path(value.removeprefix("file:"))
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the file {path} cannot be read: {error}") from None
    if mode & 0o077:
        raise ValueError(f"{path} holds a secret, and others may read it: chmod 600 {path}")
    return text.strip()


class SqlSettings(Settings):
    """A query with `:name` parameters; its first row is the record. The URL may be a `file:` with the URL in it."""

    url: str
    query: str

    @field_validator("url")
    @classmethod
    def _readable(cls, value: str) -> str:
        return secret(value)


class HttpSettings(Settings):
    """A request whose answer is a JSON object. `{name}` in path, query or body is an argument.

    `at` is the dotted path of the record within the answer; an answer in which each path of `missing` has the value
    given there says that there is no record, as a status of 404 does. `max_bytes` bounds the answer.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = None
    at: str = ""
    missing: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    max_bytes: int = Field(default=262_144, ge=64, le=16_777_216)
    ca_file: str | None = None

    @field_validator("url")
    @classmethod
    def _fixed_host(cls, value: str) -> str:
        Address(value)
        return value

    @field_validator("headers")
    @classmethod
    def _readable_secrets(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if any(sign in name + secret(text) for sign in "\r\n\0"):
                raise ValueError(f"the header {name!r} holds a line break")
        return value

    @property
    def arguments(self) -> frozenset[str]:
        """The names of the arguments that it wants."""
        return Address(self.url).arguments | places(self.body)

    @model_validator(mode="after")
    def _body_is_posted(self) -> "HttpSettings":
        if self.body is not None and self.method != "POST":
            raise ValueError("a `body` wants `method: POST`")
        return self


class LookupSettings(Settings):
    """One source. Times are seconds: `timeout` is for the whole answer; `cache` and `cache_missing` say how long
    records, and the answer that there is none, are kept. After `break_after` failures in a row the source is left
    alone for `break_seconds`. Up to `at_once` requests run together.
    """

    sql: SqlSettings | None = None
    http: HttpSettings | None = None
    timeout: float = Field(default=2.0, gt=0, le=30)
    cache: float = Field(default=0.0, ge=0)
    cache_missing: float = Field(default=0.0, ge=0)
    cache_size: int = Field(default=1000, ge=1)
    break_after: int = Field(default=5, ge=1)
    break_seconds: float = Field(default=10.0, ge=0)
    at_once: int = Field(default=32, ge=1)

    @model_validator(mode="after")
    def _one_kind(self) -> "LookupSettings":
        if (self.sql is None) == (self.http is None):
            raise ValueError("a look-up source is either `sql` or `http`")
        return self
