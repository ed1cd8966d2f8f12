"""What waits to be told, what calls wanted, and whom a call knows, on each kind of database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.customer import Customer, KnownCustomer
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.ticket import applied
from fsapp.domain.ticket_opening import Opening, opening_of
from fsapp.store import database
from fsapp.store.connections import changing
from fsapp.store.customers import Customers
from fsapp.store.journal import Journal
from fsapp.store.known_customers import KnownCustomerReader
from fsapp.store.ticket_notices import FIRST_RETRY_MS, MOST_TRIES, TicketNotices, WaitingNotice, keep
from fsapp.store.ticket_wishes import TicketWishes
from fsapp.store.tickets import Change, Tickets
from fsapp.tickets.actions import opened
from tests.tickets.site import PLAN, TUESDAY

NOTICE = WaitingNotice("20261124-0001", 0, "service", "mail", 1000, "a@b", "题\0目", "正文", next_at=1000)


@pytest.fixture
def notices(url: str) -> TicketNotices:
    database.upgrade_at(url)
    with changing(url) as connected:
        keep(connected, [NOTICE, replace(NOTICE, way="webhook"), replace(NOTICE, seq=1, at=900, next_at=2000)])
    return TicketNotices(url)


def test_what_is_due_comes_the_oldest_first(notices: TicketNotices) -> None:
    assert notices.waiting(999) == ()
    assert [(each.seq, each.way) for each in notices.waiting(1000)] == [(0, "mail"), (0, "webhook")]
    assert [each.seq for each in notices.waiting(2000)] == [1, 0, 0]
    assert notices.waiting(2000, limit=1)[0].seq == 1
    assert notices.waiting(1000)[0].subject == "题\ufffd目"


def test_what_is_kept_twice_is_told_once(notices: TicketNotices, url: str) -> None:
    with changing(url) as connected:
        keep(connected, [NOTICE])
    assert len(notices.unsent()) == 3


def test_one_of_two_gets_a_notice(notices: TicketNotices) -> None:
    notice = notices.waiting(1000)[0]
    assert notices.claim(notice, 5000)
    assert not notices.claim(notice, 5000)
    assert [each.way for each in notices.waiting(1000)] == ["webhook"]
    assert len(notices.waiting(5000)) == 3


def test_what_is_sent_waits_no_longer(notices: TicketNotices) -> None:
    notices.sent(notices.waiting(1000)[0], 1500)
    assert [each.way for each in notices.waiting(1000)] == ["webhook"]
    assert len(notices.unsent()) == 2


def test_what_failed_waits_twice_as_long_each_time(notices: TicketNotices) -> None:
    for tries in range(4):
        notice = next(each for each in notices.unsent() if each.way == "webhook")
        assert notice.tries == tries
        notices.failed(notice, 10_000, "away")
        after = next(each for each in notices.unsent() if each.way == "webhook")
        assert (after.next_at, after.error) == (10_000 + FIRST_RETRY_MS * 2**tries, "away")


@pytest.mark.parametrize(("tries", "for_ever"), [(0, True), (MOST_TRIES - 1, False)])
def test_what_is_given_up_is_on_the_list_and_not_tried(notices: TicketNotices, tries: int, for_ever: bool) -> None:
    notice = replace(notices.waiting(1000)[0], tries=tries)
    notices.failed(notice, 10_000, "never", for_ever=for_ever)
    assert len(notices.waiting(10**15)) == 2
    assert [each.error for each in notices.unsent()].count("never") == 1


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    made = Journal(url, busy_wait=5.0)
    yield made
    made.close()


def test_a_wish_is_kept_once_and_done_once(url: str, journal: Journal) -> None:
    opening = Opening(
        "consult", "问题", {"a": "b"}, ani="13800138000", call="c1", origin="c1:x", attachments=("m.wav",)
    )
    event = Event("c1", 3, 500, Kind.TICKET_WANTED, {"kind": "consult", "request": opening.request(), "why": "late"})
    journal.append([event])
    journal.append([event])
    wishes = TicketWishes(url)
    (wish,) = wishes.waiting()
    assert (wish.call, wish.at, wish.kind, opening_of(wish.request)) == ("c1", 500, "consult", opening)
    wishes.made(wish)
    journal.append([event])
    assert wishes.waiting() == ()


def test_a_call_is_told_of_its_customer_and_the_tickets_under_way(url: str) -> None:
    database.upgrade_at(url)
    kept = Customers(url).add(Act("root", 1), Customer(name="李雷", numbers=("13800138000",)))
    reader = KnownCustomerReader(url)
    assert reader.of("8613800138000") == KnownCustomer(kept)

    def make(number: str, customer: int | None) -> Change:
        event = opened(PLAN, number, Opening("consult", customer=customer), "1001", TUESDAY)
        return Change(event, applied(None, event))

    Tickets(url).open(date(2026, 11, 24), None, make, "13800138000")
    assert reader.of("13800138000") == KnownCustomer(kept, ("20261124-0001",))
    assert reader.of("13900139000") == KnownCustomer()


def test_a_database_without_its_schema_is_a_store_error(url: str) -> None:
    for read in (
        TicketNotices(url).unsent,
        TicketWishes(url).waiting,
        lambda: KnownCustomerReader(url).of("13800138000"),
    ):
        with pytest.raises(StoreError, match="cannot be read"):
            read()
