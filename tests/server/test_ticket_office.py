"""The office of tickets, on a real store: opened, escalated step by step, made up for, told."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.channels import Channel
from fsapp.domain.clock import VirtualClock
from fsapp.domain.customer import Customer
from fsapp.domain.events import Event, Kind
from fsapp.domain.ticket import Action, State, TicketRefused
from fsapp.domain.ticket_opening import Opening
from fsapp.server.ticket_letters import Ways
from fsapp.server.ticket_office import TicketOffice
from fsapp.store import database
from fsapp.store.customers import Customers
from fsapp.store.journal import Journal
from fsapp.store.ticket_notices import TicketNotices, WaitingNotice
from fsapp.store.tickets import TicketFilter
from fsapp.tickets.actions import Command
from tests.tickets.site import PLAN, TUESDAY, ZONE

FAR = 4_000_000_000_000


class Site:
    """An office with its clock, and what it has people told."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/fsapp.db"
        database.upgrade_at(self.url)
        self.clock = VirtualClock(TUESDAY)
        ways = Ways(webhook=True, mail=True)
        self.office = TicketOffice(self.url, PLAN, ZONE, ways, self.clock)

    def told(self) -> list[WaitingNotice]:
        """Since the last time somebody asked."""
        notices = TicketNotices(self.url)
        found = notices.waiting(FAR)
        for each in found:
            notices.sent(each, 1)
        return list(found)

    def by_mail(self) -> list[str]:
        return [each.recipient for each in self.told() if each.way == "mail"]

    def at(self, hour: int, minute: int = 0, days: int = 0) -> None:
        goal = TUESDAY.replace(hour=hour, minute=minute) + timedelta(days=days)
        self.clock.advance((goal - self.clock.now()).total_seconds())

    def do(self, number: str, action: Action, why: str = "因为", to: str = "water") -> None:
        self.office.act(number, Command(action, "1001", self.clock.now(), why, to))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_number_is_of_the_local_day(site: Site) -> None:
    site.at(0, 30, days=1)
    assert site.clock.now().astimezone(UTC).day == 24
    assert site.office.open(Opening("consult"), "1001").number == "20261125-0001"


def test_a_number_may_be_written_without_its_dash(site: Site) -> None:
    number = site.office.open(Opening("consult"), "1001").number
    assert site.office.get(number.replace("-", "")).number == number
    with pytest.raises(TicketRefused, match="'7' is no ticket's number"):
        site.office.get("7")
    with pytest.raises(TicketRefused, match="there is no ticket 20261124-0009"):
        site.office.get("20261124-0009")


def test_the_owner_is_told_of_new_work_in_both_ways(site: Site) -> None:
    ticket = site.office.open(Opening("complaint", "服务态度不好", ani="13800138000", channel=Channel.LETTER), "1001")
    webhook, mail = sorted(site.told(), key=lambda each: each.way, reverse=True)
    assert (mail.recipient, mail.address) == ("service", "service@example.com")
    assert mail.subject == f"{ticket.number} 投诉: 受理登记 (待受理)"
    assert mail.body.splitlines() == [
        f"工单: {ticket.number}",
        "类别: 投诉",
        "状态: 待受理",
        "责任人: 客户服务部",
        "电话: 13800138000",
        "内容: 服务态度不好",
        "期限: 接单 2026-11-24 10:30",
        "操作: 受理登记 (1001)",
        "说明: 服务态度不好",
    ]
    told: Mapping[str, Any] = json.loads(webhook.body)
    assert (told["event"], told["to"]["id"], told["ticket"]["number"]) == ("open", "service", ticket.number)
    assert told["ticket"]["due"] == {"for": "accept", "at": ticket.accept_by}


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ([(Action.TRANSFER, "repair")], []),  # a department without mail
        ([(Action.TRANSFER, "li")], ["li"]),
        ([(Action.TRANSFER, "li"), (Action.RETURN, "")], ["li", "service"]),
        ([(Action.ACCEPT, ""), (Action.DISPATCH, "li")], ["li"]),
        ([(Action.ACCEPT, ""), (Action.DISPATCH, "li"), (Action.URGE, "")], ["li", "service", "li"]),
        ([(Action.TRANSFER, "li"), (Action.ACCEPT, ""), (Action.REPLY, "")], ["li", "service"]),
        ([(Action.ACCEPT, ""), (Action.NOTE, "")], []),
    ],
)
def test_whose_turn_it_is_is_told(site: Site, actions: list[tuple[Action, str]], told: list[str]) -> None:
    number = site.office.open(Opening("complaint"), "1001").number
    site.told()
    for action, to in actions:
        site.clock.advance(1)
        site.do(number, action, to=to)
    assert sorted(site.by_mail()) == sorted(told)


def test_who_is_late_is_told_then_one_superior_after_another(site: Site) -> None:
    number = site.office.open(Opening("complaint"), "1001").number
    site.told()
    told = []
    for hour, minute in ((10, 29), (10, 30), (10, 31), (11, 29), (11, 30), (14, 0), (17, 0)):
        site.at(hour, minute)
        site.office.escalate()
        told.append(site.by_mail())
    assert told == [[], ["service"], [], [], ["director"], [], []]
    events = site.office.events(number)
    assert [(event.action, event.who) for event in events[1:]] == [(Action.ESCALATE, "fsapp")] * 2
    assert site.office.get(number).tell_at is None


