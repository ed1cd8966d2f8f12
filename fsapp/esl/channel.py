"""One channel as the engine drives it: applications out, completions and keys in, until it ends.

The same over either connection: the call's own socket, or the client connection that many channels share.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from time import monotonic
from typing import NamedTuple

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Signal

from fsapp.domain.arguments import Name, Uuid
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.leg import BELATED_SECONDS
from fsapp.esl import commands
from fsapp.esl.arguments import Application
from fsapp.esl.commands import Api, Command, EventName, Execute
from fsapp.esl.connection import Taker, ignore
from fsapp.esl.ending import Ending, Party, ending_of
from fsapp.esl.errors import CommandRefused, CommandTimeout, ConnectionLost
from fsapp.esl.events import Event
from fsapp.esl.waits import awaited
from fsapp.esl.wire import Message

EVENTS = (
    EventName.CHANNEL_EXECUTE_COMPLETE,
    EventName.CHANNEL_HANGUP,
    EventName.CHANNEL_HANGUP_COMPLETE,
    EventName.DTMF,
)
"""What a channel needs to hear of: 7 KB each, so no more than these."""

UNHEARD = (
    *map(Name, (Application.ANSWER, Application.HANGUP, Application.MULTISET, Application.MULTIUNSET)),
    Name("socket"),
)
"""Applications whose completion nobody waits for."""

ACCOUNT_SECONDS = 1.0
"""From the first sign of an end to the switch's account of it, which takes 25 ms; it never comes where the end was
earlier than the engine's asking for events.
"""

ENDING_SECONDS = 5.0
"""From the news of a hang-up to the switch's account of it, which takes FreeSWITCH 25 ms."""

LAST_WORDS_SECONDS = 1.0
"""From a write that fails to the end of what can still be read."""

_ENGINE = secrets.token_hex(4)
"""Tells this engine's ids from those of one that drove the channel before."""

Post = Callable[[Iterable[tuple[Command, Taker]]], None]
Gone = CallEnded | EslError
"""Why a channel is no more: it was hung up, or the connection to it ended."""


class Completed(NamedTuple):
    """An application's end: the event, and the keys pressed from the moment it was sent until then.

    `belated` is a key among them that was forgiven: the switch took it for one that counts.
    """

    event: Event
    keys: str
    belated: str = ""


class _Wait(NamedTuple):
    outcome: "AsyncResult[Completed]"
    outlives_hangup: bool
    outlives_silence: bool = False
    """Goes on while nothing can be heard of the channel."""


