"""Who is told of what was done with a ticket, and in which words (消息提醒)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fsapp.domain.ticket import Action, Ticket, TicketEvent
from fsapp.tickets.plan import Owner, TicketPlan
from fsapp.tickets.words import action_words, clock_words, state_words


@dataclass(frozen=True, slots=True)
class Notice:
    """What one of the owners is told."""

    to: Owner
    subject: str
    sentence: str


def notices(plan: TicketPlan, ticket: Ticket, event: TicketEvent, language: str) -> tuple[Notice, ...]:
    """What `event` is told of, `ticket` being as it left it; in Chinese or English."""
    recipients = _RECIPIENTS.get(event.action)
    if recipients is None:
        return ()
    told = {owner.id: owner for owner in recipients(plan, ticket)}
    subject = _subject(plan, ticket, event, language)
    return tuple(Notice(owner, subject, _sentence(ticket, event)) for owner in told.values())


def _subject(plan: TicketPlan, ticket: Ticket, event: TicketEvent, language: str) -> str:
    kind = plan.kinds[ticket.kind].says(language) if ticket.kind in plan.kinds else ticket.kind
    if event.action is Action.ESCALATE and ticket.due is not None:
        late = clock_words(ticket.due.clock, language)
        words = f"{late}超时" if language == "zh" else f"late with {late}"
    else:
        words = action_words(event.action, language)
    return f"{ticket.number} {kind}: {words} ({state_words(ticket.state, language)})"


def _sentence(ticket: Ticket, event: TicketEvent) -> str:
    return event.text or ticket.text


def _owner(plan: TicketPlan, ticket: Ticket) -> Iterator[Owner]:
    yield from _known(plan, ticket.owner)


def _owner_and_worker(plan: TicketPlan, ticket: Ticket) -> Iterator[Owner]:
    yield from _known(plan, ticket.owner)
    yield from _known(plan, ticket.worker)


def _worker(plan: TicketPlan, ticket: Ticket) -> Iterator[Owner]:
    yield from _known(plan, ticket.worker)


def _giver(plan: TicketPlan, ticket: Ticket) -> Iterator[Owner]:
    """Whoever gave it to the owner wants to know what came of it."""
    if ticket.came_from:
        yield from _known(plan, ticket.came_from[0])


def _next_superior(plan: TicketPlan, ticket: Ticket) -> Iterator[Owner]:
    """First the owner, with who was dispatched; then one superior after another."""
    chain = list(plan.superiors(ticket.owner))
    yield from chain[ticket.told - 1 : ticket.told]
    if ticket.told == 1:
        yield from _known(plan, ticket.worker)


def _known(plan: TicketPlan, id: str) -> Iterator[Owner]:
    if id in plan.owners:
        yield plan.owners[id]


_RECIPIENTS: Mapping[Action, Callable[[TicketPlan, Ticket], Iterator[Owner]]] = MappingProxyType(
    {
        Action.OPEN: _owner,
        Action.TRANSFER: _owner,
        Action.RETURN: _owner,
        Action.REOPEN: _owner,
        Action.DISPATCH: _worker,
        Action.URGE: _owner_and_worker,
        Action.REPLY: _giver,
        Action.ESCALATE: _next_superior,
    }
)
