"""The checker finds each kind of violation: what it is silent about holds."""

from dataclasses import replace
from pathlib import Path

import gevent
import pytest

from fsapp.acd.agents import AgentState
from fsapp.domain.cdr import fold
from fsapp.domain.events import Event, Kind
from fsapp.domain.queue_records import AgentTime, ContactRecord, OfferRecord, TalkRecord
from tests.faults.checker import Evidence, Talked, Undisturbed, violations

ARRIVED = Event("u", 0, 1000, Kind.CALL_ARRIVED, {"ani": "1", "dnis": "95598"})
ENDED = Event("u", 9, 9000, Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller"})
QUEUED = Event("acd:r", 1, 2000, Kind.CONTACT_QUEUED, {"contact": "u/1", "call": "u", "queue": "service"})
LEFT = Event(
    "acd:r", 2, 4000, Kind.CONTACT_ENDED, {"contact": "u/1", "call": "u", "queue": "service", "end": "answered"}
)
CDR = fold([ARRIVED, ENDED])[0]


def contact(name: str = "u/1", queued_at: int = 2000, ended_at: int = 4000) -> ContactRecord:
    waited = ended_at - queued_at
    return ContactRecord(
        "acd:r", 2, name, name[0], "service", queued_at, ended_at, "answered", waited, within=True, agent="2001"
    )


def offer(name: str, made_at: int, ended_at: int, end: str = "accepted") -> OfferRecord:
    return OfferRecord("acd:r", made_at, name, "u/1", "u", "2001", "service", made_at, ended_at, end, "")


def state(seq: int, since: int, until: int, name: str, followed_by: str) -> AgentTime:
    return AgentTime("acd:r", seq, "2001", name, "", since, until, followed_by, "")


def talk(started_at: int, ended_at: int) -> TalkRecord:
    return TalkRecord("acd:r", started_at, "u/1", "u", "service", "2001", started_at, ended_at)


GOOD = {"events": [ARRIVED, ENDED, QUEUED, LEFT], "cdrs": [CDR], "contacts": [contact()], "calls": ["u"]}


def test_what_is_right_is_passed_over_in_silence() -> None:
    assert violations(Evidence(**GOOD)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "invariant"),
    [
        ({"cdrs": []}, "I1"),
        ({"cdrs": [CDR, CDR]}, "I1"),
        ({"events": [ARRIVED, QUEUED, LEFT]}, "I1"),
        ({"events": [ARRIVED, ENDED, QUEUED]}, "I1"),
        ({"open_calls": ["u"]}, "I1"),
        ({"contacts": []}, "I1"),
        ({"events": [ARRIVED, replace(ARRIVED, seq=1, at=500), ENDED, QUEUED, LEFT]}, "I2"),
        ({"talks": [talk(4000, 6000), talk(5000, 7000)]}, "I2"),
        ({"offers": [offer("o1", 2000, 4000), offer("o2", 3000, 5000)]}, "I3"),
        ({"offers": [offer("o1", 2000, 4000), offer("o1", 4000, 5000)]}, "I3"),
        ({"offers": [offer("o1", 2000, 4000, "forgotten")]}, "I3"),
        ({"offers": [offer("o1", 2000, 90_000)]}, "I3"),
        ({"agent_times": [state(1, 0, 10, "available", "talking"), state(2, 20, 30, "talking", "offline")]}, "I3"),
        ({"agents": {"2001": AgentState.TALKING}}, "I4"),
        ({"channels": ["leg"]}, "I5"),
        ({"silences": {"u": 3.5}}, "I6"),
        ({"calls": ["u", "v"]}, "I8"),
        ({"calls": []}, "I8"),
        ({"talked": [Talked("u", 12.0, by_hand=False)]}, "I10"),
    ],
)
def test_each_violation_is_found(found: dict[str, object], invariant: str) -> None:
    sentences = violations(Evidence(**{**GOOD, **found}))  # type: ignore[arg-type]
    assert {each.partition(":")[0] for each in sentences} >= {invariant}


def test_who_came_later_and_was_answered_sooner_is_found() -> None:
    contacts = [contact("u/1", 2000, 6000), contact("v/1", 3000, 4000)]
    sentences = violations(Evidence(events=[], cdrs=[], contacts=contacts, in_order=True))
    assert any(each.startswith("I7") for each in sentences)


def test_a_greenlet_and_a_descriptor_that_stay_are_found() -> None:
    with Undisturbed(patience=0.05) as process:
        pass
    staying = gevent.spawn(gevent.sleep, 60)
    gevent.sleep(0)
    with Path("/dev/null").open():
        assert [each.partition(":")[0] for each in process.violations()] == ["I9", "I9"]
    staying.kill()
    assert process.violations() == []
