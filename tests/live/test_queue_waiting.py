"""Callers who wait in a queue on a real switch: what they hear, how they leave, who is free when somebody hangs up."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.office import CALLER_TONE, Office, hears, hears_not
from tests.live.queue_records import contact_ends, sockets
from tests.live.switch import Switch

LIVE, SHORT, WHISPERED = "7001", "7012", "7013"
MUSIC = 425
FAREWELL = "感谢您的来电，祝您生活愉快，再见。"
FIRST, SECOND = "2501", "2502"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((FIRST, "--queue", "live:1"), (SECOND, "--queue", "live:1"))


@pytest.fixture(autouse=True)
def nobody_left(switch: Switch) -> Iterator[None]:
    """Once every phone of a test has hung up, no channel is left."""
    yield
    switch.wait_empty(5)


@pytest.fixture
def caller(office: Office, number: str) -> Caller:
    return office.caller(number, LIVE)


def talking(office: Office, agent: str, caller: Caller) -> None:
    office.wait(agent, "talking")
    caller.forget()
    hears(caller, office.tone(agent))


# Waiting.


def test_who_waits_hears_music_and_the_position_and_music_again(office: Office, caller: Caller) -> None:
    caller.wait_for("answered")
    until(lambda: hearing.seconds_of_tone(caller.heard(), MUSIC) >= 0.1, 3, "music")
    caller.hear(Path(office.studio.say("您是下一位。", "zh").path))
    caller.forget()
    until(lambda: hearing.seconds_of_tone(caller.heard(), MUSIC) >= 0.2, 8, "music again")


def test_who_waits_has_no_socket(caller: Caller, engine_port: int, switch: Switch) -> None:
    caller.wait_for("answered")
    until(lambda: hearing.seconds_of_tone(caller.heard(), MUSIC) >= 0.1, 3, "music")
    (channel,) = json.loads(switch.api("show channels as json"))["rows"]
    assert (channel["context"], channel["application"]) == ("waiting", "playback")
    assert sockets(engine_port) == 0


def test_a_key_leads_out_of_the_queue(office: Office, engine: Engine, caller: Caller) -> None:
    caller.wait_for("answered")
    until(lambda: hearing.seconds_of_tone(caller.heard(), MUSIC) >= 0.1, 3, "music")
    caller.press("9")
    caller.hear(Path(office.studio.say(FAREWELL, "zh").path))
    caller.wait_for("ended")
    assert engine.cdr(caller.number).disposition == "left_by_key"


def test_who_waits_too_long_goes_on_in_the_flow_on_a_socket_again(
    office: Office, engine: Engine, engine_port: int, number: str
) -> None:
    caller = office.caller(number, SHORT)
    caller.hear(Path(office.studio.say("座席忙，留言请按一。", "zh").path))
    assert sockets(engine_port) == 1
    caller.press("1")
    caller.wait_for("ended")
    assert engine.cdr(number).disposition == "missed"


# Who hangs up when.


def test_a_caller_who_hangs_up_while_waiting_has_abandoned(engine: Engine, caller: Caller) -> None:
    caller.wait_for("answered")
    until(lambda: hearing.seconds_of_tone(caller.heard(), MUSIC) >= 0.1, 3, "music")
    caller.hang_up()
    assert engine.cdr(caller.number).hangup_party == "caller"
    assert contact_ends(engine, caller.number) == ["abandoned"]


def test_a_caller_who_hangs_up_stops_the_ringing(office: Office, engine: Engine, caller: Caller) -> None:
    agent = office.agent(FIRST)
    agent.wait_for("from")
    caller.hang_up()
    agent.wait_for("ended", within=1)
    office.wait(FIRST, "available")
    assert contact_ends(engine, caller.number) == ["abandoned"]


def test_a_caller_who_hangs_up_during_the_whisper_has_abandoned(office: Office, engine: Engine, number: str) -> None:
    caller = office.caller(number, WHISPERED)
    agent = office.agent(FIRST)
    agent.wait_for("from")
    agent.answer()
    agent.wait_for("answered")
    caller.hang_up()
    agent.wait_for("ended", within=1)
    office.wait(FIRST, "available")
    assert contact_ends(engine, number) == ["abandoned"]


def test_a_caller_who_hangs_up_in_the_talk_releases_the_agent(office: Office, engine: Engine, caller: Caller) -> None:
    agent = office.agent(FIRST)
    agent.wait_for("from")
    agent.answer()
    hears(agent, CALLER_TONE)
    caller.hang_up()
    agent.wait_for("ended", within=1)
    office.wait(FIRST, "available")
    assert contact_ends(engine, caller.number) == ["answered"]
    assert engine.cdr(caller.number).hangup_party == "caller"


def test_a_held_caller_hears_music_and_may_hang_up(office: Office, engine: Engine, caller: Caller) -> None:
    agent = office.agent(FIRST)
    agent.wait_for("from")
    agent.answer()
    hears(agent, CALLER_TONE)
    caller.forget()
    agent.press("*31")
    until(lambda: hearing.seconds_of_tone(caller.heard(), MUSIC) >= 0.2, 8, "music on hold")
    agent.forget()
    hears_not(agent, CALLER_TONE)
    caller.hang_up()
    agent.wait_for("ended", within=1)
    office.wait(FIRST, "available")
    assert contact_ends(engine, caller.number) == ["answered"]


def test_an_agent_who_hangs_up_during_the_whisper_gives_the_caller_to_the_next(office: Office, number: str) -> None:
    caller = office.caller(number, WHISPERED)
    first = office.agent(FIRST)
    first.wait_for("from")
    second = office.agent(SECOND)
    first.answer()
    first.wait_for("answered")
    first.hang_up()
    second.wait_for("from", within=2)
    second.answer()
    talking(office, SECOND, caller)
