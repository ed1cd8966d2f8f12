"""The control-flow graph of a set of flows: where each exit of each step leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fsapp.flow.model import ENTRY, End, Exit, Flow, GoTo, Return, RunFlow, Step

FAILURE = Exit("a step fails")
"""What leads to a flow's `on_error`."""


class Leaves(StrEnum):
    """How a way out of a step leaves its flow."""

    HANGS_UP = "hangs up"
    RETURNS = "returns"
    FALLS_OFF = "falls off"
    """Past the last step of a label: the runner hangs up."""
    UNKNOWN = "unknown"
    """A label that is not there, or a required exit that nobody mapped: a finding of its own."""


@dataclass(frozen=True, slots=True)
class Node:
    """A step and its place."""

    flow: Flow
    label: str
    index: int
    step: Step

    @property
    def name(self) -> str:
        return f"{self.label!r} (line {self.step.line})"


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of a step: `to` is the node it leads to, None where it `leaves` the flow.

    With `runs`, that flow is run first, and its `return` goes on as `to` and `leaves` say.
    """

    exit: Exit
    to: int | None = None
    runs: str | None = None
    leaves: Leaves | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes are numbered through all flows; `edges[n]` are the ways out of node n.

    `entries` has the first node of each flow that can be entered. Any step may fail, the first one too, and variables
    are never unset: so one edge from a flow's entry to its `on_error` label, in `failures`, stands for all failures.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[Edge, ...], ...]
    firsts: Mapping[tuple[str, str], int]
    entries: Mapping[str, int]
    failures: Mapping[int, Edge]

    def all_edges(self) -> Iterator[tuple[int, Edge]]:
        for number, edges in enumerate(self.edges):
            for edge in edges:
                yield number, edge

    def callee(self, edge: Edge) -> int | None:
        """The first node of the flow that this way runs; None where it runs none, or one that cannot be entered."""
        return None if edge.runs is None else self.entries.get(edge.runs)


def build(flows: Mapping[str, Flow]) -> Graph:
    """The graph of all `flows`. Never raises: what leads nowhere becomes Leaves.UNKNOWN."""
    nodes = tuple(_nodes(flows))
    firsts = {(node.flow.name, node.label): number for number, node in enumerate(nodes) if node.index == 0}
    edges = tuple(tuple(_edges(number, node, firsts)) for number, node in enumerate(nodes))
    entries = {name: firsts[name, ENTRY] for name in flows if (name, ENTRY) in firsts}
    failures = {
        entry: Edge(FAILURE, to=firsts[name, label])
        for name, entry in entries.items()
        if (label := flows[name].on_error) is not None and (name, label) in firsts
    }
    return Graph(nodes, edges, firsts, entries, failures)


def _nodes(flows: Mapping[str, Flow]) -> Iterator[Node]:
    for flow in flows.values():
        for label, steps in flow.labels.items():
            for index, step in enumerate(steps):
                yield Node(flow, label, index, step)


def _edges(number: int, node: Node, firsts: Mapping[tuple[str, str], int]) -> Iterator[Edge]:
    for exit_ in node.step.kind.exits(node.step.params):
        yield _edge(number, node, exit_, firsts)


def _edge(number: int, node: Node, exit_: Exit, firsts: Mapping[tuple[str, str], int]) -> Edge:
    mapped = node.step.on.get(exit_.name)
    if mapped is not None:
        return _to_label(node, mapped, exit_, firsts)
    if exit_.required:
        return Edge(exit_, leaves=Leaves.UNKNOWN)
    return _unmapped(number, node, exit_, firsts)


def _unmapped(number: int, node: Node, exit_: Exit, firsts: Mapping[tuple[str, str], int]) -> Edge:
    match exit_.jump:
        case GoTo(label):
            return _to_label(node, label, exit_, firsts)
        case RunFlow(flow):
            return replace(_to_next(number, node, exit_), runs=flow)
        case Return():
            return Edge(exit_, leaves=Leaves.RETURNS)
        case End():
            return Edge(exit_, leaves=Leaves.HANGS_UP)
    return _to_next(number, node, exit_)


def _to_label(node: Node, label: str, exit_: Exit, firsts: Mapping[tuple[str, str], int]) -> Edge:
    first = firsts.get((node.flow.name, label))
    return Edge(exit_, leaves=Leaves.UNKNOWN) if first is None else Edge(exit_, to=first)


def _to_next(number: int, node: Node, exit_: Exit) -> Edge:
    last = node.index + 1 == len(node.flow.labels[node.label])
    return Edge(exit_, leaves=Leaves.FALLS_OFF) if last else Edge(exit_, to=number + 1)
