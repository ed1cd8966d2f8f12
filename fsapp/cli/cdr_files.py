"""fsapp cdr export and import: records as mod_cdr_csv writes them, and records that FreeSWITCH kept (mod_json_cdr)."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.domain.records import Cdr
    from fsapp.domain.switch_legs import SwitchLeg

COLUMNS = (
    *(
        "caller_id_name",
        "caller_id_number",
        "destination_number",
        "context",
        "start_stamp",
        "answer_stamp",
        "end_stamp",
    ),
    *("duration", "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "read_codec", "write_codec"),
)
"""Those of mod_cdr_csv's template `example`, in its order. The context is the trunk's name."""

AT_ONCE = 500
"""Events that are added together."""


def add(group: Commands) -> None:
    """The commands of `fsapp cdr` that write and read files."""
    export = options.command(
        group,
        "export",
        run_export,
        "Prints records as CSV with mod_cdr_csv's columns, oldest first. A cell that a spreadsheet would calculate "
        "begins with an apostrophe, +86… among them.",
        "fsapp cdr export --from 2026-11-24 --to 2026-11-25 --header >cdr-2026-11-24.csv",
    )
    options.add_period(export)
    export.add_argument("--header", action="store_true", help="begin with the columns' names; mod_cdr_csv has none")
    importing = options.command(
        group,
        "import",
        run_import,
        "Adds calls that FreeSWITCH wrote down (mod_json_cdr) and no engine did, marked source=spool.",
        "fsapp cdr import /var/lib/fsapp/freeswitch/cdr",
    )
    importing.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of them")
    for parser in (export, importing):
        options.add_config(parser)
        options.add_data(parser)


def run_export(given: argparse.Namespace) -> None:
    from fsapp.cli.progress import bar
    from fsapp.cli.report import period
    from fsapp.server.databases import own_url
    from fsapp.store import cdr_export
    from fsapp.store.connections import reporting

    settings = options.settings(given)
    wanted, progress, done = period(given, settings), bar("calls"), 0
    if given.header:
        options.write_out(_line(COLUMNS).encode())
    with reporting(own_url(settings), 3600) as connected:
        total = cdr_export.count(connected, wanted)
        for page in cdr_export.pages(connected, wanted):
            options.write_out("".join(_line(_cells(*each, settings.zone)) for each in page).encode())
            done += len(page)
            progress(done, total)


def run_import(given: argparse.Namespace) -> int:
    from fsapp.cli.progress import bar
    from fsapp.domain.switch_legs import SwitchLeg
    from fsapp.server.databases import own_url
    from fsapp.server.switch_cdrs import legs
    from fsapp.store.database import upgrade_at

    settings = options.settings(given)
    read = list(legs(list(_files(given.paths)), bar("files")))
    told = [each for each in read if isinstance(each, SwitchLeg)]
    broken = [each for each in read if not isinstance(each, SwitchLeg)]
    for error in broken:
        print(f"fsapp cdr: {error}", file=sys.stderr)
    upgrade_at(own_url(settings))
    added = _added(own_url(settings), told)
    calls = sum(leg.is_caller for leg in told)
    print(f"{added} calls added, {calls - added} known already, {len(broken)} files that cannot be read")
    return 1 if broken else 0


def _added(url: str, told: "Sequence[SwitchLeg]") -> int:
    """Adds the calls that are not known; gives how many. Raises StoreError."""
    from fsapp.server.switch_ledger import import_events
    from fsapp.store import cdr_export
    from fsapp.store.connections import reporting
    from fsapp.store.journal import Journal

    with reporting(url) as connected:
        known = cdr_export.known(connected, [leg.uuid for leg in told if leg.is_caller])
    events = import_events(told, known)
    journal = Journal(url, busy_wait=5.0)
    try:
        for start in range(0, len(events), AT_ONCE):
            journal.append(events[start : start + AT_ONCE])
    finally:
        journal.close()
    return len({event.call for event in events})


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    from fsapp.server.switch_cdrs import files

    for path in options.existing(list(paths)):
        yield from files(path) if path.is_dir() else (path,)


def _cells(cdr: "Cdr", leg: str, zone: tzinfo) -> Sequence[object]:
    return (
        *(cdr.caller_name, cdr.ani, cdr.dnis, cdr.trunk),
        *(_stamp(moment, zone) for moment in (cdr.arrived_at, cdr.answered_at, cdr.ended_at)),
        *(cdr.duration_ms // 1000, cdr.billable_ms // 1000, cdr.hangup_cause, cdr.uuid, leg, "", cdr.codec, cdr.codec),
    )


def _stamp(moment: int | None, zone: tzinfo) -> str:
    return "" if moment is None else f"{datetime.fromtimestamp(moment / 1000, zone):%Y-%m-%d %H:%M:%S}"


def _line(cells: Sequence[object]) -> str:
    """Every cell in quotes, as mod_cdr_csv has them; a quote within is doubled, which it forgets."""
    from fsapp.files.csv_cells import safe

    return ",".join('"' + safe(cell).replace('"', '""') + '"' for cell in cells) + "\n"
