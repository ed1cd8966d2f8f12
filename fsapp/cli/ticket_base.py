"""What the commands of `fsapp tickets` have in common."""

import argparse
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fsapp.cli import options

if TYPE_CHECKING:
    from fsapp.domain.ticket import Ticket
    from fsapp.server.ticket_office import TicketOffice


def add_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="the ticket's, such as 20261124-0007")


def add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, a line a ticket; times are UTC milliseconds")
    options.add_config(parser)
    options.add_data(parser)


def add_by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", metavar="WHO", help="who does it (default: you, as the system knows you)")


def who(given: argparse.Namespace) -> str:
    """Who does it."""
    from fsapp.server.agent_admin import os_user

    return str(given.by) if given.by is not None else os_user()


def office(given: argparse.Namespace, *, writes: bool = False) -> "TicketOffice":
    """The office of the site; with `writes` the schema is made where there is none. Raises ConfigError, StoreError."""
    from fsapp.server import databases, ticket_office
    from fsapp.server.system import SystemClock

    settings = options.settings(given)
    if writes:
        databases.ready(settings)
    return ticket_office.office(settings, SystemClock())


def print_tickets(tickets: "Iterable[Ticket]", office: "TicketOffice", given: argparse.Namespace) -> None:
    """As a table, or a line of JSON each."""
    found = list(tickets)
    if given.json:
        print_json(ticket_fields(each) for each in found)
    elif found:
        from fsapp.cli.ticket_words import list_text

        print(list_text(found, office))
    else:
        print("no tickets")


def ticket_fields(ticket: "Ticket") -> Mapping[str, Any]:
    """As JSON shows it."""
    from dataclasses import asdict

    due = ticket.due
    customer = None if ticket.customer is None else f"C{ticket.customer}"
    return {**asdict(ticket), "customer": customer, "due": {"for": due.clock, "at": due.at} if due else None}


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """A line each."""
    import orjson

    for row in rows:
        options.write_out(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))
