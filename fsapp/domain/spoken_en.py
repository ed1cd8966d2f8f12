"""Values in English words: "and" after the hundreds, no commas, since a voice pauses at each and breaks the number."""

import datetime as dt
from decimal import Decimal

from fsapp.domain.spoken_values import Amount, Length

_ONES = tuple(
    "zero one two three four five six seven eight nine ten "  # noqa: SIM905 - a column of twenty quoted words hides them
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS = ("", " thousand", " million", " billion", " trillion")
_MONTHS = tuple(
    "January February March April May June "  # noqa: SIM905 - as above
    "July August September October November December".split()
)
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_SIGNS = {**dict(zip("0123456789", _ONES, strict=False)), "*": "star", "#": "pound", "+": "plus"}
_CURRENCIES = {"CNY": (("yuan", "yuan"), ("fen", "fen")), "USD": (("dollar", "dollars"), ("cent", "cents"))}


def number(value: Decimal) -> str:
    whole, _, fraction = f"{abs(value):f}".partition(".")
    point = " point " + " ".join(_ONES[int(digit)] for digit in fraction) if fraction else ""
    return ("minus " if value < 0 else "") + _whole(int(whole)) + point


def _whole(value: int) -> str:
    if value < 1000:
        return _below_thousand(value)
    groups = [(value // 1000**power % 1000, power) for power in (4, 3, 2, 1)]
    words = [_below_thousand(group) + _THOUSANDS[power] for group, power in groups if group]
    rest = value % 1000
    if rest:
        words.append(f"and {_below_hundred(rest)}" if rest < 100 else _below_thousand(rest))
    return " ".join(words)


def _below_thousand(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return _below_hundred(rest)
    return f"{_ONES[hundreds]} hundred" + (f" and {_below_hundred(rest)}" if rest else "")


def _below_hundred(value: int) -> str:
    if value < 20:
        return _ONES[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def digits(groups: list[str]) -> str:
    return ", ".join(" ".join(_SIGNS.get(sign, sign.upper()) for sign in group) for group in groups)


def money(amount: Amount) -> str:
    names, small_names = _CURRENCIES[amount.currency]
    parts = [_counted(amount.units, names)] if amount.units or not amount.hundredths else []
    parts += [_counted(amount.hundredths, small_names)] if amount.hundredths else []
    return "minus " * amount.negative + " and ".join(parts)


def _counted(value: int, names: tuple[str, str]) -> str:
    return f"{_whole(value)} {names[value != 1]}"


def date(value: dt.date) -> str:
    return f"{_MONTHS[value.month - 1]} {ordinal(value.day)}, {_year(value.year)}"


def _year(year: int) -> str:
    """By the pair, as in twenty twenty-six; two thousand and five; nineteen oh five."""
    century, rest = divmod(year, 100)
    if (century % 10 == 0 and rest < 10) or century < 10:
        return _whole(year)
    if rest == 0:
        return f"{_whole(century)} hundred"
    return f"{_whole(century)} {'oh ' * (rest < 10)}{_whole(rest)}"


def time(value: dt.time) -> str:
    if value.minute == 0 and value.hour in (0, 12):
        return "noon" if value.hour else "midnight"
    hour = _whole(value.hour % 12 or 12)
    return f"{hour}{_minutes(value.minute)} {'p.m.' if value.hour >= 12 else 'a.m.'}"


def _minutes(minute: int) -> str:
    if minute == 0:
        return ""
    return f" {'oh ' * (minute < 10)}{_whole(minute)}"


def ordinal(value: int) -> str:
    words = _whole(value)
    last = words.replace("-", " ").rsplit(" ", 1)[-1]
    return words.removesuffix(last) + (_ORDINALS.get(last) or f"{last}th".replace("yth", "ieth"))


def percent(value: Decimal) -> str:
    return f"{number(value)} percent"


def position(ahead: int) -> str:
    if ahead == 0:
        return "You are next in line."
    return f"There {'is' if ahead == 1 else 'are'} {_counted(ahead, ('caller', 'callers'))} ahead of you."


def wait(least: int, most: int) -> str:
    if most <= 1:
        return "We expect to answer in less than a minute."
    minutes = _counted(most, ("minute", "minutes"))
    if least == 0:
        return f"We expect to answer within {minutes}."
    return f"We expect to answer in {'about ' if least == most else f'{_whole(least)} to '}{minutes}."


def duration(length: Length) -> str:
    parts = ((length.days, "day"), (length.hours, "hour"), (length.minutes, "minute"), (length.seconds, "second"))
    words = [_counted(count, (unit, f"{unit}s")) for count, unit in parts if count]
    if len(words) > 1:
        words.insert(-1, "and")
    return " ".join(words) or "zero seconds"
