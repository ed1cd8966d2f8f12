"""Who is let in: known peers, and no more calls than there is room for."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import TYPE_CHECKING

import gevent
import pytest
from gevent import socket

from fsapp.server.listener import Listener, Treatment

if TYPE_CHECKING:
    from tests.server.conftest import Server, Sites

Serve = Callable[..., "Server"]

LONG = 'main:\n  - say: "您好"\n'


def test_exactly_as_many_calls_as_there_is_room_for_are_served(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(LONG), capacity=3)
    callers = [server.call(endless=["playback"]) for _ in range(9)]
    server.wait_until(lambda: sum(event.kind == "CallArrived" for event in server.events) == 9)
    assert server.listener.calls == 3
    refused = [event for event in server.events if event.kind == "CallRefused"]
    assert len(refused) == 6
    busy = [caller for caller in callers if "all_lines_busy" in caller.heard]
    server.wait_until(lambda: sum(caller.cause == "SWITCH_CONGESTION" for caller in callers) == 3)
    assert len(busy) == 3


def test_a_call_too_many_hears_that_all_lines_are_busy(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(LONG), capacity=1)
    server.call(endless=["playback"]).wait_for("playback")
    second = server.call()
    second.wait_until_closed()
    assert "/sounds/zh/all_lines_busy.wav" in second.heard
    server.wait_until(lambda: server.kinds(second)[-1:] == ["CallHungUp"])
    cdr = server.cdr(second)
    assert (cdr.refused_reason, cdr.hangup_cause) == ("capacity", "SWITCH_CONGESTION")


def test_a_place_that_becomes_free_is_given_again(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(LONG), capacity=1)
    first = server.call(endless=["playback"])
    first.wait_for("playback")
    first.hang_up()
    server.wait_until_empty()
    second = server.call()
    second.wait_until_closed()
    server.wait_until_empty()
    assert server.cdr(second).refused_reason == ""


def test_connections_count_whether_they_are_calls_or_not(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(LONG), capacity=1)
    silent = server.connect()
    server.wait_until(lambda: server.listener.calls == 1)
    assert server.call().closed.wait(5)
    silent.close()
    server.wait_until_empty()
    assert server.listener.calls == 0


def _never(connection: socket.socket, treatment: Treatment) -> None:
    raise AssertionError("it was let in")


def test_a_stranger_is_turned_away() -> None:
    rejected: list[str] = []
    peers = [ip_network("10.0.0.0/8")]
    listener = Listener(("127.0.0.1", 0), _never, capacity=1, peers=peers, rejected=rejected.append)
    listener.start()
    with gevent.Timeout(5), socket.create_connection(listener.address) as stranger:
        assert stranger.recv(1) == b""
    listener.close()
    assert rejected == ["peer"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gevent leaves its socket open
def test_an_address_in_use_is_an_error() -> None:
    first = Listener(("127.0.0.1", 0), _never, capacity=1, peers=[], rejected=print)
    first.start()
    second = Listener(first.address, _never, capacity=1, peers=[], rejected=print)
    with pytest.raises(OSError, match="Address already in use"):
        second.start()
    first.close()


def test_few_file_descriptors_count_as_full(monkeypatch: pytest.MonkeyPatch) -> None:
    treatments: list[Treatment] = []
    monkeypatch.setattr("resource.getrlimit", lambda which: (4, 4))
    peers = [ip_network("127.0.0.0/8")]
    listener = Listener(
        ("127.0.0.1", 0), lambda each, treatment: treatments.append(treatment), capacity=9, peers=peers, rejected=print
    )
    listener.start()
    with gevent.Timeout(5), socket.create_connection(listener.address) as caller:
        assert caller.recv(1) == b""
    listener.close()
    assert treatments == [Treatment.REFUSE]
