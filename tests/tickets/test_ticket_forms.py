"""What may stand in the fields of a kind."""

from typing import Any

import pytest

from fsapp.tickets.forms import Field, FieldType, filled, fitting

CASES = [
    (FieldType.TEXT, " 城东路1号 ", "城东路1号"),
    (FieldType.NUMBER, "12", 12),
    (FieldType.NUMBER, "-3.5", -3.5),
    (FieldType.DIGITS, "0042", "0042"),
    (FieldType.PHONE, "+86 138-0013-8000", "13800138000"),
    (FieldType.DATE, "2026-11-24", "2026-11-24"),
    (FieldType.TIME, "08:30", "08:30"),
    (FieldType.MOMENT, "2026-11-24 08:30", "2026-11-24 08:30"),
    (FieldType.MOMENT, "2026-11-24T08:30", "2026-11-24 08:30"),
    (FieldType.YES_NO, "yes", True),
    (FieldType.YES_NO, "否", False),
    (FieldType.CHOICE, "red", "red"),
]

WRONG = [
    (FieldType.NUMBER, "1e9", "'f' is '1e9'; it is a number, such as 12 or 3.5"),
    (FieldType.NUMBER, "十二", "it is a number"),
    (FieldType.DIGITS, "M1", "it is digits alone"),
    (FieldType.DIGITS, "١٢", "it is digits alone"),
    (FieldType.PHONE, "x", "it is a telephone number"),
    (FieldType.DATE, "24.11.2026", "it is a date, such as 2026-11-24"),
    (FieldType.DATE, "2026-02-30", "it is a date"),
    (FieldType.TIME, "25:00", "it is a time of the day, such as 08:30"),
    (FieldType.MOMENT, "2026-11-24", "it is a day and a time"),
    (FieldType.MOMENT, "2026-11-24 08:30+08:00", "it is a day and a time"),
    (FieldType.YES_NO, "maybe", "it is yes or no"),
    (FieldType.CHOICE, "blue", "'f' is 'blue'; it is one of red, green"),
    (FieldType.TEXT, "x" * 2001, "'f' is longer than 2000 characters"),
]


def field(type: FieldType, **given: Any) -> Field:
    choices = ("red", "green") if type is FieldType.CHOICE else ()
    return Field("f", "字段", "field", type, choices=choices, **given)


@pytest.mark.parametrize(("type", "text", "value"), CASES)
def test_what_is_right_is_kept_in_one_form(type: FieldType, text: str, value: Any) -> None:
    assert filled({"f": field(type)}, {"f": text}) == {"f": value}


@pytest.mark.parametrize(("type", "text", "sentence"), WRONG)
def test_what_is_wrong_is_told(type: FieldType, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        filled({"f": field(type)}, {"f": text})


@pytest.mark.parametrize("given", [{}, {"f": ""}, {"f": "  "}])
def test_what_is_empty_is_not_given(given: dict[str, str]) -> None:
    assert filled({"f": field(FieldType.DATE)}, given) == {}
    with pytest.raises(ValueError, match=r"the field 'f' \(字段\) must be filled in"):
        filled({"f": field(FieldType.DATE, required=True)}, given)


def test_a_field_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="there is no field 'g' in it; known: f"):
        filled({"f": field(FieldType.TEXT)}, {"g": "x"})


def test_what_fits_is_told_from_what_does_not() -> None:
    form = {"f": field(FieldType.DATE, required=True)}
    assert fitting(form, {"f": "gestern", "g": "x"}) == ({}, ("f: gestern", "g: x"))
    assert fitting(form, {"f": "2026-11-24"}) == ({"f": "2026-11-24"}, ())
