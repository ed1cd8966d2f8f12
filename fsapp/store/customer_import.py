"""Many customers at once, in one transaction: those who are new are added, those who are known are completed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from peewee import IntegrityError

from fsapp.domain.admin import Act
from fsapp.domain.customer import MASTER_DATA, Customer, KeyKind, changes, keys
from fsapp.store import bulk, database, rows
from fsapp.store.connections import changing
from fsapp.store.customer_models import CustomerEventRow, CustomerKeyRow, CustomerRow
from fsapp.store.customer_rows import COLUMNS, chosen, customer_row, customers, event_row, key_rows, new_ids, owners_of
from fsapp.store.customers import CustomerRefused

_PART = 2000
_COMPLETE = '("id") DO UPDATE SET ' + ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS if name != "id")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of a file; `customer.id` is 0 where the row names none. `line` is for whoever wrote it."""

    line: int
    customer: Customer


@dataclass(slots=True)
class Taken:
    """What came of an import. `refused` are lines with sentences."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def take(
    url: str,
    act: Act,
    drafts: Sequence[Draft],
    source: str,
    *,
    all_or_none: bool = True,
    only_look: bool = False,
    progress: Progress,
) -> Taken:
    """Takes in what is right; nothing at all where a row is not, and `all_or_none`. `source` is kept with each.

    With `only_look` it says what would be refused. Raises StoreError; CustomerRefused where somebody else took a key
    meanwhile.
    """
    with changing(url) as connected:
        sorting = _Sorting(owners_of(connected, (key for draft in drafts for key in keys(draft.customer))))
        wanted = sorted({draft.customer.id for draft in drafts if draft.customer.id} | set(sorting.owners.values()))
        sorting.known = _locked(connected, wanted)
        for draft in drafts:
            sorting.place(draft)
        taken = Taken(refused=sorting.refused)
        if only_look or (sorting.refused and all_or_none):
            return taken
        try:
            _write(connected, act, sorting, source, taken, progress)
        except IntegrityError as error:
            raise CustomerRefused("a number, an account or a meter was taken by another customer just now") from error
        return taken


@dataclass(slots=True)
class _Sorting:
    """Which draft is whose. No customer and no key stands in two rows."""

    owners: Mapping[tuple[str, str], int]
    known: Mapping[int, Customer] = field(default_factory=dict)
    fresh: list[Draft] = field(default_factory=list)
    completed: dict[int, Draft] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)
    lines: dict[tuple[KeyKind, str], int] = field(default_factory=dict)

    def place(self, draft: Draft) -> None:
        found = keys(draft.customer)
        owners = {self.owners[key] for key in found if key in self.owners}
        if draft.customer.id:
            owners.add(draft.customer.id)
        sentence = self._wrong_owner(owners) or self._wrong_keys(found, owners)
        if sentence:
            self.refused.append((draft.line, sentence))
            return
        self.lines |= dict.fromkeys(found, draft.line)
        if owners:
            self.completed[owners.pop()] = draft
        else:
            self.fresh.append(draft)

    def _wrong_owner(self, owners: Collection[int]) -> str:
        """Why the customers that a row speaks of are not one, or empty."""
        for owner in sorted(owners):
            known = self.known.get(owner)
            if known is None:
                return f"there is no customer C{owner}"
            if known.merged_into is not None:
                return f"C{owner} was merged into C{known.merged_into}"
            if len(owners) == 1 and owner in self.completed:
                return f"this is C{owner}, as line {self.completed[owner].line} is"
        if len(owners) > 1:
            return (
                f"these are several customers: {', '.join(f'C{owner}' for owner in sorted(owners))}; merge them first"
            )
        return ""

    def _wrong_keys(self, found: Collection[tuple[KeyKind, str]], owners: Collection[int]) -> str:
        for kind, value in found:
            if (kind, value) in self.lines:
                return f"the {kind} {value} stands in line {self.lines[kind, value]} too"
        return "" if owners or found else "a new customer has a number, an account or a meter"


def _locked(connected: Any, ids: Sequence[int]) -> Mapping[int, Customer]:
    """The customers, whom nobody else changes until the transaction ends."""
    for part in bulk.parts(ids, _PART):
        marks = ", ".join([connected.param] * len(part))
        database.execute(connected, f"UPDATE customer SET merged_into = merged_into WHERE id IN ({marks})", part)  # noqa: S608 -- marks of parameters
    return {each.id: each for each in customers(connected, ids)}


def _write(connected: Any, act: Act, sorting: _Sorting, source: str, taken: Taken, progress: Progress) -> None:
    total = len(sorting.fresh) + len(sorting.completed)
    done = 0
    progress(0, total)
    for part in bulk.parts(sorting.fresh, _PART):
        _add(connected, act, part, source)
        taken.added += len(part)
        done += len(part)
        progress(done, total)
    for ids in bulk.parts(list(sorting.completed), _PART):
        changed = _complete(connected, act, [(sorting.known[id], sorting.completed[id]) for id in ids], source)
        taken.changed += changed
        taken.same += len(ids) - changed
        done += len(ids)
        progress(done, total)


def _add(connected: Any, act: Act, drafts: Sequence[Draft], source: str) -> None:
    pairs = list(zip(drafts, new_ids(connected, len(drafts)), strict=True))
    bulk.insert(connected, CustomerRow, [customer_row(draft.customer, id) for draft, id in pairs])
    bulk.insert(connected, CustomerKeyRow, [row for draft, id in pairs for row in key_rows(draft.customer, id)])
    events = [_event(act, id, 0, "imported", source, draft.line, {}) for draft, id in pairs]
    bulk.insert(connected, CustomerEventRow, events)


def _complete(connected: Any, act: Act, pairs: Iterable[tuple[Customer, Draft]], source: str) -> int:
    """How many had something new."""
    found = [(before, completed(before, draft.customer), draft.line) for before, draft in pairs]
    found = [(before, after, line) for before, after, line in found if before != after]
    if not found:
        return 0
    bulk.insert(connected, CustomerRow, [customer_row(after) for _, after, _ in found], _COMPLETE)
    bulk.insert(connected, CustomerKeyRow, [row for before, after, _ in found for row in _new_keys(before, after)])
    seqs = _last_seqs(connected, [before.id for before, _, _ in found])
    events = [
        _event(act, before.id, seqs.get(before.id, -1) + 1, "completed", source, line, changes(before, after))
        for before, after, line in found
    ]
    bulk.insert(connected, CustomerEventRow, events)
    return len(found)


def completed(before: Customer, draft: Customer) -> Customer:
    """What is known once a row of a file is taken in: lists grow, and what the row leaves empty stays."""
    known: dict[str, Any] = {}
    for name in MASTER_DATA:
        old, new = getattr(before, name), getattr(draft, name)
        known[name] = tuple(dict.fromkeys((*old, *new))) if isinstance(old, tuple) else new or old
    return replace(before, **known)


def _new_keys(before: Customer, after: Customer) -> list[rows.Row]:
    had = {row[:2] for row in key_rows(before)}
    return [row for row in key_rows(after) if row[:2] not in had]


def _last_seqs(connected: Any, ids: Sequence[int]) -> Mapping[int, int]:
    select = "SELECT customer, MAX(seq) FROM customer_event WHERE customer IN"
    return dict(chosen(connected, select, ids, "GROUP BY customer"))


def _event(
    act: Act, customer: int, seq: int, what: str, source: str, line: int, changed: Mapping[str, Any]
) -> rows.Row:
    return event_row(customer, seq, act.at, act.who, what, {"file": source, "line": line, **changed})
