"""fsapp queues log, fsapp queues times: what was kept of queues and agents, for people, spreadsheets and programs."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from fsapp.cli import options
from fsapp.cli.options import Commands

Row = Mapping[str, Any]

_LOG = ("at", "event", "queue", "agent", "call", "contact", "fields")
_TIMES = ("agent", "state", "reason", "since", "until", "ms")
_TOTALS = ("agent", "state", "reason", "ms")
_MOMENTS = ("at", "since", "until")


def add(group: Commands) -> None:
    """The commands of `fsapp queues` that read what was kept."""
    log = options.command(
        group,
        "log",
        run_log,
        "Prints the queue log, a line an event, in order of time.",
        "fsapp queues log --from 2026-11-01 --to 2026-11-02 --queue service --csv",
    )
    times = options.command(
        group,
        "times",
        run_times,
        "Prints how long agents were in which state; today, where nothing else is said.",
        "fsapp queues times --from 2026-11-01 --to 2026-11-02 --agent 1001 --totals",
    )
    for parser in (log, times):
        options.add_config(parser)
        options.add_data(parser)
        options.add_period(parser)
        parser.add_argument("--agent", default="", metavar="NUMBER", help="of this agent only")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print JSON, a line a row; times are UTC milliseconds")
        form.add_argument("--csv", action="store_true", help="print CSV for spreadsheets; times are the site's")
    log.add_argument("--queue", default="", metavar="NAME", help="of this queue only")
    times.add_argument("--totals", action="store_true", help="sums by agent, state and reason, and the time signed in")


def run_log(given: argparse.Namespace) -> None:
    from fsapp.server.databases import own_url
    from fsapp.store.queue_log import LogFilter, QueueLog

    settings = options.settings(given)
    since, until = (options.milliseconds(text, settings.zone) for text in (given.since, given.until))
    events = QueueLog(own_url(settings)).events(LogFilter(since, until, given.queue, given.agent))
    found = (_log_row(event.at, event.kind, event.fields) for event in events)
    _print(_LOG, found, given, settings.zone)


def run_times(given: argparse.Namespace) -> None:
    from fsapp.domain.queue_reports import totals
    from fsapp.server.databases import own_url
    from fsapp.store.queue_log import QueueLog

    settings = options.settings(given)
    now = datetime.now(settings.zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = options.milliseconds(given.since, settings.zone)
    until = options.milliseconds(given.until, settings.zone)
    stretches = QueueLog(own_url(settings)).agent_times(
        int(midnight.timestamp() * 1000) if since is None else since,
        int(now.timestamp() * 1000) if until is None else until,
        given.agent,
    )
    if given.totals:
        _print(_TOTALS, _total_rows(totals(stretches)), given, settings.zone)
    else:
        _print(_TIMES, ({name: getattr(each, name) for name in _TIMES} for each in stretches), given, settings.zone)


def _log_row(at: int, kind: str, fields: Row) -> Row:
    named = {name: fields.get(name, "") for name in ("queue", "agent", "call", "contact")}
    rest = {name: value for name, value in fields.items() if name not in named}
    return {"at": at, "event": kind, **named, "fields": rest}


def _total_rows(sums: Mapping[str, Mapping[tuple[str, str], int]]) -> Iterator[Row]:
    for agent, states in sums.items():
        for (state, reason), ms in sorted(states.items()):
            yield {"agent": agent, "state": state, "reason": reason, "ms": ms}
        signed_in = sum(ms for (state, _), ms in states.items() if state != "offline")
        yield {"agent": agent, "state": "(signed in)", "reason": "", "ms": signed_in}


def _print(columns: tuple[str, ...], found: Iterable[Row], given: argparse.Namespace, zone: tzinfo) -> None:
    if given.json:
        _print_json(found)
    elif given.csv:
        _print_csv(columns, found, zone)
    else:
        from fsapp.cli.table import table

        rows = [[_shown(name, row[name], zone) for name in columns] for row in found]
        print(table(columns, rows) if rows else "nothing was kept of that")


def _print_json(found: Iterable[Row]) -> None:
    import orjson

    for row in found:
        options.write_out(orjson.dumps(row, default=repr, option=orjson.OPT_APPEND_NEWLINE))


def _print_csv(columns: tuple[str, ...], found: Iterable[Row], zone: tzinfo) -> None:
    from fsapp.files import csv_cells

    options.write_out(csv_cells.row(columns).encode())
    for row in found:
        options.write_out(csv_cells.row([_cell(name, row[name], zone) for name in columns]).encode())


def _cell(name: str, value: Any, zone: tzinfo) -> Any:
    import orjson

    if name in _MOMENTS:
        return datetime.fromtimestamp(value / 1000, zone).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    return orjson.dumps(value, default=repr).decode() if isinstance(value, dict) else value


def _shown(name: str, value: Any, zone: tzinfo) -> str:
    """As a person reads it: lists of candidates are for `fsapp queues explain`."""
    from fsapp.cli.records import local

    if name in _MOMENTS:
        return local(value, zone)
    if isinstance(value, dict):
        return " ".join(f"{key}={each}" for key, each in value.items() if not isinstance(each, (dict, list)))
    return str(value)
