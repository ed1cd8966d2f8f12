"""fsapp customers add, set and merge: what changes customers one by one."""

import argparse

from fsapp.cli import customer_base, options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError


def add(group: Commands) -> None:
    """Declares them."""
    adding = options.command(
        group,
        "add",
        run_add,
        "Adds a customer.",
        "fsapp customers add --name 李雷 --number 13800138000 --account 1234567890 --level gold",
    )
    setting = options.command(
        group,
        "set",
        run_set,
        "Changes what is known of a customer.",
        "fsapp customers set 13800138000 --level silver --no-group vip --channel sms",
    )
    merging = options.command(
        group,
        "merge",
        run_merge,
        "Makes one of two: OTHER lives on in WHO, whose data are right; both keep a trace.",
        "fsapp customers merge C12 C57",
    )
    customer_base.add_who(setting)
    customer_base.add_who(merging)
    merging.add_argument("other", metavar="OTHER", help="likewise")
    for parser in (adding, setting):
        _add_fields(parser)
    for name in ("number", "account", "meter", "group"):
        setting.add_argument(f"--no-{name}", action="append", metavar=name.upper(), help="has it no more")
    for parser in (adding, setting, merging):
        customer_base.add_common(parser)


def _add_fields(parser: argparse.ArgumentParser) -> None:
    """Options that describe a customer; what is not given stays as it is, an empty text is taken away."""
    add = parser.add_argument
    add("--name")
    for name in ("number", "account", "meter", "group"):
        add(f"--{name}", action="append", metavar=name.upper(), help="one more; repeatable")
    add("--level", help="such as gold: how the customer is treated")
    add("--channel", help="how the customer wants to be reached: phone, sms, email …")
    add("--language", metavar="zh|en")
    for name in ("address", "email", "note"):
        add(f"--{name}")


def run_add(given: argparse.Namespace) -> None:
    from fsapp.cli.customer_words import edited
    from fsapp.domain.customer import Customer

    try:
        customer = edited(Customer(), given)
    except ValueError as error:
        raise FsappError(str(error)) from None
    customer_base.print_customers([customer_base.admin(given).add(customer)], given)


def run_set(given: argparse.Namespace) -> None:
    from fsapp.cli.customer_words import edited

    changed = customer_base.admin(given).change(given.who, lambda known: edited(known, given))
    customer_base.print_customers([changed], given)


def run_merge(given: argparse.Namespace) -> None:

    customer_base.print_customers([customer_base.admin(given).merge(given.who, given.other)], given)
