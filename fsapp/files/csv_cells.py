"""CSV that a spreadsheet takes for what it is: cells that it would read as formulas begin with an apostrophe.

A telephone number such as +8613800138000 is one of them. Files that were written so are read back as they were.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fsapp.domain.errors import ConfigError, Problem

_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""Also as wide as a Chinese character, which a Chinese spreadsheet takes for the same."""

_QUOTED = tuple(f"'{sign}" for sign in (*_DANGEROUS, "'"))

BYTE_ORDER_MARK = "\ufeff"
"""Begins a file that a Chinese spreadsheet is to read as UTF-8."""

Line = tuple[int, Sequence[str]]
"""A row's cells without blanks around them, with the line that it begins on."""


def safe(cell: object) -> str:
    """A cell that no spreadsheet calculates (OWASP, CSV injection)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith((*_DANGEROUS, "'")) else text


def plain(cell: str) -> str:
    """What `safe` was given."""
    return cell[1:] if cell.startswith(_QUOTED) else cell


def row(cells: Iterable[object]) -> str:
    """A line of CSV, with its end."""
    written = io.StringIO()
    csv.writer(written).writerow([safe(cell) for cell in cells])
    return written.getvalue()


def lines(file: Path) -> Iterator[Line]:
    """The rows of a file that hold anything, read as they are asked for. Raises ConfigError, OSError."""
    begins = 1
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream, strict=True)
            for cells in rows:
                if any(cell.strip() for cell in cells):
                    yield begins, [plain(cell.strip()) for cell in cells]
                begins = rows.line_num + 1
    except UnicodeDecodeError:
        raise ConfigError([Problem(str(file), begins, "this is not UTF-8 text; save it as `CSV UTF-8`")]) from None
    except csv.Error as error:
        raise ConfigError([Problem(str(file), begins, f"this is not readable CSV: {error}")]) from None
