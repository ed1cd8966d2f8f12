"""Values in Mandarin words.

两 or 二: a leading 2 before 百, 千, 万, 亿 is 两 (两百, 两万), and so is a lone one before a unit (一亿零两万, 两元);
every other one is 二 (十二, 三万二千), as 吕叔湘's 现代汉语八百词 puts it. In digits 1 is 幺, as on every hotline.
"""

import datetime as dt
from decimal import Decimal

from fsapp.domain.spoken_values import Amount, Length

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_MYRIADS = ("", "万", "亿", "万亿")
_SIGN_BY_SIGN = {**dict(zip("0123456789", "零幺二三四五六七八九", strict=True)), "*": "星", "#": "井", "+": "加"}
_CURRENCIES = {"CNY": "元", "USD": "美元"}


def number(value: Decimal) -> str:
    sign = "负" if value < 0 else ""
    whole, _, fraction = f"{abs(value):f}".partition(".")
    point = "点" + "".join(_DIGITS[int(digit)] for digit in fraction) if fraction else ""
    return sign + _whole(int(whole)) + point


def _whole(value: int) -> str:
    """The words of a whole number: groups of four digits, 零 where places between two digits are skipped."""
    groups = [(value // 10_000**power % 10_000, power) for power in (3, 2, 1, 0)]
    words = ""
    skipped = False
    for group, power in groups:
        if group:
            gap = bool(words) and (skipped or group < 1000)
            words += "零" * gap + _group(group, leading=not words, counted=power > 0) + _myriad(power, value)
        skipped = bool(words) and group == 0
    return _without_leading_one(words) or "零"


def _myriad(power: int, value: int) -> str:
    """万亿 is said as 万 where 亿 follows in the next group: 一万二千亿 has its 亿 but once."""
    return "万" if power == 3 and value // 10_000**2 % 10_000 else _MYRIADS[power]


def _group(group: int, *, leading: bool, counted: bool) -> str:
    """One to 9,999; `counted` in a larger unit, so that a lone 2 is 两."""
    if group == 2 and counted:
        return "两"
    words = ""
    skipped = False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            word = "两" if digit == 2 and place >= 2 and leading and not words else _DIGITS[digit]
            words += "零" * (skipped and bool(words)) + word + _PLACES[place]
        skipped = digit == 0
    return words


def _without_leading_one(words: str) -> str:
    return words.removeprefix("一") if words.startswith("一十") else words


def digits(groups: list[str]) -> str:
    return "，".join("".join(map(_sign, group)).strip() for group in groups)


def _sign(sign: str) -> str:
    """Latin letters stand apart, so that a voice spells them."""
    return f" {sign.upper()} " if sign.isascii() and sign.isalpha() else _SIGN_BY_SIGN.get(sign, sign)


def money(amount: Amount) -> str:
    yuan = _counted(amount.units) + _CURRENCIES[amount.currency] if amount.units or not amount.hundredths else ""
    small = _jiao_and_fen if amount.currency == "CNY" else _cents
    return "负" * amount.negative + yuan + small(amount.units, amount.hundredths)


def _jiao_and_fen(yuan: int, hundredths: int) -> str:
    jiao, fen = divmod(hundredths, 10)
    words = _counted(jiao) + "角" if jiao else ""
    if fen:
        leading = not yuan and not jiao
        words += "零" * (yuan > 0 and not jiao) + (_counted(fen) if leading else _DIGITS[fen]) + "分"
    return words


def _cents(_dollars: int, hundredths: int) -> str:
    return _counted(hundredths) + "美分" if hundredths else ""


def _counted(value: int) -> str:
    """A number before a unit: two of something are 两."""
    return "两" if value == 2 else _whole(value)


def date(value: dt.date) -> str:
    year = "".join(_DIGITS[int(digit)] for digit in str(value.year))
    return f"{year}年{_whole(value.month)}月{_whole(value.day)}日"


def time(value: dt.time) -> str:
    return f"{_counted(value.hour)}点{_minutes(value.minute)}"


def _minutes(minute: int) -> str:
    if minute == 0:
        return ""
    if minute == 30:
        return "半"
    return f"{'零' * (minute < 10)}{_whole(minute)}分"


def ordinal(value: int) -> str:
    return "第" + _whole(value).replace("两", "二")


def percent(value: Decimal) -> str:
    return ("负" if value < 0 else "") + "百分之" + number(abs(value))


def position(ahead: int) -> str:
    return f"您前面还有{_counted(ahead)}位。" if ahead else "您是下一位。"


def wait(least: int, most: int) -> str:
    if most <= 1:
        return "预计等候不到一分钟。"
    if least == 0:
        return f"预计等候不超过{_counted(most)}分钟。"
    minutes = _counted(most) if least == most else f"{_counted(least)}到{_counted(most)}"
    return f"预计等候{minutes}分钟。"


def duration(length: Length) -> str:
    parts = ((length.days, "天"), (length.hours, "小时"), (length.minutes, "分钟"), (length.seconds, "秒"))
    return "".join(_counted(count) + unit for count, unit in parts if count) or "零秒"
