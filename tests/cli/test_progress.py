"""The bar of long work."""

import sys
from io import StringIO

import pytest

from fsapp.cli.progress import bar, line


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_half_of_the_work_is_half_a_bar_and_as_much_time_again() -> None:
    assert line("reading", 50, 100, 3.0) == f"reading  [{'#' * 15}{'.' * 15}]  50%  3 s left"


def test_work_without_an_end_in_sight_is_done_at_once() -> None:
    assert line("reading", 0, 0, 3.0) == f"reading  [{'#' * 30}] 100%"


def test_a_terminal_sees_the_last_of_many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    show = bar("reading")
    for done in range(1001):
        show(done, 1000)
    assert terminal.getvalue().endswith("100%\x1b[K\n")
    assert terminal.getvalue().count("\r") < 10


def test_cron_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    bar("reading")(1, 1)
    assert log.getvalue() == ""
