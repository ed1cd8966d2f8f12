"""Tickets of calls: a store that is late or dead holds up no call, and nobody hears what is somebody else's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event as NativeEvent
from time import monotonic
from typing import Any

import gevent
import pytest
from gevent.monkey import get_original

from fsapp.domain.admin import Act
from fsapp.domain.call import Call
from fsapp.domain.channels import Channel
from fsapp.domain.clock import VirtualClock
from fsapp.domain.customer import Customer, KnownCustomer
from fsapp.domain.errors import StoreError
from fsapp.domain.ticket import Action, TicketRefused
from fsapp.domain.ticket_opening import Opening
from fsapp.flow.ports import Customers as CustomersPort
from fsapp.flow.ports import Tickets as TicketsPort
from fsapp.server.call_tickets import CallTickets, TicketDoor
from fsapp.server.histories import KnownCustomers
from fsapp.server.ticket_letters import Ways
from fsapp.server.ticket_office import TicketOffice
from fsapp.store import database
from fsapp.store.customers import Customers
from fsapp.store.known_customers import KnownCustomerReader
from fsapp.tickets.actions import Command
from tests.tickets.site import PLAN, TUESDAY, ZONE

ANI = "13800138000"


class Site:
    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/fsapp.db"
        database.upgrade_at(self.url)
        self.clock = VirtualClock(TUESDAY)
        self.office = TicketOffice(self.url, PLAN, ZONE, Ways(), self.clock)
        self.door = TicketDoor(self.clock, limit=5.0)
        self.tickets = CallTickets(self.office, self.door, self.clock)

    def call(self, ani: str = ANI) -> Call:
        return Call("c1", ani, "95598", self.clock.now())

    def open(self, kind: str = "complaint", **given: Any) -> str:
        return self.tickets.open(Opening(kind, **{"ani": ANI, "call": "c1"} | given))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.door.close()


def test_a_call_makes_a_ticket(site: Site) -> None:
    port: TicketsPort = site.tickets
    number = port.open(
        Opening("complaint", "不满", ani=ANI, call="c1", channel=Channel.MESSAGE, attachments=("m.wav",))
    )
    ticket = site.office.get(number)
    assert (ticket.opened_by, ticket.channel, ticket.attachments) == ("call c1", "message", ("m.wav",))


def test_what_does_not_fit_its_field_goes_into_the_text(site: Site) -> None:
    number = site.open("fault", text="停电", fields={"meter": "M1", "colour": "red"}, level="platinum")
    ticket = site.office.get(number)
    assert (ticket.fields, ticket.level) == ({}, "normal")
    assert ticket.text == "停电\nmeter: M1\ncolour: red\nlevel: platinum"


def test_a_caller_hears_the_own_ticket_without_a_number(site: Site) -> None:
    number = site.open()
    found = site.tickets.find("", site.call("+86 13800138000".replace(" ", "")), "zh")
    assert found is not None
    assert found == {
        "number": number,
        "kind": "投诉",
        "state": "new",
        "words": "待受理",
        "open": True,
        "late": False,
        "urged": 0,
        "own": True,
        "opened_at": "2026-11-24T10:00",
        "reply": "",
    }


def test_a_reply_is_for_whoever_asked(site: Site) -> None:
    number = site.open()
    for action in (Action.ACCEPT, Action.REPLY):
        site.office.act(number, Command(action, "1001", site.clock.now(), "已处理"))
    own = site.tickets.find(number, site.call(), "en")
    other = site.tickets.find(number.replace("-", ""), site.call("13900139000"), "en")
    assert own is not None
    assert other is not None
    assert (own["reply"], own["own"], own["words"]) == ("已处理", True, "answered")
    assert (other["reply"], other["own"], other["words"]) == ("", False, "answered")


def test_a_customer_hears_it_from_every_number_of_the_customer(site: Site) -> None:
    Customers(site.url).add(Act("root", 1), Customer(numbers=(ANI, "057188880000")))
    first, second = site.open(), site.open()
    for number in (first, second):
        found = site.tickets.find(number, site.call("057188880000"), "zh")
        assert found is not None
        assert found["own"]


@pytest.mark.parametrize(
    ("number", "ani"), [("", "anonymous"), ("", "13900139000"), ("12", ANI), ("20261124-0009", ANI)]
)
def test_what_is_not_there_is_nothing(site: Site, number: str, ani: str) -> None:
    site.open(ani="")
    assert site.tickets.find(number, site.call(ani), "zh") is None


def test_a_withheld_number_is_nobodys(site: Site) -> None:
    number = site.open(ani="anonymous")
    found = site.tickets.find(number, site.call("anonymous"), "zh")
    assert found is not None
    assert not found["own"]


def test_a_ticket_is_urged_once_an_hour(site: Site) -> None:
    number = site.open()
    for _ in range(3):
        site.tickets.urge(number.replace("-", ""), site.call())
    assert site.office.get(number).urged == 1
    site.clock.advance(timedelta(hours=1).total_seconds())
    site.tickets.urge(number, site.call())
    assert site.office.get(number).urged == 2


@pytest.mark.parametrize("number", ["", "12", "20261124-0009"])
def test_what_is_not_there_is_not_urged(site: Site, number: str) -> None:
    with pytest.raises(TicketRefused, match="there is no ticket"):
        site.tickets.urge(number, site.call())


def test_a_closed_ticket_is_not_urged(site: Site) -> None:
    number = site.open("consult")
    site.office.act(number, Command(Action.CLOSE, "1001", site.clock.now(), "ok"))
    with pytest.raises(TicketRefused, match="it is closed"):
        site.tickets.urge(number, site.call())


class Slow:
    """An office that hangs until it is let go, or breaks."""

    def __init__(self) -> None:
        self.go_on: NativeEvent = get_original("threading", "Event")()
        self.error: Exception | None = None
        self.asked = 0

    def work(self) -> str:
        self.asked += 1
        if self.error is not None:
            raise self.error
        self.go_on.wait(10)
        return "done"


def test_an_office_that_hangs_holds_up_nobody() -> None:
    clock, slow = VirtualClock(TUESDAY), Slow()
    door = TicketDoor(clock, limit=0.05)
    began = monotonic()
    waiting = [gevent.spawn(_failure, door, slow) for _ in range(30)]
    assert {each.get(timeout=5) for each in waiting} <= {
        "the tickets gave no answer within 0.05 s",
        "tickets cannot be had now: the database failed too often",
    }
    assert monotonic() - began < 2
    slow.go_on.set()
    door.close()


def _failure(door: TicketDoor, slow: Slow) -> str:
    try:
        return door.ask(slow.work)
    except StoreError as error:
        return str(error)


def test_an_office_that_keeps_failing_is_left_alone_for_a_while() -> None:
    clock, slow = VirtualClock(TUESDAY), Slow()
    door = TicketDoor(clock, limit=5.0)
    slow.error = ValueError("a bug")
    assert _failure(door, slow) == "ValueError: a bug"
    for _ in range(5):
        _failure(door, slow)
    assert slow.asked == 3
    slow.error = None
    slow.go_on.set()
    clock.advance(15)
    assert door.ask(slow.work) == "done"
    door.close()


def test_a_refusal_is_no_failure() -> None:
    clock, slow = VirtualClock(TUESDAY), Slow()
    door = TicketDoor(clock, limit=5.0)
    slow.error = TicketRefused("no")
    for _ in range(5):
        with pytest.raises(TicketRefused):
            door.ask(slow.work)
    assert slow.asked == 5
    door.close()


def test_a_call_knows_its_customer_and_the_tickets_under_way(site: Site) -> None:
    Customers(site.url).add(Act("root", 1), Customer(name="李雷", numbers=(ANI,), level="gold"))
    numbers = [site.open(), site.open()]
    closed = site.open("consult")
    site.office.act(closed, Command(Action.CLOSE, "1001", site.clock.now(), "ok"))
    known = KnownCustomers(KnownCustomerReader(site.url).of, site.clock, limit=5.0)
    port: CustomersPort = known
    found = port.of(ANI)
    assert (found.customer.name, found.customer.level) == ("李雷", "gold")
    assert found.open_tickets == tuple(reversed(numbers))
    assert port.of("13900139000") == KnownCustomer()
    assert port.of("anonymous") == KnownCustomer()
    known.close()


def test_a_call_without_a_database_knows_nobody(tmp_path: Path) -> None:
    known = KnownCustomers(KnownCustomerReader(f"sqlite:///{tmp_path}/none.db").of, VirtualClock(TUESDAY), limit=5.0)
    assert known.of(ANI) == KnownCustomer()
    known.close()
