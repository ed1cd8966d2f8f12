"""Engines against the stand-in: greenswitch as others use it, and our own leg."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import greenswitch.esl
import pytest
from gevent.event import AsyncResult
from gevent.server import StreamServer

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import (
    CollectKeys,
    Dial,
    DialEnd,
    KeysCollected,
    KeysEnd,
    MessageRecorded,
    PlayEnd,
    RecordMessage,
    Utterance,
)
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.flow.ports import Leg
from fsapp.switchboard.callers import ScriptCaller
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.sounds import everything_exists
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.timeline import Pace
from fsapp.switchboard.virtual_leg import VirtualLeg

CALL = CallParameters("13800138000", "95598", "Zhang Wei")
Flow = Callable[[EslLeg], object]
MENU = Utterance("menu", "en", "/s/menu.wav", 2.0)


def greenswitch_serves(sock: Any, address: Any) -> tuple[Any, Any]:
    """A session as greenswitch's README shows it; the keys read, and the cause of the end."""
    session = greenswitch.esl.OutboundSession(address, sock)
    causes: AsyncResult[str] = AsyncResult()
    session.register_handle("CHANNEL_HANGUP_COMPLETE", lambda event: causes.set(event.headers["Hangup-Cause"]))
    session.connect()
    session.myevents()
    session.linger()
    session.answer()
    session.playback("/s/welcome.wav")
    digits = session.play_and_get_digits(1, 1, 1, 5000, "#", "/s/menu.wav", "/s/bad.wav", "k", r"[0-9]", 2000, "")
    session.hangup("USER_BUSY")
    ended = digits, causes.get(timeout=5)
    session.stop()
    return ended


def leg_serves(flow: Flow, sock: Any) -> Any:
    """What the flow gave over our leg, or the cause of the end."""
    session = Session(sock)
    try:
        session.connect()
        leg = EslLeg(session.channel)
        leg.answer()
        return flow(leg)
    except CallEnded as ended:
        return ended.cause
    finally:
        session.stop()


def called(serve: Callable[[Any, Any], Any], script: str) -> Any:
    """What an engine gives that serves one call of a caller with this script."""
    result: AsyncResult[Any] = AsyncResult()
    server = StreamServer(("127.0.0.1", 0), lambda sock, address: result.set(serve(sock, address)))
    server.start()
    switch = Switch(Pace(linger=0.001), sounds=everything_exists)
    channel = switch.call(f"127.0.0.1:{server.address[1]}", CALL, ScriptCaller(KeyScript(script)))
    given = result.get(timeout=5)
    assert switch.wait(channel, 5)
    server.stop()
    return given


def test_greenswitch_plays_reads_and_hangs_up() -> None:
    assert called(greenswitch_serves, "7") == ("7", "USER_BUSY")


AGENT = Dial(Endpoint(Number("1001"), profile=Name("internal"), domain=Name("site")), ring_timeout=20)


@pytest.mark.parametrize(
    ("script", "flow", "result"),
    [
        ("1", lambda leg: leg.collect(CollectKeys((MENU,), 1)), KeysCollected("1", KeysEnd.FULL)),
        ("!1", lambda leg: leg.collect(CollectKeys((MENU,), 1)), KeysCollected("1", KeysEnd.FULL)),
        ("123#", lambda leg: leg.collect(CollectKeys((MENU,), 9)), KeysCollected("123", KeysEnd.TERMINATOR, "#")),
        ("12", lambda leg: leg.collect(CollectKeys((MENU,), 9)), KeysCollected("12", KeysEnd.TIMEOUT)),
        ("-", lambda leg: leg.collect(CollectKeys((MENU,), 9)), KeysCollected("", KeysEnd.NOTHING)),
        (
            "4711#",
            lambda leg: leg.collect(CollectKeys((), 9, sensitive=True)),
            KeysCollected("4711", KeysEnd.TERMINATOR, "#"),
        ),
        ("!5", lambda leg: leg.play((MENU,), barge_in=True), PlayEnd.BARGED_IN),
        ("!5", lambda leg: leg.play((MENU,), barge_in=False), PlayEnd.PLAYED),
        ("talk:3 #", lambda leg: leg.record(RecordMessage("/r/m.wav")), MessageRecorded(3.0, "#")),
        ("talk:3", lambda leg: leg.record(RecordMessage("/r/m.wav")), MessageRecorded(3.0)),
        ("busy", lambda leg: leg.dial(AGENT).end, DialEnd.BUSY),
        ("noanswer", lambda leg: leg.dial(AGENT).end, DialEnd.NO_ANSWER),
        ("answer:90", lambda leg: leg.dial(AGENT).talk_seconds, 90.0),
        ("hangup", lambda leg: leg.collect(CollectKeys((MENU,), 1)), "NORMAL_CLEARING"),
        ("answer:9 hangup", lambda leg: leg.dial(AGENT).end, DialEnd.ANSWERED),
        ("", lambda leg: leg.hang_up("USER_BUSY"), "USER_BUSY"),
    ],
)
def test_our_leg_has_every_outcome_against_the_stand_in(script: str, flow: Flow, result: object) -> None:
    assert called(lambda sock, _address: leg_serves(flow, sock), script) == result


def a_flow(leg: Leg) -> list[object]:
    """One of everything."""
    results: list[object] = []
    try:
        leg.answer()
        results.append(leg.play((MENU,), barge_in=True))
        results.append(leg.collect(CollectKeys((MENU,), 1)))
        results.append(leg.collect(CollectKeys((MENU,), 10)))
        results.append(leg.play((MENU,), barge_in=False))
        results.append(leg.record(RecordMessage("/r/m.wav")))
        dialled = leg.dial(AGENT)
        results.append((dialled.end, dialled.cause, round(dialled.talk_seconds)))
        results.append(leg.collect(CollectKeys((), 1, sensitive=True)))
        leg.hang_up("NORMAL_CLEARING")
    except CallEnded as ended:
        results.append(ended.cause)
    return results


@pytest.mark.parametrize(
    "script",
    [
        "1 1234567890 # 5",
        "1 123# talk:3 # busy 5",
        "!9 - - noanswer 5",
        "12 - talk:2 5",
        "1 12 hangup",
        "!hangup",
        "hangup",
        "1 hangup",
        "1 2# talk:7 hangup",
        "1 2# # answer:30 hangup",
        "1 2# # noanswer wait:5 hangup",
        "- - - -",
        "",
    ],
)
def test_a_script_means_the_same_on_a_telephone_and_without_a_network(script: str) -> None:
    virtual = VirtualLeg(KeyScript(script), VirtualClock(datetime(2026, 10, 1, tzinfo=UTC)))
    assert called(lambda sock, _address: leg_serves(a_flow, sock), script) == a_flow(virtual)
