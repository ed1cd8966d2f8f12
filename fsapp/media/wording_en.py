"""How figures in an English text are said."""

import re
from collections.abc import Callable

from fsapp.domain import spoken
from fsapp.media.wording_rules import ALONE, END, NO_GROUP, NUMBER, SIGNED, Rule

_UNITS = {
    "kWh": "kilowatt hours",
    "kW": "kilowatts",
    "kV": "kilovolts",
    "km": "kilometres",
    "kg": "kilograms",
    "℃": "degrees Celsius",
    "°C": "degrees Celsius",
}
_NUMBERED = "call|dial|code|PIN|number|account|extension|hotline|reference"


def _rule(pattern: str, say: Callable[[str, str], str], after: str = "") -> Rule:
    return Rule(re.compile(pattern), lambda text: say(text, "en"), after)


def _dollars(text: str, language: str) -> str:
    return spoken.money(text, language, "USD")


def _clock(text: str, _language: str) -> str:
    """9:30 before a written p.m.: the hour and the minute alone."""
    return spoken.time(text, "en").removesuffix(" a.m.").removesuffix(" p.m.")


def _range(_dash: str, _language: str) -> str:
    return "to"


ENGLISH: tuple[Rule, ...] = (
    _rule(r"(?<=[0-9])\s?(?P<n>[-~–—])\s?(?=[0-9]{1,2}:[0-9]{2})", _range),
    _rule(r"(?<=[0-9])\s?(?P<n>[~–—])\s?(?=[0-9])", _range),
    _rule(rf"{ALONE}(?P<n>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?![0-9])", spoken.date),
    _rule(rf"{ALONE}(?P<n>[0-9]{{1,2}}:[0-9]{{2}})(?=\s?[AaPp]\.?[Mm]\b)", _clock),
    _rule(rf"{ALONE}(?P<n>[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)(?![0-9])", spoken.time),
    _rule(rf"[¥￥]\s?(?P<n>{NUMBER})", spoken.money),
    _rule(rf"\$\s?(?P<n>{NUMBER})", _dollars),
    _rule(rf"{ALONE}(?P<n>{SIGNED})\s?%", spoken.percent),
    _rule(rf"{ALONE}(?P<n>[0-9]+)(?:st|nd|rd|th)\b", spoken.ordinal),
    _rule(rf"(?i)(?P<keep>\b(?:{_NUMBERED})(?: is|:)?\s)(?P<n>[0-9-]{{3,}}){END}", spoken.digits),
    _rule(rf"{ALONE}(?P<n>\+?[0-9](?:[0-9]{{6,}}|[0-9]*(?:-[0-9]{{3,}})+)){END}", spoken.phone),
    _rule(rf"{ALONE}{NO_GROUP}(?P<n>0[0-9]+){END}", spoken.digits),
    *(
        _rule(rf"{ALONE}(?P<n>{SIGNED})\s?{unit}(?![A-Za-z])", spoken.number, f" {name}")
        for unit, name in _UNITS.items()
    ),
    _rule(rf"(?P<n>{SIGNED})", spoken.number),
    _rule(r"(?P<n>[0-9])", spoken.digits),
)
"""In this order: the first rule that knows a figure says it."""
