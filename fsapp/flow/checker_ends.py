"""Parts of flows from which no end can be reached."""

from collections.abc import Iterable, Iterator

from fsapp.domain.errors import Problem
from fsapp.flow.checker_components import components
from fsapp.flow.checker_ways import Routes, Ways, find_ways
from fsapp.flow.graph import Graph, Leaves
from fsapp.flow.spelling import some


def end_problems(graph: Graph, routes: Routes, loops: Iterable[list[int]]) -> Iterator[Problem]:
    """One finding for each innermost part without an end, unless it is one of the `loops` told already."""
    told = {number for loop in loops for number in loop}
    for part in endless_parts(graph, routes):
        if told.isdisjoint(part):
            node = graph.nodes[part[0]]
            labels = some(list(dict.fromkeys(graph.nodes[number].label for number in part)))
            sentence = f"from here no path ends: nothing in {labels} leads to a `hangup`, a `transfer` or a `return`"
            yield Problem(node.flow.file, node.step.line, sentence + routes.way_to(part[0]))


def endless_parts(graph: Graph, routes: Routes) -> Iterator[list[int]]:
    """The nodes that callers reach and from which no path ends, by innermost parts. To fail is not to end."""
    ways = find_ways(graph, lambda _number, _edge: True, failures=False)
    ending = ending_nodes(ways, routes)
    endless = [number in routes.ways.cost and number not in ending for number in range(len(graph.nodes))]
    following = [
        [target for target in _next(ways, number) if endless[target]] if endless[number] else []
        for number in range(len(graph.nodes))
    ]
    for component in components(following):
        inside = set(component)
        leads_on = any(target not in inside for number in component for target in following[number])
        if endless[component[0]] and not leads_on and not _returns(graph, component):
            yield sorted(component)


def _next(ways: Ways, number: int) -> Iterator[int]:
    """The steps behind this one; the first of a flow that it runs only where there is no coming back."""
    for edge in ways.graph.edges[number]:
        target = edge.to if ways.goes_on(edge) else ways.graph.callee(edge)
        if target is not None:
            yield target


def _returns(graph: Graph, numbers: list[int]) -> bool:
    """Whether what has no end is not here, but behind the step that runs this flow."""
    return any(edge.leaves is Leaves.RETURNS for number in numbers for edge in graph.edges[number])


def ending_nodes(ways: Ways, routes: Routes) -> set[int]:
    """The nodes from which some path ends the call.

    A `return` hangs up in a flow that calls begin in; in one that is run it goes on behind the step that ran it.
    """
    graph = ways.graph
    ending = _backward(ways, (number for number in range(len(graph.nodes)) if _ends(ways, number)), into_calls=True)
    leaving = (number for number, edge in graph.all_edges() if edge.leaves is Leaves.RETURNS)
    returning = _backward(ways, leaving, into_calls=False)
    return _with_returns(graph, routes, ending, returning)


def _ends(ways: Ways, number: int) -> bool:
    """Whether this step can be the last of the call; one without ways out always is."""
    edges = ways.graph.edges[number]
    last = (Leaves.HANGS_UP, Leaves.FALLS_OFF, Leaves.UNKNOWN)
    return not edges or any(edge.leaves in last and ways.goes_on(edge) for edge in edges)


def _backward(ways: Ways, goals: Iterable[int], *, into_calls: bool) -> set[int]:
    """The nodes with a path to one of the goals, through flows run on the way; `into_calls`, also to goals in those."""
    before: dict[int, list[int]] = {}
    for number, edge in ways.graph.all_edges():
        callee = ways.graph.callee(edge)
        if callee is not None and into_calls:
            before.setdefault(callee, []).append(number)
        if edge.to is not None and ways.goes_on(edge):
            before.setdefault(edge.to, []).append(number)
    todo = list(goals)
    found = set(todo)
    while todo:
        new = [number for number in before.get(todo.pop(), ()) if number not in found]
        found.update(new)
        todo += new
    return found


def _with_returns(graph: Graph, routes: Routes, ending: set[int], returning: set[int]) -> set[int]:
    """Adds to `ending` the nodes that can return to where the call can end."""
    ran_before: dict[int, list[str]] = {}
    todo = [flow for flow, call in routes.entered.items() if call is None]
    for _, edge in graph.all_edges():
        if graph.callee(edge) is not None and (edge.leaves is Leaves.FALLS_OFF or edge.to in ending):
            todo.append(str(edge.runs))
        elif graph.callee(edge) is not None and edge.to is not None:
            ran_before.setdefault(edge.to, []).append(str(edge.runs))
    of_flow: dict[str, list[int]] = {}
    for number in returning - ending:
        of_flow.setdefault(graph.nodes[number].flow.name, []).append(number)
    ending = set(ending)
    while todo:
        new = of_flow.pop(todo.pop(), [])
        ending.update(new)
        todo += [flow for number in new for flow in ran_before.get(number, ())]
    return ending
