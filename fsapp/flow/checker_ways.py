"""Shortest ways through flows, calls and returns matched.

A way inside a flow is measured from that flow's beginning; a flow that is run on the way counts with its own shortest
way to a `return`. All are found in one sweep (Knuth's generalisation of Dijkstra's algorithm, Inf. Proc. Letters 1977).
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count

from fsapp.flow.graph import FAILURE, Edge, Graph, Leaves, Node

_FAILURE_COST = 1_000_000
"""A way that begins with a failed step is shown only where there is no other."""

MAX_PARTS = 24
"""Of a longer way, only the beginning and the end are told."""

Place = int | str
"""A node, or the `return` of a flow by the flow's name."""

Move = tuple[int, Edge]
"""Out of this node by this edge."""


@dataclass(slots=True)
class Ways:
    """The shortest way to each place, from the beginning of the place's flow, over edges that were admitted."""

    graph: Graph
    cost: dict[Place, int] = field(default_factory=dict)
    came: dict[Place, Move | None] = field(default_factory=dict)
    """The last move of the way to a place; None at a flow's beginning."""
    calls: dict[str, list[Move]] = field(default_factory=dict)
    """The moves that run a flow, by its name."""

    def goes_on(self, edge: Edge) -> bool:
        """Whether this way out can come to its `to` or `leaves`: what it runs, if anything, can return."""
        return self.graph.callee(edge) is None or edge.runs in self.cost

    def after(self, number: int) -> Iterator[int]:
        """Where a call can be next: behind this step, or at the beginning of the flow that it runs."""
        for edge in self.graph.edges[number]:
            callee = self.graph.callee(edge)
            if callee is not None:
                yield callee
            if edge.to is not None and self.goes_on(edge):
                yield edge.to

    def moves(self, place: Place) -> list[Move]:
        """The moves from the beginning of the place's flow to it, those in flows run on the way included."""
        moves: list[Move] = []
        todo: list[Place | Move] = [place]
        while todo:
            last = todo.pop()
            if isinstance(last, tuple):
                moves.append(last)
                continue
            move = self.came[last]
            if move is not None:
                number, edge = move
                run = () if self.graph.callee(edge) is None else (str(edge.runs),)
                todo += (number, move, *run)
        return moves[::-1]


def find_ways(graph: Graph, admits: Callable[[int, Edge], bool], *, failures: bool = True) -> Ways:
    """Finds the shortest ways over admitted edges; with `failures`, also those by `on_error`."""
    ways = Ways(graph)
    tie = count()
    heap: list[tuple[int, int, Place, Move | None]] = [(0, next(tie), entry, None) for entry in graph.entries.values()]
    while heap:
        cost, _, place, move = heapq.heappop(heap)
        if place in ways.cost:
            continue
        ways.cost[place], ways.came[place] = cost, move
        moves = _completed(ways, place, admits)
        if failures and place in graph.failures:
            moves = chain(moves, [(int(place), graph.failures[int(place)])])
        for number, edge in moves:
            target = _target(graph.nodes[number], edge)
            if target is not None:
                heapq.heappush(heap, (ways.cost[number] + _cost(ways, edge), next(tie), target, (number, edge)))
    return ways


def _completed(ways: Ways, place: Place, admits: Callable[[int, Edge], bool]) -> Iterator[Move]:
    """The moves that can be made now that `place` is reached."""
    if isinstance(place, str):
        yield from ways.calls.get(place, ())
        return
    for edge in ways.graph.edges[place]:
        if admits(place, edge):
            if edge.runs is not None:
                ways.calls.setdefault(edge.runs, []).append((place, edge))
            if ways.goes_on(edge):
                yield place, edge


def _cost(ways: Ways, edge: Edge) -> int:
    if edge.exit is FAILURE:
        return _FAILURE_COST
    return 1 + (0 if ways.graph.callee(edge) is None else ways.cost[str(edge.runs)])


def _target(node: Node, edge: Edge) -> Place | None:
    return node.flow.name if edge.leaves is Leaves.RETURNS else edge.to


@dataclass(frozen=True, slots=True)
class Routes:
    """Whole routes of a caller: from a flow that calls are given to, through the flows it runs, to a step."""

    ways: Ways
    entered: Mapping[str, Move | None]
    """By which move each flow is entered on its shortest route; None where calls begin in it."""

    def to(self, number: int) -> list[Move] | None:
        """The shortest route to this node; None where there is none."""
        if number not in self.ways.cost or self.ways.graph.nodes[number].flow.name not in self.entered:
            return None
        moves = self.ways.moves(number)
        call = self.entered[self.ways.graph.nodes[number].flow.name]
        while call is not None:
            moves = [*self.ways.moves(call[0]), call, *moves]
            call = self.entered[self.ways.graph.nodes[call[0]].flow.name]
        return moves

    def way_to(self, number: int) -> str:
        """The end of a sentence: by which keys a caller gets to this node; empty where none does."""
        return way_there(self.ways.graph, self.to(number))


def find_routes(ways: Ways, roots: frozenset[str]) -> Routes:
    """Finds by which calls each flow is entered, beginning in `roots`."""
    graph = ways.graph
    called_from = _calls_by_caller(ways)
    entered: dict[str, Move | None] = {}
    heap: list[tuple[int, str, int, Move | None]] = [(0, root, -1, None) for root in sorted(roots)]
    tie = count()
    while heap:
        cost, flow, _, call = heapq.heappop(heap)
        if flow in entered:
            continue
        entered[flow] = call
        for number, edge in called_from.get(flow, ()):
            if edge.runs in graph.entries:
                heapq.heappush(heap, (cost + ways.cost[number] + 1, str(edge.runs), next(tie), (number, edge)))
    return Routes(ways, entered)


def _calls_by_caller(ways: Ways) -> dict[str, list[Move]]:
    found: dict[str, list[Move]] = {}
    for calls in ways.calls.values():
        for number, edge in calls:
            found.setdefault(ways.graph.nodes[number].flow.name, []).append((number, edge))
    return found


def way_there(graph: Graph, moves: list[Move] | None) -> str:
    """The end of a sentence about a step to which these moves lead."""
    return "" if moves is None else f"; the way there: {in_words(graph, moves)}"


def in_words(graph: Graph, moves: list[Move]) -> str:
    """A route as what the caller presses and what happens: "press 1, then 1234567890#, then (lookup: missing)"."""
    parts = [part for number, edge in moves if (part := _part(graph, number, edge))]
    if not parts:
        return "without a key pressed"
    if len(parts) > MAX_PARTS:
        parts[MAX_PARTS // 2 : -MAX_PARTS // 2] = [f"… {len(parts) - MAX_PARTS} more …"]
    pressed = not parts[0].startswith("(")
    return ("press " if pressed else "") + ", then ".join(parts)


def _part(graph: Graph, number: int, edge: Edge) -> str:
    """What is worth telling of one move: the keys, or else the exit where there were several."""
    if edge.exit is FAILURE:
        return f"({FAILURE.name})"
    if edge.exit.keys:
        return edge.exit.keys
    several = len(graph.edges[number]) > 1
    how = f": {edge.exit.name}" if edge.exit.name else ""
    return f"({graph.nodes[number].step.kind.name}{how})" if several else ""
