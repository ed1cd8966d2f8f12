"""Plain text to fax pages, Chinese and English mixed. Runs in the worker process."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import MOST_PAGES, Resolution
from fsapp.fax import fonts
from fsapp.fax.pages import A4_ACROSS, DOWN, LENGTH, MARGIN_MM, WIDTH

_MM = 204 / 25.4
_SIZE_MM, _LINE_MM = 4.2, 6.0
"""Letters of 12 points, which survive the 98 lines of standard."""

_TAB = 8
_CLOSING = "，。、；：？！）》】」』”’,.;:?!)]}%"
"""Signs that begin no line."""

_ENCODINGS = ("utf-8-sig", "gb18030")


def read(path: Path) -> str:
    """A text file: UTF-8, else GB 18030, which holds GBK and GB 2312. Raises MediaError."""
    content = path.read_bytes()
    if b"\0" in content:
        raise MediaError(f"{path.name} is no text")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MediaError(f"{path.name} is no text in UTF-8 or GB 18030")


def pages(text: str, resolution: Resolution, font: str = "") -> Iterator[Image.Image]:
    """A text, its lines broken where the page ends; a form feed begins a page. Raises MediaError."""
    paper = _Paper(resolution, fonts.found(font))
    fonts.check(paper.file, text)
    sheets = [sheet for part in _clean(text).split("\f") for sheet in paper.sheets(part)]
    if len(sheets) > MOST_PAGES:
        raise MediaError(f"the text has {len(sheets)} pages, and {MOST_PAGES} is the most")
    return map(paper.drawn, sheets)


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(_TAB)
    return "".join(each for each in text if each in "\n\f" or not unicodedata.category(each).startswith("C"))


class _Paper:
    """One font at one resolution: drawn in square dots at fine, then flattened to what standard has."""

    def __init__(self, resolution: Resolution, file: Path) -> None:
        self.file = file
        self._font = ImageFont.truetype(str(file), round(_SIZE_MM * _MM))
        self._length = LENGTH[resolution]
        self._square = round(self._length * 204 / DOWN[resolution])
        self._step = round(_LINE_MM * _MM)
        self._margin = round(MARGIN_MM * _MM)
        self._room = A4_ACROSS - 2 * self._margin
        self.lines = (self._square - 2 * self._margin) // self._step
        self._width = lru_cache(maxsize=20_000)(self._font.getlength)

    def sheets(self, part: str) -> Iterator[list[str]]:
        """The lines of each page; blank lines at the end make none."""
        lines = [line for paragraph in part.rstrip().split("\n") for line in self._wrapped(paragraph)]
        for start in range(0, len(lines), self.lines):
            yield lines[start : start + self.lines]

    def _wrapped(self, paragraph: str) -> Iterator[str]:
        """Lines that fit: broken at blanks, and within Chinese anywhere but before a closing sign."""
        line, width = "", 0.0
        for character in paragraph:
            added = self._width(character)
            if width + added > self._room and not (character in _CLOSING or character == " "):
                kept, rest = _broken(line, character)
                yield kept
                line, width = rest, sum(map(self._width, rest))
            line, width = line + character, width + added
        yield line.rstrip()

    def drawn(self, lines: list[str]) -> Image.Image:
        page = Image.new("L", (WIDTH, self._square), 255)
        draw = ImageDraw.Draw(page)
        left = (WIDTH - A4_ACROSS) // 2 + self._margin
        for number, line in enumerate(lines):
            draw.text((left, self._margin + number * self._step), line, fill=0, font=self._font)
        flattened = page.resize((WIDTH, self._length), Image.Resampling.BOX)
        return flattened.point(lambda level: 255 if level >= 160 else 0, "1")


def _broken(line: str, following: str) -> tuple[str, str]:
    """A full line, and the beginning of the next: a word is not broken unless it fills the line."""
    blank = line.rfind(" ")
    if blank <= 0 or _is_wide(following) or _is_wide(line[-1]):
        return line.rstrip(), ""
    return line[:blank].rstrip(), line[blank + 1 :]


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
