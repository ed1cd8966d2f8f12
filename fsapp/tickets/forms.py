"""The own fields of a kind of ticket (自定义表单): what may stand in them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from fsapp.domain.numbers import plain_number

LONGEST = 2000


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DIGITS = "digits"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    """A day and a time."""
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `zh` and `en` are what people call it."""

    name: str
    zh: str
    en: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Any:
        """What is kept of what somebody wrote. Raises ValueError with a sentence."""
        if len(text) > LONGEST:
            raise ValueError(f"{self.name!r} is longer than {LONGEST} characters")
        if self.type is FieldType.CHOICE and text not in self.choices:
            raise ValueError(f"{self.name!r} is {text[:40]!r}; it is one of {', '.join(self.choices)}")
        try:
            return _READ[self.type](text)
        except ValueError:
            raise ValueError(f"{self.name!r} is {text[:40]!r}; {_WANTED[self.type]}") from None


Form = Mapping[str, Field]
"""The fields of a kind, by name."""


def filled(form: Form, given: Mapping[str, str], *, complete: bool = True) -> dict[str, Any]:
    """What is kept of a form as it was filled in; empty texts are not given. Raises ValueError for what is wrong.

    Unless it is to be `complete`, fields that must be filled in may be empty.
    """
    for name in given:
        if name not in form:
            raise ValueError(f"there is no field {name!r} in it; known: {', '.join(form) or 'none'}")
    missing = [name for name, field in form.items() if field.required and not given.get(name, "").strip()]
    if complete and missing:
        raise ValueError(f"the field {missing[0]!r} ({form[missing[0]].zh}) must be filled in")
    return {name: form[name].read(text.strip()) for name, text in given.items() if text.strip()}


def fitting(form: Form, given: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What fits its field, as it was given; and what does not, as lines."""
    kept: dict[str, str] = {}
    misfits = []
    for name, text in given.items():
        try:
            filled(form, {name: text}, complete=False)
        except ValueError:
            misfits.append(f"{name}: {text[:LONGEST]}")
        else:
            kept[name] = text
    return kept, tuple(misfits)


_YES_NO = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}


def _number(text: str) -> int | float:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text):
        raise ValueError
    return float(text) if "." in text else int(text)


def _digits(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,40}", text):
        raise ValueError
    return text


def _moment(text: str) -> str:
    if len(text) < 12:
        raise ValueError
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError
    return moment.isoformat(" ", "minutes")


def _yes_no(text: str) -> bool:
    if text.lower() not in _YES_NO:
        raise ValueError
    return _YES_NO[text.lower()]


_READ: Mapping[FieldType, Callable[[str], Any]] = {
    FieldType.TEXT: str,
    FieldType.NUMBER: _number,
    FieldType.DIGITS: _digits,
    FieldType.PHONE: plain_number,
    FieldType.DATE: lambda text: date.fromisoformat(text).isoformat(),
    FieldType.TIME: lambda text: time.fromisoformat(text).isoformat("minutes"),
    FieldType.MOMENT: _moment,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: str,
}

_WANTED: Mapping[FieldType, str] = {
    FieldType.TEXT: "it is a text",
    FieldType.NUMBER: "it is a number, such as 12 or 3.5",
    FieldType.DIGITS: "it is digits alone",
    FieldType.PHONE: "it is a telephone number",
    FieldType.DATE: "it is a date, such as 2026-11-24",
    FieldType.TIME: "it is a time of the day, such as 08:30",
    FieldType.MOMENT: "it is a day and a time, such as '2026-11-24 08:30'",
    FieldType.YES_NO: "it is yes or no",
    FieldType.CHOICE: "it is one of its choices",
}
