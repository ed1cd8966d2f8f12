"""Sentences of the desk, and how they become audio in an agent's language."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fsapp.domain import spoken
from fsapp.domain.desk import Choice, ReadBack
from fsapp.domain.errors import MediaError
from fsapp.domain.leg import Utterance
from fsapp.flow.ports import Voice

_log = logging.getLogger("fsapp.desk")


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the site, in each language."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is said as one of domain.spoken's kinds."""

    kind: Literal["number", "digits", "phone", "duration"]
    value: str | float


Part = str | Words | Value
"""A text is the name of a prompt."""

Sentence = tuple[Part, ...]


def words_of(choice: Choice | ReadBack) -> Words:
    return Words(choice.zh, choice.en)


def as_heard(text: str) -> Part:
    """Data of a call: signs one by one if it is a number, else as it is written."""
    return Value("digits", text) if text.isascii() and text.isdecimal() else Words(text, text)


@dataclass(frozen=True, slots=True)
class Mouth:
    """Speaks in one language. What cannot be had as audio is logged and left out: a code does its work all the same."""

    voice: Voice
    language: str

    def utterances(self, sentence: Sentence) -> tuple[Utterance, ...]:
        return tuple(self._spoken(sentence))

    def _spoken(self, sentence: Sentence) -> Iterator[Utterance]:
        for part in sentence:
            try:
                utterance = self._utterance(part)
                self.voice.restore(utterance)
                yield utterance
            except (MediaError, ValueError) as error:
                _log.error("an agent cannot hear %s in %s: %s", part, self.language, error)

    def _utterance(self, part: Part) -> Utterance:
        match part:
            case Words():
                return self.voice.say(part.zh if self.language == "zh" else part.en, self.language)
            case Value():
                return self.voice.say(spoken.FILTERS[part.kind](part.value, self.language), self.language)
            case _:
                return self.voice.prompt(part, self.language)
