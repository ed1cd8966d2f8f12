"""A webhook hears of talks; and whatever becomes of it costs calls nothing."""

import json
import logging
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, cast

import gevent
import pytest
from gevent.server import StreamServer

from fsapp.acd.places import Place
from fsapp.acd.screening import screen_fields
from fsapp.acd.service import Service
from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.queueing import QueueRequest
from fsapp.server import screen_pop
from fsapp.server.screen_pop import MAX_BYTES, PopCounts, PopKind, ScreenPop
from fsapp.server.screen_pop_settings import ScreenPopSettings
from fsapp.server.webhook import ANSWER_BYTES

ROOT = Path(__file__).parents[2]
LIMIT = 5.0
CLOCK = VirtualClock(datetime(2026, 11, 22, 4, 0, 37, tzinfo=UTC))

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
ILL = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"

Behave = Callable[[Any, bytes], None]


def answer(content: bytes) -> Behave:
    return lambda connection, _request: connection.sendall(content)


def after(seconds: float) -> Behave:
    def behave(connection: Any, _request: bytes) -> None:
        gevent.sleep(seconds)
        connection.sendall(OK)

    return behave


def stall(_connection: Any, _request: bytes) -> None:
    gevent.sleep(LIMIT)


def drip(connection: Any, _request: bytes) -> None:
    for number in range(100):
        connection.sendall(OK[number % 20 : number % 20 + 1])
        gevent.sleep(0.05)


class Receiver:
    """A webhook that answers each request as the next of `behaves` says, and the last of them for ever."""

    def __init__(self, *behaves: Behave, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._behaves = list(behaves) or [answer(OK)]
        options: Any = {"ssl_context": tls} if tls else {}
        self._server = StreamServer(("127.0.0.1", 0), self._serve, **options)
        self._server.start()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._server.address[1]}/pop?site=1"

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in self.requests]

    def headers(self, name: str) -> list[str]:
        """What each request says under a name in lower case."""
        heads = [request.partition(b"\r\n\r\n")[0].decode() for request in self.requests]
        fields = [line.partition(": ") for head in heads for line in head.splitlines()[1:]]
        return [value for each, _, value in fields if each.lower() == name]

    def close(self) -> None:
        self._server.stop(timeout=0)

    def _serve(self, connection: Any, _address: object) -> None:
        self.connections += 1
        with suppress(OSError):  # who asks may leave at any time
            while request := _request(connection):
                self.requests.append(request)
                behave = self._behaves.pop(0) if len(self._behaves) > 1 else self._behaves[0]
                behave(connection, request)


def _request(connection: Any) -> bytes:
    received: bytes = b""
    while chunk := connection.recv(65536):
        received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if lengths and len(body) >= lengths[0]:
            return received
    return b""


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    """Makes webhooks."""
    receivers: list[Receiver] = []

    def start(*behaves: Behave, tls: ssl.SSLContext | None = None) -> Receiver:
        receivers.append(Receiver(*behaves, tls=tls))
        return receivers[-1]

    yield start
    for each in receivers:
        each.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_pop, "FIRST_RETRY", 0.01)
    monkeypatch.setattr(screen_pop, "CLOSE_SECONDS", 0.05)


