"""One POST to a webhook, in a bounded time."""

from collections.abc import Mapping

import gevent
import urllib3

from fsapp.lookup.addresses import Address
from fsapp.lookup.http_source import pool

ANSWER_BYTES = 65_536
ANSWER_SECONDS = 0.5
"""What is read of an answer after its status, so that the connection serves again; beyond that it is closed."""


class Refused(Exception):
    """The webhook said no; it would say so again."""


class Unreachable(Exception):
    """The webhook was not there, too slow or ailing: it may do better the next time."""


class Webhook:
    """Redirects are not followed: the host is the one configured. Words of errors hold no header and no content."""

    def __init__(
        self, url: str, headers: Mapping[str, str], *, timeout: float, at_once: int, ca_file: str | None
    ) -> None:
        """`timeout` is in seconds. Raises ValueError where the certificates cannot be read."""
        address = Address(url)
        self._host = address.host
        self._target = address.target({})
        self._headers = {"accept-encoding": "identity", **headers, "content-type": "application/json"}
        self._limit = timeout
        self._pool = pool(address, timeout, ca_file, at_once)

    def post(self, body: bytes, key: str) -> None:
        """Returns when the webhook took it. `key` is the same for each attempt. Raises Refused, Unreachable."""
        try:
            with gevent.Timeout(self._limit):
                response = self._answered(body, key)
        except gevent.Timeout:
            raise Unreachable(f"{self._host} gave no answer within {self._limit:g} s") from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(f"{self._host}: {type(error).__name__}") from None
        _finish(response)
        if response.status >= 500:
            raise Unreachable(f"{self._host} answered with status {response.status}")
        if not 200 <= response.status < 300:
            raise Refused(f"{self._host} answered with status {response.status}")

    def close(self) -> None:
        """Lets idle connections go."""
        self._pool.close()

    def _answered(self, body: bytes, key: str) -> urllib3.BaseHTTPResponse:
        return self._pool.urlopen(
            "POST",
            self._target,
            body=body,
            headers={**self._headers, "idempotency-key": key},
            redirect=False,
            retries=False,
            preload_content=False,
        )


def _finish(response: urllib3.BaseHTTPResponse) -> None:
    """The status counts, whatever becomes of the rest."""
    try:
        with gevent.Timeout(ANSWER_SECONDS):
            whole = len(response.read(ANSWER_BYTES + 1, decode_content=False)) <= ANSWER_BYTES
    except (urllib3.exceptions.HTTPError, OSError, gevent.Timeout):
        whole = False
    if whole:
        response.release_conn()
    else:
        response.close()
