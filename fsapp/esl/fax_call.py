"""A call that the engine places to send a fax, over the client connection."""

from contextlib import suppress

from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.fax import FaxResult, SendFax
from fsapp.domain.ringing import RingEnd, Rung
from fsapp.esl import faxing
from fsapp.esl.channel import Channel
from fsapp.esl.client import Client
from fsapp.esl.commands import Api
from fsapp.esl.errors import CommandRefused
from fsapp.esl.originating import NewLeg
from fsapp.esl.phone_leg import LATE_SECONDS

_ENDS = {
    "USER_BUSY": RingEnd.BUSY,
    "NO_ANSWER": RingEnd.NO_ANSWER,
    "NO_USER_RESPONSE": RingEnd.NO_ANSWER,
    "ALLOTTED_TIMEOUT": RingEnd.NO_ANSWER,
    "ORIGINATOR_CANCEL": RingEnd.NO_ANSWER,
}


class FaxCall:
    """From the first ring to the end."""

    def __init__(self, client: Client, leg: NewLeg) -> None:
        self._client = client
        self._leg = leg
        self._channel: Channel | None = None

    @property
    def uuid(self) -> str:
        return self._leg.uuid

    def ring(self) -> Rung:
        """Rings until the far end answers, or does not. Raises EslError where the switch cannot say."""
        self._channel = self._client.channel(self._leg.uuid)
        try:
            self._client.originate(self._leg, self._leg.ring_timeout + LATE_SECONDS)
        except CommandRefused as refused:
            cause = str(refused).rpartition("-ERR ")[2].strip()
            return Rung(_ENDS.get(cause, RingEnd.FAILED), cause)
        self._channel.answered = True
        return Rung(RingEnd.ANSWERED)

    def send(self, request: SendFax) -> FaxResult:
        """Raises CallEnded where the far end has gone before it began, EslError."""
        if self._channel is None:
            raise EslError("the fax machine was not called")
        return faxing.send(self._channel, request)

    def hang_up(self) -> None:
        """Ends the call in whatever state it is, and so whatever waits for it; raises nothing."""
        if self._channel is not None and self._channel.gone is None:
            with suppress(EslError, CallEnded):
                self._client.api(Api.UUID_KILL, self._leg.uuid, "NORMAL_CLEARING")

    def close(self) -> None:
        """The call is over, or is to be; nothing waits for it any more."""
        self.hang_up()
        self._client.release(self._leg.uuid)
