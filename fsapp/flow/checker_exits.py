"""Findings about names inside flows: labels, exits, flows that are run, numbers."""

from collections.abc import Iterator, Mapping

from fsapp.domain.errors import Problem
from fsapp.flow.graph import Graph, Node
from fsapp.flow.model import ENTRY, Exit, Flow, GoTo, Jump, RunFlow
from fsapp.flow.spelling import hint


def flow_problems(flows: Mapping[str, Flow]) -> Iterator[Problem]:
    """Flows without a beginning, labels without steps, `on_error` that leads nowhere, numbers given twice."""
    for flow in flows.values():
        if ENTRY not in flow.labels:
            yield Problem(flow.file, 1, f"the flow {flow.name!r} has no label {ENTRY!r}, where it would begin")
        for label, steps in flow.labels.items():
            if not steps:
                yield Problem(flow.file, flow.label_lines[label], f"the label {label!r} has no steps")
        if flow.on_error is not None and flow.on_error not in flow.labels:
            sentence = f"`on_error` names the label {flow.on_error!r}, which is not there"
            yield Problem(flow.file, 1, sentence + hint(flow.on_error, flow.labels))
    yield from _numbers_given_twice(flows)


def _numbers_given_twice(flows: Mapping[str, Flow]) -> Iterator[Problem]:
    served: dict[str, Flow] = {}
    for flow in flows.values():
        for number in flow.numbers:
            first = served.setdefault(number, flow)
            if first is not flow:
                yield Problem(flow.file, 1, f"the number {number!r} is already served by {first.name!r} ({first.file})")
            elif flow.numbers.count(number) > 1:
                yield Problem(flow.file, 1, f"the number {number!r} stands twice in `numbers`")


def exit_problems(graph: Graph, flows: Mapping[str, Flow]) -> Iterator[Problem]:
    """Exits that are not there, or not mapped, or that lead to labels and flows that are not there."""
    for node, edges in zip(graph.nodes, graph.edges, strict=True):
        exits = tuple(edge.exit for edge in edges)
        for sentence in (*_mapped_wrongly(node, exits), *_left_open(node, exits, flows)):
            yield Problem(node.flow.file, node.step.line, sentence)


def _mapped_wrongly(node: Node, exits: tuple[Exit, ...]) -> Iterator[str]:
    names = [exit_.name for exit_ in exits if exit_.name]
    for name, label in node.step.on.items():
        if name not in names:
            has = f"has no exit {name!r}{hint(name, names)}" if names else "has no exits that `on:` could map"
            yield f"`{node.step.kind.name}` {has}"
        if label not in node.flow.labels:
            yield f"{name!r} leads to the label {label!r}, which is not there{hint(label, node.flow.labels)}"


def _left_open(node: Node, exits: tuple[Exit, ...], flows: Mapping[str, Flow]) -> Iterator[str]:
    kind = node.step.kind.name
    for exit_ in exits:
        if exit_.name in node.step.on:
            continue
        if exit_.required:
            yield f"the exit {exit_.name!r} of `{kind}` must lead somewhere; write `on: {{{exit_.name}: a_label}}`"
        elif exit_.jump is not None:
            yield from _jumps_nowhere(node, exit_.jump, flows)


def _jumps_nowhere(node: Node, jump: Jump, flows: Mapping[str, Flow]) -> Iterator[str]:
    kind = node.step.kind.name
    if isinstance(jump, GoTo) and jump.label not in node.flow.labels:
        yield f"`{kind}` leads to the label {jump.label!r}, which is not there{hint(jump.label, node.flow.labels)}"
    if isinstance(jump, RunFlow) and jump.flow not in flows:
        yield f"`{kind}` runs the flow {jump.flow!r}, which is not there{hint(jump.flow, flows)}"
