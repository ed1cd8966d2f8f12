"""The card as text: for a terminal, and for the README."""

from collections.abc import Iterator, Sequence

from fsapp.desk.card import Card, Choices, Section
from fsapp.flow.draw_text import columns

WIDTH = 76
"""Columns; the numbers' lines are broken there."""


def text(card: Card) -> str:
    """Lines of at most WIDTH columns, where words allow it."""
    codes, numbers = _codes(card.sections), _numbers(card.numbers)
    return "\n".join([card.title, *codes, "", card.numbers_title, *numbers, "", *card.notes])


def _codes(sections: Sequence[Section]) -> Iterator[str]:
    rows = [row for section in sections for row in section.rows]
    keys, does = (max(map(columns, texts)) for texts in ([row.keys for row in rows], [row.does for row in rows]))
    for section in sections:
        yield ""
        yield section.title
        for row in section.rows:
            then = " ".join(f"+ {each}" for each in row.then)
            yield f"  {_padded(row.keys, keys)}  {_padded(row.does, does)}  {then}".rstrip()


def _numbers(lists: Sequence[Choices]) -> Iterator[str]:
    width = max((columns(each.title) for each in lists), default=0)
    for each in lists:
        yield from _broken(each, width)


def _broken(numbers: Choices, width: int) -> Iterator[str]:
    """A list, over as many lines as it needs."""
    head, line = _padded(numbers.title, width), ""
    for choice in numbers.choices:
        if line and columns(line) + columns(choice) + width + 6 > WIDTH:
            yield f"  {head}  {line}"
            head, line = " " * width, ""
        line = f"{line}  {choice}" if line else choice
    yield f"  {head}  {line}"


def _padded(words: str, width: int) -> str:
    return words + " " * (width - columns(words))
