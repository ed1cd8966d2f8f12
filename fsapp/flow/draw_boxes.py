"""What is in the picture of a flow: a box for each label, a row for each step and for each of its exits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fsapp.flow.draw_text import columns, cut
from fsapp.flow.graph import Edge, Graph, Leaves, build
from fsapp.flow.model import ENTRY, Flow, Step

START = "(start)"
ON_ERROR = "(on_error)"
"""Names of the two boxes that are no labels."""

MAX_COLUMNS = 40
MIN_COLUMNS = 18


@dataclass(frozen=True, slots=True)
class Row:
    """A line in a box. `leads_to` is a label, and `leaves` how the flow ends here; a row may have neither.

    A step's row has its `verb`; an exit's row has the exits' names as its words.
    """

    words: str
    verb: str = ""
    leads_to: str | None = None
    leaves: Leaves | None = None

    @property
    def is_exit(self) -> bool:
        return not self.verb


@dataclass(frozen=True, slots=True)
class Box:
    """A label, or the place where calls begin or failures lead from."""

    name: str
    title: str
    rows: tuple[Row, ...]
    line: int = 0

    @property
    def columns(self) -> int:
        """The width that the words need, in Latin letters."""
        rows = (columns(cut(row.verb + " " + row.words, MAX_COLUMNS)) for row in self.rows)
        return max(MIN_COLUMNS, columns(self.title) + 2, *rows)

    @property
    def is_label(self) -> bool:
        return self.name not in (START, ON_ERROR)


def boxes(flow: Flow) -> Mapping[str, Box]:
    """The boxes of a flow, in the order of the file."""
    found = {START: Box(START, _calls(flow), (Row("", leads_to=ENTRY),))}
    if flow.on_error is not None:
        found[ON_ERROR] = Box(ON_ERROR, "on_error", (Row("", leads_to=flow.on_error),))
    graph = build({flow.name: flow})
    for label in flow.labels:
        found[label] = Box(label, label, tuple(_rows(graph, flow, label)), flow.label_lines.get(label, 0))
    return found


def _calls(flow: Flow) -> str:
    numbers = ", ".join(flow.numbers[:3]) + (" …" if len(flow.numbers) > 3 else "")
    return numbers or "calls"


def _rows(graph: Graph, flow: Flow, label: str) -> Iterator[Row]:
    first = graph.firsts.get((flow.name, label), 0)
    for number, step in enumerate(flow.labels[label], first):
        groups = dict(_exits(graph, number))
        own = next(iter(groups), "") if len(graph.edges[number]) == 1 else ""  # its arrow leaves from the step's row
        yield Row(summary(step), step.kind.name, *groups.pop(own, (None, None)))
        for names, goal in groups.items():
            yield Row(names, "", *goal)


def _exits(graph: Graph, number: int) -> Iterator[tuple[str, tuple[str | None, Leaves | None]]]:
    """The exits that do not simply go on, those with one goal together: names, label, how they leave."""
    groups: dict[tuple[str | None, Leaves | None], list[str]] = {}
    for edge in graph.edges[number]:
        if not _goes_on(graph, number, edge):
            label = None if edge.to is None else graph.nodes[edge.to].label
            groups.setdefault((label, edge.leaves), []).append(edge.exit.name)
    for goal, names in groups.items():
        yield ", ".join(filter(None, names)), goal


def _goes_on(graph: Graph, number: int, edge: Edge) -> bool:
    """Whether the next step follows, or another flow: if that comes back to a label's end, the checker says so."""
    if edge.to is None:
        return edge.runs is not None
    return edge.to == number + 1 and graph.nodes[edge.to].label == graph.nodes[number].label


def summary(step: Step) -> str:
    """What an operator wrote for a step, as far as it tells it from others: its natural or its first field."""
    written = [name for name in type(step.params).model_fields if name in step.params.model_fields_set and name != "on"]
    names = [step.kind.natural] if step.kind.natural in written else written[:1]
    words = [_words(getattr(step.params, name)) for name in names if name]
    return " ".join(words) or ", ".join(step.params.model_extra or {})


def _words(value: Any) -> str:
    return str(getattr(value, "source", value))
