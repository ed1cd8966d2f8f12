"""Every word of which `domain.spoken` makes numbers, dates, times and amounts."""

from collections.abc import Mapping
from string import ascii_uppercase
from types import MappingProxyType

from pypinyin import Style, lazy_pinyin

_ZH = (
    *"零幺一二两三四五六七八九十百千万亿点负第年月日半分秒元角天星井加至",
    "百分之",
    "美元",
    "美分",
    "小时",
    "分钟",
)

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth "
    "ninetieth hundredth thousandth millionth billionth trillionth point minus and oh to percent noon midnight "
    "January February March April May June July August September October November December "
    "yuan fen dollar dollars cent cents day days hour hours minute minutes second seconds star pound plus"
)

VOCABULARY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "zh": (*_ZH, *ascii_uppercase),
        "en": (*dict.fromkeys(_EN.split()), "a.m.", "p.m.", *ascii_uppercase),
    }
)
"""By language."""


def file_name(word: str) -> str:
    """What a word's file is called: the word, or its pinyin with tones (`yi1`, `xiao3-shi2`)."""
    if word.isascii():
        return word.lower().replace(".", "")
    return "-".join(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))


def words_of(text: str, language: str) -> list[str]:
    """The words of a value as `domain.spoken` says it. Raises ValueError for what is not in the vocabulary."""
    return _hanzi(text) if language == "zh" else _latin(text)


def _latin(text: str) -> list[str]:
    words = text.replace(",", " ").replace("-", " ").split()
    strange = [word for word in words if word not in VOCABULARY["en"]]
    if strange:
        raise ValueError(f"{strange[0]!r} of {text!r} is not in the vocabulary")
    return words


def _hanzi(text: str) -> list[str]:
    """The longest word first: 百分之 before 百."""
    words, rest = [], "".join(text.replace("，", "").split())
    while rest:
        word = max((each for each in VOCABULARY["zh"] if rest.startswith(each)), key=len, default="")
        if not word:
            raise ValueError(f"{rest[0]!r} of {text!r} is not in the vocabulary")
        words.append(word)
        rest = rest[len(word) :]
    return words
