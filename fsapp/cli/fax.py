"""fsapp fax: faxes to be sent, and the documents that they are."""

import argparse
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from fsapp.cli import fax_documents, options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.fax import FaxJob

_COLUMNS = ("fax", "to", "document", "pages", "state", "attempts", "queued", "result")
_STATES = ("waiting", "sending", "sent", "failed", "cancelled")


def add(commands: Commands) -> None:
    group = options.group(commands, "fax", "Faxes and documents.", "fsapp fax send 057188880000 tariff")
    fax_documents.add(group)
    sending = options.command(
        group,
        "send",
        run_send,
        "Queues a fax: a document's name or a file. The engine sends it, and tries again where that fails.",
        "fsapp fax send 057188880000 bill.pdf --cover --field to=张伟 --at '2026-11-26 08:00'",
    )
    sending.add_argument("number", metavar="NUMBER")
    sending.add_argument("document", metavar="DOCUMENT", help="a document's name, or a file")
    sending.add_argument("--cover", action="store_true", help="with a cover page, by the template that fax.cover names")
    sending.add_argument("--field", action="append", default=[], metavar="NAME=TEXT", help="what it is filled in with")
    sending.add_argument("--at", metavar="TIME", help="not before this local time")
    sending.add_argument("--window", metavar="HH:MM-HH:MM", default="", help="only at this time of the day")
    listing = options.command(
        group, "list", run_list, "Lists faxes, the latest first.", "fsapp fax list --state failed"
    )
    listing.add_argument("--state", choices=_STATES)
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    cancelling = options.command(
        group, "cancel", run_cancel, "Cancels a fax; one under way is hung up.", "fsapp fax cancel 8c41f00d92ab"
    )
    cancelling.add_argument("fax", metavar="FAX", help="its id, as `list` shows it")
    for parser in (sending, listing):
        parser.add_argument("--json", action="store_true", help="print JSON, a line a fax")
    for parser in (sending, listing, cancelling):
        options.add_config(parser)
        options.add_data(parser)


def run_send(given: argparse.Namespace) -> None:
    from fsapp.server.fax_admin import FaxAdmin, Wanted
    from fsapp.server.system import SystemClock

    settings = options.settings(given)
    wanted = Wanted(
        given.number, given.document, given.cover, _fields(given.field), _moment(given.at, settings.zone), given.window
    )
    job = FaxAdmin(settings).send(wanted, SystemClock().now())
    if given.json:
        _print_json(job)
    else:
        print(f"{job.id}: {job.pages} pages to {job.number}")


def run_list(given: argparse.Namespace) -> None:
    from fsapp.cli.records import local
    from fsapp.cli.table import table
    from fsapp.domain.fax import JobState
    from fsapp.server.fax_admin import FaxAdmin

    settings = options.settings(given)
    state = JobState(given.state) if given.state else None
    jobs = FaxAdmin(settings).jobs.list(state=state, limit=given.limit)
    if given.json:
        _print_json(*jobs)
    elif jobs:
        print(table(_COLUMNS, [_row(job, local(job.queued_at, settings.zone)) for job in jobs]))
    else:
        print("no faxes")


def run_cancel(given: argparse.Namespace) -> None:
    from fsapp.server.fax_admin import FaxAdmin
    from fsapp.server.system import SystemClock

    FaxAdmin(options.settings(given)).cancel(given.fax, SystemClock().now())
    print(f"{given.fax} is cancelled")


def _row(job: "FaxJob", queued: str) -> list[str]:
    pages = f"{job.next_page - 1}/{job.pages}"
    return [job.id, job.number, job.document, pages, job.state.value, str(job.attempts), queued, job.result]


def _fields(written: list[str]) -> dict[str, str]:
    fields = {}
    for each in written:
        name, equals, text = each.partition("=")
        if not equals or not name.isidentifier():
            raise FsappError(f"{each[:40]!r} is no field such as to=张伟")
        fields[name] = text
    return fields


def _moment(text: str | None, zone: tzinfo) -> datetime | None:
    milliseconds = options.milliseconds(text, zone)
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, zone)


def _print_json(*records: Any) -> None:
    import orjson

    for record in records:
        options.write_out(orjson.dumps(asdict(record), option=orjson.OPT_APPEND_NEWLINE))
