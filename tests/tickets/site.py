"""A site's plan of tickets, and tickets in any state, for tests."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fsapp.domain.calendar import Calendar, Calendars, Hours
from fsapp.domain.ticket import Action, Revisit, State, Ticket, TicketEvent, applied
from fsapp.domain.ticket_opening import Opening
from fsapp.files import places
from fsapp.tickets.actions import Command, decided, opened
from fsapp.tickets.plan import TicketPlan
from fsapp.tickets.settings import ticket_plan

ZONE = ZoneInfo("Asia/Shanghai")
BUSINESS = Calendar(ZONE, ((Hours(510, 720), Hours(810, 1050)),) * 5 + ((), ()))
CALENDARS = Calendars({"business": BUSINESS, "closed": Calendar(ZONE, ((),) * 7)})

TICKETS = """
calendar: business
escalate_after: 1h
departments:
  service: {name: 客户服务部, superior: director, mail: service@example.com}
  repair: {name: 抢修班, superior: li}
  water: {name: 供水所}
people:
  director: {name: 张主任, mail: director@example.com}
  li: {name: 李班长, superior: director, department: repair, mail: li@example.com}
kinds:
  consult: {zh: 咨询, en: a question, owner: service}
  fault:
    zh: 报修
    en: a fault
    owner: repair
    calendar: ""
    limits: {accept: 30m, reply: 4h, close: 1d}
    levels: {urgent: {accept: 10m}}
    fields:
      address: {zh: 地址, required: true}
      meter: digits
  complaint:
    zh: 投诉
    en: a complaint
    owner: service
    limits: {accept: 30m, reply: 2h, close: 2d}
    revisit: true
"""

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)
NUMBER = "20261124-0001"


def plan(text: str = TICKETS) -> TicketPlan:
    return ticket_plan(places.parse(text.encode(), "tickets.yaml"), CALENDARS)


PLAN = plan()


def command(action: Action, at: datetime = TUESDAY, **given: Any) -> Command:
    """A command with all that any action wants."""
    whole = {"why": "因为", "to": "water", "revisit": Revisit.SATISFIED}
    return Command(action, "1001", at, **whole | given)


class Case:
    """A ticket on its way; time passes by itself, a minute an action."""

    def __init__(self, kind: str = "complaint", at: datetime = TUESDAY, **opening: Any) -> None:
        self.now = at
        self.events: list[TicketEvent] = []
        self.ticket: Ticket
        fields = {"fields": {"address": "城东路1号"}} if kind == "fault" else {}
        self._take(opened(PLAN, NUMBER, Opening(kind, **fields | opening), "1001", at))

    def _take(self, event: TicketEvent) -> Ticket:
        self.ticket = applied(self.ticket if self.events else None, event)
        self.events.append(event)
        return self.ticket

    def do(self, action: Action, after: timedelta = timedelta(minutes=1), **given: Any) -> Ticket:
        self.now += after
        return self._take(decided(PLAN, self.ticket, command(action, self.now, **given)))

    def to(self, *actions: Action) -> "Case":
        for action in actions:
            self.do(action)
        return self


PATHS = {
    State.NEW: (),
    State.ACCEPTED: (Action.ACCEPT,),
    State.DISPATCHED: (Action.ACCEPT, Action.DISPATCH),
    State.FOLLOWING: (Action.ACCEPT, Action.FOLLOW),
    State.REPLIED: (Action.ACCEPT, Action.REPLY),
    State.SOLVED: (Action.ACCEPT, Action.SOLVE),
    State.CLOSED: (Action.ACCEPT, Action.REPLY, Action.REVISIT, Action.CLOSE),
}
"""How a ticket gets into each state."""
