"""Findings about names that point outside the flow: prompts, look-up sources, calendars, queues, tickets."""

from collections.abc import Iterable, Iterator, Mapping

from fsapp.domain.errors import Problem
from fsapp.flow.checker_languages import languages_at
from fsapp.flow.checker_surroundings import Surroundings
from fsapp.flow.checker_ways import Ways
from fsapp.flow.graph import Graph
from fsapp.flow.model import Flow, Params
from fsapp.flow.references import Reference, Refers, fixed_words, references
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
        sentences = (
            *_unknown(found, languages or {node.flow.language}, surroundings),
            *_argument_sentences(node.step.params, found, surroundings),
            *_form_sentences(node.step.params, found, surroundings),
            *_silent_sentences(node.step.params),
        )
        for sentence in sentences:
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


def _argument_sentences(params: Params, found: Iterable[Reference], surroundings: Surroundings) -> Iterator[str]:
    """A step that asks a look-up source gives, by its further keys, what that source wants: no more and no less."""
    given = (params.model_extra or {}).keys()
    for reference in found:
        wanted = surroundings.lookups.get(reference.name) if reference.to is Refers.LOOKUP else None
        if wanted is not None:
            for name in sorted(given - wanted):
                yield f"the look-up source {reference.name!r} has no argument {name!r}{hint(name, wanted)}"
            for name in sorted(wanted - given):
                yield f"the look-up source {reference.name!r} wants {name!r}; write `{name}: …`"


def _form_sentences(params: Params, found: Iterable[Reference], surroundings: Surroundings) -> Iterator[str]:
    """A step that makes a ticket fills in the form of its kind."""
    given: Mapping[str, object] = getattr(params, "fields", {})
    for reference in found:
        form = surroundings.ticket_forms.get(reference.name) if reference.to is Refers.TICKET_KIND else None
        if form is not None:
            for name in sorted(given.keys() - form.keys()):
                yield f"a {reference.name!r} has no field {name!r}{hint(name, form)}"
            for name in sorted(name for name, required in form.items() if required and name not in given):
                yield f"a {reference.name!r} wants the field {name!r}; write `fields: {{{name}: …}}`"


def _silent_sentences(params: Params) -> Iterator[str]:
    if not all(words.strip() for words in fixed_words(params)):
        yield "there are no words to say; write some, or a prompt's name"
