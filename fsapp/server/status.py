"""/metrics and /health over HTTP, rendered off the hub: two thousand series take 26 ms, in which no call would move."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from gevent.lock import BoundedSemaphore
from gevent.pywsgi import WSGIServer
from gevent.threadpool import ThreadPool
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from fsapp.server.listener import bound_address

KEEP_SECONDS = 1.0
"""For how long one rendering serves every asker: a storm of scrapes costs no more than one a second."""

MOST_AT_ONCE = 16
"""Connections served together; more wait in the kernel."""

Health = Callable[[], tuple[bool, Mapping[str, Any]]]
"""Whether new calls are welcome, and what else there is to say."""

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class StatusServer:
    """Answers GET /metrics (Prometheus text format) and GET /health (JSON; 503 while new calls are not welcome)."""

    def __init__(self, address: tuple[str, int], registry: CollectorRegistry, health: Health) -> None:
        self._registry = registry
        self._health = health
        self._thread = ThreadPool(1)
        self._one_at_a_time = BoundedSemaphore()
        self._rendered = b""
        self._rendered_until = 0.0
        self._server = WSGIServer(address, self._answer, log=None, error_log=None, spawn=MOST_AT_ONCE)

    def start(self) -> None:
        """Begins to listen. Raises OSError where the address is taken."""
        self._server.start()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, with the port that was free."""
        return bound_address(self._server)

    def close(self) -> None:
        self._server.close()

    def metrics(self) -> bytes:
        """The registry's text, at most KEEP_SECONDS old."""
        with self._one_at_a_time:
            if time.monotonic() >= self._rendered_until:
                self._rendered = self._thread.apply(generate_latest, (self._registry,))
                self._rendered_until = time.monotonic() + KEEP_SECONDS
            return self._rendered

    def _answer(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET":
            return _response(start_response, "405 Method Not Allowed", "text/plain", b"only GET\n")
        if path == "/metrics":
            return _response(start_response, "200 OK", CONTENT_TYPE_LATEST, self.metrics())
        if path == "/health":
            welcome, facts = self._health()
            status = "200 OK" if welcome else "503 Service Unavailable"
            return _response(start_response, status, "application/json", orjson.dumps(facts) + b"\n")
        return _response(start_response, "404 Not Found", "text/plain", b"/metrics or /health\n")


def _response(start_response: StartResponse, status: str, content_type: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]
