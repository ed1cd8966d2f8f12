"""Pictures as SVG of our own: no script, no font, nothing from elsewhere; they print as they look."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from math import ceil, floor, log10

from fsapp.reports.model import Kind, Picture, Unit, Value
from fsapp.reports.shown import shown
from fsapp.reports.words import column, sentence

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Told apart by everybody (Okabe and Ito), and by their greys in print."""

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 26, 22
MOST_RANKED = 15
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_LABELS = 12
_BAR, _NAMES = 20, 170
_PARTS = 4
"""Of the axis of values."""
_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def svg(picture: Picture, language: str) -> str:
    """The picture; a legend where there are several series."""
    match picture.kind:
        case Kind.BARS:
            body, height = _bars(picture, language), HEIGHT
        case Kind.LINE:
            body, height = _line(picture, language), HEIGHT
        case Kind.RANKING:
            rows = min(len(picture.labels), MOST_RANKED) * len(picture.series)
            body, height = _ranking(picture, language), TOP + _BAR * rows + 6
    content = "".join((*_legend(picture, language), *body))
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">{content}</svg>'


def _legend(picture: Picture, language: str) -> Iterator[str]:
    x = LEFT
    for index, name in enumerate(picture.series):
        words = column(name, language)
        yield f'<rect x="{x}" y="6" width="10" height="10" fill="{COLOURS[index % len(COLOURS)]}"/>'
        yield _text(x + 14, 15, words)
        x += 34 + 13 * len(words) if language == "zh" else 34 + 7 * len(words)


def _bars(picture: Picture, language: str) -> Iterator[str]:
    """Of each label the series one upon the other."""
    stacks = [sum(_number(values[index]) for values in picture.series.values()) for index in range(len(picture.labels))]
    top = _nice(max(stacks, default=0.0))
    yield from _frame(picture, top)
    width = (WIDTH - LEFT - RIGHT) / max(len(picture.labels), 1)
    for index, name in enumerate(picture.labels):
        base = 0.0
        for number, (series, values) in enumerate(picture.series.items()):
            value = _number(values[index])
            if value > 0:
                x, y = LEFT + index * width + width * 0.1, _y(base + value, top)
                told = f"{name} {column(series, language)} {shown(values[index], picture.unit)}"
                yield _rect(x, y, width * 0.8, _y(base, top) - y, number, told)
            base += value


def _line(picture: Picture, language: str) -> Iterator[str]:
    """A gap where there is no value."""
    known = [_number(value) for values in picture.series.values() for value in values]
    top = 1.0 if picture.unit is Unit.SHARE else _nice(max(known, default=0.0))
    yield from _frame(picture, top)
    width = (WIDTH - LEFT - RIGHT) / max(len(picture.labels), 1)
    for number, (series, values) in enumerate(picture.series.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [(LEFT + (index + 0.5) * width, value) for index, value in enumerate(values)]
        for (x1, one), (x2, two) in pairwise(points):
            if one is not None and two is not None:
                ends = f'x1="{x1:.1f}" y1="{_y(_number(one), top):.1f}" x2="{x2:.1f}" y2="{_y(_number(two), top):.1f}"'
                yield f'<line {ends} stroke="{colour}" stroke-width="2"/>'
        for index, (x, value) in enumerate(points):
            if value is not None:
                told = f"{picture.labels[index]} {column(series, language)} {shown(value, picture.unit)}"
                yield (
                    f'<circle cx="{x:.1f}" cy="{_y(_number(value), top):.1f}" r="3" fill="{colour}">'
                    f"<title>{escape(told)}</title></circle>"
                )


def _ranking(picture: Picture, language: str) -> Iterator[str]:
    """The first rows; each with its value."""
    kept = list(range(len(picture.labels)))[:MOST_RANKED]
    known = [_number(values[index]) for values in picture.series.values() for index in kept]
    top = max(known, default=0.0) or 1.0
    room = WIDTH - _NAMES - 90
    y = TOP
    for index in kept:
        for number, (series, values) in enumerate(picture.series.items()):
            if number == 0:
                label = picture.labels[index] or sentence("none", language)
                yield _text(_NAMES - 6, y + 14, _cut(label), anchor="end")
            length = max(0.0, _number(values[index]) / top * room)
            value = shown(values[index], picture.unit)
            yield _rect(_NAMES, y + 3, length, _BAR - 6, number, f"{column(series, language)} {value}")
            yield _text(_NAMES + length + 5, y + 14, value)
            y += _BAR


def _frame(picture: Picture, top: float) -> Iterator[str]:
    """Lines to read values by, and names below."""
    for part in range(_PARTS + 1):
        value = top * part / _PARTS
        y = _y(value, top)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>'
        whole = round(value) if picture.unit is Unit.COUNT else value
        yield _text(LEFT - 6, y + 4, shown(whole, picture.unit), anchor="end")
    width = (WIDTH - LEFT - RIGHT) / max(len(picture.labels), 1)
    every = max(1, ceil(len(picture.labels) / _MOST_LABELS))
    for index, name in list(enumerate(_short(picture.labels)))[::every]:
        yield _text(LEFT + (index + 0.5) * width, HEIGHT - 6, name, anchor="middle")


def _short(labels: Sequence[str]) -> Sequence[str]:
    """Hours of one day need no day, days of one year no year."""
    if not labels or not _MOMENT.match(labels[0]):
        return [_cut(name) for name in labels]
    one_day = len({name[:10] for name in labels}) == 1 and len(labels[0]) > 10
    return [name[11 if one_day else 5 :] for name in labels]


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, colour: int, told: str) -> str:
    fill = COLOURS[colour % len(COLOURS)]
    size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {size} fill="{fill}"><title>{escape(told)}</title></rect>'


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value / top if top else 0.0)


def _nice(value: float) -> float:
    """A little more than `value`, whose parts are whole and easily read."""
    part = max(1.0, value / _PARTS)
    unit = 10.0 ** floor(log10(part))
    step = next(step for step in _STEPS if unit * step >= part)
    return float(_PARTS * ceil(unit * step))


def _number(value: Value) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _cut(text: str) -> str:
    return text if len(text) <= 22 else f"{text[:21]}…"
