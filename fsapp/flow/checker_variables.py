"""Variables read on a path where nothing set them: a must-analysis over bit sets.

Variables are shared by the flows of a call and never unset. So what is certain at a step is what is certain when its
flow is entered, together with what is gained on every path from there to the step; and what a flow gains on every path
to its `return` is the same wherever it is run from. Each step is visited until its gain is stable, in an order in which
that is nearly always once.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fsapp.domain.errors import Problem
from fsapp.flow.checker_ways import Move, Routes, find_routes, find_ways, way_there
from fsapp.flow.graph import Edge, Graph, Leaves
from fsapp.flow.spelling import hint

MAX_PLACES = 30_000
"""Places visited in searches for routes, all in all; what is found beyond is told without a route."""

_EVERYTHING = -1
"""All bits: what is said to be set after a flow that cannot be entered, which is a finding of its own."""


def variable_problems(graph: Graph, routes: Routes, always_set: frozenset[str]) -> Iterator[Problem]:
    """Every read of a variable that is not certainly set, with a route on which it is not."""
    bits = _bits(graph, always_set)
    certain = certainly_set(graph, bits, frozenset(name for name, move in routes.entered.items() if move is None))
    set_somewhere = {name for _, edge in graph.all_edges() for name in edge.exit.sets}
    explain = _Explanations(graph, routes, set_somewhere | always_set)
    for number, node in enumerate(graph.nodes):
        known = certain[number]
        if known is not None:
            for name in sorted(node.step.reads - always_set):
                if not known & bits[name]:
                    yield Problem(node.flow.file, node.step.line, explain.sentence(name, number))


def _bits(graph: Graph, always_set: frozenset[str]) -> Mapping[str, int]:
    """A bit for each variable that is read somewhere: no other matters."""
    read = sorted(frozenset[str]().union(*(node.step.reads for node in graph.nodes)) - always_set)
    return {name: 1 << index for index, name in enumerate(read)}


def certainly_set(graph: Graph, bits: Mapping[str, int], roots: frozenset[str]) -> list[int | None]:
    """The variables certain before each step, as bits; None where no caller comes by. Calls begin in `roots`."""
    gains = _Gains(graph, bits)
    gains.settle()
    entered = _certain_on_entry(gains, roots)
    return [
        None if gain is None or (known := entered.get(node.flow.name)) is None else gain | known
        for node, gain in zip(graph.nodes, gains.at, strict=True)
    ]


@dataclass(slots=True)
class _Gains:
    """`at`: what is gained from a flow's beginning to each step, None without a way; `returned`: to its `return`."""

    graph: Graph
    bits: Mapping[str, int]
    at: list[int | None] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)
    calls: dict[str, list[int]] = field(default_factory=dict)
    """The nodes that run a flow."""
    order: list[int] = field(default_factory=list)
    heap: list[int] = field(default_factory=list)
    """Places in `order` of the nodes to visit."""

    def settle(self) -> None:
        graph = self.graph
        self.at = [None] * len(graph.nodes)
        by_place = _reverse_postorder(graph)
        self.order = [0] * len(graph.nodes)
        for place, number in enumerate(by_place):
            self.order[number] = place
        for number, edge in graph.all_edges():
            if graph.callee(edge) is not None:
                self.calls.setdefault(str(edge.runs), []).append(number)
        for entry in graph.entries.values():
            self._meet(entry, 0)
        while self.heap:
            self._visit(by_place[heapq.heappop(self.heap)])

    def _visit(self, number: int) -> None:
        for edge in self.graph.edges[number]:
            after = self.after(number, edge)
            if after is not None and edge.to is not None:
                self._meet(edge.to, after)
            elif after is not None and edge.leaves is Leaves.RETURNS:
                self._meet_return(self.graph.nodes[number].flow.name, after)
        if number in self.graph.failures and self.at[number] is not None:
            self._meet(self.graph.failures[number].to, 0)

    def before_run(self, number: int, edge: Edge) -> int | None:
        """What is gained on leaving this way, before the flow that it runs, if any."""
        gain = self.at[number]
        if gain is None:
            return None
        for name in edge.exit.sets:
            gain |= self.bits.get(name, 0)
        return gain

    def after(self, number: int, edge: Edge) -> int | None:
        gain = self.before_run(number, edge)
        if gain is None or edge.runs is None:
            return gain
        if self.graph.callee(edge) is None:
            return _EVERYTHING
        returned = self.returned.get(edge.runs)
        return None if returned is None else gain | returned

    def _meet(self, number: int | None, gain: int) -> None:
        if number is None:
            return
        old = self.at[number]
        new = gain if old is None else old & gain
        if new != old:
            self.at[number] = new
            heapq.heappush(self.heap, self.order[number])

    def _meet_return(self, flow: str, gain: int) -> None:
        old = self.returned.get(flow)
        new = gain if old is None else old & gain
        if new != old:
            self.returned[flow] = new
            for number in self.calls.get(flow, ()):
                heapq.heappush(self.heap, self.order[number])


