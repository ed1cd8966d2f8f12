"""One view of a customer, from every table, on each kind of database."""

from datetime import date

import pytest

from fsapp.domain.customer_history import What
from fsapp.domain.events import Event, Kind
from fsapp.domain.ticket import applied
from fsapp.domain.ticket_opening import Opening
from fsapp.store.customer_histories import CustomerHistories
from fsapp.store.journal import Journal
from fsapp.store.tickets import Change, Tickets
from fsapp.tickets.actions import opened
from fsapp.tickets.clocks import moment
from tests.store.conftest import T0, Call
from tests.tickets.site import PLAN

RUN = "acd:run-1"


@pytest.fixture
def filled(url: str, a_call: Call) -> CustomerHistories:
    """A caller with two calls: one that waited, talked, was surveyed; one with a message and a wish; and a ticket."""
    journal = Journal(url, busy_wait=5.0)
    first = a_call("u1", steps=1, ended=False)
    first.append(
        Event(
            "u1",
            len(first),
            T0 + 9_000,
            Kind.SURVEY_ANSWERED,
            {"queue": "service", "agent": "1001", "question": "rate", "answer": 5},
        )
    )
    first.append(Event("u1", len(first), T0 + 10_000, Kind.CALL_HUNG_UP, {"cause": "x", "party": "caller"}))
    second = a_call("u2", steps=1, at=T0 + 20_000, ended=False, ani="+8613800138000")
    second += [
        Event("u2", 4, T0 + 25_000, Kind.MESSAGE_RECORDED, {"path": "m.wav", "seconds": 7, "name": "message"}),
        Event(
            "u2",
            5,
            T0 + 26_000,
            Kind.CALLBACK_REQUESTED,
            {
                "number": "13800138000",
                "window": "",
                "queue": "service",
                "skills": {},
                "priority": 0,
                "customer_level": "",
                "sticky_agent": "",
                "language": "zh",
                "data": {},
                "queued_at": T0,
            },
        ),
        Event("u2", 6, T0 + 30_000, Kind.CALL_HUNG_UP, {"cause": "x", "party": "caller"}),
    ]
    queue = [
        Event(
            RUN,
            0,
            T0 + 5_000,
            Kind.CONTACT_ENDED,
            {
                "contact": "u1/1",
                "call": "u1",
                "queue": "service",
                "end": "answered",
                "waited_ms": 4000,
                "within": True,
                "agent": "1001",
            },
        ),
        Event(
            RUN,
            1,
            T0 + 8_000,
            Kind.TALK_ENDED,
            {
                "contact": "u1/1",
                "call": "u1",
                "queue": "service",
                "agent": "1001",
                "started_at": T0 + 5_000,
            },
        ),
    ]
    journal.append([*first, *second, *queue, *a_call("u3", ani="13900139000")])
    journal.close()

    def make(number: str, customer: int | None) -> Change:
        opening = Opening("consult", "问题", ani="013800138000", customer=customer)
        event = opened(PLAN, number, opening, "1001", moment(T0 + 40_000))
        return Change(event, applied(None, event))

    Tickets(url).open(date(2026, 9, 21), None, make, "013800138000")
    return CustomerHistories(url)


def test_everything_that_happened_comes_in_order_of_time(filled: CustomerHistories) -> None:
    found = filled.of(["13800138000"], [])
    assert [each.what for each in found] == [
        What.CALL,
        What.WAIT,
        What.SURVEY,
        What.CALL,
        What.CALLBACK,
        What.MESSAGE,
        What.TICKET,
    ]
    call, wait, survey, other, callback, message, ticket = found
    assert (call.fields["flow"], call.fields["agents"], other.fields["agents"]) == ("hotline", ["1001"], [])
    assert (wait.fields["waited_ms"], wait.fields["end"], survey.fields["answer"]) == (4000, "answered", 5)
    assert (callback.fields["number"], message.fields["path"]) == ("13800138000", "m.wav")
    assert (ticket.fields["kind"], ticket.fields["text"], ticket.fields["state"]) == ("consult", "问题", "new")


def test_a_customer_has_the_tickets_of_all_its_ids(filled: CustomerHistories) -> None:
    assert [each.what for each in filled.of([], [1])] == [What.TICKET]
    assert filled.of([], [2, 3]) == ()
    assert filled.of([], []) == ()


def test_only_the_latest_are_read(filled: CustomerHistories) -> None:
    found = filled.of(["13800138000"], [], limit=1)
    assert [each.call for each in found if each.what is What.CALL] == ["u2"]
