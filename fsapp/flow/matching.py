"""Which of the keys that an operator wrote fits a value: the value itself, or a range of numbers such as `1-5`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

_RANGE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)-(-?[0-9]+(?:\.[0-9]+)?)\Z")


@dataclass(frozen=True, slots=True)
class Range:
    """A key that is a range; both ends belong to it."""

    key: str
    low: Decimal
    high: Decimal


def ranges(keys: Iterable[str]) -> Iterator[Range]:
    """The ranges among `keys`, as written."""
    for key in keys:
        if ends := _RANGE.match(key):
            yield Range(key, Decimal(ends[1]), Decimal(ends[2]))


def fitting(value: Any, keys: Iterable[str]) -> str | None:
    """The key that is `value`, else the first range that it lies in, else None."""
    keys = tuple(keys)
    text = _as_written(value)
    if text in keys:
        return text
    number = _as_number(text)
    if number is None:
        return None
    return next((each.key for each in ranges(keys) if each.low <= number <= each.high), None)


def _as_written(value: Any) -> str:
    """A value as an operator writes it: true, 5, 2.5, gold."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)


def _as_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
