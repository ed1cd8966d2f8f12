"""A report as CSV for spreadsheets, as JSON for programs, and as lines of text for a terminal or a letter."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from fsapp.files.csv_cells import BYTE_ORDER_MARK, row
from fsapp.reports.model import Column, Report, Row, Table, Unit
from fsapp.reports.page import spoken_period
from fsapp.reports.shown import plain, shown
from fsapp.reports.words import column, sentence, title

Aligned = Callable[[Sequence[str], Sequence[Sequence[str]]], str]
"""Puts heads and rows into columns."""


def as_csv(table: Table, language: str) -> str:
    """One table without its total; Chinese begins with the mark by which a spreadsheet knows UTF-8."""
    heads = row([column(each.name, language) for each in table.columns])
    lines = (row([plain(line.get(each.name), each) for each in table.columns]) for line in table.rows)
    return "".join((BYTE_ORDER_MARK if language == "zh" else "", heads, *lines))


def as_value(report: Report) -> dict[str, Any]:
    """Plain values for JSON: times are seconds, moments ISO 8601 in UTC, shares from 0 to 1."""
    return {
        "report": report.name,
        "from": _moment(report.period.since),
        "to": _moment(report.period.until),
        "made_at": _moment(report.made_at),
        **({"of": dict(report.chosen)} if report.chosen else {}),
        "tables": {table.name: _table_value(table) for table in report.tables},
    }


def as_text(report: Report, language: str, zone: tzinfo, aligned: Aligned) -> str:
    """Every table, one below the other."""
    return "\n".join(_lines(report, language, zone, aligned))


def _lines(report: Report, language: str, zone: tzinfo, aligned: Aligned) -> Iterator[str]:
    yield f"{title(report.name, language)}  {spoken_period(report, zone)}"
    for name, value in report.chosen.items():
        yield f"{column('number' if name == 'dnis' else name, language)}: {value}"
    if not report.tables[0].rows:
        yield sentence("nothing", language)
        return
    for table in report.tables:
        yield ""
        if table is not report.tables[0]:
            yield title(table.name, language)
        yield aligned([column(each.name, language) for each in table.columns], list(_cells(table, language)))
    for note in report.notes:
        yield ""
        yield sentence(note, language)


def _cells(table: Table, language: str) -> Iterator[Sequence[str]]:
    for line in table.rows:
        yield [_cell(line, each, language) for each in table.columns]
    if table.total is not None:
        yield [sentence("total", language), *(_cell(table.total, each, language) for each in table.columns[1:])]


def _cell(line: Row, each: Column, language: str) -> str:
    value = line.get(each.name, "" if each.unit is Unit.TEXT else None)
    return sentence("none", language) if value == "" and each.name in line else shown(value, each.unit)


def _table_value(table: Table) -> dict[str, Any]:
    value: dict[str, Any] = {"rows": [_row_value(table, line) for line in table.rows]}
    return value | ({"total": _row_value(table, table.total)} if table.total is not None else {})


def _row_value(table: Table, line: Row) -> dict[str, Any]:
    return {each.name: plain(line[each.name], each) for each in table.columns if each.name in line}


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
