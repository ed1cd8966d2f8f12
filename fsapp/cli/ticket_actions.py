"""fsapp tickets new, and what is done with a ticket: accept, transfer, return, reply, dispatch, urge and so on."""

import argparse
from typing import TYPE_CHECKING, Any

from fsapp.cli import options, ticket_base
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from datetime import datetime

    from fsapp.domain.ticket_opening import Opening

_NUMBER = "20261124-0007"

_ACTIONS = (
    ("accept", "接单: takes it on.", ""),
    ("transfer", "转办: gives it to another department or person.", f"transfer {_NUMBER} repair 属抢修范围"),
    ("return", "退办: gives it back to whom it came from.", f"return {_NUMBER} 不属本部门"),
    ("reply", "回复: says what came of it.", f"reply {_NUMBER} 已恢复供电"),
    ("dispatch", "派工: sends somebody into the field.", f"dispatch {_NUMBER} repair_head"),
    ("urge", "催办: has the owner told that somebody is waiting.", f"urge {_NUMBER} 客户第二次来电"),
    ("note", "备注: adds a word, in any state.", f"note {_NUMBER} 客户要求下午联系"),
    ("follow", "跟踪: it goes on, until a time; or --solved.", f"follow {_NUMBER} 待复测 --until '2026-11-26 09:00'"),
    ("close", "办结: it is over, with a result.", f"close {_NUMBER} 已办结"),
    ("reopen", "重办: it is not over after all.", f"reopen {_NUMBER} 客户反映未解决"),
    ("revisit", "回访: how the customer found it, or why nobody was reached.", f"revisit {_NUMBER} satisfied"),
)
_WITH_TO = ("transfer", "dispatch")


def add_new(group: Commands) -> None:
    """Declares `new`."""
    parser = options.command(
        group,
        "new",
        run_new,
        "Opens a ticket: from a call, a letter, a visit, a fax, a message.",
        "fsapp tickets new fault --number 13800138000 --field address=城东路1号 --level urgent --channel visit",
    )
    add = parser.add_argument
    add("kind", metavar="KIND", help="see `fsapp tickets kinds`")
    add("--text", default="", help="what it is about")
    add("--field", action="append", metavar="NAME=VALUE", help="a field of the kind's form; repeatable")
    add("--level", default="normal", help="the handling level, which decides the time limits (default: normal)")
    add("--owner", default="", help="instead of the kind's own")
    add("--channel", default="other", help="phone, message, fax, sms, email, web, letter, visit, other")
    add("--number", default="", metavar="NUMBER", help="the caller's telephone number")
    add("--customer", metavar="WHO", help="a number, an account, a meter, or an id such as C12")
    add("--caller-name", default="", metavar="NAME")
    add("--call", default="", metavar="UUID", help="the call that it is about")
    add("--attach", action="append", metavar="PATH", help="a message, a recording, a fax; repeatable")
    ticket_base.add_by(parser)
    ticket_base.add_common(parser)


def add(group: Commands) -> None:
    """Declares the actions."""
    for name, summary, example in _ACTIONS:
        parser = options.command(group, name, run_action, summary, f"fsapp tickets {example or f'{name} {_NUMBER}'}")
        parser.set_defaults(action=name)
        ticket_base.add_number(parser)
        if name in _WITH_TO:
            parser.add_argument("to", metavar="TO", help="a department or a person of conf/tickets.yaml")
        if name == "revisit":
            parser.add_argument("revisit", metavar="RESULT", help="satisfied, neutral, dissatisfied; no_answer, busy …")
        parser.add_argument(
            "why", nargs="?", default="", metavar="WHY", help="words: the reason, the reply, the result"
        )
        if name == "follow":
            parser.add_argument("--until", metavar="TIME", help="when to look again, such as '2026-11-26 09:00'")
            parser.add_argument("--solved", action="store_true", help="跟踪解决: it needs no following any more")
        parser.add_argument("--attach", action="append", metavar="PATH", help="a file that belongs to it; repeatable")
        parser.add_argument(
            "--version",
            type=int,
            metavar="N",
            help="refuse where it is not this version any more: somebody was quicker",
        )
        ticket_base.add_by(parser)
        ticket_base.add_common(parser)


def run_new(given: argparse.Namespace) -> None:
    office = ticket_base.office(given, writes=True)
    ticket = office.open(_opening(given), ticket_base.who(given))
    ticket_base.print_tickets([ticket], office, given)


def run_action(given: argparse.Namespace) -> None:
    from datetime import UTC, datetime

    from fsapp.domain.ticket import Action, Revisit
    from fsapp.tickets.actions import Command

    office = ticket_base.office(given, writes=True)
    action = Action.SOLVE if getattr(given, "solved", False) else Action(given.action)
    command = Command(
        action,
        ticket_base.who(given),
        datetime.now(UTC),
        given.why,
        getattr(given, "to", ""),
        _until(given, office.zone),
        _one_of(Revisit, getattr(given, "revisit", None), "result of a revisit"),
        tuple(given.attach or ()),
    )
    ticket_base.print_tickets([office.act(given.number, command, given.version)], office, given)


def _opening(given: argparse.Namespace) -> "Opening":
    """Raises FsappError."""
    from fsapp.domain.channels import channel
    from fsapp.domain.numbers import plain_number
    from fsapp.domain.ticket_opening import Opening

    try:
        return Opening(
            given.kind,
            given.text,
            dict(map(_pair, given.field or ())),
            given.level,
            given.owner,
            channel(given.channel),
            plain_number(given.number) if given.number else "",
            given.caller_name,
            given.call,
            _customer(given),
            tuple(given.attach or ()),
        )
    except ValueError as error:
        raise FsappError(str(error)) from None


def _customer(given: argparse.Namespace) -> int | None:
    from fsapp.server.customer_admin import CustomerAdmin
    from fsapp.server.system import SystemClock

    if given.customer is None:
        return None
    return CustomerAdmin(options.settings(given), SystemClock()).one(given.customer).id


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise ValueError(f"{text[:60]!r} is no field: write address=城东路1号")
    return name, value


def _until(given: argparse.Namespace, zone: Any) -> "datetime | None":
    from fsapp.tickets.clocks import moment

    at = options.milliseconds(getattr(given, "until", None), zone)
    return None if at is None else moment(at)


def _one_of(kind: Any, text: str | None, what: str) -> Any:
    if text is None:
        return None
    try:
        return kind(text)
    except ValueError:
        raise FsappError(f"{text!r} is no {what}; known: {', '.join(kind)}") from None
