"""How large an expression, and what it gives, may be: whatever stands in it, no call waits for it."""

from collections.abc import Iterable, Mapping
from itertools import islice
from math import isfinite
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS

MAX_TEXT = 10_000
"""Characters that an expression may give, bits of a whole number, and values of a list or a record with all in it."""

MAX_WORDS = 100
"""Names, signs and numbers of one expression: what is longer or deeper exhausts the parser's stack, or Python's."""

MAX_DEPTH = 10
"""Brackets within brackets, and signs before one value."""

MAX_PLACES = 15
"""To which a number is rounded, before or behind the point."""


def check_size(tokens: Iterable[tuple[int, str, str]], beside: int = 0) -> None:
    """Raises ValueError where one of the expressions in Jinja's tokens is too long or too deep to be parsed.

    So many words `beside` it are not its own.
    """
    words = depth = signs = 0
    for _, kind, text in tokens:
        if kind in ("whitespace", "data"):
            continue
        words = 0 if kind.endswith("_begin") else words + 1
        if kind == "float" and not isfinite(float(text)):
            raise ValueError(f"{text[:20]!r} is too large for a number")
        signs = signs + 1 if _is_sign(kind, text) else 0
        depth += _opened(kind, text)
        if words > MAX_WORDS + beside:
            raise ValueError(f"an expression has at most {MAX_WORDS} names, signs and numbers; use `set` for its parts")
        if max(depth, signs) > MAX_DEPTH:
            raise ValueError(f"an expression is nested at most {MAX_DEPTH} deep; use `set` for its parts")


def _is_sign(kind: str, text: str) -> bool:
    return text == "not" if kind == "name" else kind == "operator" and text in "+-"


def _opened(kind: str, text: str) -> int:
    return (text in "([{") - (text in ")]}") if kind == "operator" else 0


def is_small(value: Any) -> bool:
    """Whether a list or a record has MAX_TEXT values at most, each counted as often as it is in it."""
    left, waiting = MAX_TEXT, [value]
    while waiting and left:
        left -= 1
        each = waiting.pop()
        if isinstance(each, Mapping | list | tuple):
            waiting.extend(islice(each.values() if isinstance(each, Mapping) else each, left + 1))
    return not waiting


def rounded(value: Any, precision: int = 0, method: Any = "common") -> Any:
    """Jinja's filter, which would reckon with as many digits as somebody asks for, and repeat a text so many times."""
    if not isinstance(value, int | float):
        raise TypeError(f"{str(value)[:40]!r} is no number to round")  # of an undefined one this tells the name
    if not -MAX_PLACES <= precision <= MAX_PLACES:
        raise SecurityError(f"a number is rounded to {MAX_PLACES} places at most")
    return FILTERS["round"](value, precision, method)
