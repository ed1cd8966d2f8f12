"""Numbers held against cn2an and num2words. Where we differ, we differ on purpose, and here is why."""

from typing import Any

import cn2an
import num2words
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain import spoken

whole_numbers = st.integers(0, 14).flatmap(lambda places: st.integers(-(10**places), 10**places))


def as_cn2an_says(mandarin: str) -> str:
    """cn2an writes 二 everywhere; people say 两 before 百, 千, 万 and 亿."""
    return mandarin.replace("两", "二")


def as_num2words_says(english: str) -> str:
    """num2words writes a comma after each thousand; a voice would pause there and break the number in two."""
    return english.replace(",", "")


def skips_a_whole_group(value: int) -> bool:
    """100,009,000: cn2an says 一亿九千 and so loses the 零 that 一亿零九千 needs not to be heard as 190,000,000."""
    groups = [abs(value) // 10_000**power % 10_000 for power in (3, 2, 1, 0)]
    return any(groups[at] == 0 and groups[at + 1] >= 1000 and any(groups[:at]) for at in range(3))


@given(whole_numbers.filter(lambda value: not skips_a_whole_group(value)))
def test_mandarin_numbers_agree_with_cn2an(value: Any) -> None:
    assert as_cn2an_says(spoken.number(value, "zh")) == cn2an.an2cn(str(value), "low")


def test_mandarin_says_zero_for_a_skipped_group_of_four() -> None:
    assert spoken.number(100_009_000, "zh") == "一亿零九千"


@given(whole_numbers)
def test_mandarin_numbers_can_be_read_back(value: Any) -> None:
    assert cn2an.cn2an(as_cn2an_says(spoken.number(value, "zh")), "smart") == value


@given(st.decimals("-99999", "99999", places=3))
def test_mandarin_decimals_agree_with_cn2an(value: Any) -> None:
    plain = f"{value.normalize() + 0:f}"
    assert as_cn2an_says(spoken.number(value, "zh")) == cn2an.an2cn(plain, "low")


@given(whole_numbers)
def test_english_numbers_agree_with_num2words(value: Any) -> None:
    assert spoken.number(value, "en") == as_num2words_says(num2words.num2words(value))


@given(st.integers(1, 10**14))
def test_english_ordinals_agree_with_num2words(value: Any) -> None:
    assert spoken.ordinal(value, "en") == as_num2words_says(num2words.num2words(value, to="ordinal"))


@pytest.mark.parametrize("year", range(1001, 2200, 7))
def test_english_years_agree_with_num2words(year: int) -> None:
    said = spoken.date(f"{year:04}-01-02", "en").removeprefix("January second, ")
    assert said == num2words.num2words(year, to="year").replace("oh-", "oh ")


@given(st.one_of(st.text(), st.floats(), st.integers(), st.decimals(), st.datetimes(), st.booleans(), st.none()))
def test_any_value_is_said_or_refused_and_never_breaks(value: Any) -> None:
    for filter_ in spoken.FILTERS.values():
        for language in spoken.LANGUAGES:
            try:
                assert filter_(value, language).strip()
            except ValueError:
                continue
