"""A ticket (工单): what somebody wants of us, whose turn it is, until when, and every step that was taken.

Times are UTC milliseconds since 1970.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from fsapp.domain.errors import FsappError

_NUMBER = re.compile(r"([0-9]{8})-?([0-9]{4,7})\Z")

NORMAL = "normal"
"""The handling level (处理级别) of a ticket for which none was chosen."""


class TicketRefused(FsappError):
    """An action that cannot be done; the sentence says why. Nothing is changed."""


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    """待受理: with its owner, who has not accepted it yet."""
    ACCEPTED = "accepted"
    """处理中"""
    DISPATCHED = "dispatched"
    """已派工: with staff in the field."""
    FOLLOWING = "following"
    """跟踪待续: to be followed until it is solved."""
    REPLIED = "replied"
    """已回复"""
    SOLVED = "solved"
    """跟踪解决"""
    CLOSED = "closed"
    """已办结"""


class Action(StrEnum):
    """What is done with a ticket."""

    OPEN = "open"
    """受理登记"""
    ACCEPT = "accept"
    """接单"""
    TRANSFER = "transfer"
    """转办"""
    RETURN = "return"
    """退办"""
    DISPATCH = "dispatch"
    """派工"""
    REPLY = "reply"
    """回复"""
    URGE = "urge"
    """催办"""
    NOTE = "note"
    """备注"""
    FOLLOW = "follow"
    """跟踪待续"""
    SOLVE = "solve"
    """跟踪解决"""
    REVISIT = "revisit"
    """回访"""
    CLOSE = "close"
    """办结"""
    REOPEN = "reopen"
    """重办"""
    ESCALATE = "escalate"
    """超时提醒: the engine's own, once a time limit is over."""


class Revisit(StrEnum):
    """What came of asking the customer afterwards: how it was, or why nobody could be asked."""

    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"

    @property
    def reached(self) -> bool:
        return self in (Revisit.SATISFIED, Revisit.NEUTRAL, Revisit.DISSATISFIED)


class Clock(StrEnum):
    """What a time limit is for."""

    ACCEPT = "accept"
    REPLY = "reply"
    CLOSE = "close"
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Due:
    """The time limit that is over next, or is already."""

    clock: Clock
    at: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as its events left it. Empty texts are unknown; times that are None have not come, or are not limited.

    `owner` and `worker` (who was dispatched) are departments or people of the ticket plan; `came_from` are the owners
    that a return leads back to, the last first. `version` is the seq of the last event. `origin` is the same for a
    ticket that is asked for twice.
    """

    number: str
    kind: str
    owner: str
    opened_at: int
    opened_by: str
    level: str = NORMAL
    state: State = State.NEW
    worker: str = ""
    came_from: tuple[str, ...] = ()
    channel: str = ""
    ani: str = ""
    caller_name: str = ""
    call: str = ""
    customer: int | None = None
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    """Paths of messages, recordings and faxes."""
    origin: str | None = None
    accept_by: int | None = None
    reply_by: int | None = None
    close_by: int | None = None
    follow_at: int | None = None
    tell_at: int | None = None
    """When somebody is to be told that it is late."""
    told: int = 0
    """How many were told that it is late with what is due next: the owner, then each superior."""
    accepted_at: int | None = None
    replied_at: int | None = None
    closed_at: int | None = None
    reply: str = ""
    result: str = ""
    revisit: str = ""
    revisited_at: int | None = None
    urged: int = 0
    reopened: int = 0
    version: int = 0
    changed_at: int = 0

    @property
    def is_open(self) -> bool:
        return self.state is not State.CLOSED

    @property
    def due(self) -> Due | None:
        """The limit that comes first among those that still run."""
        return min(_running(self), key=lambda each: each.at, default=None)

    def late_ms(self, now: int) -> int:
        """How long it has been late; 0 where it is not."""
        due = self.due
        return max(0, now - due.at) if due else 0


def _running(ticket: Ticket) -> Iterator[Due]:
    if not ticket.is_open:
        return
    limits = {
        Clock.ACCEPT: ticket.accept_by if ticket.state is State.NEW else None,
        Clock.REPLY: None if ticket.replied_at is not None or ticket.state is State.SOLVED else ticket.reply_by,
        Clock.CLOSE: ticket.close_by,
        Clock.FOLLOW: ticket.follow_at if ticket.state is State.FOLLOWING else None,
    }
    yield from (Due(clock, at) for clock, at in limits.items() if at is not None)


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One action: who, when, why, and what it changed. `changes` are fields of the ticket, as they are from then on."""

    ticket: str
    seq: int
    at: int
    who: str
    action: Action
    text: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)


_TUPLES = ("came_from", "attachments")
_FIELDS = frozenset(each.name for each in fields(Ticket)) - {"number", "version", "changed_at"}


def applied(ticket: Ticket | None, event: TicketEvent) -> Ticket:
    """The ticket after an event; the first event makes it. Raises ValueError for an event out of its order."""
    if event.seq != (0 if ticket is None else ticket.version + 1):
        raise ValueError(f"the event {event.seq} of {event.ticket} does not follow what is known of it")
    unknown = event.changes.keys() - _FIELDS
    if unknown:
        raise ValueError(f"a ticket has no {sorted(unknown)[0]!r}")
    changes: dict[str, Any] = dict(event.changes)
    changes |= {name: tuple(changes[name]) for name in _TUPLES if name in changes}
    if "state" in changes:
        changes["state"] = State(changes["state"])
    if ticket is None:
        return Ticket(event.ticket, opened_at=event.at, opened_by=event.who, changed_at=event.at, **changes)
    return replace(ticket, version=event.seq, changed_at=event.at, **changes)


def folded(events: Iterator[TicketEvent] | tuple[TicketEvent, ...]) -> Ticket:
    """The ticket that its events, in order, make. Raises ValueError where there is none."""
    ticket: Ticket | None = None
    for event in events:
        ticket = applied(ticket, event)
    if ticket is None:
        raise ValueError("a ticket without events is none")
    return ticket


def ticket_number(day: date, count: int) -> str:
    """`20261124-0007`: the seventh of a local day."""
    return f"{day:%Y%m%d}-{count:04d}"


def read_number(text: str) -> str:
    """A number as it is kept, from what a person writes or keys: 20261124-0007 or 202611240007. Raises ValueError."""
    match = _NUMBER.match(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is no ticket's number: write 20261124-0007")
    try:
        day = date.fromisoformat(match[1])
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no ticket's number: there is no such day") from None
    return ticket_number(day, int(match[2]))


def milliseconds(moment: datetime) -> int:
    """A moment as it is stored."""
    return round(moment.timestamp() * 1000)
