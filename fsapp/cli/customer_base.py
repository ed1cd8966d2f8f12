"""What the commands of `fsapp customers` have in common."""

import argparse
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fsapp.cli import options

if TYPE_CHECKING:
    from fsapp.domain.customer import Customer
    from fsapp.server.customer_admin import CustomerAdmin

_COLUMNS = ("id", "name", "numbers", "accounts", "meters", "level", "groups")


def add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("who", metavar="WHO", help="a number, an account, a meter, an id such as C12, or a name")


def add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, a line a customer; times are UTC milliseconds")
    options.add_config(parser)
    options.add_data(parser)


def admin(given: argparse.Namespace) -> "CustomerAdmin":
    """What does the work. Raises ConfigError."""
    from fsapp.server.customer_admin import CustomerAdmin
    from fsapp.server.system import SystemClock

    return CustomerAdmin(options.settings(given), SystemClock())


def print_customers(customers: "Iterable[Customer]", given: argparse.Namespace) -> None:
    """As a table, or a line of JSON each."""
    from fsapp.store.customer_rows import customer_fields

    found = [customer_fields(each) for each in customers]
    if given.json:
        print_json(found)
    elif found:
        from fsapp.cli.table import table

        print(table(_COLUMNS, [[_cell(row[column]) for column in _COLUMNS] for row in found]))
    else:
        print("no customers")


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """A line each."""
    import orjson

    for row in rows:
        options.write_out(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))


def _cell(value: str | tuple[str, ...]) -> str:
    return " ".join(value) if isinstance(value, tuple) else value
