"""Findings about what callers reach: labels and steps that nobody does, labels that end in the open."""

from collections.abc import Iterator, Mapping

from fsapp.domain.errors import Problem
from fsapp.flow.checker_ways import Ways
from fsapp.flow.graph import Edge, Graph, Leaves, Node
from fsapp.flow.model import Flow


def reach_problems(graph: Graph, flows: Mapping[str, Flow], ways: Ways) -> Iterator[Problem]:
    """Labels that nobody reaches, steps after one that always leaves, labels that end without leaving."""
    for flow in flows.values():
        if flow.name in graph.entries:
            for label in flow.labels:
                yield from _label_problems(graph, flow, label, ways)


def _label_problems(graph: Graph, flow: Flow, label: str, ways: Ways) -> Iterator[Problem]:
    first = graph.firsts.get((flow.name, label))
    if first is None:
        return
    if first not in ways.cost:
        sentence = f"nobody reaches the label {label!r}: no `goto` and no exit leads to it"
        yield Problem(flow.file, flow.label_lines[label], sentence)
        return
    steps = flow.labels[label]
    reached = [number for number in range(first, first + len(steps)) if number in ways.cost]
    last = reached[-1]
    if last + 1 < first + len(steps):
        sentence = _why_not_reached(graph, last)
        yield Problem(flow.file, graph.nodes[last + 1].step.line, f"this step is never reached: {sentence}")
    for edge in graph.edges[last]:
        if edge.leaves is Leaves.FALLS_OFF and ways.goes_on(edge):
            yield Problem(flow.file, graph.nodes[last].step.line, _open_end(graph.nodes[last], edge))
            return


def _why_not_reached(graph: Graph, last: int) -> str:
    step = graph.nodes[last].step
    runs = [edge.runs for edge in graph.edges[last] if edge.to == last + 1 and edge.runs is not None]
    if runs:
        return f"the flow {runs[0]!r}, which line {step.line} runs, never comes back by `return`"
    return f"`{step.kind.name}` on line {step.line} always leaves"


def _open_end(node: Node, edge: Edge) -> str:
    by = f" by {edge.exit.name!r}" if len(node.step.kind.exits(node.step.params)) > 1 and edge.exit.name else ""
    return f"the label {node.label!r} ends here{by} without leaving: it would hang up; add `hangup`, `goto` or `return`"
