"""Music on a channel, a minute at a time, until it is stopped or somebody bridges the channel."""

import wave
from time import monotonic

import gevent

from fsapp.domain.arguments import SoundPath
from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl import arguments
from fsapp.esl.arguments import Application
from fsapp.esl.channel import Channel
from fsapp.esl.commands import Execute

PAUSE_SECONDS = 0.1
"""Between two minutes; whoever broke one off to begin a talk is quicker than that."""

MINUTE_SECONDS = 60.0
LATE_SECONDS = 5.0
"""Beyond what a minute of music takes: then its end was not heard of."""

SHORTEST = 1.0
"""What ends sooner (seconds) twice running could not be played: the tone goes on instead, so that nobody waits in
silence. Once means that the switch took the caller elsewhere.
"""

_TONE = Execute(Application.PLAYBACK, arguments.HOLD_TONE)


class Music:
    """Whoever plays something else stops it first. A minute that ends begins another, unless the channel is lent."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._playing = 0
        """Counts what was begun: a minute that ends late says nothing about the one that plays now."""
        self._on = False
        self._short = 0
        """How many ended too soon, one after another."""
        self._minute = _TONE
        self._longest = MINUTE_SECONDS + LATE_SECONDS
        self._late: gevent.Greenlet[..., None] | None = None

    def play(self, path: SoundPath | None) -> None:
        """Begins; does not wait. Raises CallEnded, EslError."""
        self.stop()
        self._on = True
        length = _length(path)
        self._minute = Execute(Application.PLAYBACK, arguments.music(path, length))
        self._longest = max(length, MINUTE_SECONDS) + LATE_SECONDS
        self._channel.on_back = self._resume
        self._begin(self._minute)

    def stop(self) -> None:
        """Raises CallEnded, EslError."""
        if self._on:
            self._end()
            self._playing += 1
            if not self._channel.lent:
                self._channel.cut()

    def _end(self) -> None:
        self._on = False
        self._watch_no_more()

    def _begin(self, minute: Execute) -> None:
        """Its end may never be heard of: after the longest that it can take, another begins all the same."""
        self._playing += 1
        number, began = self._playing, monotonic()

        def ended() -> None:
            self._short = 0 if monotonic() - began > SHORTEST else self._short + 1
            again = minute if self._short < 2 else _TONE
            gevent.spawn_later(PAUSE_SECONDS, self._again, number, again)

        self._watch_no_more()
        self._channel.launch(minute, ended, outlives_silence=True)
        self._late = gevent.spawn_later(self._longest, self._again, number, minute)

    def _watch_no_more(self) -> None:
        if self._late is not None:
            self._late.kill(block=False)

    def _again(self, number: int, minute: Execute) -> None:
        if not self._on or self._playing != number:
            return
        if self._channel.lent or self._channel.gone is not None:
            self._watch_no_more()
            return
        try:
            self._begin(minute)
        except CallEnded:
            self._end()
        except EslError:  # there is no connection: until there is one nobody hears anything
            gevent.spawn_later(SHORTEST, self._again, self._playing, minute)

    def _resume(self) -> None:
        """What was played before ended unheard of."""
        self._again(self._playing, self._minute)


def _length(path: SoundPath | None) -> float:
    """Seconds; 0.0 where the file does not say."""
    if path is None:
        return 0.0
    try:
        with wave.open(str(path)) as file:
            return float(file.getnframes() / file.getframerate())
    except (OSError, EOFError, RuntimeError, ArithmeticError, wave.Error):
        return 0.0
