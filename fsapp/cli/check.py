"""fsapp check: flows, dialplan, prompts, calendars and settings, before any caller meets them."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import ConfigError, Problem

if TYPE_CHECKING:
    from fsapp.server.settings import EngineSettings


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "check",
        run,
        "Checks flows, dialplan, prompts, calendars and settings. One line a problem; exit code 1 if there is one.",
        "fsapp check ivr_flows/power_hotline.yaml",
    )
    options.add_config(parser)
    options.add_flows(parser)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="tell only of these files and folders")


def run(given: argparse.Namespace) -> int:
    from fsapp.cli.commands import FINDINGS

    problems = _within(_problems(given), given.paths)
    for problem in problems:
        print(problem)
    return FINDINGS if problems else 0


def _problems(given: argparse.Namespace) -> Sequence[Problem]:
    try:
        settings = options.settings(given)
        return _site_problems(settings)
    except ConfigError as error:
        return error.problems


def _site_problems(settings: "EngineSettings") -> Sequence[Problem]:
    from fsapp.app import step_kinds
    from fsapp.server import databases, site_files
    from fsapp.server.system import SystemClock

    clock = SystemClock()
    databases.own_url(settings)
    databases.lookups(settings, clock)
    files = site_files.load(settings, step_kinds())
    for name in files.calendars.names:
        for warning in files.calendars[name].warnings(clock.now().year):
            print(f"{settings.calendars}: warning: {name}: {warning}", file=sys.stderr)
    return files.weak


def _within(problems: Iterable[Problem], paths: Sequence[Path]) -> list[Problem]:
    """The problems of files that are, or lie below, one of `paths`; all of them without any."""
    places = [path.resolve() for path in paths]
    return [
        each
        for each in sorted(problems)
        if not places or any(Path(each.file).resolve().is_relative_to(place) for place in places)
    ]