def _certain_on_entry(gains: _Gains, roots: frozenset[str]) -> Mapping[str, int]:
    """What is certain on entering each flow: nothing in a root, else what all its calls have in common."""
    graph = gains.graph
    calls: dict[str, list[tuple[str, int]]] = {}
    for number, edge in graph.all_edges():
        gain = gains.before_run(number, edge)
        if graph.callee(edge) is not None and gain is not None:
            calls.setdefault(graph.nodes[number].flow.name, []).append((str(edge.runs), gain))
    entered = dict.fromkeys(roots & graph.entries.keys(), 0)
    todo = sorted(entered)
    while todo:
        caller = todo.pop()
        for callee, gain in calls.get(caller, ()):
            known = entered[caller] | gain
            new = entered.get(callee, known) & known
            if entered.get(callee) != new:
                entered[callee] = new
                todo.append(callee)
    return entered


def _reverse_postorder(graph: Graph) -> list[int]:
    """The nodes in an order in which, loops apart, each stands after those that lead to it."""
    seen: set[int] = set()
    finished: list[int] = []
    for start in (*graph.entries.values(), *range(len(graph.nodes))):
        stack = [] if start in seen else [(start, iter(graph.edges[start]))]
        seen.add(start)
        while stack:
            number, edges = stack[-1]
            target = next((edge.to for edge in edges if edge.to is not None and edge.to not in seen), None)
            if target is None:
                finished.append(number)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(graph.edges[target])))
    return finished[::-1]


@dataclass(slots=True)
class _Explanations:
    """Sentences about variables, with routes on which they are not set; each variable's routes are searched once."""

    graph: Graph
    routes: Routes
    names: set[str]
    visited: int = 0
    searched: dict[str, Routes] = field(default_factory=dict)

    def sentence(self, name: str, number: int) -> str:
        if name not in self.names:
            return f"nothing sets {name!r}, which is read here{hint(name, self.names)}"
        return f"{name!r} is read here, but it is not always set{way_there(self.graph, self._route(name, number))}"

    def _route(self, name: str, number: int) -> list[Move] | None:
        """The shortest route that does not set it: the shortest of all, if that one does not."""
        moves = self.routes.to(number)
        if moves is None or not any(name in edge.exit.sets for _, edge in moves):
            return moves
        routes = self.searched.get(name) or self._search(name)
        return routes.to(number) if routes else None

    def _search(self, name: str) -> Routes | None:
        if self.visited > MAX_PLACES:
            return None
        ways = find_ways(self.graph, lambda _, edge: name not in edge.exit.sets)
        roots = frozenset(flow for flow, call in self.routes.entered.items() if call is None)
        self.visited += len(ways.cost)
        self.searched[name] = find_routes(ways, roots)
        return self.searched[name]
