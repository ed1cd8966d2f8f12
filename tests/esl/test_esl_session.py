"""A call's own socket: how it opens, what it waits for, and how it ends."""

import socket
import time
from collections.abc import Callable, Iterator
from functools import partial

import gevent
import pytest

from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl import commands
from fsapp.esl.arguments import Application
from fsapp.esl.channel import Gone
from fsapp.esl.commands import Execute
from fsapp.esl.connection import ignore
from fsapp.esl.errors import CommandRefused, CommandTimeout, ConnectionLost, WireError
from fsapp.esl.session import Session
from tests.esl.fake_switch import (
    CHANNEL_DATA,
    CORE,
    NOTICE,
    UUID,
    FakeSwitch,
    accounted,
    completed,
    connected,
    failing,
    hangup,
    hung_up,
    json_event,
    refused,
)

PLAY = Execute(Application.PLAYBACK)


@pytest.fixture
def switch() -> Iterator[FakeSwitch]:
    switch = FakeSwitch()
    yield switch
    switch.close()


def test_the_opening_takes_two_writes_and_filters_before_it_listens(switch: FakeSwitch) -> None:
    session = connected(switch)
    session.send(commands.linger(10))
    assert [said.line for said in switch.said[:-1]] == [
        "connect",
        "linger 10",
        f"filter Unique-ID {UUID}",
        "filter Application -answer",
        "filter Application -hangup",
        "filter Application -multiset",
        "filter Application -multiunset",
        "filter Application -socket",
        "event json CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE DTMF",
    ]


def test_the_channel_data_are_the_sessions(switch: FakeSwitch) -> None:
    session = connected(switch)
    assert session.uuid == session.channel.uuid == UUID
    assert not session.channel.answered


def test_an_answered_call_is_known_as_such() -> None:
    switch = FakeSwitch(CHANNEL_DATA.replace(b"ringing", b"answered"))
    assert connected(switch).channel.answered
    switch.close()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (CHANNEL_DATA.replace(b"Control: full", b"Control: single-channel"), "async full"),
        (CHANNEL_DATA.replace(b"Socket-Mode: async", b"Socket-Mode: static"), "async full"),
        (CHANNEL_DATA.replace(UUID.encode(), b"no id"), "names no channel"),
        (refused("nothing to connect"), "nothing to connect"),
        (b"HTTP/1.1 400 Bad Request\nServer: x\n\n", "a message of type"),
    ],
)
def test_a_connection_that_is_no_call_is_refused_with_the_reason(data: bytes, sentence: str) -> None:
    switch = FakeSwitch(data)
    session = Session(switch.engine)
    with pytest.raises(EslError, match=sentence):
        session.connect()
    session.stop()
    switch.close()


def test_a_refused_filter_ends_the_session(switch: FakeSwitch) -> None:
    switch.reply["filter"] = refused("invalid syntax")
    session = connected(switch)
    with pytest.raises(CommandRefused):
        session.channel.run(PLAY, limit=5)


def test_events_of_other_channels_and_forged_ones_are_not_heard(switch: FakeSwitch) -> None:
    session = connected(switch)
    ours = hung_up()
    switch.send(ours.replace(UUID.encode(), UUID[::-1].encode()))
    switch.send(ours.replace(CORE.encode(), CORE[::-1].encode()))
    session.channel.pause(0.01)
    assert session.channel.gone is None


def test_fact_ten_commands_of_one_write_are_answered_in_order(switch: FakeSwitch) -> None:
    session = connected(switch)
    taken: list[int] = []
    session.post([(commands.linger(number), partial(_take, taken, number)) for number in range(10)])
    session.send(commands.linger(9))
    assert taken == list(range(10))


def _take(taken: list[int], number: int, _: object) -> None:
    taken.append(number)


