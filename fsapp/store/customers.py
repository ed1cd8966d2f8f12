"""Customers. Each change is one transaction, with an event that says who did what, when: nothing known is ever lost."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from peewee import Database, IntegrityError, fn

from fsapp.domain.admin import Act
from fsapp.domain.customer import Customer, KeyKind, changes, keys, merged, shown_id
from fsapp.domain.errors import FsappError
from fsapp.domain.numbers import plain_number
from fsapp.store import bulk, database
from fsapp.store.connections import changing, reading
from fsapp.store.customer_models import CustomerEventRow, CustomerKeyRow, CustomerRow
from fsapp.store.customer_rows import (
    COLUMNS,
    customer_fields,
    customer_row,
    customers,
    event_row,
    key_rows,
    new_ids,
    owners_of,
)

Edit = Callable[[Customer], Customer]

_PAGE = 1000


class CustomerRefused(FsappError):
    """A change that cannot be made; the sentence says why."""


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """What became of a customer's data; `at` is UTC milliseconds."""

    customer: int
    at: int
    who: str
    what: str
    fields: Mapping[str, Any]


class Customers:
    """All customers, over connections of its own. They block: within the engine call them off the hub.

    Every method raises StoreError where the database cannot be used, or has no schema yet.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def find(self, text: str, limit: int = 50) -> tuple[Customer, ...]:
        """Those with this number, account, meter or id; else those with this in their names."""
        with reading(self._url) as connected:
            ids = _ids_by_key(connected, text) or _ids_by_name(connected, text, limit)
            return tuple(customers(connected, ids[:limit]))

    def get(self, id: int) -> Customer | None:
        """One customer; where it was merged into another, that one."""
        with reading(self._url) as connected:
            return _kept(connected, id)

    def of_number(self, number: str) -> Customer | None:
        """Whose number this is, in whatever form."""
        with reading(self._url) as connected:
            return owner_of_number(connected, number)

    def all(self) -> Iterator[Customer]:
        """Everybody who was not merged into another, by id; read as they are asked for."""
        with reading(self._url) as connected:
            last = 0
            while ids := _page(connected, last):
                yield from customers(connected, ids)
                last = ids[-1]

    def count(self) -> int:
        """How many `all` gives."""
        with reading(self._url) as connected:
            query = CustomerRow.select(fn.COUNT(CustomerRow.id)).where(CustomerRow.merged_into.is_null())
            return int(query.scalar(connected))

    def add(self, act: Act, customer: Customer) -> Customer:
        """Keeps a customer, and gives it with its id. Raises CustomerRefused where another has one of its keys."""
        with changing(self._url) as connected:
            _check_keys(connected, customer)
            added = replace(customer, id=new_ids(connected, 1)[0])
            _write(connected, added, is_new=True)
            _note(connected, act, added.id, "added", changes(Customer(), added))
            return added

    def change(self, act: Act, id: int, edit: Edit) -> Customer:
        """Has `edit` make the new data of the one that is kept, and gives it.

        Raises CustomerRefused where there is no such customer or another has one of its keys, and whatever `edit`
        raises.
        """
        with changing(self._url) as connected:
            before = _locked(connected, id)
            after = edit(before)
            changed = changes(before, after)
            if changed:
                _check_keys(connected, after)
                _write(connected, after)
                _note(connected, act, id, "changed", changed)
            return after

    def merge(self, act: Act, id: int, other_id: int) -> Customer:
        """Makes one of two: `other_id` lives on in `id`, and its data stay in the events of both.

        Raises CustomerRefused where one of them is not there, or was merged already.
        """
        if id == other_id:
            raise CustomerRefused(f"C{id} and C{other_id} are one customer already")
        with changing(self._url) as connected:
            locked = {each: _locked(connected, each) for each in sorted((id, other_id))}
            kept, other = locked[id], locked[other_id]
            _write(connected, replace(other, numbers=(), accounts=(), meters=(), merged_into=id))
            after = merged(kept, other)
            _write(connected, after)
            earlier = CustomerRow.merged_into == other_id
            CustomerRow.update(merged_into=id).where(earlier).execute(connected)
            _note(connected, act, other_id, "merged into", {"into": f"C{id}", "was": customer_fields(other)})
            taken = {"other": f"C{other_id}", "changed": changes(kept, after)}
            _note(connected, act, id, "merged with", taken)
            return after

    def events(self, ids: Sequence[int]) -> tuple[CustomerEvent, ...]:
        """What became of these customers' data, in order of time."""
        row = CustomerEventRow
        query = row.select(row.customer, row.at, row.who, row.what, row.fields).where(row.customer << list(ids))
        with reading(self._url) as connected:
            found = database.select(connected, query.order_by(row.at, row.customer, row.seq))
            return tuple(CustomerEvent(id, at, who, what, json.loads(text)) for id, at, who, what, text in found)

    def ids_of(self, id: int) -> tuple[int, ...]:
        """The ids that a customer has and had: its own, and those merged into it."""
        with reading(self._url) as connected:
            query = CustomerRow.select(CustomerRow.id).where(CustomerRow.merged_into == id).order_by(CustomerRow.id)
            return (id, *(each for (each,) in database.select(connected, query)))


