"""fsapp customers: who calls, as the customer base knows it, and all that happened."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fsapp.cli import customer_base, customer_changes, customer_files, options
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.server.customer_admin import CustomerView


def add(commands: Commands) -> None:
    group = options.group(
        commands,
        "customers",
        "The customers: found by number, account, name or meter.",
        "fsapp customers show 13800138000",
    )
    finding = options.command(
        group,
        "find",
        run_find,
        "Lists the customers with this number, account, meter or id, else those with this in their names.",
        "fsapp customers find 李雷",
    )
    showing = options.command(
        group,
        "show",
        run_show,
        "Shows one customer: data, calls, waits, surveys, callbacks, messages and tickets in order of time.",
        "fsapp customers show 13800138000 --json",
    )
    finding.add_argument("text", metavar="TEXT")
    customer_base.add_who(showing)
    for parser, limit in ((finding, 50), (showing, 200)):
        parser.add_argument("--limit", type=int, default=limit, metavar="N", help=f"at most so many (default: {limit})")
        customer_base.add_common(parser)
    customer_changes.add(group)
    customer_files.add(group)


def run_find(given: argparse.Namespace) -> None:
    customer_base.print_customers(customer_base.admin(given).customers.find(given.text, given.limit), given)


def run_show(given: argparse.Namespace) -> None:
    view = customer_base.admin(given).view(given.who, given.limit)
    if given.json:
        customer_base.print_json([_view_fields(view)])
    else:
        from fsapp.cli.customer_words import view_text

        print(view_text(view, options.settings(given).zone))


def _view_fields(view: "CustomerView") -> Mapping[str, Any]:
    from dataclasses import asdict

    from fsapp.store.customer_rows import customer_fields

    fields = customer_fields(view.customer) if view.customer.id else {"numbers": view.customer.numbers}
    return {
        **fields,
        "history": [asdict(each) for each in view.happenings],
        "changes": [asdict(each) for each in view.events],
    }