@pytest.fixture
def pop() -> Iterator[Callable[..., ScreenPop]]:
    """Makes screen pops."""
    made: list[ScreenPop] = []

    def make(url: str, headers: dict[str, str] | None = None, **settings: Any) -> ScreenPop:
        made.append(ScreenPop(ScreenPopSettings(url=url, **settings), headers or {}, CLOCK))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def nowhere() -> Iterator[str]:
    """The address of a webhook that is gone."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}/"


def wait_until(reached: Callable[[], bool]) -> None:
    with gevent.Timeout(LIMIT):
        while not reached():
            gevent.sleep(0.002)


def counts(told: int = 0, retried: int = 0, failed: int = 0, dropped: int = 0) -> PopCounts:
    return PopCounts(told, retried, failed, dropped)


def test_what_happened_is_posted_as_json(receive: Callable[..., Receiver], pop: Callable[..., ScreenPop]) -> None:
    webhook = receive()
    told = pop(webhook.url, {"authorization": "Bearer s3cret"})
    told.tell(PopKind.OFFER, {"call": "c1", "agent": "1001", "caller": {"number": "13800138000", "name": "王"}})
    wait_until(lambda: told.counts == counts(told=1))
    assert webhook.requests[0].startswith(b"POST /pop?site=1 HTTP/1.1\r\n")
    assert webhook.headers("content-type") == ["application/json"]
    assert webhook.headers("authorization") == ["Bearer s3cret"]
    assert webhook.told == [
        {
            "event": "offer",
            "at": "2026-11-22T04:00:37Z",
            "call": "c1",
            "agent": "1001",
            "caller": {"number": "13800138000", "name": "王"},
        }
    ]


def test_the_operations_page_shows_what_is_told() -> None:
    call = Call("a067bc3d", "13800138000", "95598", CLOCK.now())
    request = QueueRequest(call, "service", "zh")
    place = Place(cast(Service, None), "5f0c2a91-118", request, 0.0)  # which has nobody to tell yet
    page = (ROOT / "docs" / "operations.md").read_text()
    (shown,) = [json.loads(line) for line in page.splitlines() if line.startswith('{"event":"answer","at":')]
    assert list(shown) == ["event", "at", *screen_fields(place, "1001")]


def test_what_is_secret_stays_so(receive: Callable[..., Receiver], pop: Callable[..., ScreenPop]) -> None:
    webhook = receive()
    pop(webhook.url).tell(PopKind.ANSWER, {"call": "c1", "data": {"account": "1234", "pin": "***"}})
    wait_until(lambda: len(webhook.requests) == 1)
    assert webhook.told[0]["data"] == {"account": "1234", "pin": "***"}


def test_a_call_is_told_of_in_order(receive: Callable[..., Receiver], pop: Callable[..., ScreenPop]) -> None:
    webhook = receive(answer(ILL), after(0.02), answer(OK))
    told = pop(webhook.url, at_once=4)
    for number in range(40):
        told.tell(PopKind.TRANSFER, {"call": f"c{number % 8}", "number": number})
    wait_until(lambda: told.counts.told == 40)
    for call in {each["call"] for each in webhook.told}:
        numbers = [each["number"] for each in webhook.told if each["call"] == call]
        assert numbers == sorted(numbers)


def test_connections_serve_again(receive: Callable[..., Receiver], pop: Callable[..., ScreenPop]) -> None:
    webhook = receive()
    told = pop(webhook.url, at_once=1)
    for _ in range(20):
        told.tell(PopKind.END, {"call": "c1"})
    wait_until(lambda: told.counts.told == 20)
    assert webhook.connections == 1


def test_an_attempt_is_repeated_under_the_same_key(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop]
) -> None:
    webhook = receive(answer(ILL), lambda connection, _: connection.close(), answer(OK))
    told = pop(webhook.url)
    told.tell(PopKind.OFFER, {"call": "c1"})
    told.tell(PopKind.END, {"call": "c1"})
    wait_until(lambda: told.counts == counts(told=2, retried=2))
    first, second, third, other = webhook.headers("idempotency-key")
    assert first == second == third != other


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "404 Not Found", "429 Too Many Requests"])
def test_what_the_webhook_refuses_is_not_repeated(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], status: str
) -> None:
    webhook = receive(answer(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()))
    told = pop(webhook.url)
    told.tell(PopKind.OFFER, {"call": "c1"})
    wait_until(lambda: told.counts == counts(failed=1))
    assert len(webhook.requests) == 1


def test_redirects_are_not_followed(receive: Callable[..., Receiver], pop: Callable[..., ScreenPop]) -> None:
    elsewhere = receive()
    webhook = receive(answer(f"HTTP/1.1 307 Go\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()))
    told = pop(webhook.url, {"authorization": "Bearer s3cret"})
    told.tell(PopKind.OFFER, {"call": "c1"})
    wait_until(lambda: told.counts == counts(failed=1))
    assert not elsewhere.requests


@pytest.mark.parametrize("behave", [stall, drip, answer(ILL), answer(b"garbage\r\n\r\n")])
def test_an_ill_webhook_is_given_up(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], behave: Behave
) -> None:
    webhook = receive(behave)
    told = pop(webhook.url, timeout=0.1, retries=2)
    began = time.monotonic()
    told.tell(PopKind.OFFER, {"call": "c1"})
    wait_until(lambda: told.counts == counts(retried=2, failed=1))
    assert time.monotonic() - began < 2
    assert len(webhook.requests) == 3


def test_a_webhook_that_is_gone_is_given_up(pop: Callable[..., ScreenPop], nowhere: str) -> None:
    told = pop(nowhere, retries=2)
    told.tell(PopKind.OFFER, {"call": "c1"})
    wait_until(lambda: told.counts == counts(retried=2, failed=1))


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nand then nothing",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3 * ANSWER_BYTES,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08",
    ],
)
def test_the_status_counts_whatever_follows(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], content: bytes
) -> None:
    webhook = receive(answer(content))
    told = pop(webhook.url)
    for _ in range(2):
        told.tell(PopKind.OFFER, {"call": "c1"})
    wait_until(lambda: told.counts == counts(told=2))
    assert len(webhook.requests) == 2


@pytest.mark.parametrize("behave", [stall, drip, answer(ILL), None])
def test_to_tell_never_waits_whatever_the_webhook_does(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], nowhere: str, behave: Behave | None
) -> None:
    told = pop(receive(behave).url if behave else nowhere, timeout=0.1, backlog=100)
    gevent.sleep(0.05)
    others: list[int] = []
    gevent.spawn(others.append, 1)
    fields = {"call": "c1", "data": {"account": "1234567890"}, "notes": ["paid"]}
    seconds = []
    for _ in range(2000):
        began = time.perf_counter()
        told.tell(PopKind.OFFER, fields)
        seconds.append(time.perf_counter() - began)
    assert not others, "another greenlet had its turn"
    assert median(seconds) < 0.0005
    assert told.counts.dropped > 1800


@pytest.mark.parametrize("behave", [stall, drip, answer(ILL), None])
def test_the_hub_goes_on_whatever_the_webhook_does(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], nowhere: str, behave: Behave | None
) -> None:
    told = pop(receive(behave).url if behave else nowhere, timeout=0.5, retries=1)
    for number in range(200):
        told.tell(PopKind.OFFER, {"call": f"c{number}"})
    longest, ends = 0.0, time.monotonic() + 0.5
    while (began := time.monotonic()) < ends:
        gevent.sleep(0.001)
        longest = max(longest, time.monotonic() - began)
    assert longest < 0.3  # the machine may be busy


def test_the_oldest_are_dropped_and_that_is_logged_once(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], caplog: pytest.LogCaptureFixture
) -> None:
    webhook = receive(after(0.05), answer(OK))
    told = pop(webhook.url, backlog=3, at_once=1)
    told.tell(PopKind.OFFER, {"call": "c1", "number": -1})
    wait_until(lambda: len(webhook.requests) == 1)
    for number in range(10):
        told.tell(PopKind.OFFER, {"call": "c1", "number": number})
    wait_until(lambda: told.counts == counts(told=4, dropped=7))
    assert [each["number"] for each in webhook.told] == [-1, 7, 8, 9]
    assert [record.getMessage() for record in caplog.records] == [
        "screen pops are dropped: more than `backlog` wait, and the oldest goes"
    ]


def test_failing_and_being_well_again_are_logged_once_each(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], caplog: pytest.LogCaptureFixture
) -> None:
    webhook = receive(answer(ILL), answer(ILL), answer(ILL), answer(OK))
    told = pop(webhook.url, {"authorization": "Bearer s3cret"}, retries=0)
    for _ in range(5):
        told.tell(PopKind.OFFER, {"call": "c1", "data": {"account": "1234567890"}})
    wait_until(lambda: told.counts == counts(told=2, failed=3))
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (
            logging.ERROR,
            "the webhook of screen pops fails, calls go on without it: 127.0.0.1 answered with status 500",
        ),
        (logging.WARNING, "the webhook of screen pops is well again; 3 failed so far"),
    ]


def cyclic() -> dict[str, Any]:
    value: dict[str, Any] = {"text": "\ud800"}
    value["self"] = value
    return value


@pytest.mark.parametrize("data", [cyclic(), {"text": "x" * MAX_BYTES}])
def test_what_cannot_be_told_is_dropped_and_nothing_is_raised(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], data: dict[str, Any]
) -> None:
    webhook = receive()
    told = pop(webhook.url)
    told.tell(PopKind.OFFER, {"call": "c1", "data": data})
    told.tell(PopKind.OFFER, {"call": ["c1"]})
    told.tell(PopKind.OFFER, {"call": "c1", "data": {"set": {1}, "half": "\ud800", "large": 2**70}})
    wait_until(lambda: told.counts == counts(told=1, dropped=2))
    assert webhook.told[0]["data"] == {"set": "{1}", "half": "\ud800", "large": 2**70}


def test_what_waits_at_the_end_is_still_sent(receive: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_pop, "CLOSE_SECONDS", LIMIT)
    webhook = receive(after(0.01))
    told = ScreenPop(ScreenPopSettings(url=webhook.url), {}, CLOCK)
    for _ in range(5):
        told.tell(PopKind.END, {"call": "c1"})
    told.close()
    assert told.counts == counts(told=5)


def test_the_end_does_not_wait_for_a_dead_webhook(receive: Callable[..., Receiver]) -> None:
    told = ScreenPop(ScreenPopSettings(url=receive(stall).url, at_once=1), {}, CLOCK)
    for _ in range(5):
        told.tell(PopKind.END, {"call": "c1"})
    gevent.sleep(0.01)
    began = time.monotonic()
    told.close()
    assert time.monotonic() - began < 1
    assert told.counts == counts(dropped=4)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of our own for 127.0.0.1; its key lies beside it as `key`."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made = tmp_path / "certificate"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{tmp_path}/key", "-out", str(made)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True, timeout=30)
    return made


@pytest.mark.parametrize("trusted", [False, True])
def test_a_certificate_is_verified(
    receive: Callable[..., Receiver], pop: Callable[..., ScreenPop], certificate: Path, trusted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.parent / "key")
    webhook = receive(tls=context)
    told = pop(webhook.url, retries=0, ca_file=certificate if trusted else None)
    told.tell(PopKind.OFFER, {"call": "c1"})
    wait_until(lambda: told.counts == (counts(told=1) if trusted else counts(failed=1)))
    assert len(webhook.requests) == trusted
