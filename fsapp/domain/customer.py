"""A customer (客户): who it is, by what it is found, and how it wants to be treated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from fsapp.domain.caller_history import can_be_known
from fsapp.domain.channels import channel
from fsapp.domain.numbers import plain_number

LANGUAGES = ("zh", "en")

PHONES = "phones"
"""The trunk of agents' own phones: who calls from there is no customer."""

_LIMITS = {"name": 100, "level": 40, "address": 200, "email": 254, "note": 1000}
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/-]{0,39}\Z")
_SHOWN = re.compile(r"[Cc]([1-9][0-9]{0,14})\Z")
_KEYS_OF_ONE = 50


class KeyKind(StrEnum):
    """What a customer is found by; no two customers have the same."""

    NUMBER = "number"
    ACCOUNT = "account"
    METER = "meter"


@dataclass(frozen=True, slots=True)
class Customer:
    """Empty texts are not known. Raises ValueError, with a sentence, for what cannot be.

    `id` is 0 for one who is not kept yet; `merged_into` is the customer that this one turned out to be.
    """

    name: str = ""
    numbers: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    """户号"""
    meters: tuple[str, ...] = ()
    """表号"""
    level: str = ""
    groups: tuple[str, ...] = ()
    channel: str = ""
    """The way in which the customer wants to be reached."""
    language: str = ""
    address: str = ""
    email: str = ""
    note: str = ""
    id: int = 0
    merged_into: int | None = None

    def __post_init__(self) -> None:
        for name, most in _LIMITS.items():
            _check_line(name, getattr(self, name), most)
        for key in (*self.accounts, *self.meters):
            if not _KEY.match(key):
                raise ValueError(f"{key[:40]!r} is no account or meter: it has letters, digits, '-', '_' and '/'")
        if any(plain_number(number) != number for number in self.numbers):
            raise ValueError("numbers are kept as domain.numbers.plain_number gives them")
        if len(self.numbers) + len(self.accounts) + len(self.meters) > _KEYS_OF_ONE:
            raise ValueError(f"a customer has up to {_KEYS_OF_ONE} numbers, accounts and meters")
        for group in self.groups:
            _check_group(group)
        if self.channel:
            channel(self.channel)
        if self.language and self.language not in LANGUAGES:
            raise ValueError(f"{self.language[:20]!r} is no language of customers; known: {', '.join(LANGUAGES)}")

    @property
    def shown_id(self) -> str:
        """As people write it: no number, account or meter looks like it."""
        return f"C{self.id}"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing by which it can be found."""
        return not (self.name or self.numbers or self.accounts or self.meters)


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """What a call is told of who calls; `open_tickets` are the numbers of those under way, the newest first."""

    customer: Customer = field(default_factory=Customer)
    open_tickets: tuple[str, ...] = ()


MASTER_DATA = tuple(each.name for each in fields(Customer) if each.name not in ("id", "merged_into"))
"""What people keep of a customer, in the order of files and pages."""


def keys(customer: Customer) -> tuple[tuple[KeyKind, str], ...]:
    """All that it is found by."""
    return (
        *[(KeyKind.NUMBER, number) for number in customer.numbers],
        *[(KeyKind.ACCOUNT, account) for account in customer.accounts],
        *[(KeyKind.METER, meter) for meter in customer.meters],
    )


def shown_id(text: str) -> int | None:
    """The id that a text such as C12 is, or None."""
    match = _SHOWN.match(text)
    return int(match[1]) if match else None


def merged(kept: Customer, other: Customer) -> Customer:
    """What is known of a customer who was kept twice: `kept` is right, `other` fills its gaps."""
    known = {name: getattr(kept, name) or getattr(other, name) for name in MASTER_DATA}
    both = {name: _union(getattr(kept, name), getattr(other, name)) for name in _LISTS}
    notes = dict.fromkeys(filter(None, (kept.note, other.note)))
    return replace(kept, **known | both | {"note": "; ".join(notes)[: _LIMITS["note"]]})


def changes(before: Customer, after: Customer) -> Mapping[str, Any]:
    """What differs: each field's old value and new one."""
    return {
        name: [getattr(before, name), getattr(after, name)]
        for name in MASTER_DATA
        if getattr(before, name) != getattr(after, name)
    }


def caller_number(ani: str, trunk: str) -> str:
    """The number under which a call adds its caller to the customers; empty where nobody can tell who it was."""
    return plain_number(ani) if trunk != PHONES and can_be_known(ani) else ""


_LISTS = ("numbers", "accounts", "meters", "groups")


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _check_line(name: str, text: str, most: int) -> None:
    if len(text) > most or not text.isprintable():
        raise ValueError(f"'{name}' is one line of up to {most} characters")


def _check_group(group: str) -> None:
    if not group or len(group) > 40 or not group.isprintable() or any(sign in group for sign in " ;；"):
        raise ValueError(f"{group[:40]!r} is no group: one word of up to 40 characters")