def test_fact_completion_is_known_by_its_id_and_not_by_the_applications_name(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.on["playback"] = lambda said: (
        json_event("CHANNEL_EXECUTE_COMPLETE", **{"Application": "playback", "Application-UUID": "another"})
        + json_event("CHANNEL_EXECUTE_COMPLETE", Application="playback")
        + completed(said, "FILE PLAYED", current_application="set")
    )
    done = session.channel.run(PLAY, limit=5)
    assert done.event.get("Application-Response") == "FILE PLAYED"


def test_fact_a_command_after_the_hang_up_is_answered_ok_and_ends_at_once(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.send(hung_up("NORMAL_CLEARING"))
    with pytest.raises(CallEnded):
        session.channel.pause(5)
    with pytest.raises(CallEnded):
        session.channel.run(PLAY, limit=5)


@pytest.mark.parametrize("order", [NOTICE + hangup(), hung_up() + NOTICE + accounted(), hangup() + NOTICE])
def test_fact_the_notice_and_the_account_of_a_hang_up_come_in_any_order(switch: FakeSwitch, order: bytes) -> None:
    session = connected(switch)
    switch.on["playback"] = lambda said: order
    with pytest.raises(CallEnded):
        session.channel.run(PLAY, limit=5)
    assert session.channel.ending().billable_ms == 12440


def test_an_account_that_never_comes_is_not_waited_for_long(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.on["hangup"] = lambda said: NOTICE
    with gevent.Timeout(2):
        session.channel.hang_up(Execute(Application.HANGUP), 3.0)
        assert session.channel.ending().billable_ms is None


def test_fact_a_caller_who_cancels_before_answer_is_accounted_for(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.send(hung_up("ORIGINATOR_CANCEL") + NOTICE + accounted("ORIGINATOR_CANCEL", "recv_cancel"))
    ending = session.channel.ending()
    assert (ending.cause, ending.party) == ("ORIGINATOR_CANCEL", "caller")


def test_fact_an_unknown_application_ends_the_wait_by_its_hang_up(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.on["playback"] = lambda said: hangup("DESTINATION_OUT_OF_ORDER", "send_bye")
    with pytest.raises(CallEnded, match="DESTINATION_OUT_OF_ORDER"):
        session.channel.run(PLAY, limit=5)
    assert session.channel.ending().party == "switch"


def test_fact_an_application_without_any_event_ends_by_its_time_limit(switch: FakeSwitch) -> None:
    session = connected(switch)
    with pytest.raises(CommandTimeout, match=r"the end of playback on channel 1111.*0\.01 s"):
        session.channel.run(PLAY, limit=0.01)
    switch.on["playback"] = completed
    session.channel.run(PLAY, limit=5)


def test_a_switch_that_says_nothing_to_connect_is_given_up() -> None:
    switch = FakeSwitch(b"")
    switch.reply["linger"] = b""
    session = Session(switch.engine)
    with pytest.raises(CommandTimeout, match="connect"):
        session.connect(0.01)
    session.stop()
    switch.close()


def test_an_end_without_an_account_says_what_is_known(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.send(hung_up("USER_BUSY"))
    switch.reset()
    ending = session.channel.ending()
    assert (ending.cause, ending.party, ending.billable_ms) == ("USER_BUSY", "switch", None)


def test_an_ending_that_never_comes_is_not_waited_for_for_ever(switch: FakeSwitch) -> None:
    session = connected(switch)
    assert session.channel.ending(0.01).cause == ""


@pytest.mark.parametrize(
    ("ends", "error"),
    [
        (lambda switch: switch.sock.shutdown(socket.SHUT_WR), ConnectionLost),
        (lambda switch: switch.reset(), ConnectionLost),
        (lambda switch: switch.send(b"garbage\n\n"), WireError),
        (lambda switch: switch.send(b"Content-Type: text/event-json\nContent-Length: 1\n\n{"), WireError),
        (lambda switch: switch.send(hangup()), CallEnded),
        (lambda switch: switch.send(NOTICE), CallEnded),
    ],
)
def test_whatever_ends_a_session_ends_its_waits_with_the_right_error(
    switch: FakeSwitch, ends: Callable[[FakeSwitch], None], error: type[Exception]
) -> None:
    session = connected(switch)
    gevent.spawn(lambda: ends(switch))
    with gevent.Timeout(5), pytest.raises(error):
        session.channel.run(PLAY, limit=60)


def test_a_flow_that_does_not_wait_here_is_told_of_the_end(switch: FakeSwitch) -> None:
    session = connected(switch)

    def look_up() -> str:
        try:
            gevent.sleep(60)
        except CallEnded as ended:
            return ended.cause
        return "never interrupted"

    flow = gevent.spawn(look_up)
    session.channel.on_gone = lambda reason: flow.kill(reason, block=False)
    gevent.sleep(0)
    switch.send(hangup("NORMAL_CLEARING"))
    assert flow.get(timeout=5) == "NORMAL_CLEARING"


def test_a_flow_that_waits_here_is_not_told_twice(switch: FakeSwitch) -> None:
    session = connected(switch)
    told: list[Gone] = []
    session.channel.on_gone = told.append
    gevent.spawn(lambda: switch.send(hangup()))
    with pytest.raises(CallEnded):
        session.channel.pause(5)
    session.channel.ending()
    assert told == []


def test_closing_is_immediate_final_and_may_be_repeated(switch: FakeSwitch) -> None:
    session = connected(switch)
    waiting = failing(session.channel.run, PLAY, limit=60)
    gevent.sleep(0)
    began = time.monotonic()
    session.stop()
    session.stop()
    assert time.monotonic() - began < 0.1
    assert isinstance(waiting.get(timeout=5), ConnectionLost)
    assert session.sock.fileno() == -1
    with pytest.raises(ConnectionLost):
        session.send(commands.linger(1))


def test_a_switch_that_reads_nothing_does_not_hold_a_writer_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsapp.esl.connection.WRITE_SECONDS", 0.05)
    engine, far = socket.socketpair()
    session = Session(engine)
    with gevent.Timeout(5), pytest.raises(ConnectionLost, match="took nothing"):
        session.post([(commands.CONNECT, ignore)] * 200_000)
    assert session.lost is not None
    far.close()
