"""One number in all its forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.numbers import number_forms, plain_number

SAME = [
    ("13800138000", "138-0013-8000", "+86 138 0013 8000", "013800138000", "8613800138000", "008613800138000"),
    ("057188880000", "(0571) 8888-0000", "+8657188880000", "0571 88880000", "+86 (0571) 88880000"),
    ("01088886666", "010-88886666", "+861088886666"),
    ("4001234567", "400-123-4567", "+864001234567"),
    ("+4930123456", "+49 30 123456", "004930123456"),
    ("95598", "95598"),
    ("1001", "1001"),
]


@pytest.mark.parametrize(
    ("kept", "written"), [(forms[0], each) for forms in SAME for each in forms], ids=lambda text: text
)
def test_a_number_is_kept_in_one_form(kept: str, written: str) -> None:
    assert plain_number(written) == kept


@pytest.mark.parametrize("text", ["", "12", "anonymous", "000", "+", "1" * 21, "138x", "+86+138", "sip:1001"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no telephone number"):
        plain_number(text)


@given(st.from_regex(r"\+?[0-9]{3,20}", fullmatch=True).filter(lambda text: text.strip("+0")))
def test_a_number_that_is_kept_stays_as_it_is(text: str) -> None:
    kept = plain_number(text)
    assert plain_number(kept) == kept


@given(st.from_regex(r"(1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|\+[1-7][0-9]{7,12})", fullmatch=True))
def test_every_form_of_a_number_is_that_number(number: str) -> None:
    kept = plain_number(number)
    assert {plain_number(form) for form in number_forms(number)} == {kept}
    assert {number_forms(form) for form in number_forms(number)} == {number_forms(kept)}


def test_what_is_no_number_has_one_form() -> None:
    assert number_forms("anonymous") == ("anonymous",)
