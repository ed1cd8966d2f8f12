"""Findings about names that point outside the flow: prompts, look-up sources, calendars, languages."""

from collections.abc import Iterator, Mapping

from fsapp.domain.errors import Problem
from fsapp.flow.checker_surroundings import Surroundings
from fsapp.flow.graph import Graph, Node
from fsapp.flow.model import Flow
from fsapp.flow.references import Reference, Refers, references
from fsapp.flow.spelling import hint


def reference_problems(graph: Graph, flows: Mapping[str, Flow], surroundings: Surroundings) -> Iterator[Problem]:
    """Everything that flows name and the configuration does not have."""
    for flow in flows.values():
        if flow.language not in surroundings.languages:
            sentence = f"there is no language {flow.language!r}{hint(flow.language, surroundings.languages)}"
            yield Problem(flow.file, 1, sentence)
    for node in graph.nodes:
        for sentence in _unknown(node, surroundings):
            yield Problem(node.flow.file, node.step.line, sentence)


def _unknown(node: Node, surroundings: Surroundings) -> Iterator[str]:
    found = list(references(node.step.params))
    spoken = [reference.name for reference in found if reference.to is Refers.LANGUAGE] or [node.flow.language]
    for reference in found:
        if reference.to is Refers.PROMPT:
            yield from _missing_prompt(reference, spoken, surroundings)
        elif reference.name not in surroundings.names(reference.to):
            names = surroundings.names(reference.to)
            yield f"there is no {reference.to} {reference.name!r}{hint(reference.name, names)}"


def _missing_prompt(reference: Reference, languages: list[str], surroundings: Surroundings) -> Iterator[str]:
    for language in languages:
        prompts = surroundings.prompts.get(language, frozenset())
        if reference.name not in prompts:
            near = hint(reference.name, prompts)
            words = "" if "did you mean" in near else "; words to speak have a capital letter, a blank or a full stop"
            yield f"there is no prompt {reference.name!r} for {language!r}{near}{words}"
