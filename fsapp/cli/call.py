"""fsapp call: a call at the terminal, on a virtual clock, without a switch."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsapp.cli import options, rehearsing
from fsapp.cli.options import Commands
from fsapp.cli.saved_session import Overheard, Session, save
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.cdr import Cdr
    from fsapp.domain.clock import VirtualClock
    from fsapp.server.settings import EngineSettings
    from fsapp.switchboard.observer import Observer
    from fsapp.switchboard.rehearsal import Rehearsal
    from fsapp.switchboard.virtual_caller import Caller

OWN_NUMBER = "13800138000"
"""The caller's number where none is given."""


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "call",
        run,
        "Calls a number: prompts appear as text, keys are typed. Nothing leaves the machine but look-ups.",
        "fsapp call 95598 --at '2026-10-01 02:00' --keys '1 1234567890# hangup'",
    )
    options.add_config(parser)
    options.add_flows(parser)
    parser.add_argument("number", metavar="NUMBER", help="the number to call (DNIS)")
    parser.add_argument("--from", dest="ani", default=OWN_NUMBER, metavar="ANI", help="the caller's number")
    parser.add_argument("--at", metavar="TIME", help="the site's local time, such as '2026-10-01 02:00' (default: now)")
    parser.add_argument("--keys", metavar="SCRIPT", help="what the caller does: keys, - for none, wait:SECONDS, hangup")
    parser.add_argument("--json", action="store_true", help="print what happened, step by step, and the CDR")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the session as a flow test")


def run(given: argparse.Namespace) -> None:
    from fsapp.domain.clock import VirtualClock
    from fsapp.server import databases

    settings = options.settings(given)
    clock = VirtualClock(_beginning(given, settings))
    at = f"{clock.now().astimezone(settings.zone):%Y-%m-%d %H:%M}"
    lookups = Overheard(databases.lookups(settings, clock))
    keys, rehearsal = _called(given, settings, clock, lookups)
    if given.json:
        _print_json(rehearsal)
    else:
        _print_cdr(rehearsal.cdr, settings.zone)
    if given.save:
        save(given.save, Session(given.number, given.ani, at, keys, lookups.asked, rehearsal))
        print(f"saved in {given.save}", file=sys.stderr)


def _beginning(given: argparse.Namespace, settings: "EngineSettings") -> datetime:
    from fsapp.server.system import SystemClock
    from fsapp.switchboard.flowtest import local_time

    try:
        return local_time(given.at, settings.zone) if given.at else SystemClock().now()
    except ValueError as error:
        raise FsappError(str(error)) from None


def _called(
    given: argparse.Namespace, settings: "EngineSettings", clock: "VirtualClock", lookups: Overheard
) -> "tuple[str, Rehearsal]":
    """What the caller did, and what came of it."""
    from fsapp.domain.call import Call
    from fsapp.flow.absent import NoHistory, NoQueues
    from fsapp.flow.context import Ports
    from fsapp.switchboard.flowtest import NoRecordings
    from fsapp.switchboard.rehearsal import rehearse
    from fsapp.switchboard.screen import Screen
    from fsapp.switchboard.terminal import Person
    from fsapp.switchboard.virtual_tickets import VirtualTickets

    site = rehearsing.site(settings)
    ports = Ports(
        site.voice,
        lookups,
        site.calendars,
        site.dial_rules,
        NoRecordings(),
        NoQueues(),  # the rehearsal's own take their place
        NoHistory(),
        clock,
        settings.zone,
        tickets=VirtualTickets(clock, settings.zone),
    )
    person = Person(Screen(clock.monotonic, sys.stderr if given.json else sys.stdout))
    caller, observer = _caller(given, person)
    call = Call("rehearsal", given.ani, given.number, clock.now())
    rehearsal = rehearse(site.plan, ports, call, caller, clock, site.languages, site.queues, observer)
    return given.keys or person.script, rehearsal


def _caller(given: argparse.Namespace, person: Any) -> "tuple[Caller, Observer | None]":
    """A key script, shown unless JSON is wanted; or whoever sits at the terminal."""
    from fsapp.switchboard.key_script import KeyScript

    if given.keys is None:
        return person, person
    try:
        return KeyScript(given.keys), None if given.json else person
    except ValueError as error:
        raise FsappError(str(error)) from None


def _print_json(rehearsal: "Rehearsal") -> None:
    import orjson

    from fsapp.domain.events import Kind

    steps = [event.fields for event in rehearsal.events if event.kind == Kind.STEP_FINISHED]
    told: Mapping[str, Any] = {
        "steps": steps,
        "heard": rehearsal.heard,
        "variables": rehearsal.variables,
        "cdr": asdict(rehearsal.cdr),
        "legs": [asdict(leg) for leg in rehearsal.legs],
    }
    options.write_out(orjson.dumps(told, default=repr, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _print_cdr(cdr: "Cdr", zone: tzinfo) -> None:
    from fsapp.cli.records import cdr_text

    print()
    print(cdr_text(cdr, zone))
