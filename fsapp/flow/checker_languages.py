"""Which languages a caller may be spoken to in at each step.

A flow begins in its own language, and the flow that ran it goes on in the one it left. A step with a field of the type
`Language` goes on in that language. A step that fails leads to `on_error` in the language it was in.
"""

from collections.abc import Iterator, Sequence

from fsapp.flow.checker_ways import Ways
from fsapp.flow.graph import Graph

State = tuple[int, str]
"""A node, and a language in which a call comes to it."""


def languages_at(graph: Graph, ways: Ways, changes: Sequence[str | None]) -> list[set[str]]:
    """For each node, the languages its prompts may be spoken in; `changes` are the languages that steps go over to."""
    todo: list[State] = [(entry, graph.nodes[entry].flow.language) for entry in graph.entries.values()]
    seen = set(todo)
    found: list[set[str]] = [set() for _ in graph.nodes]
    while todo:
        number, before = todo.pop()
        language = changes[number] or before
        found[number].add(language)
        new = {*_behind(graph, ways, number, language), *_refuge(graph, number, before)} - seen
        seen |= new
        todo += new
    return found


def _behind(graph: Graph, ways: Ways, number: int, language: str) -> Iterator[State]:
    for edge in graph.edges[number]:
        if edge.to is not None and ways.goes_on(edge):
            yield edge.to, language


def _refuge(graph: Graph, number: int, language: str) -> Iterator[State]:
    entry = graph.entries.get(graph.nodes[number].flow.name, -1)
    failure = graph.failures.get(entry)
    if failure is not None and failure.to is not None:
        yield failure.to, language
