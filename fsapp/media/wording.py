"""From what is written to what is said: digits, dates, times, amounts and units become words, so no voice guesses.

What a flow fills in through filters is in words already; this is for the rest: prompts as an operator types them.
"""

import re

from fsapp.media.wording_en import ENGLISH
from fsapp.media.wording_rules import Rule
from fsapp.media.wording_zh import MANDARIN

_PIECE = 1000
_UNSAID = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+")
_BLANKS = re.compile(r"\s+")
_BLANK_IN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
_BLANK_BEFORE_MARK = re.compile(r" (?=[,.;:!?)])")
_ENDS = ("。！？!?", ".；;", "，、,", " ")
_RULES: dict[str, tuple[Rule, ...]] = {"zh": MANDARIN, "en": ENGLISH}


def plain(text: str) -> str:
    """Text without control characters and halves of characters: nothing in it is anything but words."""
    whole = text.encode("utf-8", "replace").decode()
    return _BLANKS.sub(" ", _UNSAID.sub(" ", whole)).strip()


def words(text: str, language: str) -> str:
    """Plain text with every figure in it written out, in a language whose figures we know."""
    text = plain(text)
    for rule in _RULES.get(language, ()):
        text = rule.applied(text)
    for blank in (_BLANK_IN_CHINESE, _BLANK_BEFORE_MARK):
        text = blank.sub("", _BLANKS.sub(" ", text))
    return text.strip()


def pieces(text: str, most: int = _PIECE) -> list[str]:
    """The text cut into at most `most` characters each: after a sentence, else at a comma or blank, else anywhere."""
    found = []
    while len(text) > most:
        cut = next(filter(None, (_after_last(text[:most], marks) for marks in _ENDS)), most)
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]


def _after_last(text: str, marks: str) -> int:
    return max(text.rfind(mark) for mark in marks) + 1
