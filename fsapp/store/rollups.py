"""Reading sums: of any period, by any of a family's keys; whole hours and days off the tables of sums, and what is left
at a period's ends off the records.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from peewee import Database

from fsapp.domain.errors import StoreError
from fsapp.domain.periods import Period, Piece, pieces
from fsapp.domain.rollups import Family, Part
from fsapp.domain.sums import Keys, Question, Sums
from fsapp.store import database
from fsapp.store.raw_parts import parts

MOST_PIECES = 1000
"""Of a statement: four parameters each, and SQLite takes 32,766."""

MOST_ROWS = 200_000
"""A report of more rows is for no reader."""

Placed = tuple[int, Piece]


def sums(connected: Database, question: Question, periods: Sequence[Period]) -> Sums:
    """What is summed up of each period. Raises StoreError where that is more than anybody reads."""
    whole: list[Placed] = []
    ends: list[tuple[int, Period]] = []
    for number, period in enumerate(periods):
        rows, edges = pieces(period, totals=question.totals)
        whole.extend((number, row) for row in rows)
        ends.extend((number, edge) for edge in edges)
    found: dict[tuple[int, Keys], dict[str, int]] = {}
    for start in range(0, len(whole), MOST_PIECES):
        for number, keys, amounts in _summed(connected, question, whole[start : start + MOST_PIECES]):
            _add(found, question.family, (number, keys), amounts)
    for number, edge in ends:
        for part in parts(connected, question.family, edge):
            if (kept := _kept(question, part)) is not None:
                _add(found, question.family, (number, kept), part[2])
    return found


def _add(found: dict[tuple[int, Keys], dict[str, int]], family: Family, key: tuple[int, Keys], more: Any) -> None:
    amounts = found.setdefault(key, dict.fromkeys(family.amounts, 0))
    for name, amount in zip(family.amounts, more, strict=True):
        amounts[name] = max(amounts[name], amount) if name in family.most else amounts[name] + amount
    if len(found) > MOST_ROWS:
        raise StoreError(f"that comes to more than {MOST_ROWS} rows: ask for a shorter period, or for fewer keys")


def _kept(question: Question, part: Part) -> Keys | None:
    """The keys asked for; None where others are."""
    keys = dict(zip(question.family.keys, part[1], strict=True))
    if any(keys[name] != value for name, value in question.where.items()):
        return None
    return tuple(keys[name] for name in question.keys)


def _summed(
    connected: Database, question: Question, placed: Sequence[Placed]
) -> Iterator[tuple[int, Keys, Sequence[int]]]:
    parameters = [cell for number, (span, since, until) in placed for cell in (number, span.value, since, until)]
    sql = _sql(question, len(placed), connected.param)
    for number, *row in database.execute(connected, sql, [*parameters, *question.where.values()]):
        count = len(question.keys)
        yield number, tuple(row[:count]), [int(amount) for amount in row[count:]]


def _sql(question: Question, count: int, param: str) -> str:
    """The periods' pieces are the outer loop, each a range of the table's key."""
    family = question.family
    piece = "(" + ", ".join([param] * 4) + ")"
    keys = [f't."{name}"' for name in question.keys]
    amounts = [f'SUM(t."{name}")' for name in family.sums] + [f'MAX(t."{name}")' for name in family.most]
    where = [f't."{name}" = {param}' for name in question.where]
    rows = " AND ".join(["t.span = piece.span", "t.since >= piece.since", "t.since < piece.until", *where])
    return (
        f"WITH piece(number, span, since, until) AS (VALUES {', '.join([piece] * count)}) "  # noqa: S608 -- names of our own tables
        f"SELECT {', '.join(['piece.number', *keys, *amounts])} "
        f'FROM piece CROSS JOIN "{family.table}" t WHERE {rows} GROUP BY {", ".join(["piece.number", *keys])}'
    )
