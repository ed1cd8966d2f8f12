"""Hears whether the caller is a fax machine: then what is played or asked ends early."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import gevent

from fsapp.domain.errors import CallEnded, EslError, FaxToneHeard
from fsapp.esl import faxing
from fsapp.esl.channel import Channel, Completed
from fsapp.esl.commands import EventName, Execute

_CUT_SECONDS = 0.1
"""From one `uuid_break` to the next: a question takes two, for its prompt and for its waiting (switch_ivr_read)."""


class FaxEar:
    """One call's. Raises FaxToneHeard once, from whatever is run through it, or from `check`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._heard = self._running = False
        self.on_heard: Callable[[], None] | None = None
        """Told at once, where nothing is run through it; must not wait."""

    def listen(self) -> None:
        """Begins to listen, for as long as a machine would give its tone."""
        self._channel.on_fax_tone = self._tone
        self._channel.hear_of(EventName.DETECTED_TONE)
        self._channel.start(faxing.detect_tone())

    def moved(self) -> None:
        """The channel is on another socket, which has to be asked anew."""
        if self._channel.on_fax_tone is not None:
            self._channel.hear_of(EventName.DETECTED_TONE)

    def check(self) -> None:
        """Raises FaxToneHeard if the tone has come since."""
        if self._heard:
            self._heard = False
            raise FaxToneHeard

    def run(
        self, work: Execute, *, limit: float, before: Sequence[Execute], after: Sequence[Execute] = ()
    ) -> Completed:
        """As Channel.run, for what the tone cuts short."""
        self.check()
        self._running = True
        try:
            completed = self._channel.run(work, limit=limit, before=before, after=after)
        finally:
            self._running = False
        self.check()
        return completed

    def _tone(self) -> None:
        """Called by the reader."""
        self._channel.on_fax_tone = None
        self._heard = True
        gevent.spawn(self._cut_short)
        if self.on_heard is not None:
            self.on_heard()

    def _cut_short(self) -> None:
        with suppress(CallEnded, EslError):
            while self._heard and self._running:
                self._channel.cut()
                gevent.sleep(_CUT_SECONDS)
