"""Who is at the telephones: customers who answer whatever they are asked, however often, and note what they hear."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from fsapp.media.cache import words_of
from fsapp.switchboard.agent_phone import AgentPhone
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.telephone import SilentTelephone
from tests.faults.checker import Talked

_FILE = re.compile(r"/[^!\s]*/\w+\.wav")
TALK = "talk"
SILENCE = "silence_stream://"
THINKING = 0.2
"""Seconds between the end of a question and the first key."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that a customer hears, from a moment of the channel's time on (seconds)."""

    at: float
    sound: str
    seconds: float


class Customer(SilentTelephone):
    """`answers` are keys by the name of the prompt that asks for them."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.heard: list[Heard] = []
        self.talks: list[Heard] = []
        self.cause = ""
        self._asked = 0

    @property
    def silence(self) -> float:
        """The longest time that nothing was heard, in seconds of the channel's time."""
        spans = [0.0]
        for one, other in pairwise(sorted([*self.heard, *self.talks], key=lambda each: each.at)):
            if one.sound != TALK:
                audible = 0.0 if one.sound.startswith(SILENCE) else one.seconds
                spans.append(other.at - one.at - audible)
        return max(spans)

    @property
    def prompts(self) -> list[str]:
        """The names of the prompts heard, in order."""
        return [name for each in self.heard for name in _names(each.sound)]

    def playing(self, channel: Channel, sound: str, seconds: float) -> None:
        self.heard.append(Heard(channel.timeline.now, sound, seconds))

    def asked(self, channel: Channel, prompt_seconds: float) -> None:
        """Keys that were meant for another question are not pressed any more."""
        argument = channel.variables.get("current_application_data", "")
        names = _names(argument)
        self.heard.append(Heard(channel.timeline.now, argument, prompt_seconds))
        self._asked += 1
        keys = next((self.answers[name] for name in reversed(names) if name in self.answers), "")
        for number, key in enumerate(keys):
            wait = prompt_seconds + THINKING * (number + 1)
            channel.timeline.after(wait, partial(self._press, channel, key, self._asked))

    def talking(self, channel: Channel) -> None:
        self.talks.append(Heard(channel.timeline.now, TALK, 0.0))

    def ended(self, channel: Channel, cause: str) -> None:  # the protocol's
        self.cause = cause

    def _press(self, channel: Channel, key: str, question: int) -> None:
        if question == self._asked and not channel.cause:
            channel.press(key)


def _names(sound: str) -> list[str]:
    """Of the prompts in what is played; a file that the voice made tells its own."""
    return [words_of(file) or Path(file).stem for file in _FILE.findall(sound)]


class DeskPhone(AgentPhone):
    """An agent's telephone that notes how its talks ended."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.talked: list[Talked] = []
        self._began: dict[str, tuple[float, Channel]] = {}
        super().__init__(*arguments, **options)

    def talking(self, channel: Channel) -> None:
        if channel.talk is not None:
            self._began[channel.uuid] = channel.timeline.now, channel.talk.other(channel)
        super().talking(channel)

    def ended(self, channel: Channel, cause: str) -> None:
        began, other = self._began.pop(channel.uuid, (0.0, None))
        if other is not None:
            by_hand = any(each.variables.get("sip_hangup_disposition") == "recv_bye" for each in (channel, other))
            self.talked.append(Talked(other.uuid, channel.timeline.now - began, by_hand))
        super().ended(channel, cause)
