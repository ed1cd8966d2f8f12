"""fsapp report: figures for managers, as a table, CSV, JSON or a page; on standard output, or by mail."""

import argparse
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.periods import Period
    from fsapp.reports.asking import Request
    from fsapp.reports.model import Report
    from fsapp.server.settings import EngineSettings

FORMS = ("table", "csv", "json", "html")

NAMES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "traffic": ("traffic", "Calls: how many, who was answered, what became of them (话务统计).", ("number",)),
    "queues": ("queues", "Queues: service level, waits, abandonment, told waits (排队统计).", ("queue",)),
    "agents": ("agents", "Agents: states, talks, holds, wrap-up, offers (座席统计).", ("agent",)),
    "inout": ("inout", "Calls in and out (来电去电统计).", ()),
    "tickets": ("tickets", "Tickets: results, time taken, lateness (工单统计).", ()),
    "satisfaction": ("satisfaction", "What callers answered when they were asked (满意度统计).", ("queue", "agent")),
    "fcr": ("resolution", "First-call resolution (首问解决率).", ("number",)),
}
"""By name the module of fsapp.reports, a sentence, and what a report may be confined to."""

_EXAMPLE = "fsapp report {} --from 2026-11-01 --to 2026-12-01 --by {} --format html >{}.html"


def add(commands: Commands) -> None:
    group = options.group(
        commands,
        "report",
        "Figures for managers: traffic, queues, agents, tickets and more.",
        "fsapp report queues --from 2026-11-01 --to 2026-12-01 --by day --format html >queues.html",
    )
    for name, (_, summary, confined) in NAMES.items():
        ways = _ways(name)
        parser = options.command(group, name, _run, summary, _EXAMPLE.format(name, ways[0], name))
        parser.set_defaults(report=name)
        _add_common(parser, ways)
        for what in confined:
            parser.add_argument(f"--{what}", metavar=what.upper(), help=f"of this {what} only")
    satisfaction, fcr = (group.choices[name] for name in ("satisfaction", "fcr"))
    satisfaction.add_argument(
        "--satisfied", type=int, default=4, metavar="ANSWER", help="the lowest answer that is content (default: 4)"
    )
    fcr.add_argument("--days", type=int, default=7, metavar="N", help="who calls again within so many (default: 7)")


def _ways(name: str) -> tuple[str, ...]:
    """How a report may be divided, the usual one first. Reports are read when there is one to make."""
    return {
        "traffic": ("day", "hour", "number", "flow", "trunk", "cause", "disposition"),
        "queues": ("queue", "hour", "day"),
        "agents": ("agent", "hour", "day"),
        "inout": ("day", "hour"),
        "tickets": ("kind", "owner", "day", "hour"),
        "satisfaction": ("queue", "agent", "day", "hour"),
        "fcr": ("day", "hour", "number"),
    }[name]


def _add_common(parser: argparse.ArgumentParser, ways: tuple[str, ...]) -> None:
    options.add_config(parser)
    options.add_data(parser)
    options.add_period(parser)
    parser.epilog = f"{parser.epilog}\n\nWithout --from and --to it is of yesterday."
    parser.add_argument("--by", choices=ways, default=ways[0], help=f"what has a row (default: {ways[0]})")
    parser.add_argument("--format", choices=FORMS, default="table", help="default: table; csv has one table")
    parser.add_argument("--table", metavar="NAME", help="with csv, another table of the report than the first")
    parser.add_argument("--language", choices=("zh", "en"), help="default: the site's first")
    parser.add_argument("--mail", metavar="ADDRESS", help="send it there, and print nothing")


def _run(given: argparse.Namespace) -> None:
    from fsapp.server.databases import own_url
    from fsapp.store.facts import facts

    settings = options.settings(given)
    request = _request(given, settings)
    with facts(own_url(settings)) as known:
        report = _module(given.report).report(known, request)
    language = given.language or settings.languages[0]
    if given.mail:
        _send(given, settings, report, language)
    else:
        options.write_out(_written(given, report, language, settings).encode())


def _module(name: str) -> Any:
    return import_module(f"fsapp.reports.{NAMES[name][0]}")


def _request(given: argparse.Namespace, settings: "EngineSettings") -> "Request":
    from fsapp.reports.asking import KEYS, By, Request

    chosen = {name: getattr(given, name, None) for name in ("queue", "agent", "number")}
    return Request(
        period(given, settings),
        By(given.by),
        settings.zone,
        round(datetime.now(settings.zone).timestamp() * 1000),
        {KEYS[By(name)]: value for name, value in chosen.items() if value is not None},
        satisfied_from=getattr(given, "satisfied", 4),
        repeat_days=getattr(given, "days", 7),
    )


def period(given: argparse.Namespace, settings: "EngineSettings") -> "Period":
    """From `--from` to `--to`, or until now; yesterday where neither is given. Raises FsappError."""
    from fsapp.domain.periods import Period, local_day

    now = datetime.now(settings.zone)
    since, until = (options.milliseconds(text, settings.zone) for text in (given.since, given.until))
    if since is None and until is None:
        return local_day(now.date() - timedelta(days=1), settings.zone)
    if since is None:
        raise FsappError("with --to say --from, too")
    until = round(now.timestamp() * 1000) if until is None else until
    if since >= until:
        raise FsappError("the period ends before it begins: see --from and --to")
    return Period(since, until)


def _written(given: argparse.Namespace, report: "Report", language: str, settings: "EngineSettings") -> str:
    makers: Mapping[str, Callable[[], str]] = {
        "table": lambda: _text(report, language, settings),
        "csv": lambda: _csv(report, language, given.table),
        "json": lambda: _json(report),
        "html": lambda: _page(report, language, settings),
    }
    return makers[given.format]()


def _text(report: "Report", language: str, settings: "EngineSettings") -> str:
    from fsapp.cli.table import table
    from fsapp.reports.written import as_text

    return as_text(report, language, settings.zone, table) + "\n"


def _csv(report: "Report", language: str, wanted: str | None) -> str:
    from fsapp.reports.written import as_csv

    tables = {table.name: table for table in report.tables}
    if wanted is not None and wanted not in tables:
        raise FsappError(f"there is no table {wanted!r} in this report; there are: {', '.join(tables)}")
    return as_csv(tables[wanted] if wanted else report.tables[0], language)


def _json(report: "Report") -> str:
    import orjson

    from fsapp.reports.written import as_value

    return orjson.dumps(as_value(report), option=orjson.OPT_APPEND_NEWLINE).decode()


def _page(report: "Report", language: str, settings: "EngineSettings") -> str:
    from fsapp.reports.page import page

    return page(report, language, settings.zone)


def _send(given: argparse.Namespace, settings: "EngineSettings", report: "Report", language: str) -> None:
    """The page, with the tables as text beside it. Raises FsappError."""
    from fsapp.reports.page import spoken_period
    from fsapp.reports.words import title
    from fsapp.server.mail import Letter, Mailer

    if settings.mail is None:
        raise FsappError("there is no server for letters: conf/fsapp.yaml has no section `mail`")
    subject = f"{title(report.name, language)} {spoken_period(report, settings.zone)}"
    text, page = _text(report, language, settings), _page(report, language, settings)
    Mailer(settings.mail).send(Letter(given.mail, subject, text, page))
