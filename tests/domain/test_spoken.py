"""Values said aloud: case tables, and what cannot be said."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fsapp.domain import spoken


@pytest.mark.parametrize(
    ("value", "mandarin", "english"),
    [
        (0, "零", "zero"),
        (2, "二", "two"),
        (10, "十", "ten"),
        (12, "十二", "twelve"),
        (102, "一百零二", "one hundred and two"),
        (110, "一百一十", "one hundred and ten"),
        (200, "两百", "two hundred"),
        (2200, "两千二百", "two thousand two hundred"),
        (10_010, "一万零一十", "ten thousand and ten"),
        (100_010, "十万零一十", "one hundred thousand and ten"),
        (22_222, "两万二千二百二十二", "twenty-two thousand two hundred and twenty-two"),
        (100_020_000, "一亿零两万", "one hundred million twenty thousand"),
        (1_000_200_000_000, "一万零两亿", "one trillion two hundred million"),
        (-5, "负五", "minus five"),
        (0.1 + 0.2, "零点三", "zero point three"),
        (-0.0, "零", "zero"),
        (2.05, "二点零五", "two point zero five"),
        (Decimal("2.50"), "二点五", "two point five"),
        (" 1,234.5 ", "一千二百三十四点五", "one thousand two hundred and thirty-four point five"),
        (1e-9, "零", "zero"),
    ],
)
def test_a_number_is_said_as_an_amount(value: Any, mandarin: str, english: str) -> None:
    assert spoken.number(value, "zh") == mandarin
    assert spoken.number(value, "en") == english


@pytest.mark.parametrize(
    ("place", "mandarin", "english"),
    [
        (1, "您是下一位。", "You are next in line."),
        (2, "您前面还有一位。", "There is one caller ahead of you."),
        (3, "您前面还有两位。", "There are two callers ahead of you."),
        (13, "您前面还有十二位。", "There are twelve callers ahead of you."),
    ],
)
def test_a_place_in_a_queue_is_said_as_how_many_are_ahead(place: int, mandarin: str, english: str) -> None:
    assert spoken.position(place, "zh") == mandarin
    assert spoken.position(place, "en") == english


@pytest.mark.parametrize(
    ("low", "high", "mandarin", "english"),
    [
        (0, 20, "预计等候不到一分钟。", "We expect to answer in less than a minute."),
        (20, 60, "预计等候不到一分钟。", "We expect to answer in less than a minute."),
        (20, 61, "预计等候不超过两分钟。", "We expect to answer within two minutes."),
        (120, 230, "预计等候两到四分钟。", "We expect to answer in two to four minutes."),
        (110, 245, "预计等候一到五分钟。", "We expect to answer in one to five minutes."),
        (120, 120, "预计等候两分钟。", "We expect to answer in about two minutes."),
    ],
)
def test_a_wait_is_said_as_whole_minutes_that_hold_it(low: float, high: float, mandarin: str, english: str) -> None:
    assert spoken.wait(low, high, "zh") == mandarin
    assert spoken.wait(low, high, "en") == english


@pytest.mark.parametrize(
    ("value", "mandarin", "english"),
    [
        ("95598", "九五五九八", "nine five five nine eight"),
        (10086, "幺零零八六", "one zero zero eight six"),
        ("1234567890", "幺二三，四五六，七八九零", "one two three, four five six, seven eight nine zero"),
        ("8765 4321", "八七六五，四三二幺", "eight seven six five, four three two one"),
        ("a12", "A 幺二", "A one two"),
        ("京B-1234", "京 B，幺二三四", "京 B, one two three four"),
        ("*1#", "星幺井", "star one pound"),
        ("０１", "零幺", "zero one"),
    ],
)
def test_digits_are_said_one_by_one_in_groups(value: Any, mandarin: str, english: str) -> None:
    assert spoken.digits(value, "zh") == mandarin
    assert spoken.digits(value, "en") == english


@pytest.mark.parametrize(
    ("text", "mandarin"),
    [
        ("13800138000", "幺三八，零零幺三，八零零零"),
        ("+8613800138000", "幺三八，零零幺三，八零零零"),
        ("0086 10 8765 4321", "幺零，八七六五，四三二幺"),
        ("(010) 8765-4321", "零幺零，八七六五，四三二幺"),
        ("4008123456", "四零零，八幺二，三四五六"),
        ("8001", "八零零幺"),
        ("+442071234567", "加，四四二零，七幺二三，四五六七"),
    ],
)
def test_a_telephone_number_is_said_as_people_say_it(text: str, mandarin: str) -> None:
    assert spoken.phone(text, "zh") == mandarin


@pytest.mark.parametrize(
    ("value", "mandarin", "english"),
    [
        (0, "零元", "zero yuan"),
        ("0.05", "五分", "five fen"),
        (0.02, "两分", "two fen"),
        (0.5, "五角", "fifty fen"),
        (1, "一元", "one yuan"),
        (2, "两元", "two yuan"),
        ("2.22", "两元两角二分", "two yuan and twenty-two fen"),
        ("12.05", "十二元零五分", "twelve yuan and five fen"),
        (Decimal("312.50"), "三百一十二元五角", "three hundred and twelve yuan and fifty fen"),
        (-3.1, "负三元一角", "minus three yuan and ten fen"),
        ("0.005", "一分", "one fen"),
        ("-0.001", "零元", "zero yuan"),
    ],
)
def test_money_is_said_in_the_units_of_the_language(value: Any, mandarin: str, english: str) -> None:
    assert spoken.money(value, "zh") == mandarin
    assert spoken.money(value, "en") == english


def test_dollars_are_said_where_they_are_named() -> None:
    assert spoken.money("2.01", "en", "USD") == "two dollars and one cent"
    assert spoken.money("1", "en", "USD") == "one dollar"
    assert spoken.money("2.12", "zh", "USD") == "两美元十二美分"
    with pytest.raises(ValueError, match="CNY, USD; not in 'EUR'"):
        spoken.money(1, "en", "EUR")


@pytest.mark.parametrize(
    ("value", "mandarin", "english"),
    [
        ("2026-11-21", "二零二六年十一月二十一日", "November twenty-first, twenty twenty-six"),
        (date(2000, 2, 29), "二零零零年二月二十九日", "February twenty-ninth, two thousand"),
        (datetime(2005, 1, 3, 23, 59, tzinfo=UTC), "二零零五年一月三日", "January third, two thousand and five"),
        ("1905-05-12T08:00:00+08:00", "一九零五年五月十二日", "May twelfth, nineteen oh five"),
        ("1900-10-20", "一九零零年十月二十日", "October twentieth, nineteen hundred"),
    ],
)
def test_a_date_is_said_with_its_year(value: Any, mandarin: str, english: str) -> None:
    assert spoken.date(value, "zh") == mandarin
    assert spoken.date(value, "en") == english


@pytest.mark.parametrize(
    ("value", "mandarin", "english"),
    [
        ("9:30", "九点半", "nine thirty a.m."),
        ("09:00:59", "九点", "nine a.m."),
        ("2:05", "两点零五分", "two oh five a.m."),
        (time(0, 0), "零点", "midnight"),
        ("00:05", "零点零五分", "twelve oh five a.m."),
        ("12:00", "十二点", "noon"),
        ("12:10", "十二点十分", "twelve ten p.m."),
        ("2026-11-21 22:15", "二十二点十五分", "ten fifteen p.m."),
        (datetime(2026, 1, 1, 17, 45, tzinfo=UTC), "十七点四十五分", "five forty-five p.m."),
    ],
)
def test_a_time_is_said_by_the_clock(value: Any, mandarin: str, english: str) -> None:
    assert spoken.time(value, "zh") == mandarin
    assert spoken.time(value, "en") == english


@pytest.mark.parametrize(
    ("seconds", "mandarin", "english"),
    [
        (0, "零秒", "zero seconds"),
        (2, "两秒", "two seconds"),
        (59.6, "一分钟", "one minute"),
        (61, "一分钟一秒", "one minute and one second"),
        (3725, "一小时两分钟五秒", "one hour two minutes and five seconds"),
        (timedelta(days=2), "两天", "two days"),
    ],
)
def test_a_duration_is_said_in_its_units(seconds: Any, mandarin: str, english: str) -> None:
    assert spoken.duration(seconds, "zh") == mandarin
    assert spoken.duration(seconds, "en") == english


def test_ordinals_and_percentages() -> None:
    assert [spoken.ordinal(n, "zh") for n in (1, 2, 12, 200)] == ["第一", "第二", "第十二", "第二百"]
    assert [spoken.ordinal(n, "en") for n in (1, 2, 12, 20)] == ["first", "second", "twelfth", "twentieth"]
    assert spoken.percent("12.5%", "zh") == "百分之十二点五"
    assert spoken.percent(-3, "zh") == "负百分之三"
    assert spoken.percent(100, "en") == "one hundred percent"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "twelve"),
        ("number", ""),
        ("number", None),
        ("number", True),
        ("number", float("nan")),
        ("number", float("inf")),
        ("number", 10**15),
        ("number", Decimal("1e9999999")),
        ("number", "1e5"),
        ("number", "٣"),
        ("number", "12,34"),
        ("digits", ""),
        ("digits", " - "),
        ("digits", "12${api}"),
        ("digits", 1.5),
        ("digits", -1),
        ("digits", True),
        ("digits", "1" * 65),
        ("phone", "anonymous"),
        ("phone", ""),
        ("money", "a lot"),
        ("date", "2026-02-30"),
        ("date", "tomorrow"),
        ("date", 20261121),
        ("time", "24:00"),
        ("time", "2026-11-21"),
        ("time", 930),
        ("ordinal", 0),
        ("ordinal", 1.5),
        ("percent", "%"),
        ("duration", -1),
    ],
)
@pytest.mark.parametrize("language", spoken.LANGUAGES)
def test_what_cannot_be_said_is_refused_with_a_sentence(kind: str, value: Any, language: str) -> None:
    with pytest.raises(ValueError, match=r".{15}"):
        spoken.FILTERS[kind](value, language)


def test_a_language_nobody_speaks_is_refused() -> None:
    with pytest.raises(ValueError, match="zh, en; not in 'fr'"):
        spoken.number(1, "fr")
