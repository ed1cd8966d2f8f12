"""A customer as a person reads it."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from fsapp.cli.records import local
from fsapp.cli.table import table
from fsapp.domain.customer import MASTER_DATA, Customer
from fsapp.domain.customer_history import Happening, What
from fsapp.domain.numbers import plain_number

if TYPE_CHECKING:
    from fsapp.server.customer_admin import CustomerView

LISTS = {"number": "numbers", "account": "accounts", "meter": "meters", "group": "groups"}
"""Options that add to a list, and the list."""

TEXTS = ("name", "level", "channel", "language", "address", "email", "note")


def edited(customer: Customer, given: argparse.Namespace) -> Customer:
    """The customer with what the command line says; the rest stays as it is. Raises ValueError with a sentence."""
    changes: dict[str, Any] = {name: getattr(given, name) for name in TEXTS if getattr(given, name) is not None}
    for option, name in LISTS.items():
        changes[name] = _listed(getattr(customer, name), option, given)
    return replace(customer, **changes)


def _listed(known: tuple[str, ...], option: str, given: argparse.Namespace) -> tuple[str, ...]:
    form: Callable[[str], str] = plain_number if option == "number" else str
    less = [form(each) for each in getattr(given, f"no_{option}", None) or ()]
    missing = [each for each in less if each not in known]
    if missing:
        raise ValueError(f"the customer has no {option} {missing[0]!r}; known: {', '.join(known) or 'none'}")
    more = [form(each) for each in getattr(given, option) or ()]
    return tuple(each for each in dict.fromkeys((*known, *more)) if each not in less)


def view_text(view: "CustomerView", zone: tzinfo) -> str:
    """Data, what happened, and what became of the data."""
    customer = view.customer
    shown = {"id": customer.shown_id if customer.id else "(not in the customer base)"}
    shown |= {name: _text(getattr(customer, name)) for name in MASTER_DATA}
    parts = [table(("customer", ""), [(name, text) for name, text in shown.items() if text])]
    if view.happenings:
        rows = [(local(each.at, zone), each.what, "; ".join(_words(each)), each.call) for each in view.happenings]
        parts.append(table(("at", "what", "", "call"), rows))
    if view.events:
        events = [(local(each.at, zone), each.who, each.what, _changed(each.fields)) for each in view.events]
        parts.append(table(("at", "who", "data", ""), events))
    return "\n\n".join(parts)


def _text(value: str | Iterable[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _words(happening: Happening) -> Iterator[str]:
    """What is worth saying of it."""
    yield from filter(None, _WORDS[happening.what](happening.fields))


Fields = Mapping[str, Any]


def _call(fields: Fields) -> Iterator[str]:
    yield f"{fields['ani']} → {fields['dnis']}"
    yield str(fields["flow"])
    yield str(fields["disposition"])
    yield f"with {', '.join(fields['agents'])}" if fields["agents"] else ""
    yield _seconds(fields["duration_ms"])


def _wait(fields: Fields) -> Iterator[str]:
    yield f"{fields['queue']}: {fields['end']} after {_seconds(fields['waited_ms'])}"
    yield f"by {fields['agent']}" if fields["agent"] else ""


def _survey(fields: Fields) -> Iterator[str]:
    yield f"{fields['question']}: {'no answer' if fields['answer'] is None else fields['answer']}"
    yield f"with {fields['agent']}" if fields["agent"] else ""


def _callback(fields: Fields) -> Iterator[str]:
    yield f"wants to be called back at {fields['number']}"
    yield str(fields["queue"])
    yield str(fields["window"])


def _message(fields: Fields) -> Iterator[str]:
    yield f"{fields.get('name', '')}, {fields.get('seconds', 0)} s"
    yield str(fields.get("path", ""))


def _ticket(fields: Fields) -> Iterator[str]:
    yield f"{fields['number']} {fields['kind']}: {fields['state']}"
    yield f"with {fields['owner']}"
    yield str(fields["text"])
    yield str(fields["result"] or fields["reply"])


_WORDS: Mapping[What, Callable[[Fields], Iterator[str]]] = {
    What.CALL: _call,
    What.WAIT: _wait,
    What.SURVEY: _survey,
    What.CALLBACK: _callback,
    What.MESSAGE: _message,
    What.TICKET: _ticket,
}


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.0f} s"


def _changed(fields: Fields) -> str:
    """`level: gold → silver`, and what else an event says."""
    return "; ".join(f"{name}: {_arrow(value)}" for name, value in fields.items() if name != "was")


def _arrow(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and type(value[0]) is type(value[1]):
        before, after = (_text(each) for each in value)
        return f"{before} → {after}".strip()
    return _changed(value) if isinstance(value, dict) else _text(value) if isinstance(value, list) else str(value)
