"""fsapp tickets: what somebody wants of us, whose turn it is, and until when."""

import argparse
from typing import TYPE_CHECKING

from fsapp.cli import options, ticket_actions, ticket_base, ticket_telling, ticket_trace
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.server.ticket_office import TicketOffice
    from fsapp.store.tickets import TicketFilter

_HOUR_MS = 3_600_000


def add(commands: Commands) -> None:
    group = options.group(
        commands,
        "tickets",
        "Tickets: opened, dealt with, traced.",
        "fsapp tickets new complaint --number 13800138000 --text 服务态度不好",
    )
    ticket_actions.add_new(group)
    _add_list(group)
    _add_due(group)
    showing = options.command(
        group,
        "show",
        run_show,
        "Shows one ticket, and all that was done with it.",
        "fsapp tickets show 20261124-0007 --json",
    )
    ticket_base.add_number(showing)
    ticket_base.add_common(showing)
    kinds = options.command(
        group, "kinds", run_kinds, "Lists the kinds of tickets, with their fields and owners.", "fsapp tickets kinds"
    )
    options.add_config(kinds)
    ticket_trace.add(group)
    ticket_actions.add(group)
    ticket_telling.add(group)


def _add_list(group: Commands) -> None:
    parser = options.command(
        group,
        "list",
        run_list,
        "Lists open tickets, what is due first first; with --all closed ones too, the newest first.",
        "fsapp tickets list --owner repair --state new",
    )
    for name in ("kind", "state", "owner", "level"):
        parser.add_argument(f"--{name}", default="", metavar=name.upper())
    parser.add_argument("--customer", metavar="WHO", help="of a customer: a number, an account, a meter, C12")
    options.add_period(parser)
    parser.add_argument("--all", action="store_true", help="closed ones too")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")
    ticket_base.add_common(parser)


def _add_due(group: Commands) -> None:
    parser = options.command(
        group,
        "due",
        run_due,
        "Lists what is late, or will be soon, the latest first.",
        "fsapp tickets due --within 4 --owner service",
    )
    parser.add_argument("--within", type=float, default=0.0, metavar="HOURS", help="what is due by then too")
    parser.add_argument("--owner", default="", metavar="OWNER")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")
    ticket_base.add_common(parser)


def run_list(given: argparse.Namespace) -> None:
    office = ticket_base.office(given)
    wanted = _wanted(given, office)
    ticket_base.print_tickets(office.tickets.list(wanted, limit=given.limit).tickets, office, given)


def run_due(given: argparse.Namespace) -> None:
    import time

    from fsapp.store.tickets import TicketFilter

    office = ticket_base.office(given)
    if given.owner:
        office.plan.owner(given.owner)
    before = round(time.time() * 1000 + given.within * _HOUR_MS)
    found = office.tickets.list(TicketFilter(owner=given.owner, due_before=before), limit=given.limit).tickets
    ticket_base.print_tickets(found, office, given)


def run_show(given: argparse.Namespace) -> None:
    office = ticket_base.office(given)
    ticket, events = office.get(given.number), office.events(given.number)
    if given.json:
        from dataclasses import asdict

        ticket_base.print_json([{**ticket_base.ticket_fields(ticket), "events": [asdict(each) for each in events]}])
    else:
        from fsapp.cli.ticket_words import ticket_text

        print(ticket_text(ticket, events, office))


def run_kinds(given: argparse.Namespace) -> None:
    from fsapp.cli.table import table

    plan = ticket_base.office(given).plan
    rows = [
        (
            kind.name,
            kind.zh,
            f"{kind.owner} {plan.name_of(kind.owner)}",
            " ".join(kind.levels),
            " ".join(f"{field.name}{'*' if field.required else ''}:{field.type}" for field in kind.form.values()),
        )
        for kind in plan.kinds.values()
    ]
    print(table(("kind", "", "owner", "levels", "fields"), rows) if rows else "no kinds of tickets")


def _wanted(given: argparse.Namespace, office: "TicketOffice") -> "TicketFilter":
    """Raises TicketRefused for a kind, a state, an owner or a level that there is not."""
    from fsapp.domain.errors import FsappError
    from fsapp.domain.ticket import State
    from fsapp.server.customer_admin import CustomerAdmin
    from fsapp.server.system import SystemClock
    from fsapp.store.tickets import TicketFilter

    if given.kind:
        office.plan.kind(given.kind)
    if given.owner:
        office.plan.owner(given.owner)
    if given.state and given.state not in list(State):
        raise FsappError(f"there is no state {given.state!r}; known: {', '.join(State)}")
    customers: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    if given.customer:
        admin = CustomerAdmin(options.settings(given), SystemClock())
        customers, numbers = admin.ids_and_numbers(given.customer)
    return TicketFilter(
        open_only=not given.all and given.state != State.CLOSED,
        state=given.state,
        kind=given.kind,
        owner=given.owner,
        level=given.level,
        since=options.milliseconds(given.since, office.zone),
        until=options.milliseconds(given.until, office.zone),
        customers=customers,
        numbers=numbers,
    )
