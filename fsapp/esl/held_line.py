"""The channel of somebody who called and holds on in a talk: its own socket serves the call, the talk goes over the
client connection.
"""

from collections.abc import Callable, Sequence

from fsapp.domain.arguments import Uuid
from fsapp.domain.leg import Utterance
from fsapp.esl.aside import Aside
from fsapp.esl.client import Client
from fsapp.esl.commands import Api
from fsapp.esl.music import Music
from fsapp.esl.originating import KEYED


class HeldLine:
    """Until it is let go. Satisfies fsapp.acd.ports.HeldLine."""

    def __init__(self, client: Client, uuid: Uuid, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> None:
        """The callbacks must not wait. Raises EslError."""
        self._client = client
        self._uuid = uuid
        channel = client.channel(uuid, answered=True)
        channel.on_key = on_key
        channel.on_gone = lambda _: on_gone()
        self._aside = Aside(channel)
        self._music = Music(channel)
        client.api(Api.UUID_SETVAR, uuid, "socket_resume", "false")  # the talk outlives this engine
        client.api(Api.UUID_SETVAR, uuid, "bridge_filter_dtmf", "true")  # what is keyed is for the engine alone
        client.api(Api.UUID_SETVAR, uuid, "digits_dialed_filter", KEYED)

    def tell(self, utterances: Sequence[Utterance]) -> None:
        """To this one alone; does not wait. Raises CallEnded, EslError."""
        self._aside.say(utterances)

    def wait_music(self) -> None:
        """Raises CallEnded, EslError."""
        self._music.play(None)

    def stop_music(self) -> None:
        """Raises CallEnded, EslError."""
        self._music.stop()

    def let_go(self) -> None:
        """Hears no more of it."""
        self._client.release(self._uuid)
