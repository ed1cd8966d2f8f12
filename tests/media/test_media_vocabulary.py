"""The vocabulary of numbers: whatever `domain.spoken` says of values is made of these words, in both languages."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain import spoken
from fsapp.media import vocabulary
from fsapp.media.vocabulary import VOCABULARY, words_of

languages = st.sampled_from(("zh", "en"))
numbers = st.decimals(-(10**15) + 1, 10**15 - 1, places=6)


@given(numbers, languages)
def test_every_number(value: Decimal, language: str) -> None:
    assert words_of(spoken.number(value, language), language)
    assert words_of(spoken.percent(value, language), language)


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(("CNY", "USD")), languages)
def test_every_amount(value: Decimal, currency: str, language: str) -> None:
    assert words_of(spoken.money(value, language, currency), language)


@given(st.integers(1, 10**15 - 1), languages)
def test_every_place(value: int, language: str) -> None:
    assert words_of(spoken.ordinal(value, language), language)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)), st.times(), languages)
def test_every_date_and_time(day: dt.date, time: dt.time, language: str) -> None:
    assert words_of(spoken.date(day, language), language)
    assert words_of(spoken.time(time, language), language)


@given(st.integers(0, 10**8), languages)
def test_every_length_of_time(seconds: int, language: str) -> None:
    assert words_of(spoken.duration(seconds, language), language)


@given(st.from_regex(r"[0-9A-Za-z*#+]{1,20}", fullmatch=True), languages)
def test_every_sign_of_a_number_or_plate(marks: str, language: str) -> None:
    assert words_of(spoken.digits(marks, language), language)


def test_other_words_are_none() -> None:
    with pytest.raises(ValueError, match="'只' of '一只猫' is not"):
        words_of("一只猫", "zh")
    with pytest.raises(ValueError, match="'cats' of 'two cats' is not"):
        words_of("two cats", "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_has_a_file_of_its_own(language: str) -> None:
    names = [vocabulary.file_name(word) for word in VOCABULARY[language]]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalnum() and name.isascii() for name in names)


def test_files_of_hanzi_are_named_by_their_sound() -> None:
    assert vocabulary.file_name("百分之") == "bai3-fen1-zhi1"
    assert vocabulary.file_name("一") == "yi1"
