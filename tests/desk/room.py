"""A room of agents for tests: the real dispatcher, the site's own codes and prompts, and phones that are virtual."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from fsapp.acd import events
from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.commands import Command, MakeOffer
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.events import Event
from fsapp.acd.profiles import profile
from fsapp.acd.settings import QueueSettings
from fsapp.desk.desk import Desk
from fsapp.desk.pin_guard import PinGuard
from fsapp.desk.plan import DeskPlan
from fsapp.desk.planning import Surroundings, plan
from fsapp.desk.seat import DeskPorts
from fsapp.desk.speaking import Part, Value, Words
from fsapp.domain import spoken
from fsapp.domain.agent import AgentRecord, QueuePlace, Role
from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded, MediaError, NotAllowed, StoreError
from fsapp.domain.leg import Utterance
from fsapp.domain.pin import hash_pin
from fsapp.domain.prompt import PromptOrder
from fsapp.domain.talk import LastContact, Listening, Note, Refusal, Refused
from fsapp.domain.ticket_opening import Opening
from fsapp.flow.absent import NoFaxes
from fsapp.media import catalogue
from fsapp.media.catalogue import Catalogue
from fsapp.server import dialplan
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.observer import Unobserved
from fsapp.switchboard.virtual_leg import VirtualLeg

ROOT = Path(__file__).parents[2]
PIN = "4711"
LILEI, HAN, BOSS = "1001", "1002", "1009"
PHONES = {LILEI: "8001", HAN: "8002", BOSS: "8009"}


@cache
def site_plan() -> DeskPlan:
    """The desk of this repository."""
    return plan(dialplan.load(ROOT / "dialplan", None).desk, Surroundings(profiles={"phones"}))


@cache
def prompts() -> Catalogue:
    return catalogue.load(ROOT / "sounds")


@cache
def _pin_hash() -> str:
    return hash_pin(PIN)


def words(parts: Iterable[Part], language: str) -> list[str]:
    """What parts of a sentence are in words."""
    return [_word(part, language) for part in parts]


def _word(part: Part, language: str) -> str:
    match part:
        case Words():
            return part.zh if language == "zh" else part.en
        case Value():
            return spoken.FILTERS[part.kind](part.value, language)
        case _:
            return prompts().prompt(part, language).text


class Shelf(NoFaxes):
    """Documents. `missing` are not there; `broken`: nobody can look."""

    def __init__(self) -> None:
        self.missing: frozenset[str] = frozenset()
        self.broken = False

    def document(self, name: str) -> str | None:
        if self.broken:
            raise StoreError("the database is away")
        return None if name in self.missing else super().document(name)


class SiteVoice:
    """Speaks the site's prompts; some cannot be had."""

    def __init__(self, mute: frozenset[str] = frozenset()) -> None:
        self.mute = mute

    def say(self, text: str, language: str) -> Utterance:
        return Utterance(text, language, f"/{text}", 1.0)

    def whisper(self, text: str, language: str) -> Utterance:
        return self.say(text, language)

    def prompt(self, name: str, language: str) -> Utterance:
        if name in self.mute:
            raise MediaError(f"{name} cannot be had")
        return Utterance(prompts().prompt(name, language).text, language, f"/{language}/{name}.wav", 1.0)

    def restore(self, utterance: Utterance) -> bool:
        return False


class Records:
    """What administrators know; `broken` while it cannot be kept."""

    def __init__(self, room: "Room", *records: AgentRecord) -> None:
        self._room = room
        self._records = {each.id: each for each in records}
        self.changed_by: list[str] = []
        self.broken = False

    def find(self, agent: str) -> AgentRecord | None:
        return self._records.get(agent)

    def change(self, agent: str, edit: Callable[[AgentRecord], AgentRecord], by: str) -> None:
        if self.broken:
            raise StoreError("the database is away")
        self._records[agent] = edit(self._records[agent])
        self.changed_by.append(by)
        self._room.handle(events.AgentChanged(profile(self._records[agent])))


class Rules:
    """Numbers that begin with 0571, and any phone."""

    def number(self, number: str, call: Call) -> Endpoint:
        if not number.startswith("0571"):
            raise NotAllowed(number)
        return Endpoint(Number(number), gateway=Name("pstn"))

    def agent(self, extension: str, call: Call) -> Endpoint:
        return Endpoint(Number(extension), profile=Name("phones"), domain=Name("fsapp.local"))


