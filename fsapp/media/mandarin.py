"""Mandarin as engines want it: hanzi apart from Latin words, which another voice says; hanzi as pinyin."""

import re

from pypinyin import Style, lazy_pinyin

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9'&.+-]*(?: +[A-Za-z][A-Za-z0-9'&.+-]*)*")
_MARKS = str.maketrans("，、；：。！？（）“”《》", ",,;:.!?,,    ")


def runs(words: str) -> list[tuple[str, bool]]:
    """The text in order, each part with whether it is Latin; parts without a letter of any script are left out."""
    parts, end = [], 0
    for match in _LATIN.finditer(words):
        parts += [(words[end : match.start()], False), (match[0], True)]
        end = match.end()
    parts.append((words[end:], False))
    return [(text, latin) for text, latin in parts if any(map(str.isalnum, text))]


def pinyin(text: str) -> str:
    """Pinyin with tones as numbers. Whole phrases are looked up: 银行 is yin2 hang2, 行人 is xing2 ren2."""
    return " ".join(lazy_pinyin(text.translate(_MARKS), style=Style.TONE3, neutral_tone_with_five=True))
