"""Words in a picture: how wide they are, where they are cut, how they are written down safely."""

import re
from html import escape
from unicodedata import combining, east_asian_width

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def columns(text: str) -> int:
    """The width in Latin letters; a Chinese character is as wide as two (Unicode Standard Annex 11)."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WFA" else 1


def cut(text: str, limit: int) -> str:
    """The text in one line of at most `limit` columns, with … where something is left out."""
    text = " ".join(text.split())
    if columns(text) <= limit:
        return text
    kept = ""
    for character in text:
        if columns(kept) + _columns(character) > limit - 2:
            break
        kept += character
    return kept + "…"


def escaped(text: str) -> str:
    """The text as it may stand in XML, in attributes too; characters that XML does not know become U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text))
