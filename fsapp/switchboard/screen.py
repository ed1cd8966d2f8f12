"""A call told line by line on a terminal: time, a sign, what happened; in colour where the output is one."""

import sys
from collections.abc import Callable
from typing import TextIO

_RESET = "\x1b[0m"
_DIM = "\x1b[2m"
_COLOURS = {"☎": "\x1b[1;32m", "▶": "\x1b[36m", "⌨": "\x1b[1;33m", "●": "\x1b[35m", "✗": "\x1b[1;31m"}


class Screen:
    """Writes what happens; `seconds` is the call's time."""

    def __init__(self, seconds: Callable[[], float], out: TextIO | None = None) -> None:
        self._seconds = seconds
        self._out = out or sys.stdout
        self._coloured = self._out.isatty()

    def answered(self) -> None:
        self._line("☎", "answered")

    def prompt(self, words: str) -> None:
        self._line("▶", words)

    def keys(self, keys: str) -> None:
        self._line("⌨", keys)

    def recording(self, text: str) -> None:
        self._line("●", text)

    def music(self) -> None:
        self._line("♪", "music")

    def talking(self, text: str) -> None:
        self._line("☎", text)

    def note(self, text: str) -> None:
        self._line("·", text)

    def ended(self, text: str) -> None:
        self._line("✗", text)

    def _line(self, sign: str, text: str) -> None:
        minutes, tenths = divmod(round(self._seconds() * 10), 600)
        time = f"{minutes:02d}:{tenths / 10:04.1f}"
        if self._coloured:
            colour = _COLOURS.get(sign, _DIM)
            self._out.write(f"{_DIM}{time}{_RESET}  {colour}{sign}  {_printable(text)}{_RESET}\n")
        else:
            self._out.write(f"{time}  {sign}  {_printable(text)}\n")
        self._out.flush()


def _printable(text: str) -> str:
    """What came from outside moves no cursor."""
    return "".join(character if character.isprintable() else "?" for character in text)
