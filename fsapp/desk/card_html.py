"""The card as a page to print: A5, in two columns, in one file."""

from collections.abc import Iterable, Iterator

from fsapp.desk.card import Card, Choices, Row
from fsapp.flow.draw_text import escaped

_STYLE = """\
@page { size: A5; margin: 7mm }
body { font: 7.5pt/1.3 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", Arial, sans-serif; margin: 0; color: #000 }
h1 { font-size: 12pt; margin: 0 0 2mm; border-bottom: 0.5mm solid #000 }
main { columns: 2; column-gap: 5mm }
section { margin: 0 0 2.5mm }
h2 { font-size: 8.5pt; margin: 0 0 0.5mm; break-after: avoid }
table { border-collapse: collapse; width: 100% }
tr { break-inside: avoid; border-bottom: 0.1mm solid #bbb }
th { text-align: left; vertical-align: top; white-space: nowrap; padding: 0.2mm 2mm 0.2mm 0; font-weight: bold }
.code th { width: 8mm; font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace }
td { vertical-align: top; padding: 0.2mm 0 }
.numbers span { white-space: nowrap; margin-left: 1.5mm }
.then { color: #444; white-space: nowrap }
footer { margin-top: 1mm; border-top: 0.3mm solid #000; padding-top: 1mm }
footer p { margin: 0 }
"""

_LANG = {"zh": "zh-CN", "en": "en"}


def html(card: Card) -> str:
    """A whole page; whatever the site wrote is escaped."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: Card) -> Iterator[str]:
    title = escaped(card.title)
    yield f'<!DOCTYPE html>\n<html lang="{_LANG[card.language]}">\n<meta charset="utf-8">\n<title>{title}</title>'
    yield f"<style>\n{_STYLE}</style>"
    yield f"<h1>{title}</h1>\n<main>"
    for section in card.sections:
        yield from _table("code", section.title, map(_row, section.rows))
    yield from _table("numbers", card.numbers_title, map(_numbers, card.numbers))
    yield "</main>\n<footer>"
    yield from (f"<p>{escaped(note)}</p>" for note in card.notes)
    yield "</footer>\n</html>"


def _table(kind: str, title: str, rows: Iterable[str]) -> Iterator[str]:
    yield f'<section class="{kind}">\n<h2>{escaped(title)}</h2>\n<table>'
    yield from rows
    yield "</table>\n</section>"


def _row(row: Row) -> str:
    then = "".join(f' <span class="then">+ {escaped(each)}</span>' for each in row.then)
    return f"<tr><th>{escaped(row.keys)}</th><td>{escaped(row.does)}{then}</td></tr>"


def _numbers(numbers: Choices) -> str:
    choices = " ".join(f"<span>{escaped(each)}</span>" for each in numbers.choices)
    return f"<tr><td><b>{escaped(numbers.title)}</b> {choices}</td></tr>"
