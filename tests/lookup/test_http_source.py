"""A look-up over HTTP, against a server that is good, wrong, slow, dead or hostile."""

import socket
import time
from pathlib import Path
from typing import Any

import gevent
import orjson
import pytest

from fsapp.domain.errors import LookupFailed
from fsapp.lookup.http_source import HttpSource
from fsapp.lookup.lookups import Lookups, open_lookups
from fsapp.lookup.settings import HttpSettings, LookupSettings

Server = Any  # tests/lookup/conftest.py


def source(url: str, **settings: Any) -> HttpSource:
    return HttpSource(HttpSettings(url=url, **settings), timeout=5)


def limited(url: str, timeout: float) -> Lookups:
    settings = LookupSettings.model_validate({"http": {"url": url}, "timeout": timeout})
    return open_lookups({"billing": settings}, lambda _settings, _timeout: pytest.fail("no SQL here"), time.monotonic)


def test_an_object_is_the_record(server: Server) -> None:
    server.says('{"amount": 86.5, "name": "李"}'.encode())
    found = source(server.url("/accounts/{account}?lang={lang}"))
    assert found.arguments == {"account", "lang"}
    assert found.find({"account": "12 3", "lang": "zh"}) == {"amount": 86.5, "name": "李"}
    assert server.requests[0].startswith(b"GET /accounts/12%203?lang=zh HTTP/1.1\r\n")
    found.close()


def test_the_connection_is_used_again(server: Server) -> None:
    peers = set()

    def answer(connection: socket.socket, _request: bytes) -> None:
        peers.add(connection.getpeername())
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    server.behave = answer
    found = source(server.url("/"))
    for _ in range(5):
        assert found.find({}) == {}
    assert len(peers) == 1
    found.close()


def test_a_record_may_lie_deeper(server: Server) -> None:
    server.says(b'{"result": {"current": {"amount": 1}}}')
    assert source(server.url("/"), at="result.current").find({}) == {"amount": 1}


def test_404_means_there_is_none(server: Server) -> None:
    server.says(b"nothing here", "404 Not Found")
    assert source(server.url("/")).find({}) is None


@pytest.mark.parametrize(
    ("content", "missing", "none"),
    [
        (b'{"code": "NOT_FOUND"}', {"code": "NOT_FOUND"}, True),
        (b'{"code": "OK"}', {"code": "NOT_FOUND"}, False),
        (b'{"result": {"count": 0}, "ok": true}', {"result.count": 0, "ok": True}, True),
        (b'{"result": {"count": 0}, "ok": false}', {"result.count": 0, "ok": True}, False),
        (b'{"bill": null}', {"bill": None}, True),
    ],
)
def test_a_marker_may_mean_there_is_none(server: Server, content: bytes, missing: dict[str, Any], none: bool) -> None:
    server.says(content)
    assert (source(server.url("/"), missing=missing).find({}) is None) == none


def test_a_body_is_posted_as_json(server: Server) -> None:
    server.says(b"{}")
    body = {"query": {"account": "{account}"}, "limit": 1}
    found = source(server.url("/find"), method="POST", body=body)
    assert found.arguments == {"account"}
    found.find({"account": '"}, "admin": true, {"x": "'})
    head, _, content = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /find HTTP/1.1\r\n")
    assert b"content-type: application/json" in head
    assert orjson.loads(content) == {"query": {"account": '"}, "admin": true, {"x": "'}, "limit": 1}