def owner_of_number(connected: Database, number: str) -> Customer | None:
    """Whose number this is, in whatever form."""
    try:
        wanted = (KeyKind.NUMBER, plain_number(number))
    except ValueError:
        return None
    ids = list(owners_of(connected, [wanted]).values())
    return next(customers(connected, ids), None)


def _ids_by_key(connected: Database, text: str) -> list[int]:
    own = shown_id(text)
    if own is not None:
        kept = _kept(connected, own)
        return [kept.id] if kept else []
    forms = {text.strip()}
    with suppress(ValueError):  # for an account, or a name
        forms.add(plain_number(text))
    query = CustomerKeyRow.select(CustomerKeyRow.customer).where(CustomerKeyRow.value << sorted(forms)).distinct()
    return sorted(customer for (customer,) in database.select(connected, query))


def _ids_by_name(connected: Database, text: str, limit: int) -> list[int]:
    if not text.strip():
        return []
    name = CustomerRow.name
    query = CustomerRow.select(CustomerRow.id).where(name.contains(text.strip()), CustomerRow.merged_into.is_null())
    return [id for (id,) in database.select(connected, query.order_by(name, CustomerRow.id).limit(limit))]


def _page(connected: Database, last: int) -> list[int]:
    row = CustomerRow
    query = row.select(row.id).where(row.id > last, row.merged_into.is_null()).order_by(row.id).limit(_PAGE)
    return [id for (id,) in database.select(connected, query)]


def _kept(connected: Database, id: int) -> Customer | None:
    found = next(customers(connected, [id]), None)
    if found is None or found.merged_into is None:
        return found
    return next(customers(connected, [found.merged_into]), None)


def _locked(connected: Database, id: int) -> Customer:
    """The customer, whom nobody else changes until the transaction ends: writing a row locks it in every database."""
    CustomerRow.update(merged_into=CustomerRow.merged_into).where(CustomerRow.id == id).execute(connected)
    found = next(customers(connected, [id]), None)
    if found is None:
        raise CustomerRefused(f"there is no customer C{id}")
    if found.merged_into is not None:
        raise CustomerRefused(f"C{id} was merged into C{found.merged_into}")
    return found


def _check_keys(connected: Database, customer: Customer) -> None:
    if customer.is_empty:
        raise CustomerRefused("a customer has a name, a number, an account or a meter")
    for (kind, value), owner in owners_of(connected, keys(customer)).items():
        if owner != customer.id:
            raise CustomerRefused(f"the {kind} {value} is that of C{owner}; `fsapp customers merge` makes one of two")


def _write(connected: Database, customer: Customer, *, is_new: bool = False) -> None:
    row = dict(zip(COLUMNS, customer_row(customer), strict=True))
    try:
        if is_new:
            CustomerRow.insert(**row).execute(connected)
        else:
            CustomerRow.update(**row).where(CustomerRow.id == customer.id).execute(connected)
            CustomerKeyRow.delete().where(CustomerKeyRow.customer == customer.id).execute(connected)
        bulk.insert(connected, CustomerKeyRow, key_rows(customer))
    except IntegrityError as error:  # it passed the checks and lost a race
        raise CustomerRefused("a number, an account or a meter was taken by another customer just now") from error


def _note(connected: Database, act: Act, customer: int, what: str, fields: Mapping[str, Any]) -> None:
    query = CustomerEventRow.select(fn.MAX(CustomerEventRow.seq)).where(CustomerEventRow.customer == customer)
    last = query.scalar(connected)
    row = event_row(customer, 0 if last is None else last + 1, act.at, act.who, what, fields)
    bulk.insert(connected, CustomerEventRow, [row])
