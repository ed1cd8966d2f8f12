"""The path of a ticket (流转跟踪): what was done, how long it took, where it stands now, and what was late."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fsapp.domain.business_time import open_between
from fsapp.domain.ticket import Action, Due, State, Ticket, TicketEvent, applied, milliseconds
from fsapp.tickets.clocks import moment
from fsapp.tickets.plan import TicketPlan

_QUIET = frozenset({Action.NOTE, Action.URGE, Action.ESCALATE})
"""Nobody is done with anything by them."""


class Standing(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the way. `owner` has the ticket after it; `took` is the open time since the step before it.

    `due` is what was due before the step, and `late` how much later it came. The last step of an open ticket has no
    `action`: it is what is awaited now.
    """

    action: Action | None
    at: int
    who: str
    text: str
    state: State
    owner: str
    worker: str
    took: timedelta
    standing: Standing = Standing.DONE
    due: Due | None = None
    late: timedelta = timedelta()
    revisit: str = ""
    """What came of asking the customer, if that was the step."""


def trace(plan: TicketPlan, events: Sequence[TicketEvent], now: datetime) -> tuple[Step, ...]:
    """The steps of a ticket with these events, in order. Raises ValueError where there is none."""
    steps: list[Step] = []
    ticket: Ticket | None = None
    for event in events:
        before, ticket = ticket, applied(ticket, event)
        steps.append(_step(plan, before, event, ticket))
    if ticket is None:
        raise ValueError("a ticket without events has no path")
    if ticket.is_open:
        steps.append(_awaited(plan, ticket, now))
    return tuple(steps)


def _step(plan: TicketPlan, before: Ticket | None, event: TicketEvent, ticket: Ticket) -> Step:
    step = Step(
        event.action,
        event.at,
        event.who,
        event.text,
        ticket.state,
        ticket.owner,
        ticket.worker,
        took=timedelta() if before is None else _open(plan, ticket.kind, before.changed_at, event.at),
        revisit=ticket.revisit if event.action is Action.REVISIT else "",
    )
    if before is None or event.action in _QUIET:
        return step
    return _judged(plan, ticket.kind, step, before.due)


def _awaited(plan: TicketPlan, ticket: Ticket, now: datetime) -> Step:
    at = max(milliseconds(now), ticket.changed_at)
    took = _open(plan, ticket.kind, ticket.changed_at, at)
    step = Step(None, at, "", "", ticket.state, ticket.owner, ticket.worker, took, Standing.NOW)
    return _judged(plan, ticket.kind, step, ticket.due)


def _judged(plan: TicketPlan, kind: str, step: Step, due: Due | None) -> Step:
    if due is None or step.at <= due.at:
        return replace(step, due=due)
    return replace(step, due=due, standing=Standing.LATE, late=_open(plan, kind, due.at, step.at))


def _open(plan: TicketPlan, kind: str, since: int, until: int) -> timedelta:
    return open_between(plan.calendar(kind), moment(since), moment(until))
