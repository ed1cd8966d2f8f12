"""A call's way through the queues, told."""

from random import Random
from typing import Any

import pytest

from fsapp.acd.commands import Record
from fsapp.acd.entries import ContactEnd
from fsapp.acd.offers import OfferEnd, Withdrawal
from fsapp.acd.records import RunRecords, WallTime
from fsapp.acd.settings import OverflowReason
from fsapp.acd.telling import EN, ZH, Words, still_there, tell
from fsapp.domain.events import Event, Kind
from tests.acd.storm import Storm


def event(kind: Kind, **fields: Any) -> Event:
    here = {"contact": "u1/1", "call": "u1", "queue": "service", "agent": "1001"}
    return Event("acd:r1", 0, 100_000, kind, here | fields)


QUEUED = event(Kind.CONTACT_QUEUED, position=3, reason="", resumed=False)
OFFER = {"offer": "o1", "made_at": 96_800, "cause": ""}
PROMISE = {"low_ms": 60_000, "high_ms": 180_000, "spoken": True, "held": True, "actual_ms": 90_400}

CASES = (
    (QUEUED, "It stands in queue service, at position 3.", "进入队列service，排第3位。"),
    (
        event(Kind.CONTACT_QUEUED, position=1, reason="timeout", resumed=False),
        "It goes on to queue service, at position 1: it had waited as long as the queue before allows.",
        "转入队列service，排第1位：在原队列等候超时。",
    ),
    (
        event(Kind.OFFER_ENDED, end="accepted", **OFFER),
        "The phone of 1001 rang for 3.2 s: answered.",
        "座席1001的话机振铃3.2秒：已应答。",
    ),
    (
        event(Kind.OFFER_ENDED, end="withdrawn", **OFFER | {"cause": "lost_race", "made_at": 88_000}),
        "The phone of 1001 rang for 12 s: taken back (another agent answered first).",
        "座席1001的话机振铃12秒：已撤回（其他座席已先应答）。",
    ),
    (
        event(Kind.OFFER_ENDED, end="failed", **OFFER | {"cause": "GATEWAY_DOWN", "made_at": 100_000}),
        "The phone of 1001 rang for 0 s: it could not be reached (GATEWAY_DOWN).",
        "座席1001的话机振铃0秒：无法接通（GATEWAY_DOWN）。",
    ),
    (
        event(Kind.CONTACT_ENDED, end="answered", waited_ms=12_300, within=True),
        "After 12 s the caller and 1001 heard each other, within the service level's time.",
        "等候12秒后与座席1001通话，符合服务水平。",
    ),
    (
        event(Kind.CONTACT_ENDED, end="answered", waited_ms=42_300, within=False),
        "After 42 s the caller and 1001 heard each other, later than the service level's time.",
        "等候42秒后与座席1001通话，超出服务水平时限。",
    ),
    (
        event(Kind.CONTACT_ENDED, end="abandoned", waited_ms=42_300, within=False),
        "After 42 s the caller hung up.",
        "等候42秒后来电者挂机。",
    ),
    (
        event(Kind.TALK_ENDED, started_at=40_000),
        "1001 talked with the caller for 60 s.",
        "座席1001通话60秒。",
    ),
    (
        event(Kind.WAIT_PROMISED, **PROMISE),
        "The wait was estimated at 60 to 180 s: right, it took 90 s.",
        "预计等候60至180秒：准确，实际90秒。",
    ),
    (
        event(Kind.WAIT_PROMISED, **PROMISE | {"held": False, "spoken": False, "actual_ms": None}),
        "The wait was estimated at 60 to 180 s (not fit to be spoken): wrong, the caller gave up later than that.",
        "预计等候60至180秒（未达到播报条件）：不准确，来电者等候更久后放弃。",
    ),
    (
        event(Kind.WAIT_PROMISED, **PROMISE | {"held": None, "actual_ms": None}),
        "The wait was estimated at 60 to 180 s: nobody knows whether that was right, for the caller left before.",
        "预计等候60至180秒：来电者提前离开，无法判断。",
    ),
    (
        event(Kind.DESK_REPAIRED, what="the talk was ended", why="no leg was left of it"),
        "The engine's word and the switch's differed, and it was mended: the talk was ended, because no leg was left "
        "of it.",
        "引擎与交换机状态不一致，已修正：the talk was ended，原因：no leg was left of it。",
    ),
)


@pytest.mark.parametrize(("told", "english", "chinese"), CASES)
def test_an_event_is_told_in_both_languages(told: Event, english: str, chinese: str) -> None:
    assert tell(told) == (english,)
    assert tell(told, "zh") == (chinese,)


def test_a_place_that_was_kept_is_told() -> None:
    assert len(tell(event(Kind.CONTACT_QUEUED, position=3, reason="", resumed=True))) == 2


def test_what_is_about_no_contact_is_not_told() -> None:
    assert tell(event(Kind.AGENT_ACTED, what="sign_in", by="1001")) == ()
    assert tell(event(Kind.CALL_ARRIVED)) == ()


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
def test_there_are_words_for_every_way(words: Words) -> None:
    assert set(words.left) == set(ContactEnd)
    assert set(words.offer_ends) == set(OfferEnd)
    assert set(words.causes) >= set(Withdrawal) - {Withdrawal.TIMED_OUT}  # that end is no_answer
    assert set(words.why_moved) == {*OverflowReason, "moved"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_whatever_a_dispatcher_records_can_be_told(language: str) -> None:
    storm = Storm(Random(3), watched=100_000)
    storm.blow(1500)
    events: list[Event] = []
    records = RunRecords("r1", WallTime(0), [events.append])
    for *_, given in storm.history:
        for command in given:
            if isinstance(command, Record):
                records.add(command.entry)
    told = {each.kind for each in events if all(tell(each, language))}
    assert told > {Kind.CONTACT_QUEUED, Kind.DISPATCH_DECIDED, Kind.OFFER_ENDED, Kind.CONTACT_ENDED, Kind.TALK_ENDED}
    assert not any("{" in sentence for each in events for sentence in tell(each, language))


def test_who_has_not_left_is_told_at_the_end() -> None:
    left = event(Kind.CONTACT_ENDED, contact="u1/2", end="key", waited_ms=1, within=False)
    queued = (QUEUED, event(Kind.CONTACT_QUEUED, contact="u1/2", position=1, reason="", resumed=False))
    assert still_there((*queued, left)) == ("As far as is known, u1/1 has not left the queues.",)
    assert still_there((left,)) == ()