class Channel:
    """Everything about one channel. `target` is None on the channel's own socket.

    `peer` is the address the call came from, where that is known. `asked` says that the engine wants the end.
    `on_gone` is called once, by the reader, if the channel ends while nobody waits here: a look-up or a query may be
    under way, and whoever set the hook can interrupt it. `on_key`, where it is set, takes keys as they are pressed, and
    `on_answer` hears of the answer (over the client connection). None may wait. A `lent` channel talks to another one:
    nothing may be run on it, for both would hear it. Its `way_back` is where it goes then, `extension:XML:context`.
    """

    def __init__(
        self,
        uuid: Uuid,
        post: Post,
        target: Uuid | None = None,
        *,
        hold: Post | None = None,
        answered: bool = False,
        peer: str = "",
    ) -> None:
        """`post` writes commands at once, `hold` (if it is another) together with the next ones or soon."""
        self.uuid = uuid
        self.peer = peer
        self.answered = answered
        self.asked = False
        self.lent = False
        self.way_back = ""
        self.lost_cause = ""
        self.gone: Gone | None = None
        self.on_gone: Callable[[Gone], None] | None = None
        self.on_key: Callable[[str], None] | None = None
        self.on_answer: Callable[[], None] | None = None
        self.on_fax_tone: Callable[[], None] | None = None
        self.on_back: Callable[[], None] | None = None
        self.ride(post, hold or post, target)
        self._ids = count(1)
        self._keys: list[str] = []
        self._forgiven = ""
        self._forgiven_until = 0.0
        self._belated = ""
        self._waits: dict[str, _Wait] = {}
        self.launched = ""
        """The argument of what was launched last to outlive a silence of the connection."""
        self._cut = ""
        """The id of what was told to end last."""
        self._waiting = 0
        self._ending: Ending | None = None
        self._talks = Signal()
        self._missed = Signal()
        self._unheard = Signal()
        self._expected = ""
        self._gone_signal = Signal()
        self._ended_signal = Signal()

    def ride(self, post: Post, hold: Post, target: Uuid | None) -> None:
        """Goes over another connection from now on."""
        self._post = post
        self._hold = hold
        self._target = target

    # What a leg does.

    def start(self, *works: Execute) -> None:
        """Has applications run, without waiting for them. Raises CallEnded, EslError."""
        self.check()
        self._hold([(self._command(work), self._replied) for work in works])

    def hear_of(self, name: EventName) -> None:
        """Hears of events of this name too, which most calls need not. Raises CallEnded, EslError."""
        self.check()
        self._hold([(commands.listen((name,)), ignore)])

    def launch(self, work: Execute, ended: Callable[[], None], *, outlives_silence: bool = False) -> None:
        """Has an application run, and calls `ended` in the hub when it is over, or will never be heard of again.

        What `outlives_silence` is taken to run on where the connection was lost meanwhile. Raises CallEnded, EslError.
        """
        self._check_free()
        event_uuid = Uuid(f"{_ENGINE}-{next(self._ids)}")
        outcome: AsyncResult[Completed] = AsyncResult()
        outcome.rawlink(lambda _: ended())
        self._hold([(self._command(work, event_uuid), self._replied)])
        self._waits[event_uuid] = _Wait(outcome, outlives_hangup=False, outlives_silence=outlives_silence)
        self.launched = str(work.argument or "") if outlives_silence else self.launched

    def cut(self) -> None:
        """Ends what is played, once; does not wait. Raises CallEnded, EslError.

        A break when nothing is played would end what the dialplan itself plays to those who wait.
        """
        self.check()
        playing = next(reversed(self._waits), "")
        if playing and playing != self._cut:
            self._cut = playing
            self._hold([(commands.api(Api.UUID_BREAK, self.uuid), ignore)])

    def run(
        self,
        work: Execute,
        *,
        limit: float,
        before: Sequence[Execute] = (),
        after: Sequence[Execute] = (),
        outlives_hangup: bool = False,
    ) -> Completed:
        """Has `before`, `work` and `after` run one after another, all in one write, and waits for `work` to end.

        With `outlives_hangup` a hang-up in mid-work gives its completion all the same.
        Raises CallEnded, CommandTimeout after `limit` seconds, CommandRefused, ConnectionLost.
        """
        self._check_free()
        event_uuid = Uuid(f"{_ENGINE}-{next(self._ids)}")
        outcome: AsyncResult[Completed] = AsyncResult()
        self._waits[event_uuid] = _Wait(outcome, outlives_hangup)
        self._belated = ""
        sent = [*((item, None) for item in before), (work, event_uuid), *((item, None) for item in after)]
        self._waiting += 1
        try:
            self._write([(self._command(item, name), self._replied) for item, name in sent])
            return awaited(outcome, limit, f"the end of {work.application} on channel {self.uuid}")
        finally:
            self._waiting -= 1
            self._waits.pop(event_uuid, None)

    @property
    def has_own_socket(self) -> bool:
        """Whether the connection that drives it is its own."""
        return self._target is None

    def is_gone_within(self, seconds: float) -> bool:
        """Whether it is gone, or will be in a moment."""
        return bool(self._gone_signal.wait(seconds))

    def check(self) -> None:
        """Raises CallEnded or EslError if the channel is gone."""
        if self.gone is not None:
            raise _again(self.gone)

    def _check_free(self) -> None:
        self.check()
        if self.lent:
            raise EslError(f"channel {self.uuid} is in a talk")

    def take_keys(self) -> str:
        """The keys pressed since they were taken last."""
        keys = "".join(self._keys)
        self._keys.clear()
        return keys

    def forgive(self, terminators: str) -> str:
        """A number was full: if the very next key is one of its terminators and comes soon, it does not count.

        Gives the keys that have come already and count.
        """
        self._forgiven, self._forgiven_until = terminators, monotonic() + BELATED_SECONDS
        come = self.take_keys()
        for key in come:
            self._pressed(key)
        return self.take_keys()

    def expect_talk(self, other: str) -> None:
        """It is about to be connected with another channel."""
        self._expected = other
        self._talks.clear()
        self._missed.clear()
        self._unheard.clear()

    def has_talked_to(self, other: str) -> None:
        """The switch says with which channel it was connected last."""
        if other and other == self._expected:
            self._talks.set()

    def miss_talk(self) -> None:
        """The switch sent it elsewhere instead."""
        self._missed.set()

    @property
    def talks(self) -> bool:
        """Whether it was connected since that was last expected."""
        return self._talks.is_set()

    def wait_talk(self, other: "Channel | None", limit: float) -> bool:
        """Until it is connected; False if this or the other channel is gone before, and True if nobody can tell."""
        over = [self._missed, self._gone_signal, *([other._gone_signal] if other is not None else [])]
        gevent.wait([self._talks, self._unheard, *over], timeout=limit, count=1)
        return self.talks or not any(each.is_set() for each in over)

    def pause(self, seconds: float) -> None:
        """Lets time pass. Raises CallEnded or EslError as soon as the channel is gone."""
        self.check()
        with self._here():
            self._gone_signal.wait(seconds)
        self.check()

    def hang_up(self, work: Execute, limit: float) -> CallEnded:
        """Has `work` end the channel, and waits for that; if it cannot run, behind something stuck, kills the channel.

        Raises CommandTimeout, ConnectionLost.
        """
        self.asked = self.asked or self.gone is None
        for command in (self._command(work), commands.api(Api.UUID_KILL, self.uuid)):
            with self._here():
                if self.gone is None:
                    self._write([(command, self._replied)])
                self._ended_signal.wait(limit)
        match self.gone:
            case CallEnded() as ended:
                return CallEnded(ended.cause)
            case None:
                raise CommandTimeout(f"{work.application} did not end channel {self.uuid} in {limit:g} s")
            case error:
                raise _again(error)

    def ending(self, limit: float = ENDING_SECONDS) -> Ending:
        """The switch's account of the end, once it has come; else what is known of it."""
        with self._here():
            self._ended_signal.wait(limit)
        if self._ending is not None:
            return self._ending
        cause = self.gone.cause if isinstance(self.gone, CallEnded) else ""
        return Ending(cause, Party.ENGINE if self.asked else Party.SWITCH)

    # What a connection does; all of it is called by the reader.

    def handle(self, event: Event) -> None:
        """Takes an event of this channel."""
        match event.name:
            case EventName.DTMF:
                self._pressed(event.get("DTMF-Digit").upper())
            case EventName.CHANNEL_ANSWER:
                self.answered = True
                if self.on_answer is not None:
                    self.on_answer()
            case EventName.DETECTED_TONE if self.on_fax_tone is not None and event.get("Detected-Fax-Tone") == "true":
                self.on_fax_tone()
            case EventName.CHANNEL_BRIDGE:
                self._talks.set()
            case EventName.CHANNEL_EXECUTE_COMPLETE:
                self._completed(event)
            case EventName.CHANNEL_HANGUP:
                self.leave(CallEnded(event.get("Hangup-Cause")))
            case EventName.CHANNEL_HANGUP_COMPLETE:
                self._ending = ending_of(event, asked=self.asked)
                self.lose(CallEnded(self._ending.cause))

    def leave(self, reason: Gone) -> None:
        """The channel is gone: ends every wait but those that outlive a hang-up."""
        if self.gone is not None:
            return
        lost = isinstance(reason, EslError)
        self.gone = CallEnded(self.lost_cause) if lost and self.lost_cause else reason
        self._release(lambda wait: not wait.outlives_hangup or lost)
        self._gone_signal.set()
        if not self._waiting and self.on_gone is not None:
            self.on_gone(self.gone)

    def end_soon(self) -> None:
        """The channel is down: the switch's account of that comes in a moment, or never."""
        self.leave(CallEnded())
        gevent.spawn_later(ACCOUNT_SECONDS, self.lose, CallEnded())

    def forget_launched(self) -> None:
        """What was launched does not run any more."""
        self.launched = ""
        self._waits = {name: wait for name, wait in self._waits.items() if not wait.outlives_silence}

    def runs(self, argument: str) -> None:
        """The switch says what runs, or ran last: is it what was launched?"""
        if argument != self.launched:
            self.moved()

    def moved(self) -> None:
        """The switch took it elsewhere: what was launched has ended, and perhaps nobody heard of that."""
        self.forget_launched()
        if self.on_back is not None:
            self.on_back()

    def interrupt(self, reason: EslError) -> None:
        """Nobody knows what became of the commands under way; the channel itself may live on."""
        self._unheard.set()
        self._release(lambda wait: not wait.outlives_silence, reason)

    def lose(self, reason: Gone) -> None:
        """Nothing more will be heard of this channel: ends every wait."""
        self.leave(reason)
        self._release(lambda _: True)
        self._ended_signal.set()

    def _pressed(self, key: str) -> None:
        forgiven, self._forgiven = self._forgiven, ""
        if forgiven and key in forgiven and monotonic() <= self._forgiven_until:
            self._belated = key
        elif self.on_key is not None:
            self.on_key(key)
        else:
            self._keys.append(key)

    def _completed(self, event: Event) -> None:
        self.answered = self.answered or event.get("Answer-State") == "answered"
        wait = self._waits.pop(event.get("Application-UUID"), None)
        if wait is not None:
            wait.outcome.set(Completed(event, self.take_keys(), self._belated))

    def _replied(self, reply: Message | EslError) -> None:
        """A refused command means a channel that is no more, or one that cannot do what is asked."""
        if isinstance(reply, EslError) or not reply.reply.startswith("-ERR"):
            return
        if "invalid session" in reply.reply:
            self.end_soon()
        else:
            self._release(lambda _: True, CommandRefused(reply.reply.strip()[:200]))

    def _release(self, which: Callable[[_Wait], bool], reason: Gone | None = None) -> None:
        for event_uuid, wait in list(self._waits.items()):
            if which(wait):
                del self._waits[event_uuid]
                wait.outcome.set_exception(_again(reason or self.gone or CallEnded()))

    def _write(self, sent: Iterable[tuple[Command, Taker]]) -> None:
        """Where the channel's own connection broke, its reader says why, once it has read the last words."""
        try:
            self._post(sent)
        except ConnectionLost:
            if self._target is None:
                self._gone_signal.wait(LAST_WORDS_SECONDS)
                self.check()
            raise

    def _command(self, work: Execute, event_uuid: Uuid | None = None) -> Command:
        return commands.execute(work, event_uuid, self._target)

    @contextmanager
    def _here(self) -> Iterator[None]:
        """While somebody waits here, who will see the end without being interrupted."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1


def _again(reason: Gone) -> Gone:
    """The same, to be raised once more: an exception that is raised twice keeps the frames of both."""
    return CallEnded(reason.cause) if isinstance(reason, CallEnded) else type(reason)(str(reason))
