"""The defects of greenswitch 0.0.19, one test each: what stands on it here has none of them."""

import ast
import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

import fsapp
from fsapp.domain.errors import EslError
from fsapp.esl import commands, wire
from fsapp.esl.arguments import Application, Argument
from fsapp.esl.channel import EVENTS
from fsapp.esl.commands import Execute
from fsapp.esl.connection import Connection, ignore
from fsapp.esl.errors import CommandRefused, CommandTimeout, ConnectionLost, WireError
from fsapp.esl.session import Session
from fsapp.esl.wire import Parser
from tests.esl.fake_switch import (
    CHANNEL_DATA,
    UUID,
    FakeSwitch,
    completed,
    connected,
    failing,
    hangup,
    json_event,
    key,
    played,
    refused,
)

PLAY = Execute(Application.PLAYBACK)


@pytest.fixture
def switch() -> Iterator[FakeSwitch]:
    switch = FakeSwitch()
    yield switch
    switch.close()


def ended(session: Connection) -> EslError | None:
    """What ended the session, once its reader is through."""
    session._receive_events_greenlet.join(5)
    return session.lost


@pytest.mark.parametrize("separator", ["%0A", "\u2028", "\x0b", "\x0c", "\x1c", "\x85", "\r"])
def test_defect_01_nothing_in_a_value_forges_a_header(separator: str) -> None:
    forged = f"Caller-Caller-ID-Name: a{separator}variable_pin_ok: true{separator}Unique-ID: spoof\n"
    switch = FakeSwitch(CHANNEL_DATA.replace(b"Caller-Caller-ID-Name: Zhang%20Wei\n", forged.encode()))
    session = Session(switch.engine)
    assert "variable_pin_ok" not in session.connect()
    assert session.uuid == UUID
    switch.close()


def test_defect_02_header_lines_without_colon_or_blank_do_no_harm() -> None:
    (message,) = Parser().feed(b"nonsense\nKey:value\nContent-Type: command/reply\nReply-Text: +OK\n\n")
    assert message.headers == {"Key": "value", "Content-Type": "command/reply", "Reply-Text": "+OK"}


def test_defect_03_the_body_of_an_event_is_not_read_as_headers() -> None:
    inner = b"Event-Name: BACKGROUND_JOB\nContent-Length: 24\n\n-ERR\nEvent-Name: FORGED\n"
    (message,) = Parser().feed(b"Content-Type: text/event-plain\nContent-Length: %d\n\n%s" % (len(inner), inner))
    event = wire.event(message)
    assert (event.name, event.get("Content-Length")) == ("BACKGROUND_JOB", "24")
    assert event.body == "-ERR\nEvent-Name: FORGED\n"


