"""Recordings of channels: begun, masked and ended over the client connection, whatever drives the channel itself."""

from collections.abc import Callable

from fsapp.domain.arguments import SoundPath, Uuid
from fsapp.domain.errors import EslError
from fsapp.esl import commands
from fsapp.esl.client import Client
from fsapp.esl.commands import Api
from fsapp.esl.connection import ignore
from fsapp.esl.events import Event
from fsapp.esl.wire import Message

_SETTINGS = (("RECORD_STEREO", "true"), ("RECORD_MIN_SEC", "0"))
"""Left what the caller says, right what the caller hears; and the shortest talk has its file too, where FreeSWITCH
would discard what is under three seconds (switch_ivr_async.c).
"""

Begun = Callable[[str | EslError], None]
"""Hears what the switch said: empty where it records. An EslError leaves that unknown."""


class Taping:
    """Satisfies fsapp.server.talk_recorder.Machine."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def connected(self) -> bool:
        return self._client.connected

    def on_stop(self, told: Callable[[str], None]) -> None:
        """`told` hears of the path of each file that is whole, and must not wait."""
        self._client.on_record_stop = lambda event: told(_path(event))

    def start(self, call: str, path: str, begun: Begun) -> None:
        """Does not wait. Raises EslError, ValueError."""
        settings = [(commands.api(Api.UUID_SETVAR, Uuid(call), *each), ignore) for each in _SETTINGS]
        start = commands.api(Api.UUID_RECORD, Uuid(call), "start", SoundPath(path))
        self._client.hold([*settings, (start, lambda reply: begun(_refusal(reply)))])

    def stop(self, call: str, path: str) -> None:
        """Does not wait. Raises EslError, ValueError."""
        self._client.hold([(commands.api(Api.UUID_RECORD, Uuid(call), "stop", SoundPath(path)), ignore)])

    def mask(self, call: str, path: str, *, on: bool) -> None:
        """Waits until it is so. Raises EslError, ValueError."""
        self._client.api(Api.UUID_RECORD, Uuid(call), "mask" if on else "unmask", SoundPath(path))

    def exists(self, call: str) -> bool:
        """Whether the channel is up. Raises EslError."""
        return self._client.api(Api.UUID_EXISTS, Uuid(call)).strip() == "true"


def _path(event: Event) -> str:
    return event.get("Record-File-Path")


def _refusal(reply: Message | EslError) -> str | EslError:
    if isinstance(reply, EslError):
        return reply
    said = reply.reply.strip()
    return said[:200] if said.startswith("-") else ""
