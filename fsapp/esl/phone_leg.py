"""A phone that the engine calls for an agent, driven over the client connection."""

import logging
from collections.abc import Callable, Sequence

import gevent

from fsapp.domain.arguments import SoundPath, Uuid
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.leg import Utterance
from fsapp.domain.ringing import RingEnd, Rung
from fsapp.esl import arguments
from fsapp.esl.arguments import Application
from fsapp.esl.aside import Aside
from fsapp.esl.channel import Channel
from fsapp.esl.client import Client
from fsapp.esl.commands import Execute
from fsapp.esl.errors import CommandRefused
from fsapp.esl.music import Music
from fsapp.esl.originating import NewLeg

_LOG = logging.getLogger("fsapp.esl")

LATE_SECONDS = 5.0
"""Beyond the ringing: for the switch to say how it ended."""

AGAIN_SECONDS = 0.2
"""From being told to ring to having a leg, and from being told to stop to having stopped."""

MARGIN_SECONDS = 5.0

WATCH_SECONDS = 4 * 3600.0
"""The longest that a supervisor listens."""

_ENDS = {
    "USER_BUSY": RingEnd.BUSY,
    "CALL_REJECTED": RingEnd.REJECTED,
    "NO_ANSWER": RingEnd.NO_ANSWER,
    "NO_USER_RESPONSE": RingEnd.NO_ANSWER,
    "ALLOTTED_TIMEOUT": RingEnd.NO_ANSWER,
    "ORIGINATOR_CANCEL": RingEnd.NO_ANSWER,
    "USER_NOT_REGISTERED": RingEnd.UNREGISTERED,
    "SUBSCRIBER_ABSENT": RingEnd.UNREGISTERED,
}


class PhoneLeg:
    """From the first ring to the end. `on_gone` is called once, when an answered leg ends; `on_key` for each key, and
    `on_answer` 10 ms before `ring` knows.

    Satisfies fsapp.acd.ports.PhoneLeg.
    """

    def __init__(
        self,
        client: Client,
        leg: NewLeg,
        on_key: Callable[[str], None],
        on_gone: Callable[[], None],
        on_answer: Callable[[], None] | None = None,
    ) -> None:
        self._client = client
        self._leg = leg
        self._channel: Channel | None = None
        self._on_key = on_key
        self._on_gone = on_gone
        self._on_answer = on_answer
        self._rings = False
        self._music: Music | None = None
        self._aside: Aside | None = None

    @property
    def uuid(self) -> str:
        return self._leg.uuid

    @property
    def gone(self) -> bool:
        """Whether it is over, or never was."""
        return self._channel is None or self._channel.gone is not None

    def ring(self) -> Rung:
        """Rings until somebody answers, or nobody does; raises nothing."""
        try:
            channel = self._channel = self._client.channel(self._leg.uuid)
        except EslError as error:
            return Rung(RingEnd.FAILED, str(error)[:100])
        try:
            channel.on_key, channel.on_answer = self._on_key, self._on_answer
            self._rings = True
            self._client.originate(self._leg, self._leg.ring_timeout + LATE_SECONDS)
        except CommandRefused as refused:
            self._client.release(self._leg.uuid)
            cause = str(refused).rpartition("-ERR ")[2].strip()
            channel.lose(CallEnded(cause))
            return Rung(_ENDS.get(cause, RingEnd.FAILED), cause)
        except (EslError, ValueError) as error:
            self.hang_up()
            return Rung(RingEnd.FAILED, str(error)[:100])
        finally:
            self._rings = False
        channel.answered = True
        if channel.gone is not None:
            return Rung(RingEnd.FAILED, "NORMAL_CLEARING")
        self._music = Music(channel)
        channel.on_gone = lambda _: self._on_gone()
        return Rung(RingEnd.ANSWERED)

    def play(self, utterances: Sequence[Utterance]) -> None:
        """To the agent alone; waits for its end. Raises CallEnded, EslError."""
        channel = self._up()
        if self._music is not None:
            self._music.stop()
        if utterances:
            channel.run(
                Execute(Application.PLAYBACK, arguments.files([SoundPath(each.path) for each in utterances])),
                limit=sum(each.seconds or 60.0 for each in utterances) + MARGIN_SECONDS,
            )

    def tell(self, utterances: Sequence[Utterance]) -> None:
        """As `play`, without waiting: also into a talk, which stands still meanwhile. Raises CallEnded, EslError."""
        channel = self._up()
        if self._aside is None:
            self._aside = Aside(channel)
        self._aside.say(utterances)

    def wait_music(self) -> None:
        """Music for an agent whose caller is elsewhere for a moment. Raises CallEnded, EslError."""
        self._up()
        if self._music is not None:
            self._music.play(None)

    def stop_music(self) -> None:
        """Raises CallEnded, EslError."""
        if self._music is not None:
            self._music.stop()

    def watch(self, channel: str, *, join: bool) -> None:
        """Listens to a talk, or joins it as a third. Waits for its end. Raises CallEnded, EslError."""
        application = Application.THREE_WAY if join else Application.EAVESDROP
        self._up().run(Execute(application, arguments.channel(Uuid(channel))), limit=WATCH_SECONDS)

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the leg in whatever state it is; raises nothing, and may be called again."""
        if self._channel is not None and self._channel.gone is not None:
            return
        self._client.kill(self._leg.uuid, cause)
        if self._rings:
            gevent.spawn_later(AGAIN_SECONDS, self._stop_ringing, cause)

    def _stop_ringing(self, cause: str) -> None:
        """The switch may have been told before it had the leg."""
        if self._rings:
            self._client.kill(self._leg.uuid, cause)

    def _up(self) -> Channel:
        if self._channel is None:
            raise EslError("the phone was not called")
        return self._channel
