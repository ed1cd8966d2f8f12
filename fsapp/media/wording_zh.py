"""How figures in a Mandarin text are said."""

import re
from collections.abc import Callable

from fsapp.domain import spoken
from fsapp.media.wording_rules import ALONE, END, NO_GROUP, NUMBER, SIGNED, Rule

_UNITS = {
    "kWh": "千瓦时",
    "kW": "千瓦",
    "kV": "千伏",
    "km": "公里",
    "kg": "公斤",
    "V": "伏",
    "A": "安",
    "℃": "摄氏度",
    "°C": "摄氏度",
    "m²": "平方米",
    "m³": "立方米",
}
_COUNTED = "个|位|次|天|名|户|条|张|台|倍|小时|分钟|周|份|笔"
_NUMBERED = "拨打|拨|致电|电话|热线|号码|户号|账号|帐号|工号|密码|验证码|尾号|编号|卡号|手机|服务"


def _rule(pattern: str, say: Callable[[str, str], str], after: str = "") -> Rule:
    return Rule(re.compile(pattern), lambda text: say(text, "zh"), after)


def _dollars(text: str, language: str) -> str:
    return spoken.money(text, language, "USD")


def _year(text: str, language: str) -> str:
    return spoken.date(f"{text}-01-01", language).partition("年")[0]


def _range(_dash: str, _language: str) -> str:
    return "至"


def _pair(_two: str, _language: str) -> str:
    return "两"


MANDARIN: tuple[Rule, ...] = (
    _rule(r"(?<=:[0-9]{2})\s?(?P<n>[-~～–—])\s?(?=[0-9]{1,2}:[0-9]{2})", _range),
    _rule(r"(?<=[0-9点分日月年])\s?(?P<n>[~～–—])\s?(?=[0-9])", _range),
    _rule(rf"{ALONE}(?P<n>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?![0-9])", spoken.date),
    _rule(rf"{ALONE}(?P<n>[0-9]{{4}})(?=年)", _year),
    _rule(rf"{ALONE}(?P<n>[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)(?![0-9])", spoken.time),
    _rule(rf"[¥￥]\s?(?P<n>{NUMBER})", spoken.money),
    _rule(rf"\$\s?(?P<n>{NUMBER})", _dollars),
    _rule(rf"{ALONE}(?P<n>{NUMBER})\s?元", spoken.money),
    _rule(rf"{ALONE}(?P<n>{SIGNED})\s?[%％]", spoken.percent),
    _rule(rf"(?P<keep>(?:{_NUMBERED})[是为：:\s]*)(?P<n>[0-9-]{{3,}}){END}", spoken.digits),
    _rule(rf"{ALONE}(?P<n>\+?[0-9](?:[0-9]{{6,}}|[0-9]*(?:-[0-9]{{3,}})+)){END}", spoken.phone),
    _rule(rf"{ALONE}{NO_GROUP}(?P<n>0[0-9]+){END}", spoken.digits),
    *(_rule(rf"{ALONE}(?P<n>{SIGNED})\s?{unit}(?![A-Za-z])", spoken.number, name) for unit, name in _UNITS.items()),
    _rule(rf"{ALONE}(?<!第)(?P<n>2)\s?(?={_COUNTED})", _pair),
    _rule(rf"(?P<n>{SIGNED})", spoken.number),
    _rule(r"(?P<n>[0-9])", spoken.digits),
)
"""In this order: the first rule that knows a figure says it."""
