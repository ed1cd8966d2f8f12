"""Proves what can be proved about flows before any caller meets them.

All findings at once, each with file, line and a sentence; findings about paths say by which keys a caller gets there.
The families: names inside flows (checker_exits), names beyond them (checker_references), what nobody reaches
(checker_reach), variables (checker_variables), loops (checker_loops), paths without an end (checker_ends).

What a path is: calls begin in the flows that have numbers, that the dialplan names (`Surroundings.entered`) or that no
other flow runs. Every exit of a step may be taken, whatever the variables hold. Any step may fail, and leads to the
`on_error` label of its flow. `return` in a flow that calls begin in hangs up, and is right there.
"""

from collections.abc import Mapping

from fsapp.domain.errors import Problem
from fsapp.flow.checker_ends import end_problems
from fsapp.flow.checker_exits import exit_problems, flow_problems
from fsapp.flow.checker_loops import loop_problems, silent_loops
from fsapp.flow.checker_reach import reach_problems
from fsapp.flow.checker_references import reference_problems
from fsapp.flow.checker_surroundings import Surroundings
from fsapp.flow.checker_variables import variable_problems
from fsapp.flow.checker_ways import Routes, Ways, find_routes, find_ways
from fsapp.flow.graph import Graph, build
from fsapp.flow.model import Flow

__all__ = ["Surroundings", "check"]


def check(flows: Mapping[str, Flow], surroundings: Surroundings) -> list[Problem]:
    """Every problem of `flows`, sorted by file and line; none found means that none of these kinds is there."""
    graph = build(flows)
    ways = find_ways(graph, lambda _number, _edge: True)
    routes = routes_of_calls(graph, flows, ways, surroundings.entered)
    loops = list(silent_loops(graph, routes))
    found = (
        *flow_problems(flows),
        *exit_problems(graph, flows),
        *reference_problems(graph, flows, ways, surroundings),
        *reach_problems(graph, flows, ways),
        *variable_problems(graph, routes, surroundings.always_set),
        *loop_problems(graph, routes, loops),
        *end_problems(graph, routes, loops),
    )
    return sorted(set(found))


def routes_of_calls(graph: Graph, flows: Mapping[str, Flow], ways: Ways, named: frozenset[str]) -> Routes:
    """The routes from where calls begin: flows with numbers, `named` ones, and those that no call would reach else."""
    roots = {name for name in graph.entries if flows[name].numbers or name in named or name not in ways.calls}
    while True:
        routes = find_routes(ways, frozenset(roots))
        forgotten = graph.entries.keys() - routes.entered.keys()
        if not forgotten:
            return routes
        roots.add(min(forgotten))  # flows that run one another in a circle
