"""A look-up source over HTTP: one request to a fixed host, one JSON object back."""

import ssl
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import urllib3

from fsapp.domain.errors import LookupFailed
from fsapp.lookup.addresses import Address, filled
from fsapp.lookup.settings import HttpSettings, secret

MAX_DEPTH = 20
"""Objects and lists within one another in an answer."""


class HttpSource:
    """Asks by urllib3, whose sockets let the hub go on. Redirects are not followed: the host is the one configured.

    The time limit holds for each wait on the socket; whoever asks bounds the whole (Lookups does).
    """

    def __init__(self, settings: HttpSettings, *, timeout: float) -> None:
        """`timeout` is in seconds. Raises ValueError where a secret's file or the certificates cannot be read."""
        self._settings = settings
        self._address = Address(settings.url)
        self._headers = {"accept": "application/json", "accept-encoding": "identity"} | {
            name.lower(): secret(value) for name, value in settings.headers.items()
        }
        if settings.body is not None:
            self._headers["content-type"] = "application/json"
        self._pool = pool(self._address, timeout, settings.ca_file)
        self.arguments = settings.arguments

    def find(self, arguments: Mapping[str, str]) -> dict[str, Any] | None:
        """The record, or None where the server has none. Raises LookupFailed; no argument stands in its words."""
        try:
            status, content = self._exchange(arguments)
        except ValueError as error:
            raise LookupFailed(str(error)) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise LookupFailed(f"{self._address.host}: {type(error).__name__}") from error
        if status == 404:
            return None
        if not 200 <= status < 300:
            raise LookupFailed(f"{self._address.host} answered with status {status}")
        return self._record(content)

    def close(self) -> None:
        """Lets idle connections go; a request under way ends well."""
        self._pool.close()

    def _exchange(self, arguments: Mapping[str, str]) -> tuple[int, bytes]:
        settings = self._settings
        response = self._pool.urlopen(
            settings.method,
            self._address.target(arguments),
            body=None if settings.body is None else orjson.dumps(filled(settings.body, arguments)),
            headers=self._headers,
            redirect=False,
            retries=False,
            preload_content=False,
        )
        try:
            content = self._content(response)
        except BaseException:  # also a time limit: the rest of this answer is nobody's
            response.close()
            raise
        response.release_conn()
        return response.status, content

    def _content(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """The whole answer: only the read that finds nothing more tells whether something is missing."""
        most = self._settings.max_bytes
        content = b""
        while chunk := response.read(most + 1 - len(content), decode_content=False):
            content += chunk
            if len(content) > most:
                raise ValueError(f"{self._address.host} answered with more than {most} bytes")
        return content

    def _record(self, content: bytes) -> dict[str, Any] | None:
        try:
            answer = orjson.loads(content)
        except ValueError:
            raise LookupFailed(f"{self._address.host} answered with something that is not JSON") from None
        missing = self._settings.missing
        if missing and all(_at(answer, path) == value for path, value in missing.items()):
            return None
        record = _at(answer, self._settings.at)
        if not isinstance(record, dict):
            where = f" at {self._settings.at!r}" if self._settings.at else ""
            raise LookupFailed(f"{self._address.host} answered without an object{where}")
        if _is_deeper(record, MAX_DEPTH):
            raise LookupFailed(f"{self._address.host} answered with more than {MAX_DEPTH} levels")
        return record


def pool(address: Address, timeout: float, ca_file: str | None, keep: int = 32) -> urllib3.HTTPConnectionPool:
    """Connections to one host, of which `keep` stay open. `timeout` is in seconds, for each wait on a socket.

    Certificates are verified, by `ca_file` if there is one. Raises ValueError where that cannot be read.
    """
    limit = urllib3.Timeout(connect=timeout, read=timeout)
    if address.scheme == "http":
        return urllib3.HTTPConnectionPool(address.host, address.port, timeout=limit, maxsize=keep)
    return urllib3.HTTPSConnectionPool(
        address.host, address.port, timeout=limit, maxsize=keep, ssl_context=_trusting(ca_file)
    )


def _trusting(ca_file: str | None) -> ssl.SSLContext:
    """Made once for all connections: reading the certificates takes 20 ms, in which no call moves."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # SSLError is one too
        raise ValueError(f"the certificates in {ca_file} cannot be read: {error}") from None


def _is_deeper(value: Any, levels: int) -> bool:
    """A journal, a log or a copy of what is nested a thousand times would exhaust the stack, and the call with it."""
    level = [value]
    for _ in range(levels):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _at(value: Any, path: str) -> Any:
    """The value below a dotted path, or None."""
    for key in path.split(".") if path else ():
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
