"""The switch as queues see it: phones to ring, legs to connect, part and watch, over the client connection."""

import logging
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import orjson

from fsapp.domain.arguments import DisplayName, Name, Number, SoundPath, Uuid
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.ringing import Ring
from fsapp.domain.talk import Listening
from fsapp.esl import arguments, commands
from fsapp.esl.arguments import Application, Variable
from fsapp.esl.carriage import OWNER, TO_WAITING, WAY_BACK
from fsapp.esl.channel import Channel
from fsapp.esl.client import Client
from fsapp.esl.commands import Api, Command, Execute
from fsapp.esl.connection import ignore
from fsapp.esl.errors import CommandRefused
from fsapp.esl.held_line import HeldLine
from fsapp.esl.originating import NewLeg
from fsapp.esl.phone_leg import WATCH_SECONDS, PhoneLeg

_LOG = logging.getLogger("fsapp.esl")

_LEG = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\Z")

BACK_SECONDS = 10.0
"""For a connection that was lost in the instant of a talk to come back."""

TALK_SECONDS = 2.0
"""For the switch to connect two channels, at the very most."""

HELD_SECONDS = 600
"""How long an agent's leg may stand parked in mid-talk before the switch drops it."""


class Seen(NamedTuple):
    """A channel as the switch lists it; `application` is what runs on it: `park`, `playback`, `uuid_bridge` …"""

    uuid: str
    direction: str
    context: str
    extension: str
    application: str


