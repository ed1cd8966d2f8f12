"""fsapp top: the wallboard in a terminal: queues, agents, the day so far, refreshed each second (大屏)."""

import argparse
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.cli.top_screen import Floor
    from fsapp.domain.wallboard import DaySoFar
    from fsapp.server.settings import EngineSettings

SECONDS = 2.0
"""How long the engine may take to answer."""

_BEGIN, _END = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""Another screen without a cursor, and back."""


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "top",
        run,
        "Shows queues, agents and the day so far, each second; q or Ctrl-C ends it.",
        "fsapp top --language en",
    )
    options.add_config(parser)
    options.add_data(parser)
    parser.add_argument("--once", action="store_true", help="print it once, for scripts")
    parser.add_argument(
        "--interval", type=float, default=1.0, metavar="S", help="seconds between two looks (default: 1)"
    )
    parser.add_argument("--language", choices=("zh", "en"), help="default: the site's first")


def run(given: argparse.Namespace) -> int:
    settings = options.settings(given)
    language = given.language or settings.languages[0]
    if given.once:
        options.write_out("".join(f"{line}\n" for line in _lines(settings, language)).encode())
        return 0
    with _own_screen():
        while True:
            _show(_lines(settings, language))
            if _asked_to_end(max(0.2, given.interval)):
                return 0


def _lines(settings: "EngineSettings", language: str) -> list[str]:
    from fsapp.cli.top_screen import screen

    floor, day, problems = _floor(settings, language), _day(settings, language), []
    for told in (floor, day):
        problems += [told] if isinstance(told, str) else []
    return screen(
        None if isinstance(floor, str) else floor,
        None if isinstance(day, str) else day,
        datetime.now(settings.zone),
        get_terminal_size((80, 24)),
        language,
        problems,
    )


def _floor(settings: "EngineSettings", language: str) -> "Floor | str":
    """As the engine has it; or a sentence."""
    from fsapp.cli.top_screen import word
    from fsapp.server.control_socket import request

    try:
        floor: Floor = request(settings.data, "floor", {}, SECONDS)
    except FsappError as error:
        return f"{word('no_engine', language)}: {error}"
    return floor


def _day(settings: "EngineSettings", language: str) -> "DaySoFar | str":
    """Off the store; or a sentence."""
    from fsapp.cli.top_screen import word
    from fsapp.domain.periods import Period, Step, divided, local_day
    from fsapp.server.databases import own_url
    from fsapp.store.day_so_far import day_so_far

    now = datetime.now(settings.zone)
    day = local_day(now.date(), settings.zone)
    until = min(day.until, round((now + timedelta(hours=1)).timestamp() * 1000))
    hours = divided(Period(day.since, until), Step.HOUR, settings.zone)
    begun = [hour for hour in hours if hour.since <= now.timestamp() * 1000]
    try:
        return day_so_far(own_url(settings), day, begun, round(now.timestamp() * 1000))
    except FsappError as error:
        return f"{word('no_store', language)}: {error}"


@contextmanager
def _own_screen() -> Iterator[None]:
    """Keys come at once and unseen, and what was on the terminal is there again afterwards."""
    import termios
    import tty

    is_terminal = sys.stdin.isatty()
    before = termios.tcgetattr(sys.stdin) if is_terminal else None
    print(_BEGIN, end="", flush=True)
    try:
        if is_terminal:
            tty.setcbreak(sys.stdin)
        yield
    except KeyboardInterrupt:
        pass
    finally:
        print(_END, end="", flush=True)
        if before is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _show(lines: list[str]) -> None:
    """Over what was there, so that nothing flickers."""
    print("\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines) + "\x1b[J", end="", flush=True)


def _asked_to_end(seconds: float) -> bool:
    """Waits; whether `q` was pressed meanwhile."""
    ready, _, _ = select.select([sys.stdin] if sys.stdin.isatty() else [], [], [], seconds)
    return bool(ready) and sys.stdin.read(1) in ("q", "Q", "\x04", "")
