"""The path of a ticket as a picture (图形化跟踪): a box a step, from owner to owner; done, awaited now, late.

No library, no script, no font from elsewhere: it opens in any browser, and prints.
"""

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from fsapp.domain.ticket import Ticket
from fsapp.flow.draw_text import cut, escaped
from fsapp.tickets.clocks import moment
from fsapp.tickets.plan import TicketPlan
from fsapp.tickets.trace import Standing, Step
from fsapp.tickets.words import action_words, clock_words, revisit_words, state_words

WIDTH, HEIGHT = 210, 92
GAP, MARGIN, TITLE = 34, 24, 46
A_ROW = 5
"""Boxes in a row; the next row goes on below, in the same direction."""

_COLUMNS = 30
_COLOURS = {Standing.DONE: "#3d8a57", Standing.NOW: "#2f6fb0", Standing.LATE: "#b3261e"}
_STYLE = """
text {
  font: 12px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif;
  fill: #222;
}
.title { font-size: 15px; font-weight: 600 }
.about { fill: #666 }
.name { font-weight: 600; fill: #fff }
.late { fill: #b3261e; font-weight: 600 }
.line { fill: none; stroke: #889; stroke-width: 1.6 }
"""


def picture(ticket: Ticket, steps: Sequence[Step], plan: TicketPlan, zone: tzinfo, language: str) -> str:
    """The path as an SVG document, its words in Chinese or English."""
    columns = min(A_ROW, len(steps))
    rows = -(-len(steps) // A_ROW)
    width = 2 * MARGIN + columns * WIDTH + (columns - 1) * GAP
    height = 2 * MARGIN + TITLE + rows * HEIGHT + (rows - 1) * GAP
    kind = plan.kinds[ticket.kind].says(language) if ticket.kind in plan.kinds else ticket.kind
    about = cut(ticket.text, columns * _COLUMNS)
    title = f"{ticket.number} {kind}: {state_words(ticket.state, language)}"
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escaped(title)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text class="title" x="{MARGIN}" y="{MARGIN + 12}">{escaped(title)}</text>',
            f'<text class="about" x="{MARGIN}" y="{MARGIN + 30}">{escaped(about)}</text>',
            *(_line(index) for index in range(1, len(steps))),
            *(part for index, step in enumerate(steps) for part in _box(index, step, plan, zone, language)),
            "</svg>",
            "",
        )
    )


def _place(index: int) -> tuple[int, int]:
    """Where a box has its upper left corner."""
    row, column = divmod(index, A_ROW)
    return MARGIN + column * (WIDTH + GAP), MARGIN + TITLE + row * (HEIGHT + GAP)


def _line(index: int) -> str:
    """From the box before to this one, with an arrow head."""
    (left, top), (x, y) = _place(index - 1), _place(index)
    if index % A_ROW:
        path = f"M{left + WIDTH} {top + HEIGHT / 2}H{x}"
        head = f"M{x} {y + HEIGHT / 2}l-7 -4.5v9z"
    else:
        middle = y - GAP / 2
        path = f"M{left + WIDTH / 2} {top + HEIGHT}V{middle}H{x + WIDTH / 2}V{y}"
        head = f"M{x + WIDTH / 2} {y}l-4.5 -7h9z"
    return f'<path class="line" d="{path}"/><path fill="#889" d="{head}"/>'


def _box(index: int, step: Step, plan: TicketPlan, zone: tzinfo, language: str) -> Iterator[str]:
    colour, (x, y) = _COLOURS[step.standing], _place(index)
    dashes = ' stroke-dasharray="5 4"' if step.action is None else ""
    name = action_words(step.action, language) if step.action else state_words(step.state, language)
    yield f'<g transform="translate({x} {y})">'
    yield f"<title>{escaped(step.text or name)}</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#fff" stroke="{colour}"{dashes}/>'
    yield f'<path fill="{colour}" d="M0 24V6q0 -6 6 -6H{WIDTH - 6}q6 0 6 6V24z"/>'
    yield f'<text class="name" x="10" y="16.5">{escaped(cut(name, 16))}</text>'
    at = f"{moment(step.at).astimezone(zone):%m-%d %H:%M}"
    yield f'<text class="name" x="{WIDTH - 10}" y="16.5" text-anchor="end">{at}</text>'
    for number, (style, words) in enumerate(_words(step, plan, zone, language)):
        yield f'<text{style} x="10" y="{42 + number * 18}">{escaped(cut(words, _COLUMNS))}</text>'
    yield "</g>"


def _words(step: Step, plan: TicketPlan, zone: tzinfo, language: str) -> Iterator[tuple[str, str]]:
    """Who has it, what was said, and what of it was late or is due; at most three lines."""
    owner = plan.name_of(step.owner)
    worker = f" → {plan.name_of(step.worker)}" if step.worker else ""
    yield "", f"{owner}{worker}"
    words = " ".join(filter(None, (revisit_words(step.revisit, language), step.text)))
    if words or step.who:
        yield "", f"{step.who}: {words}" if words else step.who
    if step.due is None:
        return
    clock, due = clock_words(step.due.clock, language), f"{moment(step.due.at).astimezone(zone):%m-%d %H:%M}"
    if step.standing is Standing.LATE:
        yield ' class="late"', f"{clock}超时 (期限 {due})" if language == "zh" else f"late with {clock} (due {due})"
    elif step.action is None:
        yield "", f"{clock}期限 {due}" if language == "zh" else f"due {due}: {clock}"
