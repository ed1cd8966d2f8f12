"""Tables on a terminal, aligned also where a Chinese character takes the room of two letters."""

from collections.abc import Sequence

from fsapp.flow.draw_text import columns

GAP = "  "


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Heads and rows in columns; no blanks at a line's end."""
    lines = [heads, *([_printable(cell) for cell in row] for row in rows)]
    widths = [max(columns(line[index]) for line in lines) for index in range(len(heads))]
    return "\n".join(GAP.join(map(_padded, line, widths)).rstrip() for line in lines)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _printable(text: str) -> str:
    """What came from outside moves no cursor and begins no line."""
    return "".join(character if character.isprintable() else " " for character in text)