class Lines:
    """Satisfies fsapp.acd.ports.Lines. `engine` marks every leg that this run of the engine places."""

    def __init__(self, client: Client, *, call_info: str = "") -> None:
        self._client = client
        self._call_info = call_info
        self.engine = client.engine = Uuid(secrets.token_hex(8))

    def phone(self, ring: Ring, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> PhoneLeg:
        """A phone to ring. Raises ValueError for a call that is none."""
        leg = NewLeg(
            uuid=_leg_of(self.engine),
            endpoint=ring.endpoint,
            ring_timeout=max(1, round(ring.ring_timeout)),
            engine=self.engine,
            call=Uuid(ring.call),
            caller_number=_number(ring.caller_number),
            caller_name=DisplayName.of(ring.caller_name),
            call_info=self._call_info + ring.call if self._call_info else "",
            auto_answer=ring.auto_answer,
        )
        on_answer = partial(self._stop_music, ring.call) if ring.connects_at_once else None
        return PhoneLeg(self._client, leg, on_key, on_gone, on_answer)

    def connect(self, caller: str, leg: str) -> bool:
        """Lets two channels hear each other; waits until they do, which takes FreeSWITCH 50 ms. False where one of them
        is gone: a caller is back in the silence of `waiting` then. Raises EslError.
        """
        channel = self._client.callers.get(caller)
        if channel is not None:
            if channel.gone is not None:
                return False
            if channel.has_own_socket:
                raise EslError(f"caller {caller} has a socket still, and would not come back from a talk")
            channel.lent = True
        talks = False
        try:
            talks = self._bridge(channel, caller, leg)
        finally:
            if channel is not None:
                channel.lent = talks
                if not talks:
                    self._wait_anew(channel)
        return talks

    def _wait_anew(self, channel: Channel) -> None:
        """Each break has ended a piece of the silence in `waiting`, and behind the last one the caller would leave.

        Where the other one was gone first, the switch has used the way back up (switch_ivr_bridge.c).
        """
        anew = [commands.api(Api.UUID_TRANSFER, channel.uuid, *TO_WAITING)]
        if channel.way_back:
            anew.insert(0, commands.api(Api.UUID_SETVAR, channel.uuid, WAY_BACK, channel.way_back))
        with suppress(EslError):
            self._client.hold([(each, ignore) for each in anew])
            channel.forget_launched()

    def _bridge(self, channel: Channel | None, caller: str, leg: str) -> bool:
        one, other = self._client.driven(caller), self._client.driven(leg)
        if one is not None:
            one.expect_talk(leg)
        first = (
            *_keep_if_held(channel, leg),
            commands.api(Api.UUID_SETVAR, caller, "socket_resume", "false"),
            commands.api(Api.UUID_BREAK, caller, "all"),  # what is still to be played would be played before the talk
        )
        try:
            self._client.hold([(each, ignore) for each in first])
            self._client.api(Api.UUID_BRIDGE, caller, leg)
        except CommandRefused:
            return False
        except EslError:
            if self._talked_after_all(caller, leg) or (one is not None and one.talks):
                return True
            raise
        return one is None or one.wait_talk(other, TALK_SECONDS)

    def _talked_after_all(self, caller: str, leg: str) -> bool:
        """The answer was lost. Who talks must not be connected with others: the switch knows, once it can be asked."""
        if not self._client.wait_connected(BACK_SECONDS):
            return False
        with suppress(EslError):
            return self._client.api(Api.UUID_GETVAR, caller, "last_bridge_to").strip() == leg
        return False

    def _stop_music(self, caller: str) -> None:
        """Somebody has answered: what the caller hears takes 20 ms to end, which are spared the talk."""
        channel = self._client.callers.get(caller)
        if channel is not None and not channel.lent:
            with suppress(CallEnded, EslError):
                channel.cut()

    def keep(self, caller: str, *, on: bool) -> None:
        """Whether the caller waits on when the talk ends, since somebody else is to have the caller then; else the
        caller goes to the engine's socket. Raises EslError.
        """
        channel = self._client.callers.get(caller)
        if channel is not None and channel.way_back:
            way = ":".join(TO_WAITING) if on else channel.way_back
            self._client.api(Api.UUID_SETVAR, caller, WAY_BACK, way)

    def connect_agents(self, asking: str, asked: str) -> bool:
        """As `connect`, for two phones: each is parked when the other leaves. Raises EslError."""
        for leg in (asking, asked):
            self._client.api(Api.UUID_SETVAR, leg, "park_timeout", str(HELD_SECONDS))
            self._client.api(Api.UUID_SETVAR, leg, "park_after_bridge", "true")
        return self.connect(asking, asked)

    def watch(self, leg: str, channel: str, how: Listening) -> None:
        """Puts a channel into the talk of another; waits for the end. Raises CallEnded, EslError.

        To whisper is to be mixed into what the switch writes to the channel watched: what it reads there the other side
        hears (switch_ivr_async.c).
        """
        watching = self._client.channel(Uuid(leg), answered=True)
        application = Application.THREE_WAY if how is Listening.BARGE else Application.EAVESDROP
        settings = {
            Variable.EAVESDROP_WHISPER_BLEG: "true" if how is Listening.WHISPER else "false",
            Variable.EAVESDROP_ENABLE_DTMF: "false",  # or a key would let both hear who only listens
        }
        try:
            watching.run(
                Execute(application, arguments.channel(Uuid(channel))),
                before=(Execute(Application.MULTISET, arguments.settings(settings)),),
                limit=WATCH_SECONDS,
            )
        finally:
            self._client.release(Uuid(leg))

    def sit(self, leg: str, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> HeldLine:
        """A channel that is served elsewhere, for a talk. Raises EslError."""
        return HeldLine(self._client, Uuid(leg), on_key, on_gone)

    def play_to_both(self, channel: str, path: str) -> None:
        """Into a talk, for both sides; does not wait. Raises EslError, ValueError."""
        self._client.api(Api.UUID_BROADCAST, channel, SoundPath(path), "both")

    def part(self, caller: str, leg: str) -> None:
        """Ends a talk and keeps both: the caller waits again, the agent's leg is parked. Raises EslError."""
        self._client.api(Api.UUID_SETVAR, leg, "park_timeout", str(HELD_SECONDS))
        self._client.api(Api.UUID_DUAL_TRANSFER, caller, "waiting/XML/waiting", "agent/XML/waiting")
        channel = self._client.callers.get(caller)
        if channel is not None:
            channel.lent = False

    def send_keys(self, channel: str, keys: str) -> None:
        """Presses keys for a channel to hear: at a far end that is a machine. Raises EslError, ValueError."""
        self._client.api(Api.UUID_SEND_DTMF, channel, Number(keys))

    def exists(self, channel: str) -> bool:
        """Whether a channel is up. Raises EslError."""
        return self._client.api(Api.UUID_EXISTS, channel).strip() == "true"

    def drop(self, channel: str) -> None:
        """Ends a channel that nobody owns. Raises EslError."""
        self._client.api(Api.UUID_KILL, channel)

    def channels(self) -> Iterator[Seen]:
        """Every channel. Raises EslError."""
        for row in _rows(self._client.api(Api.SHOW, "channels", "as", "json")):
            yield Seen(*(str(row.get(name, "")) for name in ("uuid", "direction", "context", "dest", "application")))

    def partner(self, channel: str) -> str:
        """The other channel of a talk. Raises EslError."""
        return self._client.api(Api.UUID_GETVAR, channel, str(Variable.BRIDGE_UUID)).strip()

    def call_id(self, channel: str) -> str:
        """The SIP Call-ID of a channel; empty for one that is gone. Raises EslError."""
        return self._client.api(Api.UUID_GETVAR, channel, "sip_call_id").strip()

    def owner(self, channel: str) -> str:
        """The engine that placed a leg, or had a caller wait; empty where nobody says. Raises EslError."""
        if is_leg(channel):
            return channel.partition("-")[0]
        said = self._client.api(Api.UUID_GETVAR, channel, OWNER).strip()
        return "" if said == "_undef_" else said

    def give_sign(self, at: int) -> None:
        """Says when this engine lived last, in seconds. Raises EslError."""
        self._client.api(Api.GLOBAL_SETVAR, f"fsapp_engine_{self.engine}={at}")

    def last_sign(self, engine: str) -> int:
        """When that engine lived last, as it says; 0 where it never did. Raises EslError."""
        said = self._client.api(Api.GLOBAL_GETVAR, f"fsapp_engine_{engine}").strip()
        return int(said) if said.isdecimal() else 0

    def send_back(self, caller: str) -> None:
        """Takes a caller whom an engine that died left waiting to the engine's socket. Raises EslError, ValueError."""
        way = self._client.api(Api.UUID_GETVAR, caller, WAY_BACK).strip()
        number, _, context = way.partition(":XML:")
        self._client.api(Api.UUID_TRANSFER, caller, Number(number), "XML", Name(context))


def _keep_if_held(channel: Channel | None, leg: str) -> Iterator[Command]:
    """An agent may press hold on the phone and hang up: the caller comes back then (sofia.c)."""
    if channel is not None and channel.way_back:
        yield commands.api(Api.UUID_SETVAR, leg, "hold_hangup_xfer_exten", channel.way_back)


def _leg_of(engine: str) -> Uuid:
    return Uuid(f"{engine}-{secrets.token_hex(8)}")


def is_leg(uuid: str) -> bool:
    """Whether an engine placed this channel, this one or another: FreeSWITCH's own ids have four hyphens."""
    return _LEG.match(uuid) is not None


def _number(text: str) -> Number | None:
    try:
        return Number(text)
    except ValueError:
        return None


def _rows(listing: str) -> Sequence[Mapping[str, Any]]:
    """Raises EslError for what is no list of channels: callers' names stand in it."""
    try:
        rows: list[Mapping[str, Any]] = orjson.loads(listing or "{}").get("rows", [])
        if all(isinstance(row, dict) for row in rows):
            return rows
    except (ValueError, AttributeError, TypeError):
        pass
    raise EslError(f"the switch's list of channels cannot be read: {listing[:60]!r}")
