"""Callers in a queue and agents at real telephones, on a real switch: how a call finds its agent, and how it ends."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.caller import Caller, until
from tests.live.engine import CALL_INFO, Engine
from tests.live.office import CALLER_TONE, Office, hears
from tests.live.queue_records import offered
from tests.live.switch import Switch

LIVE, ALL, WHISPERED = "7001", "7011", "7013"
WHISPER = "电费咨询，客户号码一二三四五六七八九零。"
FIRST, SECOND, AUTO, NOWHERE = "2001", "2002", "2003", "2004"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    soon = ("--reject-delay-time", "30", "--busy-delay-time", "30", "--no-answer-delay-time", "30")
    return (
        (FIRST, "--queue", "live:1", "--queue", "live_all:1", *soon),
        (SECOND, "--queue", "live:1", "--queue", "live_all:1", *soon),
        (AUTO, "--queue", "live:1", "--auto-answer"),
        (NOWHERE, "--queue", "live:1"),
    )


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


# From the ring to the talk.


def test_the_agents_phone_rings_they_talk_and_the_flow_goes_on(office: Office, engine: Engine, caller: Caller) -> None:
    agent = office.agent(FIRST)
    agent.wait_for("from")
    agent.answer()
    hears(agent, CALLER_TONE)
    hears(caller, office.tone(FIRST))
    assert office.seen(FIRST)["state"] == "talking"
    agent.hang_up()
    caller.wait_for("ended")
    cdr = engine.cdr(caller.number)
    assert (cdr.disposition, cdr.hangup_party) == ("served", "engine")
    office.wait(FIRST, "available")


def test_the_phone_shows_the_callers_number_and_data(office: Office, caller: Caller) -> None:
    agent = office.agent(FIRST)
    agent.wait_for("from")
    (sender,) = (line for line in agent.events("header") if line.lower().startswith("header from:"))
    assert f'"{caller.number} 1234567890" <sip:{caller.number}@' in sender


def test_the_phone_is_told_where_more_can_be_read(office: Office, engine: Engine, caller: Caller) -> None:
    agent = office.agent(FIRST)
    agent.wait_for("from")
    (info,) = (line for line in agent.events("header") if "call-info" in line.lower())
    assert CALL_INFO in info
    assert ";purpose=info" in info


def test_a_phone_that_answers_by_itself_is_asked_to(office: Office, caller: Caller) -> None:
    agent = office.agent(AUTO)
    agent.wait_for("from")
    headers = " ".join(agent.events("header")).lower()
    assert "answer-after=0" in headers
    assert CALL_INFO in headers


def test_the_whisper_is_for_the_agent_alone(office: Office, number: str) -> None:
    caller = office.caller(number, WHISPERED)
    agent = office.agent(FIRST)
    whisper = Path(office.studio.say(WHISPER, "zh").path)
    agent.wait_for("from")
    agent.answer()
    agent.hear(whisper)
    hears(agent, CALLER_TONE)
    hears(caller, office.tone(FIRST))
    assert not caller.has_heard(whisper)


def test_keys_of_the_agent_are_not_heard_by_the_caller(office: Office, caller: Caller) -> None:
    agent = office.agent(FIRST)
    agent.wait_for("from")
    agent.answer()
    hears(agent, CALLER_TONE)
    caller.press("7")
    agent.wait_for("key")
    agent.press("5*0")
    caller.forget()
    hears(caller, office.tone(FIRST), within=5)
    assert caller.events("key") == []


# Phones that do not take the call.


@pytest.mark.parametrize(("code", "reason"), [(486, "busy_delay"), (603, "reject_delay")])
def test_a_phone_that_refuses_gives_the_caller_to_the_next(
    office: Office, caller: Caller, code: int, reason: str
) -> None:
    first = office.agent(FIRST)
    first.wait_for("from")
    second = office.agent(SECOND)
    first.refuse(code)
    second.wait_for("from", within=2)
    assert office.seen(FIRST)["reason"] == reason
    second.answer()
    talking(office, SECOND, caller)


def test_a_phone_that_nobody_picks_up_gives_the_caller_to_the_next_in_the_old_place(
    office: Office, engine: Engine, caller: Caller, number: str
) -> None:
    first = office.agent(FIRST)
    first.wait_for("from")
    later = office.caller(f"9{number}", LIVE)
    later.wait_for("answered")
    second = office.agent(SECOND)
    second.wait_for("from")
    assert later.number in second.events("from")[0]
    second.refuse(486)
    first.wait_for("ended", within=12)
    office.set(SECOND, "ready")
    second.wait_for("from", count=2, within=3)
    assert f":{caller.number}@" in second.events("from")[1]
    assert office.seen(FIRST)["reason"] == "no_answer_delay"


def test_a_phone_that_is_not_registered_is_never_rung(office: Office, engine: Engine, caller: Caller) -> None:
    office.set(NOWHERE, "in")
    office.wait(NOWHERE, "on_break")
    assert office.seen(NOWHERE)["reason"] == "unregistered"
    agent = office.agent(FIRST)
    agent.wait_for("from")
    caller.hang_up()
    assert offered(engine, caller.number) == [FIRST]


def test_a_phone_that_unregisters_while_it_rings_gives_the_caller_to_the_next_at_once(
    office: Office, caller: Caller
) -> None:
    first = office.agent(FIRST)
    first.wait_for("from")
    second = office.agent(SECOND)
    gone = time.monotonic()
    first.register(False)
    second.wait_for("from", within=3)
    took = time.monotonic() - gone
    print(f"the next phone rang {took:.2f} s after the first was gone (looked for each 0.1 s)")
    assert took < 1
    first.wait_for("ended", within=2)


def test_of_phones_that_ring_together_one_wins_and_the_others_are_released(office: Office, number: str) -> None:
    caller = office.caller(number, ALL)
    phones = {each: office.agent(each) for each in (FIRST, SECOND)}
    for each in phones.values():
        each.wait_for("from")
    for each in phones.values():
        each.answer()
    until(lambda: sum(office.seen(each)["state"] == "talking" for each in phones) == 1, 3, "winner")
    (winner,) = (each for each in phones if office.seen(each)["state"] == "talking")
    (loser,) = set(phones) - {winner}
    phones[loser].wait_for("ended", within=1)
    talking(office, winner, caller)
    office.wait(loser, "available")