@dataclass
class Files:
    """Recordings, and those that were thrown away."""

    made: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)

    def message_path(self, call: Call, name: str) -> str:
        self.made.append(f"/messages/{name}-{len(self.made) + 1}.wav")
        return self.made[-1]

    def discard(self, path: str) -> None:
        self.discarded.append(path)


@dataclass
class Tickets:
    """Those that were opened; `away` while none can be. Satisfies fsapp.flow.ports.Tickets."""

    opened: list[Opening] = field(default_factory=list)
    away: bool = False

    def open(self, opening: Opening) -> str:
        if self.away:
            raise StoreError("the database is away")
        self.opened.append(opening)
        return f"20261118-000{len(self.opened)}"

    def find(self, number: str, call: Call, language: str) -> None: ...

    def urge(self, number: str, call: Call) -> None: ...


@dataclass
class Studio:
    """Prompts that were recorded. Satisfies fsapp.desk.ports.PromptStudio."""

    orders: dict[str, PromptOrder] = field(default_factory=dict)
    kept: list[tuple[str, str, str, str]] = field(default_factory=list)
    refuses: list[Refusal] = field(default_factory=list)
    """What the next recordings are refused for."""

    def order(self, number: str) -> PromptOrder | None:
        return self.orders.get(number)

    def keep(self, order: PromptOrder, name: str, path: str, by: str) -> None:
        if self.refuses:
            raise Refused(self.refuses.pop(0))
        self.kept.append((order.language, name, path, by))


@dataclass
class Journal:
    """The events of one call."""

    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        self.events.append((str(kind), fields))

    def of(self, kind: str) -> list[Mapping[str, Any]]:
        return [fields for each, fields in self.events if each == kind]


