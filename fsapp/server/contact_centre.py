"""Queues, agents and phones at work: what the switch tells goes to the dispatcher, what that orders to the switch."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import SystemRandom
from typing import Any

import gevent
from gevent.event import Event as Signal

from fsapp.acd.agents import Agent
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.events import OtherCallEnded, OtherCallStarted, PhoneRegistered, PhoneUnregistered, QueuesLoaded
from fsapp.acd.people import People
from fsapp.acd.ports import Screen
from fsapp.acd.records import RunRecords, WallTime
from fsapp.acd.service import Service
from fsapp.acd.settings import QueueSettings
from fsapp.domain.agent import AgentRecord
from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.errors import EslError, StoreError
from fsapp.domain.events import Event
from fsapp.esl.client import Client, State
from fsapp.esl.events import Event as SwitchEvent
from fsapp.esl.lines import Lines
from fsapp.server import sip_registrations, switch_version
from fsapp.server.life_signs import LifeSigns
from fsapp.server.presence import WRITE_SECONDS, Presence
from fsapp.server.returning import Returning
from fsapp.server.survivors import Survivors
from fsapp.server.sweeping import Sweeper
from fsapp.server.talk_recorder import TalkRecorder

_LOG = logging.getLogger("fsapp.acd")

PHONES = "phones"
"""The SIP profile of agents' phones (conf/freeswitch/sip_profiles/phones.xml): a call from it is an agent's."""

SWEEP_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 1.0
READY_SECONDS = 60.0


class ContactCentre:
    """Everything of queues and agents that an engine has. `agents` reads the registry; it is called off the hub.

    `sinks` take every record, as soon as there is one.
    """

    def __init__(
        self,
        client: Client,
        domain: str,
        agents: Callable[[], Iterable[AgentRecord]],
        sinks: Sequence[Callable[[Event], None]],
        screen: Screen,
        clock: Clock,
        presence: Presence,
        *,
        call_info: str = "",
    ) -> None:
        self.client = client
        self.lines = Lines(client, call_info=call_info)
        self.people = People(lambda phone: Endpoint(Number(phone), profile=Name(PHONES), domain=Name(domain)))
        now = clock.monotonic()
        wall = WallTime.at(int(clock.now().timestamp() * 1000), now)
        engine = self.lines.engine
        records = RunRecords(engine, wall, sinks)
        dispatcher = Dispatcher({}, SystemRandom(), now=now, run=f"{engine[:8]}-")
        self.service = Service(
            dispatcher, self.lines, self.people, records, screen, clock.monotonic, engine=self.lines.engine
        )
        self._signs = LifeSigns(self.lines, presence.data, lambda: clock.now().timestamp())
        self._sweeper = Sweeper(self.service, self.lines, self._signs.lives)
        self._agents = agents
        self._presence = presence
        self._clock = clock
        self._taken_up = False
        self._ready = Signal()
        """Agents are known, and those who were signed in are so again."""
        self._survivors: Survivors | None = None
        self.recorder: TalkRecorder | None = None
        self.on_registered: Callable[[str, str], None] | None = None
        """Hears of each phone that registers, and of its Call-ID; must neither wait nor raise."""
        self.returning: Returning | None = None
        self._registered: set[str] = set()
        self._heard_of: set[str] = set()
        """Phones that an event told of since the list was asked for."""
        self._chores: list[gevent.Greenlet[..., Any]] = []
        client.on_state = self._on_state
        client.on_custom = self._on_custom

    def start(self) -> None:
        """Begins to work; a switch that is not there is waited for."""
        self.service.start()
        self.client.start()
        self._chores = [gevent.spawn(self._sweep)]

    def take_up(self) -> None:
        """Reads who the agents are, once there is a database; who was signed in before a restart is so again."""
        self.load_agents()
        if self._taken_up:
            if self.returning is not None:
                self.returning.hold()
            for event in self._presence.events(self._clock.now().timestamp()):
                self.service.tell(event)
            self._ready.set()
            self._chores.append(gevent.spawn(self._keep_presence))

    def stop(self) -> None:
        gevent.killall(self._chores)
        self._signs.end()
        self.service.stop()
        self.client.stop()

    def load_queues(self, queues: Mapping[str, QueueSettings]) -> None:
        """These are the queues from now on."""
        self.service.load(queues)
        self.service.tell(QueuesLoaded(queues))

    def load_agents(self) -> int:
        """Reads the registry anew; how many agents there are. Without a database everybody stays as they were."""
        found = gevent.get_hub().threadpool.apply(_read, (self._agents,))
        if isinstance(found, StoreError):
            _LOG.error("agents could not be read, and stay as they were: %s", found)
            return len(self.people.records)
        self._taken_up = True
        for event in self.people.load({each.id: each for each in found}):
            self.service.tell(event)
        return len(found)

    def watch_over(self, survivors: Survivors) -> None:
        """Talks that outlive an engine are `survivors`' matter."""
        self._survivors = survivors

    def channels(self) -> frozenset[str]:
        """Every channel that the switch has, as far as it can be asked."""
        try:
            return frozenset(seen.uuid for seen in self.lines.channels())
        except EslError:
            return frozenset()

    # Calls.

    def call_began(self, call: Call, age_ms: int = 0) -> None:
        """A call came in, for the first time or at that age. From a phone where an agent is signed in, it keeps that
        agent from being offered others.
        """
        if age_ms:
            self.service.call_back(call.uuid, age_ms)
        if self._survivors is not None:
            self._survivors.came_back(call.uuid)
        if self.recorder is not None:
            self.recorder.came_back(call.uuid)
        if agent := self._calling(call):
            self.service.tell(OtherCallStarted(agent.id, call.uuid))

    def call_over(self, call: Call) -> None:
        """A call is over, or handed back."""
        for agent in self.service.dispatcher.agents():
            if call.uuid in agent.other_calls:
                self.service.tell(OtherCallEnded(agent.id, call.uuid))
        self.service.call_over(call.uuid)

    def _calling(self, call: Call) -> Agent | None:
        return self.service.dispatcher.agent_at(call.phone) if call.trunk == PHONES and call.phone else None

    # Phones.

    def _on_state(self, state: State, _why: str) -> None:
        if state in (State.CONNECTED, State.RESTARTED):
            gevent.spawn(self._take_stock)

    def _on_custom(self, event: SwitchEvent) -> None:
        change = sip_registrations.of_event(event.get)
        if change is None or change.profile != PHONES:
            return
        self._heard_of.add(change.extension)
        self._note(change.extension, registered=change.registered)
        if change.registered and self.on_registered is not None:
            self.on_registered(change.extension, change.call_id)

    def _take_stock(self) -> None:
        """After a time without news: which phones are there, and which channels nobody owns."""
        switch_version.look(self.client)
        while not self._look_at_phones() and self.client.connected:
            gevent.sleep(LOOK_AGAIN_SECONDS)  # the profile is starting
        self._signs.give()
        self._sweeper.sweep_strays()
        if self._survivors is not None and self._ready.wait(READY_SECONDS):
            self._survivors.find()

    def _look_at_phones(self) -> bool:
        """What is heard while the list is on its way is newer than the list. False where there is none yet."""
        self._heard_of.clear()
        try:
            listed = list(sip_registrations.listed(self.client.api(*sip_registrations.LISTING)))
        except (EslError, ValueError) as error:
            _LOG.info("registrations cannot be read yet: %s", error)
            return False
        there = {each.extension for each in listed}
        for phone in (there | self._registered) - self._heard_of:
            self._note(phone, registered=phone in there)
        return True

    def _note(self, phone: str, *, registered: bool) -> None:
        if registered and phone not in self._registered:
            self._registered.add(phone)
            self.service.tell(PhoneRegistered(phone))
        elif not registered and phone in self._registered:
            self._registered.discard(phone)
            self.service.tell(PhoneUnregistered(phone))

    def _keep_presence(self) -> None:
        while True:
            gevent.sleep(WRITE_SECONDS)
            self._presence.keep(self.service.dispatcher.agents(), self._clock.now().timestamp())

    def _sweep(self) -> None:
        while True:
            gevent.sleep(SWEEP_SECONDS)
            if not self._taken_up:
                self.take_up()
            if self.client.connected:
                self._signs.give()
                self._look_at_phones()
                self._sweeper.sweep()


def _read(agents: Callable[[], Iterable[AgentRecord]]) -> list[AgentRecord] | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        return list(agents())
    except StoreError as error:
        return error
