"""Draws a flow for its operator, as SVG: labels as boxes, exits as arrows in the colour of the box they lead to.

No library, no script, no font from elsewhere: the picture opens in any browser and in an editor's preview.
"""

from collections.abc import Iterator, Mapping

from fsapp.flow.draw_boxes import MAX_COLUMNS, ON_ERROR, START, Box, Row, boxes
from fsapp.flow.draw_places import HEADER, LETTER, MARGIN, PADDING, PILL, ROW, Places, box_height, placed
from fsapp.flow.draw_routes import Line, Routes, routed
from fsapp.flow.draw_text import columns, cut, escaped
from fsapp.flow.graph import Leaves
from fsapp.flow.model import Flow

COLOURS = ("#2f6fb0", "#b5542b", "#3d8a57", "#8e4f9f", "#a9821b", "#2d8c99", "#c04a73", "#66713a", "#5a62c4", "#8a5a44")

TITLE = 34.0
_STYLE = """
text {
  font: 12px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif;
  fill: #222;
}
.title { font-size: 15px; font-weight: 600 }
.about { fill: #666 }
.name { font-weight: 600; fill: #fff }
.verb { font-weight: 600; fill: #345 }
.exit { font-size: 11px; fill: #555 }
.line { fill: none; stroke-width: 1.6 }
.end { fill: #b3261e }
"""
_END = {
    Leaves.HANGS_UP: "the call ends here",
    Leaves.RETURNS: "back to the flow that ran this one",
    Leaves.FALLS_OFF: "the label ends without leaving: the call would be hung up",
    Leaves.UNKNOWN: "leads nowhere",
}


def svg(flow: Flow) -> str:
    """The flow as an SVG document."""
    places = placed(boxes(flow))
    routes = routed(places)
    colours = _colours(places.boxes)
    lowest = max(places.bottom(name) for name in places.boxes)
    width = max(places.right + MARGIN, columns(_about(flow)) * LETTER + 2 * MARGIN)
    height = lowest + routes.above + routes.below + TITLE + 2 * MARGIN
    down = MARGIN + TITLE + routes.above
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
            f"<title>{escaped(flow.name)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            *_heading(flow),
            f'<g transform="translate(0 {down:.1f})">',
            *(_line(line, colours) for line in routes.lines),
            *_heads(places, routes, colours),
            *(part for box in places.boxes.values() for part in _box(places, box, colours)),
            "</g>",
            "</svg>",
            "",
        )
    )


def _colours(drawn: Mapping[str, Box]) -> dict[str, str]:
    labels = [name for name, box in drawn.items() if box.is_label]
    return {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(labels)}


def _heading(flow: Flow) -> Iterator[str]:
    yield f'<text class="title" x="{MARGIN}" y="{MARGIN}">{escaped(flow.name)}</text>'
    yield f'<text class="about" x="{MARGIN}" y="{MARGIN + 18}">{escaped(_about(flow))}</text>'


def _about(flow: Flow) -> str:
    return cut(" · ".join(filter(None, (flow.description, flow.language, ", ".join(flow.numbers)))), 100)


def _line(line: Line, colours: Mapping[str, str]) -> str:
    dashes = ' stroke-dasharray="5 4"' if line.is_failure else ""
    return f'<path class="line" stroke="{colours[line.target]}"{dashes} d="{line.path}"/>'


def _heads(places: Places, routes: Routes, colours: Mapping[str, str]) -> Iterator[str]:
    """One arrow head at each box that a line leads to; at the right where the line is the box's own."""
    for name, is_bow in dict.fromkeys((line.target, line.is_bow) for line in routes.lines):
        x, back = (places.left[name] + places.width(name), 7.0) if is_bow else (places.left[name], -7.0)
        yield _head(x, places.entry(places.slot(name)), back, colours[name])


def _head(x: float, y: float, back: float, colour: str) -> str:
    return f'<path fill="{colour}" d="M{x:.1f} {y:.1f}l{back} -4.5v9z"/>'


def _box(places: Places, box: Box, colours: Mapping[str, str]) -> Iterator[str]:
    left, top, width = places.left[box.name], places.top[places.slot(box.name)], places.width(box.name)
    yield f'<g transform="translate({left:.1f} {top:.1f})">'
    if box.is_label:
        yield from _label(box, width, colours)
    else:
        yield from _pill(box, width)
    yield "</g>"


def _pill(box: Box, width: float) -> Iterator[str]:
    look = 'fill="#fff" stroke="#b3261e" stroke-dasharray="5 4"' if box.name == ON_ERROR else 'fill="#333"'
    name = "name" if box.name == START else "end"
    middle = f'x="{width / 2:.1f}" y="{PILL / 2 + 4.5}" text-anchor="middle"'
    yield f'<rect width="{width:.1f}" height="{PILL}" rx="{PILL / 2}" {look}/>'
    yield f'<text class="{name}" {middle}>{escaped(box.title)}</text>'


def _label(box: Box, width: float, colours: Mapping[str, str]) -> Iterator[str]:
    colour, height = colours[box.name], box_height(box)
    yield f"<title>{escaped(box.name)}, line {box.line}</title>"
    yield f'<rect width="{width:.1f}" height="{height:.1f}" rx="6" fill="#fff" stroke="{colour}"/>'
    yield f'<path fill="{colour}" d="M0 {HEADER}V6q0 -6 6 -6H{width - 6:.1f}q6 0 6 6V{HEADER}z"/>'
    yield f'<text class="name" x="{PADDING}" y="{HEADER / 2 + 4.5}">{escaped(box.title)}</text>'
    for number, row in enumerate(box.rows):
        yield from _row(row, HEADER + ROW * (number + 0.5), width, colours)


def _row(row: Row, y: float, width: float, colours: Mapping[str, str]) -> Iterator[str]:
    if row.is_exit:
        words = escaped(cut(row.words, MAX_COLUMNS))
        yield f'<text class="exit" x="{width - PADDING}" y="{y + 4:.1f}" text-anchor="end">{words}</text>'
    else:
        words = cut(f"{row.verb} {row.words}", MAX_COLUMNS).removeprefix(row.verb)
        verb = f'<tspan class="verb">{escaped(row.verb)}</tspan>'
        yield f'<text x="{PADDING}" y="{y + 4:.1f}">{verb}{escaped(words)}<title>{escaped(row.words)}</title></text>'
    if row.leaves is not None:
        yield f'<circle class="end" cx="{width:.1f}" cy="{y:.1f}" r="5"><title>{_END[row.leaves]}</title></circle>'
    elif row.leads_to is not None:
        yield f'<circle cx="{width:.1f}" cy="{y:.1f}" r="3" fill="{colours.get(row.leads_to, "#b3261e")}"/>'
