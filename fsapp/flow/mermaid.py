"""A flow as Mermaid text, for documents that draw it themselves: labels as nodes, exits as arrows."""

from collections.abc import Iterator, Mapping

from fsapp.flow.draw_boxes import MAX_COLUMNS, ON_ERROR, Box, Row, boxes
from fsapp.flow.draw_text import cut
from fsapp.flow.model import Flow

_PLAIN = frozenset(" _-.,:/+=…·")


def mermaid(flow: Flow) -> str:
    """The flow as a Mermaid flowchart (mermaid.js.org/syntax/flowchart.html)."""
    drawn = boxes(flow)
    ids = {name: f"n{number}" for number, name in enumerate(drawn)}
    parts = ["flowchart LR"]
    parts += [f"    {ids[box.name]}{_shape(box)}" for box in drawn.values()]
    parts += [f"    {arrow}" for box in drawn.values() for arrow in _arrows(box, ids)]
    return "\n".join(parts) + "\n"


def _shape(box: Box) -> str:
    if not box.is_label:
        return f'(["{quoted(box.title)}"])'
    steps = (cut(f"{row.verb} {row.words}", MAX_COLUMNS) for row in box.rows if not row.is_exit)
    return '["' + "<br>".join([f"<b>{quoted(box.title)}</b>", *map(quoted, steps)]) + '"]'


def _arrows(box: Box, ids: Mapping[str, str]) -> Iterator[str]:
    line = "-.->" if box.name == ON_ERROR else "-->"
    for number, row in enumerate(box.rows):
        label = f'|"{quoted(row.words)}"|' if row.is_exit and row.words else ""
        goal = _goal(row, f"{ids[box.name]}_{number}", ids)
        if goal:
            yield f"{ids[box.name]} {line}{label} {goal}"


def _goal(row: Row, end: str, ids: Mapping[str, str]) -> str:
    if row.leaves is not None:
        return f'{end}(("{quoted(row.leaves.value)}"))'
    return ids.get(row.leads_to or "", "")


def quoted(text: str) -> str:
    """The text as it may stand between quotes: every sign with a meaning to Mermaid or HTML by its number."""
    return "".join(sign if sign.isalnum() or sign in _PLAIN else f"#{ord(sign)};" for sign in text)
