"""CSV files of customers, as `fsapp customers export` writes them and `import` reads them.

name,numbers,accounts,meters,level,groups,channel,language,address,email,note
李雷,13800138000;057188880000,1234567890,M0042,gold,vip,phone,zh,城东路1号,,

The first line names the columns, in any order; the heads may be Chinese (姓名, 电话, 户号, 表号, 级别, 群组, 渠道,
语言, 地址, 邮箱, 备注). A column `id` (编号) names customers who are known already, as C12. Several values in a cell
stand apart by semicolons.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fsapp.domain.customer import MASTER_DATA, Customer, shown_id
from fsapp.domain.errors import ConfigError, Problem
from fsapp.domain.numbers import plain_number
from fsapp.files import csv_cells
from fsapp.flow.spelling import hint
from fsapp.store.customer_import import Draft, Progress

HEADS = ("id", *MASTER_DATA)

_CHINESE = {
    "编号": "id",
    "姓名": "name",
    "户名": "name",
    "电话": "numbers",
    "户号": "accounts",
    "表号": "meters",
    "级别": "level",
    "群组": "groups",
    "渠道": "channel",
    "语言": "language",
    "地址": "address",
    "邮箱": "email",
    "备注": "note",
}
_KEYS = ("id", "numbers", "accounts", "meters")
_SEVERAL = re.compile(r"\s*[;；]\s*")


def read(file: Path, progress: Progress) -> tuple[list[Draft], list[Problem]]:
    """The rows that can be understood, and what is wrong with the others, by line.

    Raises ConfigError where it is no file of customers at all, and OSError.
    """
    total = _count(file)
    rows = csv_cells.lines(file)
    order = _order(file, next(rows, (1, ())))
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for number, (line, cells) in enumerate(rows, 1):
        try:
            drafts.append(Draft(line, _customer(order, cells)))
        except ValueError as error:
            problems.append(Problem(str(file), line, str(error)))
        if not number % 1000:
            progress(number, total)
    progress(total, total)
    if not drafts and not problems:
        raise ConfigError([Problem(str(file), 1, "there are no customers below the heads")])
    return drafts, problems


def written(customers: Iterable[Customer]) -> Iterator[str]:
    """The lines of a file."""
    yield csv_cells.BYTE_ORDER_MARK + csv_cells.row(HEADS)
    for each in customers:
        yield csv_cells.row([each.shown_id, *(_cell(getattr(each, name)) for name in MASTER_DATA)])


def _count(file: Path) -> int:
    with file.open("rb") as stream:
        return max(1, sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b"")) - 1)


def _order(file: Path, first: csv_cells.Line) -> list[str]:
    """What each column is. Raises ConfigError."""
    line, heads = first
    order = [_CHINESE.get(head, head.lower()) for head in heads]
    sentences = [f"there is no column {head!r}{hint(head, HEADS)}" for head in order if head not in HEADS]
    sentences += [f"the column {head!r} stands there twice" for head in sorted(set(order)) if order.count(head) > 1]
    if not sentences and not set(order) & set(_KEYS):
        sentences = [f"the first line is to name the columns, among them one of {', '.join(_KEYS)}"]
    if sentences:
        raise ConfigError([Problem(str(file), line, sentence) for sentence in sentences])
    return order


def _customer(order: Sequence[str], cells: Sequence[str]) -> Customer:
    """Raises ValueError."""
    if len(cells) != len(order):
        raise ValueError(f"there are {len(cells)} cells here, not {len(order)}")
    row = {head: _READ[head](cell) for head, cell in zip(order, cells, strict=True) if cell}
    return Customer(**row)


def _id(cell: str) -> int:
    found = shown_id(cell)
    if found is None:
        raise ValueError(f"{cell[:40]!r} is no customer's id: write C12, or nothing")
    return found


def _texts(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, _SEVERAL.split(cell))))


def _numbers(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain_number(number) for number in _texts(cell)))


_READ: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(HEADS, str),
    "id": _id,
    "numbers": _numbers,
    "accounts": _texts,
    "meters": _texts,
    "groups": _texts,
}


def _cell(value: str | tuple[str, ...]) -> str:
    return ";".join(value) if isinstance(value, tuple) else value
