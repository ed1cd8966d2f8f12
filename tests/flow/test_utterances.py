"""What the switch cannot open is made once more; what is secret is only whispered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from fsapp.domain.errors import MediaError
from fsapp.domain.leg import CollectKeys, KeysCollected, KeysEnd, PlayEnd, Utterance
from fsapp.flow import registry
from fsapp.flow.context import Context
from fsapp.flow.loader import parse
from fsapp.flow.templates import Text
from fsapp.flow.utterances import play, speak
from tests.flow.bench import TextVoice, a_context

KINDS = registry.discover("fsapp.steps")


class Disk(TextVoice):
    """A voice whose utterances can be deleted: `gone` are those, `hopeless` those that cannot be made anew."""

    def __init__(self, gone: Sequence[str] = (), hopeless: Sequence[str] = ()) -> None:
        super().__init__()
        self.gone = {*gone, *hopeless}
        self.hopeless = frozenset(hopeless)
        self.whispered: list[str] = []

    def say(self, text: str, language: str) -> Utterance:
        return Utterance(text, language, text, 1.0)

    def whisper(self, text: str, language: str) -> Utterance:
        self.whispered.append(text)
        return self.say(text, language)

    def restore(self, utterance: Utterance) -> bool:
        missing = utterance.path in self.gone - self.hopeless
        self.gone.discard(utterance.path) if missing else None
        return missing


@dataclass
class Switch:
    """A leg that opens files as FreeSWITCH does: of several, a missing one is passed over in silence."""

    disk: Disk
    heard: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None

    def play(self, utterances: Sequence[Utterance], *, barge_in: bool) -> PlayEnd:
        there = [each.text for each in utterances if each.path not in self.disk.gone]
        self.heard += there
        return PlayEnd.PLAYED if there else PlayEnd.UNPLAYABLE

    def collect(self, request: CollectKeys) -> KeysCollected:
        if self.play(request.utterances, barge_in=True) is PlayEnd.UNPLAYABLE:
            return KeysCollected("", KeysEnd.UNPLAYABLE)
        return KeysCollected("1", KeysEnd.FULL)


def call_with(disk: Disk) -> tuple[Context, Switch]:
    context, switch = a_context(), Switch(disk)
    return replace(context, leg=switch, ports=replace(context.ports, voice=disk)), switch


def said(*texts: str) -> tuple[Utterance, ...]:
    return tuple(Utterance(text, "zh", text, 1.0) for text in texts)


def test_an_utterance_that_was_deleted_is_made_anew_and_heard() -> None:
    context, switch = call_with(Disk(gone=["hello"]))
    play(context, said("hello"))
    assert switch.heard == ["hello"]


def test_of_several_utterances_none_is_passed_over_in_silence() -> None:
    context, switch = call_with(Disk(gone=["beep"]))
    play(context, said("leave a message", "beep"))
    assert switch.heard == ["leave a message", "beep"]


@pytest.mark.parametrize("gone", [["hello"], []], ids=["deleted", "there"])
def test_a_question_is_asked_although_its_prompt_was_deleted(gone: list[str]) -> None:
    context, switch = call_with(Disk(gone))
    flow = parse("version: 1\nflow: f\nmain:\n  - menu: {prompt: 您好, on: {1: main}}\n".encode(), "f.yaml", KINDS)
    step = flow.labels["main"][0]
    switch.disk.gone = {"您好"} if gone else set()
    assert step.kind.run(context, step.params) == "1"
    assert switch.heard == ["您好"]


def test_what_cannot_be_had_is_an_error_and_not_silence() -> None:
    context, _ = call_with(Disk(hopeless=["hello"]))
    with pytest.raises(MediaError, match="the switch cannot play hello"):
        play(context, said("hello"))


def test_only_what_is_made_of_a_secret_is_whispered() -> None:
    disk = Disk()
    context, switch = call_with(disk)
    context.set("pin", "4711", sensitive=True)
    context.set("name", "Li")
    for words in ("PIN {{ pin }}.", "Mr {{ name }}."):
        speak(context, Text(words))
    assert switch.heard == ["PIN 4711.", "Mr Li."]
    assert disk.whispered == ["PIN 4711."]
