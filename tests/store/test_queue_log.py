"""Reading what was kept of queues and agents, in each kind of database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fsapp.acd.agents import AgentState
from fsapp.acd.entries import AgentStateEnded, ContactEnd, ContactEnded, ContactQueued, TalkHad
from fsapp.acd.estimates import Estimate, Promise
from fsapp.acd.offers import Offer, OfferEnd
from fsapp.acd.records import Kept, RunRecords, WallTime
from fsapp.acd.wait_model import Wait
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.store.journal import Journal
from fsapp.store.queue_log import LogFilter, QueueLog

T0 = 1_790_000_000_000
WAIT = Wait(10, 1)


def promise(contact: str, queue: str, at: float, right: bool | None) -> Promise:
    return Promise(contact, queue, at, Estimate(9, 5, 12), WAIT, True, None, None, 8.0 if right else None, right)


ENTRIES: tuple[Kept, ...] = (
    AgentStateEnded("1001", AgentState.OFFLINE, "", 0.0, 1.0, AgentState.AVAILABLE),
    AgentStateEnded("1002", AgentState.OFFLINE, "", 0.0, 2.0, AgentState.AVAILABLE),
    ContactQueued("u1", "service", 10.0, 1),
    AgentStateEnded("1001", AgentState.AVAILABLE, "", 1.0, 10.0, AgentState.OFFERED),
    Offer("o1", "u1", "1001", "service", 10.0, 30.0, OfferEnd.ACCEPTED, 13.0),
    AgentStateEnded("1001", AgentState.OFFERED, "", 10.0, 13.0, AgentState.TALKING),
    ContactEnded("u1", "service", ContactEnd.ANSWERED, 13.5, 3.5, "1001", within=True),
    promise("u1", "service", 10.0, True),
    ContactQueued("u2", "service", 20.0, 1),
    ContactEnded("u2", "service", ContactEnd.ABANDONED, 50.0, 30.0),
    promise("u2", "service", 20.0, None),
    ContactQueued("u2/2", "sales", 60.0, 1),
    ContactEnded("u2/2", "sales", ContactEnd.ANSWERED, 70.0, 10.0, "1002"),
    promise("u2/2", "sales", 61.0, False),
    TalkHad("u1", "service", "1001", 13.5, 73.5),
)


@pytest.fixture
def log(url: str) -> Iterator[QueueLog]:
    events: list[Event] = []
    records = RunRecords("r1", WallTime(T0), [events.append])
    for entry in ENTRIES:
        records.add(entry)
    journal = Journal(url)
    journal.append(events)
    yield QueueLog(url)
    journal.close()


@pytest.mark.parametrize(
    ("wanted", "seqs"),
    [
        (LogFilter(), [0, 1, 2, 3, 7, 4, 5, 6, 8, 10, 9, 11, 13, 12, 14]),
        (LogFilter(queue="sales"), [11, 13, 12]),
        (LogFilter(call="u2"), [8, 10, 9, 11, 13, 12]),
        (LogFilter(agent="1002"), [1, 12]),
        (LogFilter(since=T0 + 20_000, until=T0 + 60_000), [8, 10, 9]),
        (LogFilter(until=T0 + 2000), [0]),
        (LogFilter(agent="1001", queue="service", since=T0 + 13_500), [6, 14]),
        (LogFilter(call="nobody"), []),
        (LogFilter(queue="' OR 1=1; --"), []),
    ],
)
def test_events_are_found_and_come_by_time(log: QueueLog, wanted: LogFilter, seqs: list[int]) -> None:
    found = list(log.events(wanted))
    assert [event.seq for event in found] == seqs
    assert all(event.call == "acd:r1" for event in found)


def test_an_event_comes_back_as_it_went_in(log: QueueLog) -> None:
    (event,) = log.events(LogFilter(queue="sales", agent="1002"))
    fields: dict[str, Any] = {"contact": "u2/2", "call": "u2", "queue": "sales", "agent": "1002"}
    fields |= {"end": "answered", "waited_ms": 10_000, "within": False}
    assert event == Event("acd:r1", 12, T0 + 70_000, Kind.CONTACT_ENDED, fields)


def test_offers_are_values(log: QueueLog) -> None:
    (offer,) = log.offers(LogFilter(call="u1"))
    assert (offer.id, offer.agent, offer.made_at, offer.ended_at) == ("o1", "1001", T0 + 10_000, T0 + 13_000)
    assert (offer.end, offer.cause) == ("accepted", "")
    assert log.offers(LogFilter(agent="1002")) == ()


def test_the_times_of_agents_reach_to_what_is_known(log: QueueLog) -> None:
    found = [
        (each.agent, each.state, (each.since - T0) / 1000, (each.until - T0) / 1000)
        for each in log.agent_times(T0, T0 + 1_000_000)
    ]
    assert found == [
        ("1001", "offline", 0, 1),
        ("1001", "available", 1, 10),
        ("1001", "offered", 10, 13),
        ("1001", "talking", 13, 73.5),
        ("1002", "offline", 0, 2),
        ("1002", "available", 2, 73.5),
    ]


def test_the_times_of_one_agent_in_a_period_are_cut_to_it(log: QueueLog) -> None:
    found = log.agent_times(T0 + 30_000, T0 + 40_000, "1002")
    assert [(each.state, each.since, each.until) for each in found] == [("available", T0 + 30_000, T0 + 40_000)]
    assert log.agent_times(T0 + 30_000, T0 + 40_000, "nobody") == ()


def test_the_service_of_each_queue_is_summed_up(log: QueueLog) -> None:
    sales, service = log.service(T0, T0 + 1_000_000)
    assert (service.queue, dict(service.ends), service.within) == ("service", {"answered": 1, "abandoned": 1}, 1)
    assert (service.asa_ms, service.longest_ms, service.aht_ms) == (3500, 30_000, 60_000)
    assert (sales.queue, dict(sales.ends), sales.within, sales.talks) == ("sales", {"answered": 1}, 0, 0)
    assert log.service(T0, T0 + 13_500) == ()


def test_promises_are_those_whose_outcome_is_known_the_latest_first(log: QueueLog) -> None:
    assert [(each.contact, each.held) for each in log.promises("service")] == [("u1", True)]
    assert [(each.contact, each.held, each.actual_ms) for each in log.promises("sales")] == [("u2/2", False, None)]
    assert log.promises("service", last=0) == ()


def test_a_database_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    log = QueueLog(f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(StoreError, match="cannot be read"):
        list(log.events(LogFilter()))
    with pytest.raises(StoreError, match="cannot be read"):
        log.agent_times(0, 1)
