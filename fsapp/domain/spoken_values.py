"""From what a flow holds to what can be said: text, floats and dates become exact values, or a ValueError."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LIMIT = Decimal(10) ** 15
"""Numbers reach up to this, not including it: nobody keeps more in the ear."""

CURRENCIES = ("CNY", "USD")

_SMALLEST = Decimal("0.000001")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}|[0-9]{1,3}(?:,[0-9]{3}){1,12})(?:\.[0-9]{1,40})?\Z")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?\Z")
_SEPARATORS = re.compile(r"[\s,，.()/_-]+")
_DIGITS_OR_NOT = re.compile(r"[0-9]+|[^0-9]+")
_SIGNS = frozenset("0123456789*#+")
_LONGEST = 64


def as_decimal(value: Any) -> Decimal:
    """An exact number, with six decimals at most. Raises ValueError."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
    exact = _exact(value)
    if exact is None or not exact.is_finite():
        raise ValueError(f"{_shown(value)} is not a number")
    if not -LIMIT < exact < LIMIT:
        raise ValueError(f"{_shown(value)} is too large to be said")
    return exact.quantize(_SMALLEST, ROUND_HALF_UP).normalize() + 0  # + 0: minus zero is zero


def _exact(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, str) and _NUMBER.match(value.strip()):
        return Decimal(value.strip().replace(",", ""))
    return None


def as_whole(value: Any, *, rounded: bool = False) -> int:
    """A whole number. Raises ValueError, also for a fraction unless it may be `rounded`."""
    exact = as_decimal(value)
    if rounded:
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    if exact != exact.to_integral_value():
        raise ValueError(f"{_shown(value)} is not a whole number")
    return int(exact)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money: so many units and hundredths of CNY or USD."""

    negative: bool
    units: int
    hundredths: int
    currency: str


def as_amount(value: Any, currency: str) -> Amount:
    """An amount of money, rounded half up to the hundredth. Raises ValueError."""
    if currency not in CURRENCIES:
        raise ValueError(f"amounts can be said in {', '.join(CURRENCIES)}; not in {currency!r}")
    hundredths = as_whole(as_decimal(value) * 100, rounded=True)
    return Amount(hundredths < 0, *divmod(abs(hundredths), 100), currency)


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time."""

    days: int
    hours: int
    minutes: int
    seconds: int


def as_length(value: Any) -> Length:
    """A length of time from seconds, to the nearest one. Raises ValueError, also for a negative one."""
    seconds = as_whole(value, rounded=True)
    if seconds < 0:
        raise ValueError(f"{seconds} seconds: a duration is not negative")
    return Length(seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)


def as_date(value: Any) -> date:
    """A day, from a date, a datetime or ISO 8601 text. Raises ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()).date()
        except ValueError:
            pass
    raise ValueError(f"{_shown(value)} is not a date; write it as 2026-11-21")


def as_time(value: Any) -> time:
    """A time of day, from a time, a datetime, ISO 8601 text or `9:30`. Raises ValueError."""
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if isinstance(value, str):
        return _parsed_time(value.strip())
    raise ValueError(f"{_shown(value)} is not a time of day; write it as 9:30")


def _parsed_time(text: str) -> time:
    clock = _TIME.match(text)
    if clock:
        return time(int(clock[1]), int(clock[2]))
    try:
        if ":" in text:
            return datetime.fromisoformat(text).time()
    except ValueError:
        pass
    raise ValueError(f"{_shown(text)} is not a time of day; write it as 9:30")


def as_marks(value: Any) -> list[str]:
    """Groups of digits, letters and `*#+`, split where the text is and where it is too long for the ear."""
    text = _written(value)
    runs = [run for run in _SEPARATORS.split(text) if run]
    if not runs or len(text) > _LONGEST or not all(map(_can_be_said, "".join(runs))):
        raise ValueError(f"{_shown(value)} cannot be said sign by sign: only digits, letters, '*', '#' and '+' can")
    return [group for run in runs for group in _grouped(run)]


def _can_be_said(sign: str) -> bool:
    return sign in _SIGNS or sign.isalpha()


def as_phone(value: Any) -> list[str]:
    """The groups of a telephone number. Raises ValueError."""
    groups = as_marks(_without_china(_written(value)))
    if not all(sign in "0123456789*#+" for group in groups for sign in group):
        raise ValueError(f"{_shown(value)} is not a telephone number")
    return groups


def _without_china(text: str) -> str:
    return re.sub(r"^(\+|00)86[ -]?(?=[0-9])", "", text)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value).strip()
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    raise ValueError(f"{_shown(value)} cannot be said sign by sign; give it as text")


def _grouped(run: str) -> list[str]:
    """Up to six signs stay together; longer runs of digits are said in threes and fours, as 138 0013 8000."""
    if len(run) <= 6:
        return [run]
    return [group for part in _DIGITS_OR_NOT.findall(run) for group in (_cut(part) if part.isdecimal() else [part])]


def _cut(digits: str) -> list[str]:
    if len(digits) <= 6:
        return [digits]
    head = 3 * (-len(digits) % 4)
    return [digits[at : at + 3] for at in range(0, head, 3)] + [
        digits[at : at + 4] for at in range(head, len(digits), 4)
    ]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
