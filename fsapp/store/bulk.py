"""Many rows in few statements."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from peewee import Model, PostgresqlDatabase
from peewee import __exception_wrapper__ as as_peewee_raises  # type: ignore[attr-defined]  # its stubs lack it

from fsapp.store import database, rows

KEEP_FIRST = "DO NOTHING"


COPIED_FROM = 500
"""So many rows go to PostgreSQL by COPY, which takes a third of an INSERT's time."""


def insert(connected: Any, table: type[Model], values: Sequence[rows.Row], conflict: str = "") -> None:
    """Many rows a statement: the driver gives up the interpreter lock at each, and waits long to get it back.

    `conflict` is what follows ON CONFLICT; without it a row that is there already is an IntegrityError.
    """
    if isinstance(connected, PostgresqlDatabase) and not conflict and len(values) >= COPIED_FROM:
        _copy(connected, table, values)
        return
    start = 0
    for count in powers_of_two(len(values)):
        part = values[start : start + count]
        start += count
        sql = _insert_sql(table, count, conflict, connected.param)
        database.execute(connected, sql, [cell for row in part for cell in row])


def _copy(connected: Any, table: type[Model], values: Sequence[rows.Row]) -> None:
    meta = table._meta  # peewee's own name for what it makes public
    columns = ", ".join(f'"{name}"' for name in meta.sorted_field_names)
    sql = f'COPY "{meta.table_name}" ({columns}) FROM STDIN'
    with as_peewee_raises, connected.connection().cursor() as cursor, cursor.copy(sql) as copy:
        for row in values:
            copy.write_row(row)


@lru_cache(maxsize=128)
def _insert_sql(table: type[Model], count: int, conflict: str, param: str) -> str:
    meta = table._meta  # peewee's own name for what it makes public
    columns = ", ".join(f'"{name}"' for name in meta.sorted_field_names)
    row = "(" + ", ".join([param] * len(meta.sorted_field_names)) + ")"
    sql = f'INSERT INTO "{meta.table_name}" ({columns}) VALUES {", ".join([row] * count)}'  # noqa: S608 -- names of our own models
    return f"{sql} ON CONFLICT {conflict}" if conflict else sql


def powers_of_two(total: int, largest: int = 128) -> Iterator[int]:
    """Sizes that add up to `total`: few different statements, which the driver keeps prepared."""
    while total:
        size = min(largest, 1 << (total.bit_length() - 1))
        yield size
        total -= size


def parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items, `size` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
