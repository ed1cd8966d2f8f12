"""What commands have in common: how they are declared, and where they take their settings from."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.server.settings import EngineSettings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run = Callable[[argparse.Namespace], int | None]


def command(commands: Commands, name: str, run: Run, summary: str, example: str) -> argparse.ArgumentParser:
    """Declares a command."""
    parser = _parser(commands, name, summary, example)
    parser.set_defaults(run=run)
    return parser


def group(commands: Commands, name: str, summary: str, example: str) -> Commands:
    """Declares a command that has commands of its own."""
    return _parser(commands, name, summary, example).add_subparsers(metavar="COMMAND", required=True)


def _parser(commands: Commands, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"Example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def write_out(content: bytes) -> None:
    """Prints what programs read: in UTF-8, whatever the terminal's character set."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def existing(paths: Sequence[Path]) -> Sequence[Path]:
    """The paths themselves. Raises FsappError for one that is not there."""
    for path in paths:
        if not path.exists():
            raise FsappError(f"there is no {path}")
    return paths


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: conf/fsapp.yaml, if there is one)"
    )


def add_flows(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--flows", type=Path, metavar="DIR", help="the folder of flows, instead of the settings'")


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="where everything is written, instead of the settings'"
    )


def add_period(parser: argparse.ArgumentParser) -> None:
    """A time from which on, and one until which: `since` and `until`, as `milliseconds` reads them."""
    parser.add_argument(
        "--from", dest="since", metavar="TIME", help="then or later, such as 2026-11-01 or '2026-11-01 08:00'"
    )
    parser.add_argument("--to", dest="until", metavar="TIME", help="before then")


def milliseconds(text: str | None, zone: tzinfo) -> int | None:
    """A local time as it is stored: UTC milliseconds. Raises FsappError."""
    if text is None:
        return None
    try:
        return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)
    except ValueError:
        raise FsappError(f"{text!r} is no time such as 2026-11-01 or '2026-11-01 08:00'") from None


_INSTEAD = ("flows", "data", "listen", "metrics", "calendars")
"""Settings that an option of the same name goes before."""


def settings(options: argparse.Namespace) -> "EngineSettings":
    """The settings of this command: the file's, with what the command line says instead. Raises ConfigError."""
    from fsapp.server.settings import found

    given = {name: getattr(options, name, None) for name in _INSTEAD}
    changes = {name: value for name, value in given.items() if value is not None}
    settings = found(options.config)
    if getattr(options, "mute", False):
        changes["speech"] = settings.speech.muted()
    try:
        if (address := getattr(options, "event_socket", None)) is not None:
            changes["freeswitch"] = settings.freeswitch.with_event_socket(*address.pair)
        changed = settings.model_copy(update=changes)
        changed.check_metrics()
    except ValueError as error:
        raise FsappError(f"the command line: {error}") from None
    return changed
