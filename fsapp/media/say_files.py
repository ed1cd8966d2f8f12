"""The sound files that FreeSWITCH's own `say` plays, and their words: those of mod_say_zh and mod_say_en.

Read in FreeSWITCH 1.11.1: src/mod/say/mod_say_zh/mod_say_zh.c, mod_say_en/mod_say_en.c, and in src/switch_ivr_say.c
switch_ivr_say_ip and switch_ivr_say_spell. A name is below the switch's `sound_prefix`, without the rate's folder and
`.wav`.
"""

from collections.abc import Mapping
from string import ascii_lowercase
from types import MappingProxyType


def _listed(words: str) -> list[str]:
    return words.split()


_SIGNS = {
    "zh": {"+": "加", "-": "杠", "*": "星", "#": "井", ".": "点", "@": "艾特", "_": "下划线", " ": "空格"},
    "en": {
        "+": "plus",
        "-": "dash",
        "*": "star",
        "#": "pound",
        ".": "dot",
        "@": "at",
        "_": "underscore",
        " ": "space",
    },
}

_PHONETIC = _listed(
    "Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima Mike November Oscar Papa Quebec Romeo "
    "Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)

_ZH = {
    **{f"digits/{value}": word for value, word in enumerate("零一二三四五六七八九十")},
    "digits/100": "百",
    "digits/1000": "千",
    "digits/10000": "万",
    "digits/100000000": "亿",
    "digits/ordinal": "第",
    "digits/dot": "点",
    **{f"time/day-{day}": f"星期{word}" for day, word in enumerate("日一二三四五六")},
    "time/year": "年",
    "time/month": "月",
    "time/day": "日",
    "time/hour": "点",
    "time/hours": "小时",
    "time/minute": "分",
    "time/second": "秒",
    "time/seconds": "秒",
    "time/2s": "两",
    "time/morning": "凌晨",
    "time/am": "上午",
    "time/pm": "下午",
    "time/evening": "晚上",
    "time/today": "今天",
    "time/yesterday": "昨天",
    "time/tomorrow": "明天",
    "currency/yuan": "元",
    "currency/jiao": "角",
    "currency/fen": "分",
    "currency/li": "厘",
    "currency/dollar": "元",
    "currency/cent": "分",
    "currency/negative": "负",
}
"""`time/hour` follows the hour of a clock, `time/hours` a length; mod_say_zh knows `dollar` and `cent` for zh_HK."""

_ONES = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
_NTHS = _listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENTHS = _listed("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
_DAYS = _listed("Sunday Monday Tuesday Wednesday Thursday Friday Saturday")
_MONTHS = _listed("January February March April May June July August September October November December")

_EN = {
    **{f"digits/{value}": word for value, word in enumerate(_ONES)},
    **{f"digits/{value}0": word for value, word in enumerate(_TENS, 2)},
    **{f"digits/h-{value}": word for value, word in enumerate(_NTHS, 1)},
    **{f"digits/h-{value}0": word for value, word in enumerate(_TENTHS, 2)},
    "digits/hundred": "hundred",
    "digits/thousand": "thousand",
    "digits/million": "million",
    "digits/dot": "dot",
    **{f"time/day-{day}": word for day, word in enumerate(_DAYS)},
    **{f"time/mon-{month}": word for month, word in enumerate(_MONTHS)},
    "time/today": "today",
    "time/yesterday": "yesterday",
    "time/at": "at",
    "time/oh": "oh",
    "time/oclock": "o'clock",
    "time/a-m": "A M",
    "time/p-m": "P M",
    **{f"time/{unit}": unit for unit in ("hour", "hours", "minute", "minutes", "second", "seconds")},
    **{f"currency/{word}": word for word in ("dollar", "dollars", "cent", "cents", "and")},
    "currency/negative": "minus",
}


def _letters(language: str) -> Mapping[str, str]:
    """Letters and signs, by their ASCII codes; in English as they are spelled by radio, too."""
    signs = {f"ascii/{ord(sign)}": word for sign, word in _SIGNS[language].items()}
    letters = {f"ascii/{ord(letter)}": letter.upper() for letter in ascii_lowercase}
    spelled = _PHONETIC if language == "en" else [letter.upper() for letter in ascii_lowercase]
    phonetic = dict(zip((f"phonetic-{name}" for name in letters), spelled, strict=True))
    return signs | letters | phonetic | {f"phonetic-{name}": word for name, word in signs.items()}


SAY_FILES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"zh": _ZH | _letters("zh"), "en": _EN | _letters("en")}  # type: ignore[operator]
)
"""By language: what each file says."""

FOLDERS: Mapping[str, str] = MappingProxyType({"zh": "zh/cn", "en": "en/us"})
"""Where a language's voices lie, as FreeSWITCH's own sound packages have it."""
