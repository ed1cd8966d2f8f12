"""Words for one side of a talk alone; the talk stands still meanwhile."""

from collections.abc import Sequence
from time import monotonic

import gevent

from fsapp.domain.arguments import SoundPath
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.leg import Utterance
from fsapp.esl import arguments
from fsapp.esl.arguments import Application
from fsapp.esl.channel import Channel
from fsapp.esl.commands import Execute

SWALLOWED = 0.25
"""What ends sooner (seconds) was not heard: while the switch connects a talk it ends whatever begins to play."""

PAUSE_SECONDS = 0.1
ATTEMPTS = 5


class Aside:
    """What is said ends what was said before."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._number = 0
        """Counts what was said: what ends late says nothing about what is said now."""
        self._speaking = False

    def say(self, utterances: Sequence[Utterance]) -> None:
        """Begins; does not wait. Raises CallEnded, EslError."""
        self._number += 1
        if self._speaking:
            self._channel.cut()
        work = Execute(Application.PLAYBACK, arguments.files([SoundPath(each.path) for each in utterances]))
        length = sum(each.seconds or 1.0 for each in utterances)
        self._begin(work, min(SWALLOWED, length / 2), self._number, ATTEMPTS)

    def _begin(self, work: Execute, shortest: float, number: int, attempts: int) -> None:
        self._speaking, began = True, monotonic()

        def ended() -> None:
            if self._number != number:
                return
            self._speaking = False
            if monotonic() - began < shortest and attempts > 1:
                gevent.spawn_later(PAUSE_SECONDS, self._again, work, shortest, number, attempts - 1)

        self._channel.launch(work, ended)

    def _again(self, work: Execute, shortest: float, number: int, attempts: int) -> None:
        if self._number != number:
            return
        try:
            self._begin(work, shortest, number, attempts)
        except (CallEnded, EslError):
            self._speaking = False
