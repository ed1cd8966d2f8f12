"""Findings about names that point outside the flow: prompts, look-up sources, calendars, languages."""

from collections.abc import Iterable, Iterator, Mapping

from fsapp.domain.errors import Problem
from fsapp.flow.checker_languages import languages_at
from fsapp.flow.checker_surroundings import Surroundings
from fsapp.flow.checker_ways import Ways
from fsapp.flow.graph import Graph
from fsapp.flow.model import Flow
from fsapp.flow.references import Reference, Refers, references
from fsapp.flow.spelling import hint


def reference_problems(
    graph: Graph, flows: Mapping[str, Flow], ways: Ways, surroundings: Surroundings
) -> Iterator[Problem]:
    """Everything that flows name and the configuration does not have."""
    for flow in flows.values():
        if flow.language not in surroundings.languages:
            sentence = f"there is no language {flow.language!r}{hint(flow.language, surroundings.languages)}"
            yield Problem(flow.file, 1, sentence)
    named = [tuple(references(node.step.params)) for node in graph.nodes]
    spoken = languages_at(graph, ways, [_language(found) for found in named])
    for node, found, languages in zip(graph.nodes, named, spoken, strict=True):
        for sentence in _unknown(found, languages or {node.flow.language}, surroundings):
            yield Problem(node.flow.file, node.step.line, sentence)


def _language(found: Iterable[Reference]) -> str | None:
    return next((reference.name for reference in found if reference.to is Refers.LANGUAGE), None)


def _unknown(found: Iterable[Reference], languages: set[str], surroundings: Surroundings) -> Iterator[str]:
    for reference in found:
        if reference.to is Refers.PROMPT:
            yield from _missing_prompt(reference.name, languages & surroundings.languages, surroundings)
        elif reference.name not in surroundings.names(reference.to):
            names = surroundings.names(reference.to)
            yield f"there is no {reference.to} {reference.name!r}{hint(reference.name, names)}"


def _missing_prompt(name: str, languages: set[str], surroundings: Surroundings) -> Iterator[str]:
    for language in sorted(languages):
        prompts = surroundings.prompts.get(language, frozenset())
        if name not in prompts:
            near = hint(name, prompts)
            words = "" if "did you mean" in near else "; words to speak have a capital letter, a blank or a full stop"
            yield f"there is no prompt {name!r} for {language!r}{near}{words}"
