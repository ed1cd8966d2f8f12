"""How far long work has come: a bar on standard error, where a person looks at it."""

import sys
import time
from collections.abc import Callable

WIDTH = 30
_EVERY_SECONDS = 0.1

Progress = Callable[[int, int], None]
"""Told how much of how much is done, as often as one likes."""


def bar(what: str) -> Progress:
    """Shows `what` with a bar and the rest of the time; where standard error is no terminal, nothing."""
    return _Bar(what).show if sys.stderr.isatty() else _silent


def _silent(_done: int, _total: int) -> None:
    """Nobody looks."""


class _Bar:
    def __init__(self, what: str) -> None:
        self._what = what
        self._began = self._shown = time.monotonic()

    def show(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - self._shown < _EVERY_SECONDS:
            return
        self._shown = now
        end = "\n" if done >= total else ""
        print(f"\r{line(self._what, done, total, now - self._began)}\x1b[K{end}", end="", file=sys.stderr, flush=True)


def line(what: str, done: int, total: int, seconds: float) -> str:
    """`reading  [#####.....]  50 %  3 s left`, after `seconds` of work."""
    share = min(done / total, 1.0) if total > 0 else 1.0
    signs = round(share * WIDTH)
    rest = f"  {seconds * (1 - share) / share:.0f} s left" if 0 < share < 1 else ""
    return f"{what}  [{'#' * signs}{'.' * (WIDTH - signs)}] {share:4.0%}{rest}"
