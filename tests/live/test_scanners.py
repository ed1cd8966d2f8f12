"""Scanners: whoever tries numbers, names and passwords reaches no engine, and keeps nobody else out."""

import socket
from collections.abc import Callable
from contextlib import suppress

import pytest

from fsapp.esl.session import Session
from tests.live.sip import RawCaller
from tests.live.switch import Switch

KNOCKS = 300
PASSWORDS = ("", "1001", "1234", "password", "ClueCon", "fsapp")


def sent(port: int, method: str, user: str, **headers: str) -> bytes:
    with socket.socket(type=socket.SOCK_DGRAM) as scanner:
        scanner.bind(("127.0.0.1", 0))
        scanner.settimeout(0.5)
        here = f"127.0.0.1:{scanner.getsockname()[1]}"
        lines = [
            f"{method} sip:{user}@127.0.0.1:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{user}{method}",
            f"From: <sip:{user}@127.0.0.1>;tag=scan{user}",
            f"To: <sip:{user}@127.0.0.1>",
            f"Call-ID: {user}-{method}-{here}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:{user}@{here}>",
            "User-Agent: friendly-scanner",
            "Max-Forwards: 70",
            *(f"{name}: {value}" for name, value in headers.items()),
            "Content-Length: 0",
            "",
            "",
        ]
        scanner.sendto("\r\n".join(lines).encode(), ("127.0.0.1", port))
        with suppress(TimeoutError):
            return scanner.recv(65536)
        return b""


def test_no_scan_reaches_the_engine_and_a_caller_is_served_meanwhile(
    switch: Switch, door: socket.socket, taken: Callable[[], Session]
) -> None:
    phones = switch.settings.phones.port
    answers = [
        sent(phones, method, str(1000 + number))
        for number in range(KNOCKS // 3)
        for method in ("REGISTER", "INVITE", "OPTIONS")
    ]
    assert not any(b"SIP/2.0 200" in answer for answer in answers if b"OPTIONS" not in answer)
    door.settimeout(0.2)
    with suppress(TimeoutError):
        raise AssertionError(f"a scan reached the engine: {door.accept()}")
    door.settimeout(15)
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite()
        assert taken().uuid


@pytest.mark.parametrize(
    ("display", "user", "number"), [(257, 1, 1), (50_000, 1, 1), (1, 257, 1), (1, 20_000, 1), (1, 1, 257)]
)
def test_a_call_with_an_endless_text_is_refused_by_the_switch(
    switch: Switch, door: socket.socket, display: int, user: int, number: int
) -> None:
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite("9" * number, display="9" * display, user="9" * user)
        assert caller.answer() == 400
    door.settimeout(0.2)
    with suppress(TimeoutError):
        raise AssertionError(f"it reached the engine: {door.accept()}")


def test_a_long_name_is_no_harm(switch: Switch, taken: Callable[[], Session]) -> None:
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite(display="n" * 256)
        assert taken().uuid


def test_a_guessed_password_registers_nobody(switch: Switch) -> None:
    switch.add_phone("1071", "Tr0ub4dor-and-3-Zebras")
    for password in PASSWORDS:
        with RawCaller(switch.settings.phones.port) as guesser:
            guesser.invite("95598", user="1071")
            assert guesser.answer() == 407
            guesser.invite_as("1071", password)
            assert guesser.answer() in (403, 407)
    assert "1071" not in switch.api("sofia status profile phones reg")


def test_nobody_registers_on_the_trunks_side(switch: Switch) -> None:
    answer = sent(switch.settings.trunks.port, "REGISTER", "1001", Expires="3600")
    assert b"SIP/2.0 200" not in answer
    assert "1001" not in switch.api("sofia status profile trunks reg")
