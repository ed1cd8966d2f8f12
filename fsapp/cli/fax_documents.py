"""fsapp fax documents: what can be sent by fax, and what came."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsapp.cli import options
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.domain.fax import Document

_COLUMNS = ("document", "kind", "category", "pages", "resolution", "kB", "added", "from", "title")
_KINDS = ("library", "received", "outgoing")


def add(group: Commands) -> None:
    """Declares them."""
    documents = options.group(
        group, "documents", "Documents.", "fsapp fax documents add tariff.pdf --name tariff --category prices"
    )
    adding = options.command(
        documents,
        "add",
        run_add,
        "Makes a fax of a file (PDF, TIFF, PNG, JPEG, HTML, text), for flows and commands to send.",
        "fsapp fax documents add tariff.pdf --name tariff --category prices --title 电价表",
    )
    adding.add_argument("file", type=Path, metavar="FILE")
    adding.add_argument("--name", metavar="NAME", help="what flows call it (default: the file's, without its ending)")
    adding.add_argument("--title", default="", metavar="TEXT")
    adding.add_argument("--category", default="general", metavar="NAME")
    adding.add_argument("--resolution", choices=("standard", "fine"), help="98 or 196 lines an inch")
    adding.add_argument("--replace", action="store_true", help="take the place of a document of that name")
    listing = options.command(
        documents, "list", run_list, "Lists documents, the latest first.", "fsapp fax documents list --words 电价"
    )
    listing.add_argument("--kind", choices=_KINDS)
    listing.add_argument("--category", default="", metavar="NAME")
    listing.add_argument("--caller", default="", metavar="NUMBER", help="who sent it")
    listing.add_argument(
        "--words", default="", metavar="WORDS", help="all of them in name, title, caller or station id"
    )
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    showing = options.command(
        documents, "show", run_show, "Shows all that is known of a document.", "fsapp fax documents show tariff"
    )
    preview = options.command(
        documents,
        "preview",
        run_preview,
        "Writes a page as it looks on paper: a PNG.",
        "fsapp fax documents preview tariff --page 2 --out page.png",
    )
    for parser in (showing, preview):
        parser.add_argument("name", metavar="DOCUMENT")
    preview.add_argument("--page", type=int, default=1, metavar="N")
    preview.add_argument("--out", type=Path, metavar="FILE", help="default: DOCUMENT-PAGE.png")
    for parser in (adding, listing, showing):
        parser.add_argument("--json", action="store_true", help="print JSON, a line a document")
    for parser in (adding, listing, showing, preview):
        options.add_config(parser)
        options.add_data(parser)


def run_add(given: argparse.Namespace) -> None:
    from fsapp.domain.fax import Resolution
    from fsapp.server.fax_admin import FaxAdmin
    from fsapp.server.system import SystemClock

    document = FaxAdmin(options.settings(given)).add(
        given.file,
        given.file.stem.lower() if given.name is None else given.name,
        given.title,
        given.category,
        SystemClock().now(),
        resolution=Resolution(given.resolution) if given.resolution else None,
        replace=given.replace,
    )
    if given.json:
        _print_json(document)
    else:
        print(f"{document.id}: {document.pages} pages, {document.resolution}, {_kilobytes(document)} kB")


def run_list(given: argparse.Namespace) -> None:
    from fsapp.cli.records import local
    from fsapp.cli.table import table
    from fsapp.domain.fax import DocumentKind
    from fsapp.server.fax_admin import FaxAdmin
    from fsapp.store.documents import DocumentFilter

    settings = options.settings(given)
    kind = DocumentKind(given.kind) if given.kind else None
    wanted = DocumentFilter(kind, given.category, given.caller, given.words)
    found = FaxAdmin(settings).documents.list(wanted, given.limit)
    if given.json:
        _print_json(*found)
    elif found:
        print(table(_COLUMNS, [_row(each, local(each.added_at, settings.zone)) for each in found]))
    else:
        print("no documents")


def run_show(given: argparse.Namespace) -> None:
    from fsapp.cli.records import local
    from fsapp.cli.table import table
    from fsapp.server import fax_ties
    from fsapp.server.databases import own_url
    from fsapp.server.fax_admin import FaxAdmin

    settings = options.settings(given)
    admin, url = FaxAdmin(settings), own_url(settings)
    document = admin.document(given.name)
    customer = fax_ties.customer_of(url, document)
    tickets = [each.number for each in fax_ties.tickets_of(url, document)]
    if given.json:
        _print_json(document, customer=customer.id if customer else None, tickets=tickets)
        return
    shown = {name: str(value) for name, value in asdict(document).items() if value not in ("", None)}
    shown |= {"added_at": local(document.added_at, settings.zone), "file": str(admin.library.fax(document.sha256))}
    if document.delivered_at is not None:
        shown["delivered_at"] = local(document.delivered_at, settings.zone)
    if customer is not None:
        shown["customer"] = f"{customer.shown_id} {customer.name}"
    if tickets:
        shown["tickets"] = " ".join(tickets)
    print(table(("document", ""), list(shown.items())))


def run_preview(given: argparse.Namespace) -> None:
    from fsapp.server.fax_admin import FaxAdmin

    admin = FaxAdmin(options.settings(given))
    document = admin.document(given.name)
    out = given.out or Path(f"{document.id}-{given.page}.png")
    admin.library.preview(document.sha256, given.page, out)
    print(out)


def _row(document: "Document", added: str) -> list[str]:
    pages = f"{document.pages}{' (partial)' if document.partial else ''}"
    sender = " ".join(filter(None, (document.caller, document.station_id)))
    return [
        document.id,
        document.kind.value,
        document.category,
        pages,
        document.resolution.value,
        str(_kilobytes(document)),
        added,
        sender,
        document.title,
    ]


def _kilobytes(document: "Document") -> int:
    return -(-document.size // 1024)


def _print_json(*records: Any, **more: Any) -> None:
    import orjson

    for record in records:
        options.write_out(orjson.dumps(asdict(record) | more, option=orjson.OPT_APPEND_NEWLINE))