def test_defect_04_a_byte_that_is_no_utf_8_does_not_end_the_reader(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.on["playback"] = lambda said: (
        json_event("DTMF", **{"Channel-Name": "AB"}).replace(b"AB", b"\xff\xfe") + played(said)
    )
    assert session.channel.run(PLAY, limit=5).event.get("Application-Response") == "FILE PLAYED"


@pytest.mark.parametrize("data", [b"No-Type: x\n\n", b"Content-Type: command/reply\nReply-Text: surplus\n\n"])
def test_defect_05_what_the_reader_cannot_use_ends_the_session_and_says_so(switch: FakeSwitch, data: bytes) -> None:
    session = connected(switch)
    session.send(commands.linger(1))
    switch.send(data)
    assert isinstance(ended(session), WireError)
    assert not session.connected
    with pytest.raises(ConnectionLost):
        session.send(commands.linger(1))


def test_defect_06_a_body_cut_off_by_the_end_of_the_connection_blocks_nobody(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.send(b"Content-Type: text/event-json\nContent-Length: 100\n\n{")
    switch.reset()
    began = time.process_time()
    assert isinstance(ended(session), ConnectionLost)
    assert time.process_time() - began < 0.5


def test_defect_07_a_silent_switch_and_a_vanished_one_end_every_wait(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.reply["linger"] = b""
    with pytest.raises(CommandTimeout):
        session.send(commands.linger(1), 0.01)
    waits = [failing(session.send, commands.linger(1), 60), failing(session.channel.run, PLAY, limit=60)]
    gevent.sleep(0)
    switch.reset()
    assert [type(wait.get(timeout=5)) for wait in waits] == [ConnectionLost, ConnectionLost]


def test_defect_08_a_command_larger_than_the_socket_takes_arrives_whole() -> None:
    switch = FakeSwitch()
    switch.engine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    session = connected(switch)
    large = Execute(Application.PLAYBACK, Argument("a" * 400_000))
    session.post([(commands.execute(large), ignore), (commands.linger(5), ignore)])
    session.send(commands.linger(6))
    assert [len(said.body) for said in switch.said[-3:]] == [400_000, 0, 0]
    switch.close()


def test_defect_09_the_end_of_another_playback_ends_nothing(switch: FakeSwitch) -> None:
    session = connected(switch)
    first = failing(session.channel.run, PLAY, limit=0.02)
    first.join()
    switch.on["playback"] = lambda said: completed(switch.wait_for("playback"), "EARLIER") + completed(said, "THIS")
    assert session.channel.run(PLAY, limit=5).event.get("Application-Response") == "THIS"


def test_defect_10_of_several_waits_each_ends_by_its_own_completion_and_a_late_one_is_dropped(
    switch: FakeSwitch,
) -> None:
    session = connected(switch)
    waits = [gevent.spawn(session.channel.run, PLAY, limit=5) for _ in range(3)]
    gevent.sleep(0)
    session.send(commands.linger(1))
    executes = [said for said in switch.said if said.application]
    switch.send(b"".join(completed(said, f"N{number}") for number, said in enumerate(executes)))
    assert [wait.get(timeout=5).event.get("Application-Response") for wait in waits] == ["N0", "N1", "N2"]
    switch.send(completed(executes[0], "AGAIN"))
    session.send(commands.linger(1))
    assert session.lost is None


def test_defect_11_a_time_out_is_an_error_that_handlers_of_errors_see() -> None:
    assert issubclass(CommandTimeout, EslError)
    assert issubclass(CommandTimeout, Exception)
    assert not issubclass(CommandTimeout, gevent.Timeout)


def test_defect_12_no_argument_is_a_second_command(switch: FakeSwitch) -> None:
    with pytest.raises(ValueError, match="FreeSWITCH"):
        Argument("x\n\napi system touch canary")
    data = commands.execute(Execute(Application.PLAYBACK, Argument("/a.wav")))
    assert data.endswith(b"content-type: text/plain\ncontent-length: 6\n\n/a.wav")


def test_defect_13_a_refusal_is_no_success(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.reply |= {"linger": refused("no"), "playback": refused("memory error")}
    with pytest.raises(CommandRefused, match="no"):
        session.send(commands.linger(1))
    with gevent.Timeout(5), pytest.raises(CommandRefused, match="memory error"):
        session.channel.run(PLAY, limit=60)


def test_defect_14_there_are_no_handlers_whose_registration_switches_off_the_waits() -> None:
    assert "register_handle" not in _names_called_in_esl()


def test_defect_15_the_reader_only_hands_over_so_a_slow_flow_delays_no_event(switch: FakeSwitch) -> None:
    session = connected(switch)
    switch.on["playback"] = played
    session.channel.run(PLAY, limit=5)
    switch.send(key("1") + key("2") + hangup())
    ended_in = session.channel.ending()
    assert ended_in.cause == "NORMAL_CLEARING"
    assert session.channel.take_keys() == "12"


def test_defects_16_17_21_greenswitchs_server_is_not_used() -> None:
    """Its accept loop sleeps 0.1 s, counts too late, and leaves with status 0 if the port is taken."""
    assert "OutboundESLServer" not in _names_called_in_esl()


def test_defect_18_closing_asks_nobody_and_waits_for_nobody(switch: FakeSwitch) -> None:
    switch.reply["exit"] = b""
    session = connected(switch)
    began = time.monotonic()
    session.stop()
    assert time.monotonic() - began < 0.1
    assert "exit" not in [said.line for said in switch.said]


def test_defect_19_a_port_scan_leaves_neither_greenlet_nor_descriptor() -> None:
    for _ in range(20):
        engine, far = socket.socketpair()
        session = Session(engine)
        far.close()
        with pytest.raises(ConnectionLost):
            session.connect()
        session._receive_events_greenlet.join(5)
        assert session._receive_events_greenlet.dead
        assert session.sock.fileno() == -1


def test_defect_20_a_flow_is_interrupted_when_the_caller_hangs_up(switch: FakeSwitch) -> None:
    session = connected(switch)
    flow = gevent.spawn(gevent.sleep, 60)
    session.channel.on_gone = lambda reason: flow.kill(reason, block=False)
    gevent.sleep(0)
    gevent.get_hub().print_exception = lambda *_: None  # type: ignore[method-assign]  # the greenlet's end is meant
    switch.send(hangup())
    flow.join(5)
    del gevent.get_hub().print_exception
    assert flow.dead


def test_defect_22_nothing_polls(switch: FakeSwitch) -> None:
    session = connected(switch)
    assert getattr(session, "_process_events_greenlet", None) is None
    session.stop()
    session._receive_events_greenlet.join(0.1)
    assert session._receive_events_greenlet.dead


def test_defect_23_greenswitchs_reader_with_its_removed_logging_call_is_not_used(
    switch: FakeSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    session = connected(switch)
    switch.on["playback"] = played
    session.channel.run(PLAY, limit=5)
    session.stop()
    assert "_read_socket" not in _names_called_in_esl()
    assert [record.name for record in caplog.records if not record.name.startswith("fsapp")] == []


def test_defect_24_a_session_before_connect_has_no_data_and_says_so() -> None:
    engine, far = socket.socketpair()
    session = Session(engine)
    assert session.uuid == ""
    assert session.session_data == {}
    with pytest.raises(ConnectionLost, match="not connected"):
        _ = session.channel
    session.stop()
    far.close()


def test_only_events_that_somebody_needs_are_listened_to() -> None:
    assert set(EVENTS) == {"CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE", "DTMF"}


def _names_called_in_esl() -> set[str]:
    folder = Path(fsapp.__file__).parent / "esl"
    trees = [ast.parse(path.read_text()) for path in folder.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return names | {node.id for node in nodes if isinstance(node, ast.Name)}
