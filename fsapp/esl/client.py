"""The client connection: what the engine opens to FreeSWITCH's event socket, one for all calls.

It comes back by itself after a loss, and says so; what was under way is lost and never repeated.
"""

import logging
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from random import SystemRandom

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Signal

from fsapp.domain.arguments import Uuid
from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl import commands, originating
from fsapp.esl.channel import Channel
from fsapp.esl.client_link import Link
from fsapp.esl.commands import Api, Command, EventName
from fsapp.esl.connection import REPLY_SECONDS, Taker, accepted_text, ignore
from fsapp.esl.errors import AuthenticationFailed, CommandRefused, ConnectionLost
from fsapp.esl.events import Event
from fsapp.esl.originating import NewLeg
from fsapp.esl.waits import awaited

_LOG = logging.getLogger("fsapp.esl")

_KNOWN_TO_ALL = "ClueCon"

CONNECT_SECONDS = 5.0
OVERLAP_SECONDS = 1.0
_END = (EventName.CHANNEL_HANGUP, EventName.CHANNEL_HANGUP_COMPLETE)

NUDGE_SECONDS = 0.004
"""While phones ring: how late the engine hears of an answer at most."""
FIRST_RETRY, LAST_RETRY = 0.1, 5.0
"""Seconds between attempts to connect: doubled each time, and shortened by chance to half at most."""


class State(StrEnum):
    """What has become of the connection."""

    CONNECTED = "connected"
    RESTARTED = "restarted"
    """Connected again, to a switch that was restarted meanwhile: its calls are gone."""
    LOST = "lost"
    REFUSED = "refused"
    """The switch is there, but refuses the password or this address."""


OnState = Callable[[State, str], None]


def password_to_use(password: str) -> str:
    """The password, if it is one. Raises ValueError: FreeSWITCH's own default is known to everybody."""
    if not password:
        raise ValueError("the event socket needs a password: write 32 random characters into its file")
    if password == _KNOWN_TO_ALL:
        raise ValueError("the event socket's password is FreeSWITCH's default, ClueCon: choose another on both sides")
    commands.auth(password)
    return password


