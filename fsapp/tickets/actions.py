"""What an action makes of a ticket: the rules' decision, as an event. Nothing here reads a clock or keeps anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from fsapp.domain.ticket import (
    NORMAL,
    Action,
    Revisit,
    State,
    Ticket,
    TicketEvent,
    TicketRefused,
    applied,
    milliseconds,
)
from fsapp.domain.ticket_opening import Opening
from fsapp.tickets import clocks
from fsapp.tickets.forms import filled, fitting
from fsapp.tickets.machine import rule
from fsapp.tickets.plan import TicketKind, TicketPlan

LONGEST_TEXT = 4000
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody does with a ticket. `why` is the reply, the reason or the result; `until` when to look again."""

    action: Action
    who: str
    at: datetime
    why: str = ""
    to: str = ""
    until: datetime | None = None
    revisit: Revisit | None = None
    attachments: tuple[str, ...] = ()


def opened(
    plan: TicketPlan, number: str, opening: Opening, who: str, at: datetime, *, strict: bool = True
) -> TicketEvent:
    """The first event of a ticket. Raises TicketRefused.

    Without `strict`, for a caller who cannot be asked again, what does not fit its field goes into the text instead.
    """
    kind = plan.kind(opening.kind)
    if not strict:
        opening = _bent(kind, opening)
    _check_texts(who, opening.text)
    try:
        fields = filled(kind.form, opening.fields, complete=strict)
    except ValueError as error:
        raise TicketRefused(f"{kind.name}: {error}") from None
    changes: dict[str, Any] = {
        "kind": kind.name,
        "owner": plan.owner(opening.owner or kind.owner).id,
        "level": opening.level,
        "text": opening.text,
        "fields": fields,
        "channel": opening.channel.value,
        "ani": opening.ani,
        "caller_name": opening.caller_name,
        "call": opening.call,
        "customer": opening.customer,
        "attachments": opening.attachments,
        "origin": opening.origin,
        **clocks.limits_from(plan, kind.name, opening.level, at),
    }
    event = TicketEvent(number, 0, milliseconds(at), who, Action.OPEN, opening.text, changes)
    return replace(event, changes={**changes, **clocks.telling(None, applied(None, event))})


def _bent(kind: TicketKind, opening: Opening) -> Opening:
    """What fits, and the rest as text."""
    fields, misfits = fitting(kind.form, opening.fields)
    level = opening.level if opening.level in kind.levels else NORMAL
    if level != opening.level:
        misfits = (*misfits, f"level: {opening.level}")
    text = "\n".join(filter(None, (opening.text, *misfits)))
    return replace(opening, fields=fields, level=level, text=text[:LONGEST_TEXT])


def decided(plan: TicketPlan, ticket: Ticket, command: Command) -> TicketEvent:
    """The event that a command makes. Raises TicketRefused where it is not right."""
    found = rule(command.action, ticket.state)
    _check_texts(command.who, command.why)
    if found.wants_why and not command.why.strip():
        raise TicketRefused(f"`{command.action}` wants words: what, or why")
    if found.wants_to and not command.to:
        raise TicketRefused(f"`{command.action}` wants a department or a person; known: {', '.join(plan.owners)}")
    changes = dict(_CHANGES.get(command.action, _nothing)(plan, ticket, command))
    if found.leads_to is not None and found.leads_to is not ticket.state:
        changes["state"] = found.leads_to.value
    if ticket.follow_at is not None and command.action is not Action.FOLLOW and "state" in changes:
        changes["follow_at"] = None
    if command.attachments:
        changes["attachments"] = (*ticket.attachments, *command.attachments)
    event = TicketEvent(
        ticket.number,
        ticket.version + 1,
        max(milliseconds(command.at), ticket.changed_at),
        command.who,
        command.action,
        command.why,
        changes,
    )
    return replace(event, changes={**changes, **clocks.telling(ticket, applied(ticket, event))})


_Changes = Mapping[str, Any]


def _nothing(_plan: TicketPlan, _ticket: Ticket, _command: Command) -> _Changes:
    return {}


def _accept(_plan: TicketPlan, _ticket: Ticket, command: Command) -> _Changes:
    return {"accepted_at": milliseconds(command.at)}


def _transfer(plan: TicketPlan, ticket: Ticket, command: Command) -> _Changes:
    to = plan.owner(command.to)
    if to.id == ticket.owner:
        raise TicketRefused(f"it is with {to.name} ({to.id}) already")
    return _given(plan, ticket, to.id, command.at) | {"came_from": (ticket.owner, *ticket.came_from)}


