"""Tickets, on each kind of database: numbers by day, an event an action, and two at once."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.customer import Customer
from fsapp.domain.errors import StoreError
from fsapp.domain.ticket import Action, State, Ticket, TicketRefused, applied, folded, milliseconds
from fsapp.domain.ticket_opening import Opening
from fsapp.store import database
from fsapp.store.customers import Customers
from fsapp.store.ticket_notices import WaitingNotice
from fsapp.store.tickets import Change, TicketFilter, Tickets
from fsapp.tickets.actions import decided, opened
from tests.tickets.site import PLAN, TUESDAY, command

DAY = date(2026, 11, 24)


@pytest.fixture
def tickets(url: str) -> Tickets:
    database.upgrade_at(url)
    return Tickets(url)


def new(tickets: Tickets, kind: str = "consult", at: datetime = TUESDAY, day: date = DAY, **opening: Any) -> Ticket:
    fields = {"fields": {"address": "城东路1号"}} if kind == "fault" else {}

    def make(number: str, customer: int | None) -> Change:
        event = opened(PLAN, number, Opening(kind, **{"customer": customer} | fields | opening), "1001", at)
        return Change(event, applied(None, event))

    return tickets.open(day, opening.get("origin"), make, opening.get("ani", ""))


def do(tickets: Tickets, number: str, action: Action, version: int | None = None, **given: Any) -> Ticket:
    def decide(ticket: Ticket) -> Change:
        event = decided(PLAN, ticket, command(action, **given))
        return Change(event, applied(ticket, event))

    return tickets.act(number, decide, version)


def test_a_ticket_is_read_as_it_was_written(tickets: Tickets) -> None:
    ticket = new(
        tickets,
        "fault",
        text="路灯\0不亮",
        level="urgent",
        ani="13800138000",
        caller_name="李雷",
        call="c1",
        attachments=("a.wav", "b.tif"),
        origin="c1:1",
    )
    read = tickets.get(ticket.number)
    assert read is not None
    assert (read.fields, read.attachments, read.text) == (
        {"address": "城东路1号"},
        ("a.wav", "b.tif"),
        "路灯\ufffd不亮",
    )
    assert read.due == ticket.due
    assert tickets.get("20261124-9999") is None


def test_numbers_count_within_a_day(tickets: Tickets) -> None:
    numbers = [new(tickets).number, new(tickets).number, new(tickets, day=DAY + timedelta(days=1)).number]
    assert numbers == ["20261124-0001", "20261124-0002", "20261125-0001"]


def test_a_ticket_that_is_refused_takes_no_number(tickets: Tickets) -> None:
    with pytest.raises(TicketRefused):
        new(tickets, "nothing")
    assert new(tickets).number == "20261124-0001"


def test_a_ticket_that_is_asked_for_twice_is_one(tickets: Tickets) -> None:
    first = new(tickets, origin="call-1:abc")
    again = new(tickets, origin="call-1:abc", text="again")
    assert again == first
    assert new(tickets).number == "20261124-0002"


def test_a_ticket_is_its_events(tickets: Tickets) -> None:
    number = new(tickets, "complaint").number
    for action in (
        Action.ACCEPT,
        Action.URGE,
        Action.TRANSFER,
        Action.ACCEPT,
        Action.REPLY,
        Action.REVISIT,
        Action.CLOSE,
    ):
        do(tickets, number, action)
    events = tickets.events(number)
    assert [event.action for event in events][:3] == [Action.OPEN, Action.ACCEPT, Action.URGE]
    assert folded(events) == tickets.get(number)
    assert {event.who for event in events} == {"1001"}


def test_of_two_who_saw_the_same_the_second_is_told(tickets: Tickets) -> None:
    number = new(tickets).number
    do(tickets, number, Action.TRANSFER, version=0, to="repair")
    sentence = f"{number} was changed meanwhile: 1001 did `transfer`, and it is version 1 now, not 0; look at it again"
    with pytest.raises(TicketRefused, match=sentence):
        do(tickets, number, Action.TRANSFER, version=0, to="water")
    ticket = tickets.get(number)
    assert ticket is not None
    assert (ticket.owner, ticket.version) == ("repair", 1)


def test_of_many_who_accept_at_once_one_does(tickets: Tickets) -> None:
    number = new(tickets).number
    start = threading.Barrier(6)
    refused: list[str] = []

    def accept() -> None:
        start.wait()
        try:
            do(tickets, number, Action.ACCEPT)
        except TicketRefused as error:
            refused.append(str(error))

    threads = [threading.Thread(target=accept) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    assert all("it is accepted" in each for each in refused)
    assert len(tickets.events(number)) == 2


def test_tickets_that_are_opened_at_once_have_numbers_of_their_own(tickets: Tickets) -> None:
    numbers: list[str] = []
    threads = [threading.Thread(target=lambda: numbers.append(new(tickets).number)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"20261124-000{n}" for n in range(1, 7)]


def test_what_is_refused_changes_nothing(tickets: Tickets) -> None:
    ticket = new(tickets)
    with pytest.raises(TicketRefused):
        do(tickets, ticket.number, Action.REOPEN)
    with pytest.raises(TicketRefused, match="there is no ticket 20261124-0009"):
        do(tickets, "20261124-0009", Action.ACCEPT)
    assert tickets.get(ticket.number) == ticket
    assert len(tickets.events(ticket.number)) == 1


def test_notices_are_kept_with_the_action_or_not_at_all(tickets: Tickets, url: str) -> None:
    def make(number: str, _customer: int | None) -> Change:
        event = opened(PLAN, number, Opening("consult"), "1001", TUESDAY)
        notice = WaitingNotice(number, 0, "service", "mail", event.at, "a@b", "s", "b", next_at=event.at)
        return Change(event, applied(None, event), (notice, notice))

    tickets.open(DAY, None, make)
    with pytest.raises(StoreError):
        tickets.open(DAY, None, lambda number, customer: make("20261124-0001", customer))
    connected = database.open(url)
    with connected.connection_context():
        ((count,),) = database.execute(connected, "SELECT COUNT(*) FROM ticket_notice").fetchall()
    assert count == 1


def test_a_caller_who_is_a_customer_is_known_as_one(tickets: Tickets, url: str) -> None:
    Customers(url).add(Act("root", 1), Customer(name="李雷", numbers=("13800138000",)))
    assert new(tickets, ani="+8613800138000").customer == 1
    assert new(tickets, ani="13900139000").customer is None


def filled(tickets: Tickets) -> dict[str, str]:
    """Five tickets by a word: what they are about."""
    made = {
        "question": new(tickets),
        "fault": new(tickets, "fault", ani="13800138000"),
        "urgent": new(tickets, "fault", level="urgent", at=TUESDAY + timedelta(hours=1)),
        "complaint": new(tickets, "complaint", at=TUESDAY + timedelta(days=1), day=DAY + timedelta(days=1)),
        "closed": new(tickets),
    }
    do(tickets, made["closed"].number, Action.CLOSE)
    do(tickets, made["fault"].number, Action.ACCEPT)
    return {ticket.number: word for word, ticket in made.items()}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TicketFilter(), ["urgent", "fault", "complaint", "question"]),
        (TicketFilter(open_only=False), ["complaint", "urgent", "closed", "fault", "question"]),
        (TicketFilter(kind="fault"), ["urgent", "fault"]),
        (TicketFilter(owner="service"), ["complaint", "question"]),
        (TicketFilter(state="accepted"), ["fault"]),
        (TicketFilter(state="closed", open_only=False), ["closed"]),
        (TicketFilter(level="urgent"), ["urgent"]),
        (TicketFilter(due_before=milliseconds(TUESDAY + timedelta(hours=2))), ["urgent"]),
        (TicketFilter(since=milliseconds(TUESDAY + timedelta(hours=1))), ["urgent", "complaint"]),
        (TicketFilter(until=milliseconds(TUESDAY + timedelta(hours=1))), ["fault", "question"]),
        (TicketFilter(numbers=("13800138000",)), ["fault"]),
        (TicketFilter(customers=(7,), numbers=("13900139000",)), []),
        (TicketFilter(owner="'; DROP TABLE ticket; --"), []),
    ],
)
def test_filters_choose(tickets: Tickets, wanted: TicketFilter, found: list[str]) -> None:
    words = filled(tickets)
    assert [words[each.number] for each in tickets.list(wanted).tickets] == found


@pytest.mark.parametrize("open_only", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 5, 10])
def test_pages_follow_one_another_without_gap_or_repeat(tickets: Tickets, limit: int, open_only: bool) -> None:
    filled(tickets)
    wanted = TicketFilter(open_only=open_only)
    whole = tickets.list(wanted, limit=100).tickets
    pages: list[Ticket] = []
    after = None
    while True:
        page = tickets.list(wanted, limit=limit, after=after)
        pages.extend(page.tickets)
        after = page.after
        if after is None:
            break
    assert tuple(pages) == whole


def test_who_is_to_be_told_is_found_by_the_time(tickets: Tickets) -> None:
    words = filled(tickets)
    assert tickets.late(milliseconds(TUESDAY)) == ()
    late = tickets.late(milliseconds(TUESDAY + timedelta(hours=4)))
    assert [words[number] for number in late] == ["urgent", "fault"]


def test_the_latest_ticket_of_a_caller_is_an_open_one(tickets: Tickets, url: str) -> None:
    Customers(url).add(Act("root", 1), Customer(numbers=("13800138000", "057188880000")))
    first = new(tickets, ani="13800138000")
    second = new(tickets, ani="057188880000", at=TUESDAY + timedelta(hours=1))
    assert tickets.latest_of("013800138000") == second
    do(tickets, second.number, Action.CLOSE)
    assert tickets.latest_of("13800138000") == first
    do(tickets, first.number, Action.CLOSE)
    latest = tickets.latest_of("13800138000")
    assert latest is not None
    assert (latest.number, latest.state) == (second.number, State.CLOSED)
    assert tickets.latest_of("13900139000") is None
    assert tickets.latest_of("anonymous") is None


def test_a_database_without_its_schema_is_a_store_error(url: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Tickets(url).list(TicketFilter())
    with pytest.raises(StoreError, match="cannot be changed"):
        do(Tickets(url), "20261124-0001", Action.ACCEPT)


def test_a_row_that_somebody_broke_by_hand_is_a_store_error(url: str, tickets: Tickets) -> None:
    number = new(tickets).number
    connected = database.open(url)
    with connected.connection_context():
        database.execute(connected, "UPDATE ticket SET state = 'lost'")
    with pytest.raises(StoreError, match=f"the ticket {number} in the database cannot be read: 'lost'"):
        tickets.get(number)
