"""Loops in which the caller can do nothing: cycles of steps none of which is interactive."""

from collections import deque
from collections.abc import Iterator, Sequence

from fsapp.domain.errors import Problem
from fsapp.flow.checker_components import components
from fsapp.flow.checker_ways import Routes, find_ways
from fsapp.flow.graph import Graph


def loop_problems(graph: Graph, routes: Routes, loops: list[list[int]]) -> Iterator[Problem]:
    """One finding for each loop of `silent_loops`, with the keys that lead there."""
    for loop in loops:
        node = graph.nodes[loop[0]]
        around = " → ".join(_names(graph, loop))
        sentence = f"a loop in which the caller can do nothing: {around}{routes.way_to(loop[0])}"
        yield Problem(node.flow.file, node.step.line, sentence)


def silent_loops(graph: Graph, routes: Routes) -> Iterator[list[int]]:
    """A shortest cycle of each tangle of them; a flow that runs itself makes one too, a level deeper each turn."""

    def is_silent(number: int) -> bool:
        return number in routes.ways.cost and not graph.nodes[number].step.kind.interactive

    ways = find_ways(graph, lambda number, _: is_silent(number), failures=False)
    following = [
        [target for target in ways.after(number) if is_silent(target)] if is_silent(number) else []
        for number in range(len(graph.nodes))
    ]
    for component in components(following):
        cycle = _cycle(following, component)
        if cycle:
            yield cycle


def _cycle(following: Sequence[Sequence[int]], component: list[int]) -> list[int]:
    """A shortest cycle through the component's first node; empty where there is none."""
    start, inside = min(component), set(component)
    came: dict[int, int] = {}
    todo = deque([start])
    while todo and start not in came:
        number = todo.popleft()
        for target in following[number]:
            if target in inside and target not in came:
                came[target] = number
                todo.append(target)
    if start not in came:
        return []
    back = [came[start]]
    while back[-1] != start:
        back.append(came[back[-1]])
    return back[::-1]


def _names(graph: Graph, loop: list[int]) -> Iterator[str]:
    """The labels around a loop, and the first one again; with the flow's name where there are several."""
    flows = {graph.nodes[number].flow.name for number in loop}
    before = None
    for number in (*loop, loop[0]):
        node = graph.nodes[number]
        label = f"{node.flow.name}: {node.label}" if len(flows) > 1 else node.label
        if label != before or number == loop[0]:
            yield f"{label} (line {node.step.line})"
        before = label
