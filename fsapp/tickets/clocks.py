"""When a ticket's time limits are over, and when its owner and then the superiors are to be told."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fsapp.domain.business_time import Limit, after
from fsapp.domain.ticket import Ticket, milliseconds
from fsapp.tickets.plan import TicketPlan


def limits_from(plan: TicketPlan, kind: str, level: str, now: datetime) -> dict[str, int | None]:
    """The limits of a ticket that begins now. Raises TicketRefused for a level that the kind does not have."""
    limits = plan.kind(kind).limits(level)
    return {
        "accept_by": _over(plan, kind, now, limits.accept),
        "reply_by": _over(plan, kind, now, limits.reply),
        "close_by": _over(plan, kind, now, limits.close),
    }


def accept_by(plan: TicketPlan, ticket: Ticket, now: datetime) -> int | None:
    """The limit of a new owner. A kind or a level that the plan has no more has none."""
    kind = plan.kinds.get(ticket.kind)
    limits = kind.levels.get(ticket.level) if kind else None
    return _over(plan, ticket.kind, now, limits.accept) if limits else None


def telling(before: Ticket | None, after_it: Ticket) -> Mapping[str, Any]:
    """When somebody is to be told next, where what is due next is another thing than before, or whose turn it is."""
    due = after_it.due
    if before is not None and (due, after_it.owner) == (before.due, before.owner):
        return {}
    return {"tell_at": due.at if due else None, "told": 0}


def next_telling(plan: TicketPlan, ticket: Ticket, now: datetime) -> int | None:
    """When the next superior is told, once another was told now; None where there is no further one."""
    chain = len(list(plan.superiors(ticket.owner)))
    if ticket.told + 1 >= chain:
        return None
    return _over(plan, ticket.kind, now, plan.escalate_after)


def moment(milliseconds: int) -> datetime:
    """A stored time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _over(plan: TicketPlan, kind: str, now: datetime, limit: Limit | None) -> int | None:
    end = after(plan.calendar(kind), now, limit) if limit is not None else None
    return None if end is None else milliseconds(end)
