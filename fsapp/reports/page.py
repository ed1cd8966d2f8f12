"""A report as a page of HTML that needs nothing else: no network, no script; printed as it is seen."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from html import escape

from fsapp.reports.charts import svg
from fsapp.reports.model import Column, Report, Row, Table, Unit
from fsapp.reports.shown import shown
from fsapp.reports.words import column, sentence, title

STYLE = """
body{font:13px/1.5 "Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#222;
margin:24px auto;max-width:1080px;padding:0 16px}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:28px 0 6px}
p{margin:4px 0;color:#555}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:3px 6px;border-bottom:1px solid #ddd;text-align:right;vertical-align:bottom}
th{border-bottom:2px solid #888;font-weight:600}
.text{text-align:left}tr.total td{border-top:2px solid #888;font-weight:600}
svg{width:100%;height:auto;max-width:760px}svg text{font-size:11px;fill:#333}
figure{margin:12px 0;break-inside:avoid}tr{break-inside:avoid}
@page{size:A4 landscape;margin:12mm}
@media print{body{margin:0;max-width:none;font-size:10px}thead{display:table-header-group}}
"""


def page(report: Report, language: str, zone: tzinfo) -> str:
    """The whole page."""
    name = f"{title(report.name, language)} {spoken_period(report, zone)}"
    body = "\n".join(_body(report, language, zone))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def spoken_period(report: Report, zone: tzinfo) -> str:
    """`2026-11-24`, `2026-11-01 - 2026-11-30`, or with times where it does not begin and end at midnights."""
    since, until = (datetime.fromtimestamp(at / 1000, zone) for at in (report.period.since, report.period.until))
    if (since.hour, since.minute, since.second, until.hour, until.minute, until.second) != (0, 0, 0, 0, 0, 0):
        return f"{since:%Y-%m-%d %H:%M} - {until:%Y-%m-%d %H:%M}"
    last = datetime.fromtimestamp((report.period.until - 1) / 1000, zone)
    return f"{since:%Y-%m-%d}" if since.date() == last.date() else f"{since:%Y-%m-%d} - {last:%Y-%m-%d}"


def _body(report: Report, language: str, zone: tzinfo) -> Iterator[str]:
    yield f"<h1>{escape(title(report.name, language))}</h1>"
    yield _paragraph(f"{sentence('period', language)}: {spoken_period(report, zone)} ({zone})")
    for name, value in report.chosen.items():
        yield _paragraph(f"{column('number' if name == 'dnis' else name, language)}: {value}")
    yield from (_paragraph(sentence(note, language)) for note in report.notes)
    if not report.tables[0].rows:
        yield _paragraph(sentence("nothing", language))
    pictures = list(report.pictures)
    for table in report.tables:
        if table.rows:
            yield f"<h2>{escape(title(table.name, language))}</h2>"
            yield from (_figure(svg(each, language)) for each in pictures if each.name == table.name)
            yield from _table(table, language)
    named = {table.name for table in report.tables}
    for picture in pictures:
        if picture.name not in named:
            yield f"<h2>{escape(title(picture.name, language))}</h2>"
            yield _figure(svg(picture, language))
    made = datetime.fromtimestamp(report.made_at / 1000, zone)
    yield _paragraph(f"{sentence('made_at', language)}: {made:%Y-%m-%d %H:%M:%S}")


def _table(table: Table, language: str) -> Iterator[str]:
    yield "<table><thead><tr>"
    yield from (f"<th{_kind(each)}>{escape(column(each.name, language))}</th>" for each in table.columns)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        yield f"<tr>{_cells(table, row, language)}</tr>"
    if table.total is not None:
        first = table.columns[0].name
        named = {**table.total, first: sentence("total", language)}
        yield f'<tr class="total">{_cells(table, named, language)}</tr>'
    yield "</tbody></table>"


def _cells(table: Table, row: Row, language: str) -> str:
    return "".join(f"<td{_kind(each)}>{escape(_cell(each, row, language))}</td>" for each in table.columns)


def _cell(each: Column, row: Row, language: str) -> str:
    value = row.get(each.name, "" if each.unit is Unit.TEXT else None)
    return sentence("none", language) if value == "" and each.name in row else shown(value, each.unit)


def _kind(each: Column) -> str:
    return ' class="text"' if each.unit is Unit.TEXT else ""


def _figure(picture: str) -> str:
    return f"<figure>{picture}</figure>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
