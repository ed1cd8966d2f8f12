"""How values are said aloud, in Mandarin ("zh") and English ("en"): what the filters of the flow language call.

Every function takes what a flow may hold (numbers, dates, or text that is one) and gives words that any voice reads
right, since none of them is left a digit to guess at. Raises ValueError, with a sentence, for what cannot be said.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import ceil
from types import MappingProxyType
from typing import Any, Protocol

from fsapp.domain import spoken_en, spoken_zh
from fsapp.domain.spoken_values import (
    Amount,
    Length,
    as_amount,
    as_date,
    as_decimal,
    as_length,
    as_marks,
    as_phone,
    as_time,
    as_whole,
)


class Tongue(Protocol):
    """One language's way of saying values; each is a module of this package."""

    def number(self, value: Decimal) -> str: ...

    def digits(self, groups: list[str]) -> str: ...

    def money(self, amount: Amount) -> str: ...

    def date(self, value: dt.date) -> str: ...

    def time(self, value: dt.time) -> str: ...

    def ordinal(self, value: int) -> str: ...

    def percent(self, value: Decimal) -> str: ...

    def duration(self, length: Length) -> str: ...

    def position(self, ahead: int) -> str: ...

    def wait(self, least: int, most: int) -> str: ...


_TONGUES: Mapping[str, Tongue] = MappingProxyType({"zh": spoken_zh, "en": spoken_en})

LANGUAGES = tuple(_TONGUES)


def number(value: Any, language: str) -> str:
    """An amount: 10086 is 一万零八十六. At most six decimals are said, and fifteen digits before the point."""
    return _tongue(language).number(as_decimal(value))


def digits(value: Any, language: str) -> str:
    """Sign by sign, with a pause between groups: account numbers, codes, plates. Letters are kept."""
    return _tongue(language).digits(as_marks(value))


def phone(value: Any, language: str) -> str:
    """A telephone number, grouped as people say it; the country code of China is left out."""
    return _tongue(language).digits(as_phone(value))


def money(value: Any, language: str, currency: str = "CNY") -> str:
    """An amount of CNY or USD, rounded half up to the hundredth."""
    return _tongue(language).money(as_amount(value, currency))


def date(value: Any, language: str) -> str:
    """A day with its year. A time of day beside it is ignored."""
    return _tongue(language).date(as_date(value))


def time(value: Any, language: str) -> str:
    """A time of day, by the hour and minute: 24 hours in Mandarin, twelve in English."""
    return _tongue(language).time(as_time(value))


def ordinal(value: Any, language: str) -> str:
    """A place in a row, from the first on."""
    place = as_whole(value)
    if place < 1:
        raise ValueError(f"{place} is no place in a row; these begin at 1")
    return _tongue(language).ordinal(place)


def percent(value: Any, language: str) -> str:
    """A percentage: 12.5 (or the text "12.5%") is 百分之十二点五."""
    bare = value.strip().removesuffix("%") if isinstance(value, str) else value
    return _tongue(language).percent(as_decimal(bare))


def duration(seconds: Any, language: str) -> str:
    """A length of time, to the nearest second."""
    return _tongue(language).duration(as_length(seconds))


def position(place: int, language: str) -> str:
    """A sentence about a place in a queue, from 1: how many are before it."""
    return _tongue(language).position(max(place, 1) - 1)


def wait(low: float, high: float, language: str) -> str:
    """A sentence about a wait of `low` to `high` seconds: a range of whole minutes that holds both."""
    return _tongue(language).wait(int(low // 60), ceil(high / 60))


def _tongue(language: str) -> Tongue:
    if language not in _TONGUES:
        raise ValueError(f"values can be said in {', '.join(LANGUAGES)}; not in {language!r}")
    return _TONGUES[language]


FILTERS: Mapping[str, Callable[[Any, str], str]] = MappingProxyType(
    {
        "number": number,
        "digits": digits,
        "phone": phone,
        "money": money,
        "date": date,
        "time": time,
        "ordinal": ordinal,
        "percent": percent,
        "duration": duration,
    }
)
"""What a flow's templates may call, by name."""