class Client:
    """Api commands, and channels without a socket of their own.

    Channels outlive a lost connection: what they wait for ends with ConnectionLost, and they go on when it is back.
    `on_state` hears of each change, `on_custom` of events that belong to no channel, `on_record_stop` of files that a
    recording ended; none may wait or raise.
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        on_state: OnState | None = None,
        on_custom: Callable[[Event], None] | None = None,
    ) -> None:
        """Raises ValueError for a password that must not be used."""
        self._address = (host, port)
        self._password = password_to_use(password)
        self.on_state = on_state
        self.on_custom = on_custom
        self.on_record_stop: Callable[[Event], None] | None = None
        self.engine = ""
        """What marks the callers that wait for this engine."""
        self._state: State | None = None
        self._link: Link | None = None
        self._core = ""
        self._channels: dict[Uuid, Channel] = {}
        self._leaving: dict[Uuid, Channel] = {}
        """Of these nothing but the end is heard."""
        self.callers: dict[str, Channel] = {}
        """Who waits in a queue or talks to an agent, whatever connection drives the channel."""
        self._doomed: list[Uuid] = []
        """Channels to be ended, which could not be told so."""
        self._ringing = 0
        self._jobs: dict[str, AsyncResult[str | EslError]] = {}
        self._stopping = Signal()
        self._standing = Signal()
        self._keeper: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        """Begins to connect, and returns."""
        if self._keeper is None:
            self._keeper = gevent.spawn(self._keep)

    def stop(self) -> None:
        """Ends the connection and whatever waits for it; waits for a second at most."""
        self._stopping.set()
        self._lose_all(ConnectionLost("the engine closed the connection"))
        if self._link is not None:
            self._link.stop()
        if self._keeper is not None:
            self._keeper.join(1.0)
            self._keeper.kill(block=False)

    @property
    def connected(self) -> bool:
        """Whether the connection stands."""
        return self._standing.is_set()

    @property
    def core(self) -> str:
        """The id of the switch, a new one with each of its starts; empty while there is no connection."""
        return self._core if self.connected else ""

    def wait_connected(self, limit: float) -> bool:
        """Whether the connection stands within `limit` seconds."""
        return bool(self._standing.wait(limit))

    def api(self, name: Api, *words: str, limit: float = REPLY_SECONDS) -> str:
        """What an api command says. Raises CommandRefused for `-ERR`, CommandTimeout, ConnectionLost, ValueError."""
        return self._here().send(commands.api(name, *words), limit).reply

    def send(self, command: Command, limit: float = REPLY_SECONDS) -> None:
        """Another command than an api one. Raises as `api`."""
        self._here().send(command, limit)

    def bgapi(self, name: Api, *words: str, limit: float) -> str:
        """As `api`, for a command that takes long: others need not wait for it."""
        return self._job(name, lambda job: commands.bgapi(name, job, *words), limit)

    def _job(self, name: str, command: Callable[[Uuid], Command], limit: float) -> str:
        job = Uuid(secrets.token_hex(16))
        result: AsyncResult[str | EslError] = AsyncResult()
        self._jobs[job] = result
        try:
            self._here().send(command(job))
            return accepted_text(name, awaited(result, limit, f"the result of {name}"))
        finally:
            self._jobs.pop(job, None)

    def originate(self, leg: NewLeg, limit: float) -> str:
        """Calls a phone and parks it once it answers; gives its uuid. Raises CommandRefused with the hang-up cause."""
        self._ringing += 1
        if self._ringing == 1:
            gevent.spawn(self._nudge)
        try:
            return self._job("originate", lambda job: originating.command(leg, job), limit)
        finally:
            self._ringing -= 1

    def _nudge(self) -> None:
        while self._ringing:
            gevent.sleep(NUDGE_SECONDS)
            if self._link is not None and self._standing.is_set():
                with suppress(ConnectionLost):
                    self._link.nudge()

    def kill(self, uuid: Uuid, cause: str) -> None:
        """Ends a channel, now or as soon as there is a connection; raises nothing."""
        try:
            self.api(Api.UUID_KILL, uuid, cause)
        except CommandRefused:
            return  # it is gone
        except EslError:
            self._doomed.append(uuid)

    def channel(self, uuid: Uuid, *, answered: bool = False) -> Channel:
        """A channel to drive over this connection until it ends. Raises ConnectionLost."""
        channel = Channel(uuid, self.post, uuid, answered=answered)
        self.take(channel)
        return channel

    def driven(self, uuid: str) -> Channel | None:
        """A caller who waits or talks, or another channel that this connection drives."""
        return self.callers.get(uuid) or self._channels.get(uuid)  # type: ignore[call-overload]  # a Uuid

    def take(self, channel: Channel) -> None:
        """Hears of a channel from now on, and drives it. Raises ConnectionLost."""
        self.post([(commands.only_channel(channel.uuid), ignore)])
        self._channels[channel.uuid] = channel
        self._leaving.pop(channel.uuid, None)
        channel.ride(self.post, self.hold, channel.uuid)

    def release(self, uuid: Uuid) -> None:
        """Hears no more of a channel, whatever becomes of it."""
        known = self._channels.pop(uuid, None) or self._leaving.pop(uuid, None)
        if known is not None and self._standing.is_set():
            self.hold([(commands.forget_channel(uuid), ignore)])

    def hear_end(self, uuid: Uuid) -> None:
        """Another connection drives a channel from now on. Until that one surely hears of the end, this one does."""
        channel = self._channels.pop(uuid, None)
        if channel is not None:
            self._leaving[uuid] = channel
            gevent.spawn_later(OVERLAP_SECONDS, self._leave, channel)

    def _leave(self, channel: Channel) -> None:
        if self._leaving.get(channel.uuid) is channel:
            with suppress(ConnectionLost):
                self.release(channel.uuid)

    def post(self, sent: Iterable[tuple[Command, Taker]]) -> None:
        """Writes at once. Raises ConnectionLost."""
        self._here().post(sent)

    def hold(self, sent: Iterable[tuple[Command, Taker]]) -> None:
        """Writes soon, and never waits. Raises ConnectionLost."""
        self._here().hold(sent)

    def _here(self) -> Link:
        if self._link is None or not self._standing.is_set():
            raise ConnectionLost("there is no connection to FreeSWITCH")
        return self._link

    # The connection, kept by one greenlet.

    def _keep(self) -> None:
        retry = FIRST_RETRY
        while not self._stopping.is_set():
            try:
                link = self._connect()
                retry = FIRST_RETRY
                self._tell(State.LOST, str(link.watch()))
            except AuthenticationFailed as error:
                self._tell(State.REFUSED, str(error))
            except (EslError, OSError) as error:
                self._tell(State.LOST, str(error))
            self._stopping.wait(retry * SystemRandom().uniform(0.5, 1.0))
            retry = min(retry * 2, LAST_RETRY)

    def _connect(self) -> Link:
        sock = socket.create_connection(self._address, CONNECT_SECONDS)
        sock.settimeout(None)
        link = self._link = Link(sock, self._on_event, self._on_lost)
        try:
            core = link.open(self._password)
        except EslError:
            link.stop()
            raise
        restarted = self._core not in ("", core)
        self._core = core
        self._standing.set()
        if restarted:
            self._lose_all(ConnectionLost("FreeSWITCH was restarted"))
        else:
            self._take_up()
        self._tell(State.RESTARTED if restarted else State.CONNECTED, "")
        return link

    def _take_up(self) -> None:
        """Back at the switch of before."""
        doomed, self._doomed = self._doomed, []
        kills = [commands.api(Api.UUID_KILL, uuid) for uuid in doomed]
        filters = [commands.only_channel(uuid) for uuid in self._channels]
        self.post([(each, ignore) for each in (*kills, *filters)])
        gevent.spawn(self._look_for, list(self._channels.values()))

    def _look_for(self, channels: Iterable[Channel]) -> None:
        """Some may have ended while nobody listened, and what was to be run on others may never have got there."""
        for channel in channels:
            try:
                if self.api(Api.UUID_EXISTS, channel.uuid).strip() == "false":
                    self._channels.pop(channel.uuid, None)
                    channel.lose(CallEnded())
                elif channel.launched:
                    channel.runs(self.api(Api.UUID_GETVAR, channel.uuid, "current_application_data").strip())
            except CommandRefused:
                continue  # it has just ended, as an event will say
            except EslError:
                return  # the next connection looks again

    def _lose_all(self, error: EslError) -> None:
        channels, self._channels = self._channels, {}
        for channel in channels.values():
            channel.lose(error)

    def _tell(self, state: State, why: str) -> None:
        if state is self._state or self._stopping.is_set():
            return
        self._state = state
        level = logging.INFO if state is State.CONNECTED else logging.WARNING
        _LOG.log(level, "event socket of %s port %d: %s%s", *self._address, state, f", {why}" if why else "")
        if self.on_state is not None:
            self.on_state(state, why)

    def _on_event(self, event: Event) -> None:
        if event.name == EventName.BACKGROUND_JOB:
            job = self._jobs.get(event.get("Job-UUID"))
            if job is not None:
                job.set(event.body)
        elif event.name == EventName.CUSTOM:
            if self.on_custom is not None:
                self.on_custom(event)
        elif event.name == EventName.RECORD_STOP:
            if self.on_record_stop is not None:
                self.on_record_stop(event)
        elif (channel := self._hearing(event)) is not None:
            channel.handle(event)
            if event.name == EventName.CHANNEL_HANGUP_COMPLETE:
                self.release(channel.uuid)

    def _hearing(self, event: Event) -> Channel | None:
        """Whom an event concerns."""
        known = self._channels.get(event.channel)  # type: ignore[call-overload]  # a Uuid is a str
        if known is None and event.name in _END:
            return self._leaving.get(event.channel)  # type: ignore[call-overload, no-any-return]  # a Uuid is a str
        return known  # type: ignore[no-any-return]  # a Channel

    def _on_lost(self, error: EslError) -> None:
        self._standing.clear()
        for channel in list(self._channels.values()):
            channel.interrupt(error)
        for job in self._jobs.values():
            job.set(error)
        self._jobs.clear()