def test_secrets_come_from_files(server: Server, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("Bearer s3cret\n")
    (tmp_path / "token").chmod(0o600)
    server.says(b"{}")
    source(server.url("/"), headers={"Authorization": f"file:{tmp_path}/token", "X-Site": "a"}).find({})
    assert b"authorization: Bearer s3cret\r\n" in server.requests[0]
    assert b"x-site: a\r\n" in server.requests[0]


@pytest.mark.parametrize(
    ("status", "content", "sentence"),
    [
        ("500 Internal Server Error", b"{}", "answered with status 500"),
        ("204 No Content", b"", "not JSON"),
        ("401 Unauthorized", b"{}", "answered with status 401"),
        ("200 OK", b"<html>", "not JSON"),
        ("200 OK", b"", "not JSON"),
        ("200 OK", b"\xff\xfe{}", "not JSON"),
        ("200 OK", b'{"amount": NaN}', "not JSON"),
        ("200 OK", b"[" * 100_000, "not JSON"),
        ("200 OK", b"[1]", "without an object"),
        ("200 OK", b'{"a": ' * 30 + b"1" + b"}" * 30, "more than 20 levels"),
        ("200 OK", b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}", "more than 20 levels"),
        ("200 OK", b"null", "without an object"),
        ("200 OK", b'{"big": "' + b"x" * 300_000 + b'"}', "more than 262144 bytes"),
    ],
)
def test_a_wrong_answer_fails(server: Server, status: str, content: bytes, sentence: str) -> None:
    server.says(content, status)
    with pytest.raises(LookupFailed, match=sentence):
        source(server.url("/")).find({})


def test_a_missing_path_fails(server: Server) -> None:
    server.says(b'{"result": []}')
    with pytest.raises(LookupFailed, match=r"without an object at 'result\.current'"):
        source(server.url("/"), at="result.current").find({})


def test_compressed_answers_are_not_unpacked(server: Server) -> None:
    server.says(b"\x1f\x8b\x08", "200 OK", "Content-Encoding: gzip")
    with pytest.raises(LookupFailed, match="not JSON"):
        source(server.url("/")).find({})


@pytest.mark.parametrize("raw", [b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}", b""])
def test_garbage_and_broken_answers_fail(server: Server, raw: bytes) -> None:
    def break_off(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_RDWR)

    server.behave = break_off
    with pytest.raises(LookupFailed, match=r"^127\.0\.0\.1: "):
        source(server.url("/")).find({})


def test_a_huge_answer_is_not_read_to_its_end(server: Server) -> None:
    sent = 0

    def flood(connection: socket.socket, _request: bytes) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while sent < 500_000_000:
                sent += connection.send(b"x" * 65536)
        except OSError:
            return

    server.behave = flood
    with pytest.raises(LookupFailed, match="more than 1000 bytes"):
        source(server.url("/"), max_bytes=1000).find({})
    assert sent < 50_000_000


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"])
def test_redirects_are_not_followed(server: Server, status: str) -> None:
    server.says(b"", status, "Location: http://169.254.169.254/latest/meta-data/")
    with pytest.raises(LookupFailed, match="answered with status 30"):
        source(server.url("/")).find({})
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "value", ["x\r\nX-Admin: 1", "1 HTTP/1.1\r\n\r\nGET /admin HTTP/1.1", "?admin=1", "#x", "a/b c", "%2e%2e", "a@evil"]
)
def test_a_hostile_argument_stays_in_its_place(server: Server, value: str) -> None:
    server.says(b"{}")
    source(server.url("/accounts/{account}/bill")).find({"account": value})
    (request,) = server.requests
    lines = request.split(b"\r\n")
    assert lines[0].count(b"/") == 4  # /accounts/…/bill HTTP/1.1
    assert lines[0].endswith(b"/bill HTTP/1.1")
    assert not any(line.startswith(b"X-Admin") for line in lines)


def test_nobody_listening_fails() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(LookupFailed, match=r"127\.0\.0\.1: NewConnectionError"):
            source(f"http://127.0.0.1:{port}/").find({})


def test_a_silent_server_is_given_up_in_time(server: Server) -> None:
    begun = time.monotonic()
    with pytest.raises(LookupFailed, match=r"billing gave no answer within 0\.1 s"):
        limited(server.url("/"), 0.1).find("billing", {})
    assert time.monotonic() - begun < 2


def test_a_server_that_drips_is_given_up_in_time(server: Server) -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b" ")
            gevent.sleep(0.01)

    server.behave = drip
    begun = time.monotonic()
    with pytest.raises(LookupFailed, match=r"within 0\.2 s"):
        limited(server.url("/"), 0.2).find("billing", {})
    assert time.monotonic() - begun < 2


def test_a_certificate_is_trusted_only_if_it_is_named(tls_server: Server, certificate: Path) -> None:
    tls_server.says(b"{}")
    url = tls_server.url("/").replace("http:", "https:")
    with pytest.raises(LookupFailed, match="SSLError"):
        source(url).find({})
    trusting = source(url, ca_file=str(certificate))
    assert trusting.find({}) == {}
    trusting.close()