def test_what_is_late_is_said(site: Site) -> None:
    site.office.open(Opening("complaint"), "1001")
    site.told()
    site.at(10, 45)
    site.office.escalate()
    assert {each.subject for each in site.told()} == {"20261124-0001 投诉: 接单超时 (待受理)"}


def test_work_that_is_done_in_time_is_told_to_nobody(site: Site) -> None:
    number = site.office.open(Opening("complaint"), "1001").number
    site.do(number, Action.ACCEPT)
    site.told()
    site.at(11, 0)
    assert site.office.escalate() == 0
    site.at(14, 30)
    assert site.office.escalate() == 1
    assert site.by_mail() == ["service"]


def test_superiors_are_told_in_business_hours_only(site: Site) -> None:
    site.at(17, 0)
    site.office.open(Opening("complaint"), "1001")
    site.told()
    site.at(17, 30)
    site.office.escalate()
    assert site.by_mail() == ["service"]
    site.at(9, 29, days=1)
    assert site.office.escalate() == 0
    site.at(9, 30, days=1)
    site.office.escalate()
    assert site.by_mail() == ["director"]


def test_a_new_owner_of_a_late_ticket_begins_a_new_row_of_superiors(site: Site) -> None:
    number = site.office.open(Opening("fault", fields={"address": "x"}), "1001").number
    site.at(10, 30)
    site.office.escalate()
    site.do(number, Action.TRANSFER, to="li")
    site.told()
    site.at(11, 1)
    site.office.escalate()
    assert site.by_mail() == ["li"]
    site.at(12, 1)
    site.office.escalate()
    assert site.by_mail() == ["director"]


def test_what_a_call_could_not_get_is_made_up_for_once(site: Site) -> None:
    opening = Opening("fault", "停电", {"meter": "M1"}, "urgent", ani="13800138000", call="c1", origin="c1:x")
    journal = Journal(site.url, busy_wait=5.0)
    fields = {"kind": "fault", "request": opening.request(), "why": "late"}
    journal.append([Event("c1", 5, 1_790_000_000_000, Kind.TICKET_WANTED, fields)])
    journal.close()
    assert site.office.make_up() == ()
    assert site.office.make_up() == ()
    (ticket,) = site.office.tickets.list(TicketFilter()).tickets
    assert (ticket.kind, ticket.level, ticket.ani, ticket.call) == ("fault", "urgent", "13800138000", "c1")
    assert ticket.opened_at == 1_790_000_000_000
    assert ticket.fields == {}
    assert ticket.text == "停电\nmeter: M1"
    assert site.office.open(opening, "call c1", strict=False) == ticket


def test_a_wish_that_came_true_after_all_is_one_ticket(site: Site) -> None:
    opening = Opening("consult", call="c1", origin="c1:x")
    made = site.office.open(opening, "call c1", strict=False)
    journal = Journal(site.url, busy_wait=5.0)
    fields = {"kind": "consult", "request": opening.request(), "why": "late"}
    journal.append([Event("c1", 5, 1_790_000_000_000, Kind.TICKET_WANTED, fields)])
    journal.close()
    assert site.office.make_up() == ()
    assert site.office.tickets.list(TicketFilter()).tickets == (made,)


def test_a_wish_that_cannot_be_fulfilled_is_told_and_kept(site: Site) -> None:
    journal = Journal(site.url, busy_wait=5.0)
    requests = [Opening("nonsense", call="c1").request(), {"kind": "consult"}]
    journal.append(
        [
            Event("c1", n, 1, Kind.TICKET_WANTED, {"kind": "x", "request": request, "why": ""})
            for n, request in enumerate(requests)
        ]
    )
    journal.close()
    (first, why), (second, broken) = site.office.make_up()
    assert (first, second) == ("c1", "c1")
    assert "there is no kind of ticket 'nonsense'" in why
    assert "KeyError" in broken
    assert len(site.office.make_up()) == 2


def test_without_ways_nobody_is_told(site: Site) -> None:
    office = TicketOffice(site.url, PLAN, ZONE, Ways(), site.clock)
    office.open(Opening("complaint"), "1001")
    assert site.told() == []


def test_a_customer_who_is_named_goes_before_the_one_with_the_number(site: Site) -> None:
    customers = Customers(site.url)
    for number in ("13800138000", "13900139000"):
        customers.add(Act("root", 1), Customer(numbers=(number,)))
    assert site.office.open(Opening("consult", ani="13800138000"), "1001").customer == 1
    assert site.office.open(Opening("consult", ani="13800138000", customer=2), "1001").customer == 2


def test_a_path_is_traced_up_to_now(site: Site) -> None:
    number = site.office.open(Opening("complaint"), "1001").number
    site.at(10, 45)
    site.do(number, Action.ACCEPT)
    site.at(13, 45)
    opened, accepted, awaited = site.office.trace(number)
    assert (opened.standing, accepted.standing, awaited.standing) == ("done", "late", "late")
    assert (accepted.took, accepted.late) == (timedelta(minutes=45), timedelta(minutes=15))
    assert (awaited.action, awaited.state, awaited.took) == (None, State.ACCEPTED, timedelta(minutes=90))
    assert awaited.late == timedelta(minutes=15)


def test_a_time_may_be_given_for_what_happened_before(site: Site) -> None:
    before = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
    assert site.office.open(Opening("consult"), "1001", before).number == "20261120-0001"
