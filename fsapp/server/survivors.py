"""Talks that outlived the engine that had them: their agents talk on, and their records get a true end.

Nothing can be done in such a talk by phone codes. When it is over, a caller who is still there comes back to the
engine's socket by itself, as after any talk.
"""

import logging
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import gevent

from fsapp.acd.events import TalkEnded, TalkRestored
from fsapp.acd.service import Service
from fsapp.domain.arguments import Uuid
from fsapp.domain.clock import Clock
from fsapp.domain.errors import EslError, StoreError
from fsapp.domain.events import Event, Kind
from fsapp.esl.channel import Channel
from fsapp.esl.client import Client
from fsapp.esl.lines import Lines
from fsapp.server.journal import CallJournal, Sink
from fsapp.server.live_call import ending_fields
from fsapp.store.cdrs import Cdrs
from fsapp.store.queue_log import LogFilter, QueueLog

_LOG = logging.getLogger("fsapp.calls")

TALKS = frozenset({"uuid_bridge", "bridge"})
"""What runs on a channel that talks."""


@dataclass(frozen=True, slots=True)
class _Talk:
    """A caller's channel and, where a queue had given the call, the contact that stands for the rest of the talk."""

    call: str
    arrived_at: int
    channel: Channel
    contact: str = ""
    leg: Uuid | None = None


class Survivors:
    """`live` gives the calls that this engine serves."""

    def __init__(
        self,
        client: Client,
        lines: Lines,
        service: Service,
        url: str,
        sinks: Sequence[Sink],
        clock: Clock,
        live: Callable[[], Collection[str]],
    ) -> None:
        self._client = client
        self._lines = lines
        self._service = service
        self._url = url
        self._sinks = sinks
        self._clock = clock
        self._live = live
        self._talks: dict[str, _Talk] = {}

    @property
    def calls(self) -> frozenset[str]:
        """The calls that are watched."""
        return frozenset(self._talks)

    def find(self) -> None:
        """Watches every open call that talks and that nobody has. Raises nothing."""
        found = gevent.get_hub().threadpool.apply(_open_calls, (self._url,))
        if isinstance(found, StoreError):
            _LOG.warning("talks of an earlier engine are not looked for: %s", found)
            return
        try:
            for seen in list(self._lines.channels()):
                if seen.uuid in found and seen.application in TALKS:
                    self._watch(seen.uuid, found[seen.uuid])
        except EslError as error:
            _LOG.warning("talks of an earlier engine are not looked for: %s", error)

    def came_back(self, call: str) -> None:
        """The talk is over, and the caller is on a socket of this engine's."""
        talk = self._talks.pop(call, None)
        if talk is not None:
            self._client.release(talk.channel.uuid)
            self._end(talk)

    def _watch(self, call: str, arrived_at: int) -> None:
        if call in self._talks or call in self._live():
            return
        channel = self._client.channel(Uuid(call), answered=True)
        talk = self._restored(call, arrived_at, channel)
        self._talks[call] = talk
        channel.on_gone = lambda _: _spawn(partial(self._hung_up, talk))
        if channel.gone is not None:
            self._hung_up(talk)
        _LOG.info("call %s talks on since an earlier engine", call)

    def _restored(self, call: str, arrived_at: int, channel: Channel) -> _Talk:
        answer = gevent.get_hub().threadpool.apply(_last_answer, (self._url, call))
        agent = self._service.dispatcher.agent(str(answer.fields["agent"])) if answer is not None else None
        if answer is None or agent is None or not agent.signed_in:
            return _Talk(call, arrived_at, channel)
        contact = f"{call}/{secrets.token_hex(4)}"
        leg = self._client.channel(Uuid(self._lines.partner(call)), answered=True)
        ago = max(0.0, self._clock.now().timestamp() - answer.at / 1000)
        self._service.tell(TalkRestored(contact, str(answer.fields["queue"]), agent.id, self._service.now() - ago))
        leg.on_gone = lambda _: self._service.tell(TalkEnded(contact))
        return _Talk(call, arrived_at, channel, contact, leg.uuid)

    def _hung_up(self, talk: _Talk) -> None:
        """The caller hung up in the talk: nobody else writes down how the call ended."""
        if self._talks.pop(talk.call, None) is None or talk.call in self._live():
            return
        fields = ending_fields(talk.channel.ending())
        age = round(self._clock.now().timestamp() * 1000) - talk.arrived_at
        CallJournal(talk.call, self._clock, self._sinks, age).record(Kind.CALL_HUNG_UP, fields)
        self._end(talk)

    def _end(self, talk: _Talk) -> None:
        if talk.contact:
            self._service.tell(TalkEnded(talk.contact))
        if talk.leg is not None:
            self._client.release(talk.leg)


def _open_calls(url: str) -> Mapping[str, int] | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        return Cdrs(url).open()
    except StoreError as error:
        return error


def _last_answer(url: str, call: str) -> Event | None:
    """How the call's last stay in a queue ended, if an agent answered it."""
    try:
        ends = [each for each in QueueLog(url).events(LogFilter(call=call)) if each.kind == Kind.CONTACT_ENDED]
    except StoreError:
        return None
    return ends[-1] if ends and ends[-1].fields.get("end") == "answered" else None


def _spawn(work: Callable[[], None]) -> None:
    gevent.spawn(work)