class Ear(Unobserved):
    """What the agent hears, and which keys anybody sees. `meanwhile` happens over the first prompt."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self.heard: list[str] = []
        self.keys: list[str] = []
        self._meanwhile = meanwhile

    def prompt(self, utterance: Utterance) -> None:
        if not self.heard:
            self._meanwhile()
        self.heard.append(utterance.text)

    def pressed(self, keys: str) -> None:
        self.keys.append(keys)


@dataclass
class Visited:
    """What came of a call to the desk."""

    heard: list[str]
    journal: Journal
    keys: list[str]
    ended: bool
    """Whether the agent hung up first."""

    @property
    def outcome(self) -> str:
        """What the journal says of the code; empty where no code was recognised."""
        used = self.journal.of("CodeUsed")
        return str(used[0]["outcome"]) if used else ""


class Room:
    """Two agents and a supervisor, signed in nowhere; two queues. Satisfies fsapp.desk.ports.Floor."""

    def __init__(self, language: str = "zh", site: str = "", **known: Any) -> None:
        """`language` is the agents', and the site's unless there is one; `known` is for the first agent's record."""
        self.language = language
        self.clock = VirtualClock(datetime(2026, 11, 18, 2, 0, tzinfo=UTC))
        self.clock.advance(1000.0)
        service = QueueSettings(wrap_up_time=3000.0, sticky_time=15.0, ring_timeout=300)
        queues = {"service": service, "sales": QueueSettings()}
        self.dispatcher = Dispatcher(queues, Random(0), now=self.clock.monotonic())
        self.records = Records(self, *self._staff(known))
        self.voice, self.files, self.pins = SiteVoice(), Files(), PinGuard()
        self.told: list[Event] = []
        self.offered: list[str] = []
        """Agents to whom something was offered because of what a desk told."""
        self.did: list[tuple[Any, ...]] = []
        self.acts: list[tuple[str, str, str]] = []
        self.last: LastContact | None = None
        self.tickets = Tickets()
        self.faxes = Shelf()
        self.studio = Studio()
        self.desk = Desk(
            site_plan(),
            DeskPorts(
                self,
                self.records,
                self.voice,
                Rules(),
                self.files,
                self.clock,
                site or language,
                tickets=self.tickets,
                studio=self.studio,
                faxes=self.faxes,
            ),
            self.pins,
        )
        for phone in PHONES.values():
            self.handle(events.PhoneRegistered(phone))

    def _staff(self, known: Mapping[str, Any]) -> Iterable[AgentRecord]:
        places = {"service": QueuePlace()}
        plain = AgentRecord(LILEI, "李雷", language=self.language, queues=places, pin_hash=_pin_hash())
        yield replace(plain, **known)
        yield replace(plain, id=HAN, name="韩梅梅")
        yield replace(plain, id=BOSS, name="王班长", role=Role.SUPERVISOR, queues={})

    # How a state comes about.

    def handle(self, event: Event) -> tuple[Command, ...]:
        """Something that no desk told."""
        return self.dispatcher.handle(event, self.clock.monotonic())

    def open(self) -> "Room":
        """Everybody is known to the dispatcher."""
        for agent in PHONES:
            found = self.records.find(agent)
            assert found is not None
            self.handle(events.AgentAdded(profile(found)))
        return self

    def enter(self, agent: str, *how: str) -> "Room":
        """Signs an agent in at the own phone; then `busy`, a break's name, `wrap_up`, `talk`, `offer` or `other`.

        That was 90 seconds ago.
        """
        self.handle(events.AgentSignedIn(agent, PHONES[agent]))
        for each in how:
            self._become(agent, each)
        self.clock.advance(90.0)
        return self

    def _become(self, agent: str, state: str) -> None:
        match state:
            case "ready":
                pass
            case "offer":
                self.ring(agent)
            case "talk" | "wrap_up":
                offer = self.ring(agent)
                self.handle(events.OfferAccepted(offer.offer))
                self.handle(events.TalkStarted(offer.contact))
                if state == "wrap_up":
                    self.handle(events.TalkEnded(offer.contact))
            case "other":
                self.handle(events.OtherCallStarted(agent, "another-call"))
            case reason:
                self.handle(events.AgentWentOnBreak(agent, reason))

    def ring(self, agent: str) -> MakeOffer:
        """A caller comes, and this agent's phone rings."""
        given = self.handle(events.ContactArrived(f"caller-of-{agent}", "service", sticky_agent=agent))
        (offer,) = [each for each in given if isinstance(each, MakeOffer)]
        assert offer.agent == agent
        return offer

    def queue_up(self, *contacts: str, queue: str = "sales") -> None:
        """Callers come whom nobody serves."""
        for contact in contacts:
            self.handle(events.ContactArrived(contact, queue))

    def state(self, agent: str) -> str:
        """State and reason, and the phone."""
        found = self.dispatcher.agent(agent)
        assert found is not None
        return f"{found.state}({found.reason})" if found.reason else str(found.state)

    # A call to the desk, as the engine brings it.

    def dial(
        self, number: str, keys: str = "", *, phone: str = PHONES[LILEI], meanwhile: Callable[[], object] = lambda: None
    ) -> Visited:
        """Dials from a phone; `keys` is a key script. The call is over when this returns."""
        call = Call(f"desk-call-{number}", phone, number, self.clock.now(), trunk="phones")
        journal, ear = Journal(), Ear(meanwhile)
        leg = VirtualLeg(KeyScript(keys), self.clock, ear)
        caller = self.dispatcher.agent_at(phone)
        if caller is not None:
            self.handle(events.OtherCallStarted(caller.id, call.uuid))
        ended = False
        try:
            self.desk.serve(call, phone, leg, journal)
        except CallEnded:
            ended = True
        for agent in list(self.dispatcher.agents()):
            self.handle(events.OtherCallEnded(agent.id, call.uuid))
        return Visited(ear.heard, journal, ear.keys, ended)

    # What the desk asks of the floor.

    def agent(self, agent: str) -> Agent | None:
        return self.dispatcher.agent(agent)

    def agent_at(self, phone: str) -> Agent | None:
        return self.dispatcher.agent_at(phone)

    def agents(self) -> Iterable[Agent]:
        return self.dispatcher.agents()

    def queues(self) -> Iterable[str]:
        return ("service", "sales")

    def waiting(self, queue: str) -> Sequence[str]:
        return self.dispatcher.waiting(queue)

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self.offered += [each.agent for each in self.handle(event) if isinstance(each, MakeOffer)]

    def acted(self, agent: str, what: str, by: str, **details: Any) -> None:
        self.acts.append((agent, what, by))

    def last_contact(self, agent: str) -> LastContact | None:
        return self.last

    def note(self, agent: str, note: Note, value: str) -> None:
        found = self.dispatcher.agent(agent)
        if found is None or (found.contact is None and found.state is not AgentState.WRAP_UP):
            raise Refused(Refusal.NO_CONTACT)
        self.did.append(("note", agent, note, value))

    def pick(self, agent: str, contact: str, leg: str) -> None:
        self.did.append(("pick", agent, contact, leg))

    def listen(self, leg: str, agent: str, how: Listening) -> None:
        self.did.append(("listen", leg, agent, how))

    def take_over(self, leg: str, supervisor: str, agent: str) -> None:
        self.did.append(("take_over", leg, supervisor, agent))

    def broadcast(self, path: str, seconds: float) -> None:
        self.did.append(("broadcast", path, round(seconds, 1)))
