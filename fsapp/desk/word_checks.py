"""What can be wrong with single words of dialplan/agents.py."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from fsapp.desk.codes import CODES, Code
from fsapp.domain.desk import Choice, CodeKeys, DeskTimes, ListName, Placed, ReadBack
from fsapp.domain.errors import Problem
from fsapp.domain.fax import document_name
from fsapp.flow.spelling import hint

HIGHEST_NUMBER = 9999
LONGEST_KEYS = 8

_KEYS = re.compile(rf"[0-9*#]{{1,{LONGEST_KEYS}}}\Z")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}\Z")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_CODES = {each.name: each for each in CODES}
_THINGS = {ListName.QUEUE: "queue", ListName.TICKET_KIND: "kind of ticket"}

Named = Mapping[ListName, Collection[str]]
"""Of some lists, the names that there are."""


def problems(words: Sequence[Placed], named: Named, prompts: Mapping[str, Collection[str]] | None) -> Iterator[Problem]:
    """Every problem of every word, but for codes that clash."""
    for each in words:
        for sentence in _sentences(each.word, named, prompts):
            yield Problem(each.file, each.line, sentence)
    yield from _said_twice(words)


def _sentences(word: object, named: Named, prompts: Mapping[str, Collection[str]] | None) -> Iterator[str]:
    match word:
        case CodeKeys():
            yield from _of_code(word)
        case Choice():
            yield from _of_choice(word, named, prompts)
        case ReadBack():
            yield from _of_words(word)
        case DeskTimes():
            yield from _of_times(word)


def _of_code(word: CodeKeys) -> Iterator[str]:
    code = _CODES.get(word.name)
    if code is None:
        yield f"there is no code {word.name!r}{hint(str(word.name), _CODES)}"
    elif word.keys == "":
        return
    elif not isinstance(word.keys, str) or not _KEYS.match(word.keys):
        yield f"{word.keys!r} cannot be keyed: a code is 1 to {LONGEST_KEYS} of the keys 0-9, * and #"
    elif code.in_talk:
        yield from _of_keys_in_talk(word, code)


def _of_keys_in_talk(word: CodeKeys, code: Code) -> Iterator[str]:
    where = f"{word.keys} ({code.name}) is keyed in a talk"
    if not word.keys.startswith("*"):
        yield f"{where}: there a code begins with *, so that other keys mean nothing"
    elif "**" in word.keys or word.keys == "*":
        yield f"{where}: there ** takes back what was keyed, and * alone is no code"


def _of_choice(word: Choice, named: Named, prompts: Mapping[str, Collection[str]] | None) -> Iterator[str]:
    if not isinstance(word.number, int) or isinstance(word.number, bool) or not 0 <= word.number <= HIGHEST_NUMBER:
        yield f"{word.number!r} is no number to key: write one from 0 to {HIGHEST_NUMBER}, without quotes"
    if not isinstance(word.name, str) or not _NAME.match(word.name):
        yield f"{word.name!r} is no name: write letters, digits, `_`, `.` and `-`"
        return
    yield from _of_words(word)
    if word.of is ListName.FAX_DOCUMENT:
        yield from _of_document(word.name)
    known = named.get(word.of)
    if known is not None and word.name not in known:
        yield f"there is no {_THINGS[word.of]} {word.name!r}{hint(word.name, known)}"
    if word.of in (ListName.PROMPT, ListName.KNOWLEDGE):
        for language, names in sorted((prompts or {}).items()):
            if word.name not in names:
                yield f"there is no prompt {word.name!r} for {language!r}{hint(word.name, names)}"


def _of_document(name: str) -> Iterator[str]:
    try:
        document_name(name)
    except ValueError as error:
        yield str(error)


def _of_words(word: Choice | ReadBack) -> Iterator[str]:
    for language, words in (("zh", word.zh), ("en", word.en)):
        if not isinstance(words, str) or not words.strip() or not words.isprintable():
            yield f"{word.name!r} needs words to say it in {language!r}"
    if isinstance(word.en, str) and _HANZI.search(word.en):
        yield f"{word.name!r} has Chinese in its words for 'en', which an English voice cannot read"


def _of_times(word: DeskTimes) -> Iterator[str]:
    if not _within(word.between_keys, 1, 30):
        yield f"between_keys is {word.between_keys!r}; it runs from 1 to 30 seconds"
    if not _within(word.wrap_up_extension, 5, 3600):
        yield f"wrap_up_extension is {word.wrap_up_extension!r}; it runs from 5 to 3600 seconds"


def _within(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and least <= value <= most


def _said_twice(words: Sequence[Placed]) -> Iterator[Problem]:
    """One line a code, a number and a name of a list, and one of times."""
    first: dict[str, Placed] = {}
    for each in words:
        for what in _what(each.word):
            earlier = first.setdefault(what, each)
            if earlier is not each:
                yield Problem(each.file, each.line, f"{what} stands already in {earlier.file}:{earlier.line}")


def _what(word: object) -> Iterator[str]:
    match word:
        case CodeKeys():
            yield f"the code {word.name!r}"
        case Choice():
            yield f"the {word.of.value} {word.number!r}"
            yield f"the {word.of.value} {word.name!r}"
        case ReadBack():
            yield f"read_back of {word.name!r}"
        case DeskTimes():
            yield "times(…)"
