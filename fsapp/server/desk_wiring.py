"""The desk of phone codes, put together with the engine: records of agents, and the keys of talks."""

from collections.abc import Callable
from contextlib import suppress

import gevent

from fsapp.acd.desk_talk import DeskTalk
from fsapp.acd.service import Service
from fsapp.acd.talks import Talk
from fsapp.desk.desk import Desk
from fsapp.desk.talk_keys import TalkKeys
from fsapp.domain.admin import Act
from fsapp.domain.agent import AgentRecord
from fsapp.domain.clock import Clock
from fsapp.domain.errors import EslError, FsappError
from fsapp.domain.talk import Refusal
from fsapp.server.sip_copies import Referral
from fsapp.store.agents import Agents, Edit


class DeskRecords:
    """Satisfies fsapp.desk.ports.AgentRecords. `changed` has the engine read the registry anew."""

    def __init__(self, service: Service, registry: Agents, clock: Clock, changed: Callable[[], object]) -> None:
        self._service = service
        self._registry = registry
        self._clock = clock
        self._changed = changed

    def find(self, agent: str) -> AgentRecord | None:
        return self._service.people.records.get(agent)

    def change(self, agent: str, edit: Edit, by: str) -> None:
        """Off the hub. Raises FsappError."""
        act = Act(by, int(self._clock.now().timestamp() * 1000))
        error = gevent.get_hub().threadpool.apply(self._kept, (act, agent, edit))
        if error is not None:
            raise error
        self._changed()

    def _kept(self, act: Act, agent: str, edit: Edit) -> FsappError | None:
        """As a value: gevent prints what a thread raises."""
        try:
            self._registry.change(act, agent, edit)
        except FsappError as error:
            return error
        return None


class TalkKeyboards:
    """The keys of every talk, and the transfer buttons, go to the desk in force when the first of them was pressed."""

    def __init__(self, service: Service, desk: Callable[[], Desk]) -> None:
        self._service = service
        self._desk = desk
        self._open: dict[int, TalkKeys] = {}
        service.on_key = self._pressed
        service.on_refused = self._refused
        service.on_keys_end = self._ended

    def _pressed(self, talk: Talk, key: str) -> None:
        self._keys(talk).press(key)

    def button(self, referral: Referral) -> None:
        """The transfer button of a telephone was pressed; does not wait."""
        gevent.spawn(self._referred, referral)

    def _referred(self, referral: Referral) -> None:
        """Counts for the talk in the very call that it was pressed in: whoever does not know its name has no say."""
        agent = self._service.dispatcher.agent_at(referral.phone) if referral.phone else None
        talk = self._service.talk_of(agent.id) if agent is not None else None
        if talk is None:
            return
        with suppress(EslError):
            if self._service.lines.call_id(talk.leg.uuid) == referral.call_id:
                self._keys(talk).refer(referral.number, referral.other_call)

    def _refused(self, agent: str, why: Refusal) -> None:
        talk = self._service.talk_of(agent)
        if talk is not None:
            self._keys(talk).refused(why)

    def _keys(self, talk: Talk) -> TalkKeys:
        keys = self._open.get(id(talk))
        if keys is None:
            keys = self._open[id(talk)] = self._desk().join(DeskTalk(self._service, talk))
        return keys

    def _ended(self, talk: Talk) -> None:
        keys = self._open.pop(id(talk), None)
        if keys is not None:
            keys.close()
