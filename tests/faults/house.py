"""A switch, an engine and the wires between them, in one process and over real sockets.

The engine is put together as fsapp.app does it, less speech and logs; any part of it may be broken by a test.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import gevent

from fsapp.acd.agents import AgentState
from fsapp.acd.events import AgentSignedIn
from fsapp.acd.settings import QueueSettings
from fsapp.domain.agent import AgentRecord, QueuePlace
from fsapp.domain.clock import Clock
from fsapp.domain.dialplan import Dialplan, Outbound
from fsapp.domain.events import Event
from fsapp.domain.leg import Utterance
from fsapp.domain.queue_records import AgentTime, ContactRecord, OfferRecord, TalkRecord
from fsapp.esl.client import Client
from fsapp.flow import loader
from fsapp.flow.absent import NoHistory
from fsapp.flow.context import Ports
from fsapp.flow.reception import Plan
from fsapp.flow.registry import discover
from fsapp.server.call_handler import CallHandler
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.listener import Listener
from fsapp.server.live_call import Site
from fsapp.server.presence import Presence
from fsapp.server.resuming import Resumptions
from fsapp.server.system import MessageFiles, SystemClock
from fsapp.store.database import upgrade_at
from fsapp.store.rows import CDR_COLUMNS, EVENT_COLUMNS, RECORD_COLUMNS, cdr_value, event_value, record_value
from fsapp.store.writer import Writer
from fsapp.switchboard.agent_phone import Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.dialplan import shipped
from fsapp.switchboard.parameters import CallParameters
from fsapp.switchboard.switch import Switch
from fsapp.switchboard.timeline import Pace
from tests.faults.checker import RESTING, Evidence
from tests.faults.people import Customer, DeskPhone
from tests.faults.wires import How, Relay, Way

PASSWORD = "a-secret-of-this-test"
LIMIT = 15.0
KINDS = discover("fsapp.steps")
PROMPT_SECONDS = 1.0


class Voice:
    """Satisfies fsapp.flow.ports.Voice: every text has a file, and every file lasts a second."""

    def say(self, text: str, language: str) -> Utterance:
        return Utterance(text, language, f"/s/say_{abs(hash(text))}.wav", PROMPT_SECONDS)

    def whisper(self, text: str, language: str) -> Utterance:
        return self.say(text, language)

    def prompt(self, name: str, language: str) -> Utterance:
        return Utterance(name, language, f"/s/{name}.wav", PROMPT_SECONDS)

    def restore(self, utterance: Utterance) -> bool:
        return False


class NoLookups:
    """Satisfies fsapp.flow.ports.Lookups."""

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        raise KeyError(source)


class NoCalendars:
    """Satisfies fsapp.flow.ports.Calendars."""

    def state(self, name: str, now: datetime) -> str:
        raise KeyError(name)


class Screen:
    """Satisfies fsapp.acd.ports.Screen."""

    def tell(self, moment: str, fields: Mapping[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Plot:
    """What a test is about: a flow that serves 95598, queues, and agents who sign in at phones of the same number."""

    flow: str
    queues: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"service": {"wrap_up_time": 1}})
    agents: Mapping[str, Habit] = field(default_factory=lambda: {"2001": Habit(answers_after=1.0, talks=3.0)})
    pace: Pace = field(default_factory=lambda: Pace(media=0.1, linger=0.05))
    capacity: int = 1000


class Engine:
    """One run of the engine, over the data in a folder."""

    def __init__(self, folder: Path, plot: Plot, switch_port: int, port: int = 0, clock: Clock | None = None) -> None:
        clock = clock or SystemClock()
        self.url = f"sqlite:///{folder / 'fsapp.db'}"
        self.writer = Writer(self.url, folder / "spool")
        self.rejected: list[str] = []
        self._port = 0
        sinks: list[Callable[[Event], None]] = [self.writer.record]
        client = Client("127.0.0.1", switch_port, PASSWORD)
        self._records = [record(agent) for agent in plot.agents]
        self.centre = ContactCentre(
            client, "fsapp.local", lambda: self._records, sinks, Screen(), clock, Presence(folder)
        )
        self.site = self._site(folder, plot, clock)
        self.handler = CallHandler(
            lambda: self.site, clock, sinks, self.rejected.append, self.centre, Resumptions(self.url).of
        )
        self.listener = Listener(
            ("127.0.0.1", port),
            self.handler.serve,
            capacity=plot.capacity,
            peers=[ip_network("127.0.0.0/8")],
            rejected=self.rejected.append,
        )

    def start(self) -> None:
        self.listener.start()
        self.centre.start()
        self.centre.take_up()

    def sign_in(self, *agents: str) -> None:
        for agent in agents:
            self.centre.service.tell(AgentSignedIn(agent, agent))

    @property
    def port(self) -> int:
        """Where it listens, or did."""
        if not self.listener.closed:
            self._port = self.listener.address[1]
        return self._port

    def stop(self) -> None:
        """As Engine.drain does, at once."""
        self._port = self.port
        self.listener.close()
        self.handler.hand_back()
        self.listener.empty.wait(LIMIT)
        self.centre.stop()
        self.writer.close()

    def _site(self, folder: Path, plot: Plot, clock: Clock) -> Site:
        (folder / "flows").mkdir(exist_ok=True)
        (folder / "flows" / "main.yaml").write_text("version: 1\nflow: main\nlanguage: zh\n" + plot.flow)
        flows = loader.load_directory(folder / "flows", KINDS)
        zone = ZoneInfo("Asia/Shanghai")
        self.centre.load_queues({name: QueueSettings.model_validate(each) for name, each in plot.queues.items()})
        ports = Ports(
            voice=Voice(),
            lookups=NoLookups(),
            calendars=NoCalendars(),
            dial_rules=Outbound(),
            recordings=MessageFiles(folder / "messages"),
            queues=self.centre.service,
            history=NoHistory(),
            clock=clock,
            zone=zone,
        )
        return Site(Plan(flows, Dialplan((), {"95598": "main"}, frozenset(flows), zone)), ports, ("zh",))


def record(agent: str) -> AgentRecord:
    """An agent of the queue `service`, who rests for a moment where others rest longer."""
    return AgentRecord(
        agent,
        f"Agent {agent}",
        extension=agent,
        queues={"service": QueuePlace()},
        reject_delay_time=1.0,
        no_answer_delay_time=1.0,
    )


class House:
    """The switch and its phones, and one engine after another; both relays may be told to cut."""

    def __init__(self, folder: Path, plot: Plot, template: Path | None = None) -> None:
        """`template` is a database with tables, for they take time to make."""
        self.folder = folder
        self.plot = plot
        self.customers: dict[str, Customer] = {}
        self._closed = False
        folder.mkdir(parents=True, exist_ok=True)
        if template is not None:
            shutil.copy(template, folder / "fsapp.db")
        self.calls = Relay("call", lambda: ("127.0.0.1", self.engine.port), Way.TO_ENGINE)
        self.switch = self._new_switch()
        self._switch_port = self.switch.listen("127.0.0.1", 0, PASSWORD)
        self.client = Relay("client", lambda: ("127.0.0.1", self._switch_port), Way.TO_SWITCH)
        self.engine = Engine(folder, plot, self.client.port)
        self.phones = {agent: DeskPhone(self.switch, agent, habit) for agent, habit in plot.agents.items()}

    def _new_switch(self) -> Switch:
        dialplan = shipped(f"127.0.0.1:{self.calls.port}")
        return Switch(self.plot.pace, sounds=lambda _path: PROMPT_SECONDS, dialplan=dialplan)

    def kill_switch(self) -> None:
        """As a crash would: nobody is told, and every connection is cut."""
        for relay in (self.calls, self.client):
            for connection in relay.connections:
                connection.end(How.RST)
        self.switch.close()

    def restart_switch(self) -> None:
        """Another run of it, where the phones register."""
        self.switch = self._new_switch()
        self.switch.listen("127.0.0.1", self._switch_port, PASSWORD)
        self.phones = {agent: DeskPhone(self.switch, agent, phone.habit) for agent, phone in self.phones.items()}

    def recover(self, uuid: str, customer: Customer) -> Channel:
        """A call of an earlier run of the switch runs its extension again (sofia recover)."""
        channel = self.call(customer, uuid)
        channel.answer_state, channel.call_state = "answered", "ACTIVE"
        channel.set("recovered", "true")
        return channel

    def sweep(self) -> None:
        """What the engine does now and then; twice, since only what is found twice is mended."""
        for _ in range(2):
            self.engine.centre._sweeper.sweep()

    def open(self) -> None:
        """Everybody is at work."""
        if not (self.folder / "fsapp.db").exists():
            upgrade_at(self.engine.url)
        self.engine.start()
        self.engine.sign_in(*self.plot.agents)
        assert until(lambda: all(self.state(agent) is AgentState.AVAILABLE for agent in self.plot.agents))

    def state(self, agent: str) -> AgentState | None:
        """What the dispatcher says of an agent."""
        found = self.engine.centre.service.dispatcher.agent(agent)
        return found.state if found is not None else None

    def call(self, customer: Customer, uuid: str = "", ani: str = "13800138000") -> Channel:
        channel = self.switch.dial_in(CallParameters(ani, "95598", uuid=uuid), "trunks", customer)
        self.customers[channel.uuid] = customer
        return channel

    def wait(self, seconds: float = LIMIT) -> bool:
        """Until all calls are over, and what belongs to them is."""
        rested = until(lambda: not self.switch.channels and self.engine.listener.empty.is_set(), seconds)
        return rested and until(lambda: not self.busy(), seconds) and self.engine.writer.flush(seconds)

    def busy(self) -> list[str]:
        return [each.id for each in self.engine.centre.service.dispatcher.agents() if each.state not in RESTING]

    def evidence(self, **facts: Any) -> Evidence:
        """What there is when all calls are over."""
        agents = {each.id: each.state for each in self.engine.centre.service.dispatcher.agents()}
        return stored(
            self.folder / "fsapp.db",
            calls=self.customers,
            channels=self.switch.channels,
            agents=agents,
            talked=[talk for phone in self.phones.values() for talk in phone.talked],
            silences={call: customer.silence for call, customer in self.customers.items()},
            **facts,
        )

    def close(self) -> None:
        """May be called again."""
        if self._closed:
            return
        self._closed = True
        self.engine.stop()
        self.switch.close()
        self.calls.close()
        self.client.close()


def stored(database: Path, **facts: Any) -> Evidence:
    """What is in a database, read with nothing of ours but the rows' order."""
    with closing(sqlite3.connect(database)) as connected:

        def rows(table: str, names: Iterable[str]) -> list[Any]:
            return connected.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()  # noqa: S608

        def records(kind: type[Any], table: str) -> list[Any]:
            return [record_value(kind, row) for row in rows(table, RECORD_COLUMNS[kind])]

        return Evidence(
            events=[event_value(row) for row in rows("event", EVENT_COLUMNS)],
            cdrs=[cdr_value(row) for row in rows("cdr", CDR_COLUMNS)],
            open_calls=[call for (call,) in rows("open_call", ("call",))],
            contacts=records(ContactRecord, "contact"),
            offers=records(OfferRecord, "offer"),
            talks=records(TalkRecord, "talk"),
            agent_times=records(AgentTime, "agent_time"),
            **facts,
        )


def until(condition: Callable[[], object], seconds: float = LIMIT) -> bool:
    """Whether it came true in time."""
    limit = monotonic() + seconds
    while not condition():
        if monotonic() > limit:
            return False
        gevent.sleep(0.002)
    return True
