"""The command line: finds the command, runs it, and turns its errors into sentences and exit codes."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from fsapp.domain.errors import ConfigError, FsappError

FINDINGS = 1
"""Exit code where a command found what it was to look for: problems, a failed test."""

WRONG = 2
"""Exit code where a command could not be done: usage, configuration, no engine, no database."""

COMMANDS = (
    "serve",
    "reload",
    "check",
    "agents",
    "queues",
    "customers",
    "tickets",
    "call",
    "demo",
    "simulate",
    "test",
    "draw",
    "prompts",
    "recordings",
    "fax",
    "cdr",
    "report",
    "ledger",
    "retention",
    "health",
    "top",
    "db",
    "docs",
    "freeswitch",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit code."""
    _survive_any_terminal()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except ConfigError as error:
        _complain(*map(str, error.problems))
    except BrokenPipeError:  # whoever read has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        _complain(f"fsapp {options.command}: {error.strerror or error}{where}")
    except FsappError as error:
        _complain(f"fsapp {options.command}: {error}")
    except KeyboardInterrupt:
        _complain("")
    return WRONG


def _survive_any_terminal() -> None:
    """A sign that the terminal's character set lacks is shown as `?`; it must not end a call."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fsapp",
        description="A contact-centre engine for FreeSWITCH, driven by YAML flows.",
        epilog="Example: fsapp call 95598 --keys '1 1234567890# hangup'",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        import_module(f"fsapp.cli.{name}").add(commands)
    return parser


def _complain(*sentences: str) -> None:
    sys.stdout.flush()
    for sentence in sentences:
        print(sentence, file=sys.stderr)
