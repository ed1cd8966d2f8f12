"""fsapp retention: deletes what is old, and holds what must be kept."""

import argparse
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.admin import Act
    from fsapp.domain.retention import LegalHold
    from fsapp.server.settings import EngineSettings


def add(commands: Commands) -> None:
    group = options.group(
        commands,
        "retention",
        "Deletes records and journals that are old, but none that a legal hold keeps.",
        "fsapp retention run --events 400 --records 1100",
    )
    running = options.command(
        group,
        "run",
        run,
        "Deletes what is older than so many days. Figures of reports stay as they are: their sums are kept.",
        "fsapp retention run --events 400 --records 1100 --dry-run",
    )
    running.add_argument("--events", type=int, metavar="DAYS", help="journals of calls and queues older than that")
    running.add_argument("--records", type=int, metavar="DAYS", help="records and journals older than that")
    running.add_argument("--dry-run", action="store_true", help="tell how many calls it is, and delete nothing")
    hold = options.command(
        group,
        "hold",
        run_hold,
        "Keeps from deletion whatever fits all that is said: a call, a caller's number, a period.",
        "fsapp retention hold --number 13800138000 --from 2026-01-01 --why 'case 2026-17'",
    )
    hold.add_argument("--call", default="", metavar="UUID")
    hold.add_argument("--number", default="", metavar="NUMBER")
    hold.add_argument("--why", required=True, metavar="TEXT", help="the case, and who wants it")
    options.add_period(hold)
    lift = options.command(
        group, "lift", run_lift, "Ends a hold: what is old goes the next time.", "fsapp retention lift 3"
    )
    lift.add_argument("hold", type=int, metavar="N")
    holds = options.command(
        group, "holds", run_holds, "Lists the holds, those that were lifted too.", "fsapp retention holds"
    )
    for parser in (running, hold, lift, holds):
        options.add_config(parser)
        options.add_data(parser)


def run(given: argparse.Namespace) -> None:
    from fsapp.cli.progress import bar
    from fsapp.server.databases import own_url
    from fsapp.store.retention import Limits, delete, due

    settings = options.settings(given)
    if given.events is None and given.records is None:
        raise FsappError("say how old: --events DAYS, --records DAYS, or both")
    limits = Limits(_midnight(given.events, settings), _midnight(given.records, settings))
    url = own_url(settings)
    if given.dry_run:
        counts = due(url, limits)
        print(f"due: {', '.join(f'{name} {count}' for name, count in counts.items())}")
        return
    counts = delete(url, limits, _act(), bar("calls"))
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
    print(f"deleted: {told or 'nothing'}")


def run_hold(given: argparse.Namespace) -> None:
    from fsapp.domain.retention import LegalHold
    from fsapp.server.databases import own_url
    from fsapp.store.legal_holds import place

    settings = options.settings(given)
    since, until = (options.milliseconds(text, settings.zone) for text in (given.since, given.until))
    hold = LegalHold(given.why, given.call, given.number, since, until)
    if not hold.names_something:
        raise FsappError("say what to hold: --call, --number, --from, --to, or some of them")
    print(f"hold {place(own_url(settings), _act(), hold)}")


def run_lift(given: argparse.Namespace) -> None:
    from fsapp.server.databases import own_url
    from fsapp.store.legal_holds import lift

    lift(own_url(options.settings(given)), _act(), given.hold)


def run_holds(given: argparse.Namespace) -> None:
    from fsapp.cli.table import table
    from fsapp.server.databases import own_url
    from fsapp.store.legal_holds import known

    settings = options.settings(given)
    rows = [_row(hold, settings) for hold in known(own_url(settings))]
    print(table(("hold", "placed", "by", "why", "of", "lifted"), rows) if rows else "no holds")


def _row(hold: "LegalHold", settings: "EngineSettings") -> tuple[str, ...]:
    from fsapp.cli.records import local

    period = [
        *([f"from {local(hold.since, settings.zone)}"] if hold.since is not None else []),
        *([f"to {local(hold.until, settings.zone)}"] if hold.until is not None else []),
    ]
    of = " ".join(filter(None, (hold.call, hold.number, *period)))
    lifted = "" if hold.lifted_at is None else f"{local(hold.lifted_at, settings.zone)} {hold.lifted_by}"
    return (str(hold.id), local(hold.placed_at, settings.zone), hold.placed_by, hold.why, of, lifted)


def _midnight(days: int | None, settings: "EngineSettings") -> int | None:
    """The beginning of the local day so many days ago: whole days go, or none of them."""
    from fsapp.domain.periods import midnight

    if days is None:
        return None
    if days < 1:
        raise FsappError("a day at least is kept")
    return midnight(datetime.now(settings.zone).date() - timedelta(days=days), settings.zone)


def _act() -> "Act":
    from fsapp.domain.admin import Act
    from fsapp.server.agent_admin import os_user

    return Act(os_user(), round(datetime.now().astimezone().timestamp() * 1000))
