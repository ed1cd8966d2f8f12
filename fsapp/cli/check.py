"""fsapp check: flows, dialplan, prompts, calendars, queues, tickets and settings, before any caller meets them."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import ConfigError, Problem, StoreError

if TYPE_CHECKING:
    from fsapp.server.settings import EngineSettings
    from fsapp.server.site_files import SiteFiles


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "check",
        run,
        "Checks flows, dialplan, prompts, calendars, queues, tickets, settings. A line a problem; exit code 1 if any.",
        "fsapp check ivr_flows/power_hotline.yaml",
    )
    options.add_config(parser)
    options.add_flows(parser)
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="only these: files and folders of the site, other folders of flows, a FreeSWITCH configuration",
    )


def run(given: argparse.Namespace) -> int:
    from fsapp.cli.commands import FINDINGS

    problems = sorted(set(_problems(given, options.existing(given.paths))))
    for problem in problems:
        print(problem)
    return FINDINGS if problems else 0


def _problems(given: argparse.Namespace, paths: Sequence[Path]) -> Iterator[Problem]:
    from fsapp.server import freeswitch_lint
    from fsapp.server.freeswitch_conf import TREE

    switches = [path for path in paths if (path / "freeswitch.xml").is_file()]
    for path in switches or ([] if paths else [TREE]):
        yield from freeswitch_lint.problems(path)
    rest = [path for path in paths if path not in switches]
    if rest or not paths:
        yield from _site_problems(given, rest)


def _site_problems(given: argparse.Namespace, paths: Sequence[Path]) -> Iterator[Problem]:
    """What is wrong at the site, of which only `paths` are told of if there are any; and in flows from elsewhere."""
    try:
        settings = options.settings(given)
        own = [path for path in paths if _belongs(path, settings)]
        strange = [path for path in paths if path not in own]
        if own or not paths:
            yield from _within(_found(settings), own)
        for path in strange:
            yield from _found(settings.model_copy(update={"flows": path}))
    except ConfigError as error:
        yield from error.problems


def _belongs(path: Path, settings: "EngineSettings") -> bool:
    """Whether a path is a part of the site."""
    site = (
        settings.file,
        settings.flows,
        settings.dialplan,
        settings.sounds,
        settings.calendars,
        settings.queues,
        settings.tickets,
    )
    place = path.resolve()
    return any(place.is_relative_to(part.resolve()) or part.resolve().is_relative_to(place) for part in site)


def _found(settings: "EngineSettings") -> Sequence[Problem]:
    from fsapp.app import step_kinds
    from fsapp.server import screen_pop, site_files, ticket_sending
    from fsapp.server.system import SystemClock

    try:
        files = site_files.load(settings, step_kinds())
        screen_pop.headers(settings)
        ticket_sending.sender(settings, SystemClock()).close()
    except ConfigError as error:
        return error.problems
    for name in files.calendars.names:
        for warning in files.calendars[name].warnings(SystemClock().now().year):
            print(f"{settings.calendars}: warning: {name}: {warning}", file=sys.stderr)
    _warn_of_documents(settings, files)
    return [*files.weak, *_agent_problems(settings, files)]


def _warn_of_documents(settings: "EngineSettings", files: "SiteFiles") -> None:
    """Documents come and go while flows stay: a missing one makes no check fail. Without a database there are none."""
    from fsapp.server import fax_checks

    try:
        warnings = fax_checks.document_warnings(settings, files)
    except StoreError as error:
        print(f"{settings.file}: warning: documents were not looked at: {error}", file=sys.stderr)
        return
    for each in (*warnings, *fax_checks.category_warnings(settings, files)):
        print(f"{each.file}:{each.line}: warning: {each.sentence}", file=sys.stderr)


def _agent_problems(settings: "EngineSettings", files: "SiteFiles") -> Sequence[Problem]:
    """Whoever is registered, against queues and flows. Without a database there is nobody."""
    from fsapp.server import agent_checks

    try:
        return agent_checks.agent_problems(agent_checks.registered(settings), settings, files)
    except StoreError as error:
        print(f"{settings.file}: warning: agents were not looked at: {error}", file=sys.stderr)
        return ()


def _within(problems: Iterable[Problem], paths: Sequence[Path]) -> list[Problem]:
    """The problems of files that are, or lie below, one of `paths`; all of them without any."""
    places = [path.resolve() for path in paths]
    return [
        each
        for each in problems
        if not places or any(Path(each.file).resolve().is_relative_to(place) for place in places)
    ]
