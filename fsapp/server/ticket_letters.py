"""Notices of tickets as they are sent: a line of JSON for a webhook, a letter for a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Any

import orjson

from fsapp.domain.ticket import Ticket, TicketEvent
from fsapp.store.ticket_notices import WaitingNotice
from fsapp.tickets.clocks import moment
from fsapp.tickets.notices import Notice, notices
from fsapp.tickets.plan import TicketPlan
from fsapp.tickets.words import action_words, clock_words, state_words


class Way(StrEnum):
    """How somebody is told."""

    WEBHOOK = "webhook"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways that the site has, and in which language people are addressed."""

    webhook: bool = False
    mail: bool = False
    language: str = "zh"
    zone: tzinfo | None = None


def waiting_notices(plan: TicketPlan, ticket: Ticket, event: TicketEvent, ways: Ways) -> tuple[WaitingNotice, ...]:
    """What is to be sent because of an event, `ticket` being as it left it."""
    found = notices(plan, ticket, event, ways.language)
    return tuple(each for notice in found for each in _by_way(plan, ticket, event, notice, ways))


def _by_way(
    plan: TicketPlan, ticket: Ticket, event: TicketEvent, notice: Notice, ways: Ways
) -> Iterator[WaitingNotice]:
    if ways.webhook:
        body = orjson.dumps(_told(ticket, event, notice), default=str).decode()
        yield _waiting(event, notice, Way.WEBHOOK, "", body)
    if ways.mail and notice.to.mail:
        yield _waiting(event, notice, Way.MAIL, notice.to.mail, _letter(plan, ticket, event, notice, ways))


def _waiting(event: TicketEvent, notice: Notice, way: Way, address: str, body: str) -> WaitingNotice:
    return WaitingNotice(
        event.ticket, event.seq, notice.to.id, way, event.at, address, notice.subject, body, next_at=event.at
    )


def _told(ticket: Ticket, event: TicketEvent, notice: Notice) -> Mapping[str, Any]:
    """What a program is told. Times are UTC milliseconds."""
    due = ticket.due
    return {
        "event": event.action,
        "at": event.at,
        "who": event.who,
        "why": event.text,
        "to": {"id": notice.to.id, "name": notice.to.name, "mail": notice.to.mail},
        "subject": notice.subject,
        "ticket": {
            "number": ticket.number,
            "kind": ticket.kind,
            "level": ticket.level,
            "state": ticket.state,
            "owner": ticket.owner,
            "worker": ticket.worker,
            "text": ticket.text,
            "fields": ticket.fields,
            "ani": ticket.ani,
            "caller_name": ticket.caller_name,
            "call": ticket.call,
            "customer": ticket.customer,
            "opened_at": ticket.opened_at,
            "due": {"for": due.clock, "at": due.at} if due else None,
            "urged": ticket.urged,
            "version": ticket.version,
        },
    }


_HEADS = {
    "zh": ("工单", "类别", "状态", "责任人", "电话", "内容", "期限", "操作", "说明"),
    "en": ("ticket", "kind", "state", "owner", "number", "about", "due", "action", "why"),
}


def _letter(plan: TicketPlan, ticket: Ticket, event: TicketEvent, notice: Notice, ways: Ways) -> str:
    """What a person reads: a line a thing, those that say nothing left out."""
    language, due = ways.language, ticket.due
    kind = plan.kinds[ticket.kind].says(language) if ticket.kind in plan.kinds else ticket.kind
    fields = "; ".join(f"{name}: {value}" for name, value in ticket.fields.items())
    lines = (
        ticket.number,
        kind,
        state_words(ticket.state, language),
        plan.name_of(ticket.owner),
        ticket.ani,
        "; ".join(filter(None, (ticket.text, fields))),
        f"{clock_words(due.clock, language)} {moment(due.at).astimezone(ways.zone):%Y-%m-%d %H:%M}" if due else "",
        f"{action_words(event.action, language)} ({event.who})",
        notice.sentence,
    )
    heads = _HEADS["zh" if language == "zh" else "en"]
    return "".join(f"{head}: {text}\n" for head, text in zip(heads, lines, strict=True) if text)
