"""From the words of dialplan/agents.py to the desk: the codes' own keys, the site's changes, the problems."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from fsapp.desk import prompts, word_checks
from fsapp.desk.codes import CODES, Code, Group
from fsapp.desk.plan import DeskPlan, list_of
from fsapp.domain.agent import LANGUAGES
from fsapp.domain.desk import Choice, CodeKeys, DeskTimes, ListName, Placed, ReadBack
from fsapp.domain.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the words of the desk may name; None where that cannot be read itself."""

    queues: Collection[str] | None = None
    prompts: Mapping[str, Collection[str]] | None = None
    """By language."""
    ticket_kinds: Collection[str] | None = None
    """A site that has none has no code to open one."""
    flow_numbers: Mapping[str, str] | None = None
    """Which flow a number leads to."""
    profiles: Collection[str] = ()
    """SIP profiles of the phones that the dialplan names."""


def plan(words: Sequence[Placed], around: Surroundings) -> DeskPlan:
    """The desk that the words set up; none without words. Raises ConfigError with every problem."""
    words = _known(words, around)
    if not words:
        return DeskPlan()
    lists = _lists(words)
    codes = tuple(each for each in _with_keys(words) if each.keys and _can_be_answered(each, lists))
    problems = [*word_checks.problems(words, _named(around), around.prompts), *_clashes(words, codes, around)]
    problems += prompts.problems(around.prompts or {}, _languages(around), words[0])
    if problems:
        raise ConfigError(sorted(set(problems)))
    return DeskPlan(
        codes,
        lists,
        tuple(each.word for each in words if isinstance(each.word, ReadBack)),
        next((each.word for each in words if isinstance(each.word, DeskTimes)), DeskTimes()),
        frozenset(around.profiles),
        _languages(around),
    )


def _known(words: Sequence[Placed], around: Surroundings) -> Sequence[Placed]:
    """Without kinds of tickets where the site has none at all."""
    if around.ticket_kinds is None or around.ticket_kinds:
        return words
    return [each for each in words if getattr(each.word, "of", None) is not ListName.TICKET_KIND]


def _named(around: Surroundings) -> Mapping[ListName, Collection[str]]:
    """The names that there are, of the lists whose names are other files' to say, as far as these can be read."""
    known = {ListName.QUEUE: around.queues, ListName.TICKET_KIND: around.ticket_kinds or None}
    return {of: names for of, names in known.items() if names is not None}


def _languages(around: Surroundings) -> frozenset[str]:
    return frozenset(LANGUAGES if around.prompts is None else set(LANGUAGES) & set(around.prompts))


def _lists(words: Sequence[Placed]) -> Mapping[ListName, Mapping[str, Choice]]:
    choices = [each.word for each in words if isinstance(each.word, Choice)]
    return {name: {str(each.number): each for each in choices if each.of is name} for name in ListName}


def _with_keys(words: Sequence[Placed]) -> Iterator[Code]:
    own = {each.word.name: str(each.word.keys) for each in words if isinstance(each.word, CodeKeys)}
    for each in CODES:
        yield replace(each, keys=own.get(each.name, each.keys))


def _can_be_answered(code: Code, lists: Mapping[ListName, Mapping[str, Choice]]) -> bool:
    """A code that asks for a choice is none where there is nothing to choose."""
    return all(lists[of] for asks in code.asks if (of := list_of(asks)))


def _clashes(words: Sequence[Placed], codes: Sequence[Code], around: Surroundings) -> Iterator[Problem]:
    """Codes that are the beginning of another, or of a number that a flow serves."""
    places = {each.word.name: each for each in words if isinstance(each.word, CodeKeys)}
    for code, other in permutations(codes, 2):
        same = other.keys == code.keys
        if other.keys.startswith(code.keys) and not (same and other.name < code.name):
            place = places.get(code.name) or places.get(other.name) or words[0]
            both = f"{code.keys} ({code.name}) is the beginning of {other.keys} ({other.name})"
            yield _problem(place, f"{both}: nobody could tell them apart; give one of them other keys")
    for code in codes:
        if code.dialled:
            yield from _taken(code, places.get(code.name) or words[0], around.flow_numbers or {})


def _taken(code: Code, place: Placed, numbers: Mapping[str, str]) -> Iterator[Problem]:
    for number, flow in sorted(numbers.items()):
        if number.startswith(code.keys):
            sentence = f"{code.keys} ({code.name}) is dialled, and so is {number}, which the flow {flow!r} serves"
            yield _problem(place, f"{sentence}; give the code other keys")


def _problem(place: Placed, sentence: str) -> Problem:
    return Problem(place.file, place.line, sentence)


def in_group(codes: Sequence[Code], group: Group) -> tuple[Code, ...]:
    """Those of one group, in order."""
    return tuple(each for each in codes if each.group is group)
