"""fsapp cdr: the records of calls."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from fsapp.cli import cdr_files, options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.store.cdrs import CallRecord


def add(commands: Commands) -> None:
    group = options.group(
        commands, "cdr", "The records of calls.", "fsapp cdr list --since 2026-11-01 --flow power_hotline"
    )
    listing = options.command(
        group, "list", run_list, "Lists calls, the newest first.", "fsapp cdr list --ani 13800138000"
    )
    showing = options.command(group, "show", run_show, "Shows one call and its journal.", "fsapp cdr show UUID --json")
    for parser in (listing, showing):
        options.add_config(parser)
        options.add_data(parser)
        parser.add_argument("--json", action="store_true", help="print JSON, a line a call")
    cdr_files.add(group)
    _add_filters(listing)
    showing.add_argument("uuid", metavar="UUID", help="the call's id")


def _add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", metavar="TIME", help="arrived then or later, such as 2026-11-01 or '2026-11-01 08:00'"
    )
    parser.add_argument("--until", metavar="TIME", help="arrived before then")
    for name in ("ani", "dnis", "flow", "cause"):
        parser.add_argument(f"--{name}", default="", metavar=name.upper())
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")


def run_list(given: argparse.Namespace) -> None:
    from fsapp.cli.records import cdr_table
    from fsapp.server.databases import own_url
    from fsapp.store.cdrs import CdrFilter, Cdrs

    settings = options.settings(given)
    zone = settings.zone
    wanted = CdrFilter(
        options.milliseconds(given.since, zone),
        options.milliseconds(given.until, zone),
        given.ani,
        given.dnis,
        given.flow,
        given.cause,
    )
    cdrs = Cdrs(own_url(settings)).list(wanted, limit=given.limit).cdrs
    if given.json:
        for cdr in cdrs:
            _print_json(asdict(cdr))
    elif cdrs:
        print(cdr_table(cdrs, zone))
    else:
        print("no calls")


def run_show(given: argparse.Namespace) -> None:
    from fsapp.server.databases import own_url

    settings = options.settings(given)
    if given.json:
        record = _record(own_url(settings), given.uuid)
        _print_json(asdict(record))
    else:
        show_call(own_url(settings), given.uuid, settings.zone)


def show_call(url: str, uuid: str, zone: tzinfo = UTC) -> None:
    """Prints one call of the database at `url`: its record, its legs, its journal. Raises FsappError."""
    from fsapp.cli.records import cdr_text, events_table, legs_table

    record = _record(url, uuid)
    print(cdr_text(record.cdr, zone))
    if record.legs:
        print(f"\n{legs_table(record.legs, zone)}")
    print(f"\n{events_table(record.events, zone)}")


def _record(url: str, uuid: str) -> "CallRecord":
    from fsapp.store.cdrs import Cdrs

    record = Cdrs(url).show(uuid)
    if record is None:
        raise FsappError(f"there is no call {uuid}")
    return record


def _print_json(value: Mapping[str, Any]) -> None:
    import orjson

    options.write_out(orjson.dumps(value, default=repr, option=orjson.OPT_APPEND_NEWLINE))