def _return(plan: TicketPlan, ticket: Ticket, command: Command) -> _Changes:
    if not ticket.came_from:
        raise TicketRefused(f"nobody gave it to {plan.name_of(ticket.owner)}: it cannot be returned, only transferred")
    back, *rest = ticket.came_from
    return _given(plan, ticket, back, command.at) | {"came_from": tuple(rest)}


def _given(plan: TicketPlan, ticket: Ticket, owner: str, at: datetime) -> dict[str, Any]:
    """A new owner has to accept it, and no more time for all the rest."""
    return {
        "owner": owner,
        "worker": "",
        "accepted_at": None,
        "replied_at": None,
        "reply": "",
        "accept_by": clocks.accept_by(plan, ticket, at),
    }


def _dispatch(plan: TicketPlan, _ticket: Ticket, command: Command) -> _Changes:
    return {"worker": plan.owner(command.to).id}


def _reply(_plan: TicketPlan, _ticket: Ticket, command: Command) -> _Changes:
    return {"reply": command.why, "replied_at": milliseconds(command.at)}


def _urge(_plan: TicketPlan, ticket: Ticket, _command: Command) -> _Changes:
    return {"urged": ticket.urged + 1}


def _follow(_plan: TicketPlan, _ticket: Ticket, command: Command) -> _Changes:
    if command.until is not None and command.until <= command.at:
        raise TicketRefused("the time until which it is followed is over already")
    return {"follow_at": None if command.until is None else milliseconds(command.until)}


def _revisit(_plan: TicketPlan, _ticket: Ticket, command: Command) -> _Changes:
    if command.revisit is None:
        raise TicketRefused(f"`revisit` wants what came of it: {', '.join(Revisit)}")
    return {"revisit": command.revisit.value, "revisited_at": milliseconds(command.at)}


def _close(plan: TicketPlan, ticket: Ticket, command: Command) -> _Changes:
    result = command.why.strip() or ticket.reply
    if not result and ticket.state is not State.SOLVED:
        raise TicketRefused("`close` wants a result, for there is no reply yet")
    kind = plan.kinds.get(ticket.kind)
    if kind is not None and kind.revisit and ticket.revisited_at is None:
        raise TicketRefused(f"a {kind.name} is closed after a revisit (回访), and there was none")
    return {"closed_at": milliseconds(command.at), "result": result}


def _reopen(plan: TicketPlan, ticket: Ticket, command: Command) -> _Changes:
    """All over again: clocks, reply and revisit are those of the new round."""
    gone = dict.fromkeys(("accepted_at", "replied_at", "closed_at", "revisited_at"))
    known = ticket.kind in plan.kinds and ticket.level in plan.kinds[ticket.kind].levels
    limits = clocks.limits_from(plan, ticket.kind, ticket.level, command.at) if known else {}
    none = dict.fromkeys(("accept_by", "reply_by", "close_by"))
    texts = {"reply": "", "result": "", "revisit": "", "worker": ""}
    return gone | none | limits | texts | {"reopened": ticket.reopened + 1}


def _escalate(plan: TicketPlan, ticket: Ticket, command: Command) -> _Changes:
    if ticket.tell_at is None or ticket.tell_at > milliseconds(command.at):
        raise TicketRefused("nobody is to be told yet that it is late")
    return {"told": ticket.told + 1, "tell_at": clocks.next_telling(plan, ticket, command.at)}


_CHANGES: Mapping[Action, Callable[[TicketPlan, Ticket, Command], _Changes]] = MappingProxyType(
    {
        Action.ACCEPT: _accept,
        Action.TRANSFER: _transfer,
        Action.RETURN: _return,
        Action.DISPATCH: _dispatch,
        Action.REPLY: _reply,
        Action.URGE: _urge,
        Action.FOLLOW: _follow,
        Action.REVISIT: _revisit,
        Action.CLOSE: _close,
        Action.REOPEN: _reopen,
        Action.ESCALATE: _escalate,
    }
)


def _check_texts(who: str, text: str) -> None:
    if not who.strip() or len(who) > LONGEST_NAME or not who.isprintable():
        raise TicketRefused(f"who does it is to be one line of up to {LONGEST_NAME} characters")
    if len(text) > LONGEST_TEXT:
        raise TicketRefused(f"these words are longer than {LONGEST_TEXT} characters")
