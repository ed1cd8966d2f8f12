"""The connection between engine and switch is cut while callers wait, phones ring and people talk."""

from collections.abc import Iterator

import gevent
import pytest

from tests.live import hearing
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.office import CALLER_TONE, Office, hears
from tests.live.queue_records import contact_ends
from tests.live.switch import Switch
from tests.live.wire import Wire

LIVE = "7001"
MUSIC = 425
FIRST = "2601"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((FIRST, "--queue", "live:1", "--busy-delay-time", "1", "--reject-delay-time", "1"),)


@pytest.fixture(scope="module")
def wire(switch: Switch) -> Iterator[Wire]:
    laid = Wire(switch.settings.event_socket.port)
    yield laid
    laid.close()


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int, wire: Wire) -> Iterator[Engine]:
    """One that reaches the event socket over the wire."""
    started = Engine(switch, engine_port, event_socket=wire.port)
    started.start()
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def nobody_left(switch: Switch) -> Iterator[None]:
    yield
    switch.wait_empty(8)


def test_callers_who_wait_keep_their_places_and_hear_music_again(
    office: Office, engine: Engine, wire: Wire, number: str
) -> None:
    first = office.caller(number, LIVE)
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 1, 5, "caller in the queue")
    second = office.caller(f"{number}9", LIVE)
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 2, 5, "second caller in the queue")
    wire.cut()
    for each in (first, second):
        each.forget()
        until(lambda each=each: hearing.seconds_among(each.heard(), MUSIC) >= 0.2, 6, "music again")  # type: ignore[misc]
    assert engine.floor()["queues"]["live"]["waiting"] == 2
    agent = office.agent(FIRST)
    assert f"sip:{number}@" in agent.wait_for("from")
    agent.answer()
    hears(first, office.tone(FIRST))
    second.hang_up()


def test_music_does_not_end_with_the_minute_that_played_when_the_wire_was_down(
    office: Office, engine: Engine, wire: Wire, number: str
) -> None:
    caller = office.caller(number, LIVE)
    until(lambda: hearing.seconds_of_tone(caller.heard(), MUSIC) >= 0.1, 5, "music")
    wire.take_down()
    gevent.sleep(2)
    wire.put_up()
    until(lambda: engine.log.count('"connected"') + engine.log.count(": connected") >= 2, 8, "connection")
    caller.forget()
    until(lambda: hearing.seconds_among(caller.heard(), MUSIC) >= 0.3, 12, "music again")
    caller.hang_up()
    assert contact_ends(engine, number) == ["abandoned"]


def test_a_phone_that_rings_when_the_wire_is_cut_rings_again(
    office: Office, engine: Engine, wire: Wire, number: str
) -> None:
    agent = office.agent(FIRST)
    caller = office.caller(number, LIVE)
    agent.wait_for("from")
    wire.cut()
    agent.wait_for("ended", within=5)
    agent.wait_for("from", count=2, within=8)
    agent.answer()
    hears(caller, office.tone(FIRST))
    hears(agent, CALLER_TONE)


def test_a_talk_goes_on_and_its_end_is_known_though_nobody_could_tell(
    office: Office, engine: Engine, wire: Wire, number: str
) -> None:
    agent, caller = office.talk(FIRST, number, LIVE)
    wire.take_down()
    caller.forget()
    hears(caller, office.tone(FIRST))
    agent.hang_up()
    gevent.sleep(0.5)
    wire.put_up()
    caller.wait_for("ended", within=10)
    office.wait(FIRST, "available")
    cdr = engine.cdr(number)
    assert (cdr.disposition, cdr.hangup_party, cdr.complete) == ("served", "engine", True)
