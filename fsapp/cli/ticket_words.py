"""Tickets as a person reads them."""

import time
from collections.abc import Sequence
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING

from fsapp.cli.records import local
from fsapp.cli.table import table
from fsapp.domain.ticket import Ticket, TicketEvent
from fsapp.flow.draw_text import cut
from fsapp.tickets.trace import Standing, Step
from fsapp.tickets.words import action_words, clock_words, revisit_words, state_words

if TYPE_CHECKING:
    from fsapp.server.ticket_office import TicketOffice

_HEADS = ("number", "kind", "level", "state", "owner", "from", "due", "for", "about")
_ABOUT = 40
_TIMES = ("opened_at", "accepted_at", "replied_at", "revisited_at", "closed_at", "follow_at")
_MARKS = {Standing.DONE: "✓", Standing.NOW: "●", Standing.LATE: "!"}


def list_text(tickets: Sequence[Ticket], office: "TicketOffice") -> str:
    """A line a ticket; what is late has a `!`."""
    return table(_HEADS, [_row(ticket, office) for ticket in tickets])


def _row(ticket: Ticket, office: "TicketOffice") -> tuple[str, ...]:
    due = ticket.due
    late = due is not None and due.at < time.time() * 1000
    return (
        ticket.number,
        ticket.kind,
        ticket.level,
        ticket.state,
        ticket.owner + (f" → {ticket.worker}" if ticket.worker else ""),
        ticket.ani,
        (local(due.at, office.zone)[:16] + (" !" if late else "")) if due else "",
        due.clock if due else "",
        cut(ticket.text, _ABOUT),
    )


def ticket_text(ticket: Ticket, events: Sequence[TicketEvent], office: "TicketOffice") -> str:
    """A line for each thing that is known, then what was done."""
    plan, zone, due = office.plan, office.zone, ticket.due
    kind = plan.kinds.get(ticket.kind)
    form = kind.form if kind else {}
    rows = [
        ("number", ticket.number),
        ("version", str(ticket.version)),
        ("kind", f"{ticket.kind} {kind.zh if kind else ''}"),
        ("level", ticket.level),
        ("state", f"{ticket.state} {state_words(ticket.state, 'zh')}"),
        ("owner", f"{ticket.owner} {plan.name_of(ticket.owner)}"),
        ("dispatched to", f"{ticket.worker} {plan.name_of(ticket.worker)}" if ticket.worker else ""),
        ("from", f"{ticket.ani} {ticket.caller_name}".strip()),
        ("customer", "" if ticket.customer is None else f"C{ticket.customer}"),
        ("by way of", ticket.channel),
        ("call", ticket.call),
        ("about", ticket.text),
        *((f"{name} {form[name].zh if name in form else ''}", str(value)) for name, value in ticket.fields.items()),
        ("attached", "\n".join(ticket.attachments)),
        *((name.removesuffix("_at"), _when(getattr(ticket, name), zone)) for name in _TIMES),
        ("due", f"{local(due.at, zone)} for {due.clock}" if due else ""),
        ("reply", ticket.reply),
        ("result", ticket.result),
        ("revisit", f"{ticket.revisit} {revisit_words(ticket.revisit, 'zh')}".strip()),
        ("urged", str(ticket.urged or "")),
        ("reopened", str(ticket.reopened or "")),
    ]
    known = table(("ticket", ""), [(name.strip(), text.strip()) for name, text in rows if text.strip()])
    done = [(str(each.seq), local(each.at, zone), each.who, each.action, _details(each)) for each in events]
    return f"{known}\n\n{table(('', 'at', 'who', 'action', 'why'), done)}"


def _details(event: TicketEvent) -> str:
    """To whom, how it was, and the words."""
    to = event.changes.get("worker") or (event.changes.get("owner", "") if event.seq else "")
    return " ".join(filter(None, (f"→ {to}" if to else "", event.changes.get("revisit"), event.text)))


def trace_text(steps: Sequence[Step], office: "TicketOffice", language: str) -> str:
    """The path, a line a step: ✓ done, ● awaited now, ! late."""
    rows = [
        (
            _MARKS[step.standing],
            local(step.at, office.zone),
            action_words(step.action, language) if step.action else state_words(step.state, language),
            step.who,
            _with(step, office),
            duration(step.took),
            _late(step, office, language),
            " ".join(filter(None, (revisit_words(step.revisit, language), step.text))),
        )
        for step in steps
    ]
    heads = {
        "zh": ("", "时间", "操作", "操作人", "责任人", "用时", "超时", "说明"),
        "en": ("", "at", "action", "who", "with", "took", "late", "why"),
    }
    return table(heads["zh" if language == "zh" else "en"], rows)


def duration(length: timedelta) -> str:
    """`2d 3h 5m`: what is zero is left out; minutes are enough."""
    minutes = round(length.total_seconds() / 60)
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count)


def _with(step: Step, office: "TicketOffice") -> str:
    owner = office.plan.name_of(step.owner)
    return f"{owner} → {office.plan.name_of(step.worker)}" if step.worker else owner


def _late(step: Step, office: "TicketOffice", language: str) -> str:
    if step.standing is Standing.LATE and step.due is not None:
        return f"{clock_words(step.due.clock, language)} {duration(step.late)}".strip()
    if step.action is None and step.due is not None:
        until = "至" if language == "zh" else "until "
        return f"{clock_words(step.due.clock, language)} {until}{local(step.due.at, office.zone)[:16]}"
    return ""


def _when(at: int | None, zone: tzinfo) -> str:
    return "" if at is None else local(at, zone)
