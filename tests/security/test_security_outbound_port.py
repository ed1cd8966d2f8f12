"""The port that FreeSWITCH's `socket` connects to asks for no password: who connects is looked at all the same."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from gevent import socket

from fsapp.switchboard.timeline import Pace
from tests.faults.house import House, Plot, until
from tests.faults.people import Customer
from tests.server.conftest import Caller

FLOW = "main:\n  - say: one\n  - pause: 30\n  - hangup\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "house", Plot(FLOW, {}, {}, Pace(media=1.0)))
    made.open()
    assert made.engine.centre.client.wait_connected(5)
    yield made
    made.close()


def journalled(house: House) -> set[str]:
    assert house.engine.writer.flush(5)
    return {event.call for event in house.evidence().events}


@pytest.mark.parametrize("core", ["core-1", "", "00000000-0000-0000-0000-000000000000"])
def test_whoever_poses_as_the_switch_is_closed_and_leaves_no_record(house: House, core: str) -> None:
    poser = Caller(("127.0.0.1", house.engine.port), **{"Core-UUID": core})
    poser.wait_until_closed()
    assert poser.executed == []
    assert house.engine.rejected == ["no_call"]
    assert journalled(house) == set()


def test_nobody_takes_a_call_under_way_by_its_id(house: House) -> None:
    """Nor an agent's desk by naming a phone."""
    real = house.call(Customer({}))
    assert until(lambda: real.uuid in house.engine.handler.live)
    poser = Caller(
        ("127.0.0.1", house.engine.port),
        **{"Unique-ID": real.uuid, "variable_sip_auth_username": "2001", "variable_sofia_profile_name": "phones"},
    )
    poser.wait_until_closed()
    assert poser.executed == []
    assert house.engine.handler.live == {real.uuid}
    assert not real.cause


def test_the_switch_itself_is_served(house: House) -> None:
    real = house.call(Customer({}))
    assert until(lambda: real.uuid in house.engine.handler.live)
    assert house.engine.rejected == []


GARBAGE = [
    b"",
    b"\n\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"Content-Type: command/reply\nReply-Text: -ERR no\n\n",
    b"Content-Length: 99999999999\n\n",
    b"Content-Length: -1\n\n",
    b"Content-Type: text/event-json\nContent-Length: 2\n\n{}",
    b"Content-Type: command/reply\n\n" * 5000,
    b"A: " + b"x" * 2_000_000,
    b"\0" * 100_000,
]


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_closed_and_hurts_no_call(house: House, sent: bytes) -> None:
    real = house.call(Customer({}))
    assert until(lambda: real.uuid in house.engine.handler.live)
    with socket.create_connection(("127.0.0.1", house.engine.port)) as stranger:
        stranger.settimeout(10)
        with suppress(OSError):  # closed before all was sent
            stranger.sendall(sent)
            stranger.shutdown(socket.SHUT_WR)
            while stranger.recv(65536):
                pass
    assert until(lambda: house.engine.rejected == ["no_call"])
    assert house.engine.handler.live == {real.uuid}
