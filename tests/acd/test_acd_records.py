"""What the dispatcher records as events: plain values, and moments that stay what they were."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.acd.agents import AgentState, Rest
from fsapp.acd.commands import Record
from fsapp.acd.decisions import Decision
from fsapp.acd.entries import (
    AgentActed,
    AgentStateEnded,
    ContactEnd,
    ContactEnded,
    ContactQueued,
    DeskRepaired,
    TalkHad,
)
from fsapp.acd.estimates import Estimate, Promise
from fsapp.acd.offers import Offer, OfferEnd, Withdrawal
from fsapp.acd.records import Kept, RunRecords, WallTime, call_of
from fsapp.acd.wait_model import Wait
from fsapp.domain.events import Event, Kind
from tests.acd.centre import Centre

WALL = WallTime.at(1_790_000_100_000, 100.0)
T0 = 1_790_000_000_000


def told(*entries: Kept) -> list[Event]:
    events: list[Event] = []
    records = RunRecords("r1", WALL, [events.append])
    for entry in entries:
        records.add(entry)
    return events


HERE = {"contact": "u1/2", "call": "u1", "queue": "service"}

CASES: tuple[tuple[Kept, Kind, int, dict[str, Any]], ...] = (
    (
        ContactQueued("u1/2", "service", 1.0, 3, "timeout", resumed=True),
        Kind.CONTACT_QUEUED,
        T0 + 1000,
        HERE | {"position": 3, "reason": "timeout", "resumed": True},
    ),
    (
        ContactEnded("u1/2", "service", ContactEnd.ANSWERED, 9.5, 8.25, "1001", within=True),
        Kind.CONTACT_ENDED,
        T0 + 9500,
        HERE | {"end": "answered", "waited_ms": 8250, "agent": "1001", "within": True},
    ),
    (
        TalkHad("u1/2", "service", "1001", 9.5, 70.0),
        Kind.TALK_ENDED,
        T0 + 70_000,
        HERE | {"agent": "1001", "started_at": T0 + 9500},
    ),
    (
        Offer("o1", "u1/2", "1001", "service", 3.0, 23.0, OfferEnd.WITHDRAWN, 4.5, Withdrawal.CALLER_GONE),
        Kind.OFFER_ENDED,
        T0 + 4500,
        HERE | {"offer": "o1", "agent": "1001", "made_at": T0 + 3000, "end": "withdrawn", "cause": "caller_gone"},
    ),
    (
        AgentStateEnded("1001", AgentState.OFFERED, "", 3.0, 23.0, AgentState.ON_BREAK, Rest.NO_ANSWER),
        Kind.AGENT_STATE_ENDED,
        T0 + 23_000,
        {
            "agent": "1001",
            "state": "offered",
            "reason": "",
            "since": T0 + 3000,
            "followed_by": "on_break",
            "because": "no_answer",
        },
    ),
    (
        Promise("u1/2", "service", 2.0, Estimate(60, 30.5, 90), Wait(50, 10), True, 40.0, None, 55.0, True),
        Kind.WAIT_PROMISED,
        T0 + 2000,
        HERE
        | {"expected_ms": 60_000, "low_ms": 30_500, "high_ms": 90_000, "spoken": True, "held": True}
        | {"actual_ms": 55_000, "mean_wait_ms": 40_000, "smoothed_wait_ms": None},
    ),
    (
        AgentActed("1001", "sign_in", "supervisor", 2.0, {"phone": "8001", "code": "*11"}),
        Kind.AGENT_ACTED,
        T0 + 2000,
        {"agent": "1001", "what": "sign_in", "by": "supervisor", "phone": "8001", "code": "*11"},
    ),
    (
        DeskRepaired("talk ended", "no leg is left of it", 2.0, "1001", "u1/2"),
        Kind.DESK_REPAIRED,
        T0 + 2000,
        {"what": "talk ended", "why": "no leg is left of it", "agent": "1001", "contact": "u1/2", "call": "u1"},
    ),
)


@pytest.mark.parametrize(("entry", "kind", "at", "fields"), CASES, ids=[type(case[0]).__name__ for case in CASES])
def test_an_entry_is_an_event_of_plain_values(entry: Kept, kind: Kind, at: int, fields: dict[str, Any]) -> None:
    (event,) = told(entry)
    assert event == Event("acd:r1", 0, at, kind, fields)
    assert json.loads(json.dumps(event.fields)) == fields


def test_a_decision_is_kept_with_the_call_it_was_about() -> None:
    centre = Centre()
    centre.hire("1001")
    centre.call("u1/3", at=4.0)
    decision = centre.kept(Decision)[0]
    (event,) = told(decision)
    assert (event.kind, event.at, event.fields["call"]) == (Kind.DISPATCH_DECIDED, T0 + 4000, "u1")
    assert event.fields == decision.as_record() | {"call": "u1"}


def test_events_of_a_run_are_numbered_and_go_to_every_sink() -> None:
    one: list[Event] = []
    other: list[Event] = []
    records = RunRecords("r9", WALL, [one.append, other.append])
    for entry, *_ in CASES:
        records.add(entry)
    assert [(event.call, event.seq) for event in one] == [("acd:r9", seq) for seq in range(len(CASES))]
    assert other == one


def test_all_that_a_dispatcher_records_can_be_kept() -> None:
    centre = Centre()
    centre.hire("1001")
    centre.call("c1")
    centre.answer("c1", 5.0)
    entries = [each.entry for each in centre.said if isinstance(each, Record)]
    assert [event.at for event in told(*entries)] == sorted(event.at for event in told(*entries))


@given(st.floats(0, 10_000_000), st.integers(0, 2 * 10**12))
def test_what_meets_in_seconds_meets_in_milliseconds(moment: float, utc_ms: int) -> None:
    wall = WallTime.at(utc_ms, 12.345)
    states = (AgentState.AVAILABLE, AgentState.TALKING)
    entries = [
        AgentStateEnded("a", states[0], "", moment / 3, moment, states[1]),
        AgentStateEnded("a", states[1], "", moment, moment * 2, states[0]),
    ]
    events: list[Event] = []
    records = RunRecords("r1", wall, [events.append])
    for entry in entries:
        records.add(entry)
    assert events[0].at == events[1].fields["since"]


@pytest.mark.parametrize(("contact", "call"), [("u1", "u1"), ("u1/1", "u1"), ("u1/12", "u1"), ("", "")])
def test_a_contact_names_its_call(contact: str, call: str) -> None:
    assert call_of(contact) == call


def test_an_offer_that_is_open_is_not_recorded() -> None:
    with pytest.raises(ValueError, match="has not ended"):
        told(Offer("o1", "c1", "1001", "service", 3.0, 23.0))
