"""The line of an agent or supervisor who called by themselves and holds on: a phone that need not be rung.

The call's own greenlet serves it; here it is only connected with others, over the switch.
"""

from collections.abc import Callable, Sequence

from gevent.event import Event as Signal

from fsapp.acd.ports import Lines
from fsapp.domain.errors import EslError
from fsapp.domain.leg import Utterance
from fsapp.domain.ringing import RingEnd, Rung
from fsapp.domain.talk import Listening


class SittingLeg:
    """Satisfies fsapp.acd.ports.PhoneLeg."""

    def __init__(
        self, lines: Lines, uuid: str, on_key: Callable[[str], None], on_gone: Callable[[], None] = lambda: None
    ) -> None:
        """`on_gone` is for lines that no greenlet of ours serves. Raises EslError where the line cannot be held."""
        self._lines = lines
        self._uuid = uuid
        self._over = Signal()
        self._line = lines.sit(uuid, on_key, on_gone)

    @property
    def uuid(self) -> str:
        return self._uuid

    @property
    def gone(self) -> bool:
        return self._over.is_set()

    def wait(self) -> None:
        """Until the line is let go; the end of the call itself comes as CallEnded to whoever waits."""
        self._over.wait()

    def end(self) -> None:
        """The call is over."""
        self._over.set()
        self._line.let_go()

    def ring(self) -> Rung:
        return Rung(RingEnd.FAILED if self.gone else RingEnd.ANSWERED)

    def play(self, utterances: Sequence[Utterance]) -> None:
        """Nothing: who holds the line knows whom they asked for."""

    def tell(self, utterances: Sequence[Utterance]) -> None:
        self._line.tell(utterances)

    def wait_music(self) -> None:
        self._line.wait_music()

    def stop_music(self) -> None:
        self._line.stop_music()

    def watch(self, channel: str, *, join: bool) -> None:
        self._lines.watch(self._uuid, channel, Listening.BARGE if join else Listening.LISTEN)

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:  # noqa: ARG002 -- the switch's own for a call that it gave us
        if not self.gone:
            self._over.set()
            try:
                self._lines.drop(self._uuid)
            except EslError:
                return
