"""The shell around the dispatcher: tells it what happens, and has its commands carried out.

One greenlet keeps the deadlines; each phone that rings has one. Nothing here waits between an event and the commands
that follow from it, so the dispatcher is never told two things at once.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import gevent

from fsapp.acd.commands import (
    Announce,
    Command,
    ConnectTalk,
    LeaveQueue,
    MakeOffer,
    MoveContact,
    Record,
    ReleaseAgent,
    WithdrawOffer,
)
from fsapp.acd.consults import Party
from fsapp.acd.contacts import Contact
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.entries import AgentActed
from fsapp.acd.events import ContactArrived, Event, TalkEnded, TalkRestored
from fsapp.acd.finding import find, must_know
from fsapp.acd.offer_run import OfferRun
from fsapp.acd.people import People
from fsapp.acd.places import Place
from fsapp.acd.ports import Lines, PhoneLeg, Screen
from fsapp.acd.recording import NoRecorder, TalkRecorder
from fsapp.acd.records import Kept, RunRecords
from fsapp.acd.screening import screen_fields
from fsapp.acd.settings import QueueSettings
from fsapp.acd.talks import Talk
from fsapp.acd.telling_loop import TellingLoop
from fsapp.domain.errors import FlowError
from fsapp.domain.queueing import Announcement, LeftQueue, Moved, QueueRequest
from fsapp.domain.ringing import Ring
from fsapp.domain.talk import Consulted, Refusal

_LOG = logging.getLogger("fsapp.acd")

CONSULT_RINGS = 30.0
"""Seconds that a phone rings which an agent asks in mid-talk."""

TalkKey = Callable[[Talk, str], None]
Told = Callable[[str, Refusal], None]


class Service:
    """Satisfies fsapp.flow.ports.Queues. `on_key` takes an agent's keys in a talk, `on_refused` what came of a phone
    that was rung for an agent, `on_keys_end` that no more keys of a talk count; none of them may wait.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        lines: Lines,
        people: People,
        records: RunRecords,
        screen: Screen,
        now: Callable[[], float],
        *,
        engine: str,
    ) -> None:
        """`engine` begins the ids of all legs of this run."""
        self.dispatcher = dispatcher
        self.lines = lines
        self.people = people
        self.now = now
        self.on_key: TalkKey | None = None
        self.on_refused: Told | None = None
        self.on_keys_end: Callable[[Talk], None] | None = None
        self.recorder: TalkRecorder = NoRecorder()
        self._records = records
        self._screen = screen
        self._engine = engine
        self.queues: Mapping[str, QueueSettings] = {}
        self.letting_go = False
        """The engine stops: talks go on without it."""
        self._places: dict[str, Place] = {}
        self._offers: dict[str, OfferRun] = {}
        self._numbers: dict[str, int] = {}
        self._last_talks: dict[str, tuple[Talk, float]] = {}
        self._loop = TellingLoop(dispatcher, now, self._carry_out)

    # Time.

    def start(self) -> None:
        """Begins to keep the dispatcher's deadlines."""
        self._loop.start()

    def stop(self) -> None:
        """What agents are in the middle of ends here, as far as records go."""
        self._loop.stop()
        self._records.end(self.dispatcher.agents(), self.now())

    # What happens.

    def tell(self, event: Event) -> None:
        """The dispatcher hears of it, and what it orders is begun; never waits."""
        self._loop.tell(event)

    def acted(self, agent: str, what: str, by: str, **details: Any) -> None:
        """Keeps what somebody did at a desk."""
        self.keep(AgentActed(agent, what, by, self.now(), details))

    def keep(self, entry: Kept) -> None:
        self._records.add(entry)

    def load(self, queues: Mapping[str, QueueSettings]) -> None:
        """These are the queues' settings from now on; the dispatcher is told by whoever loads them."""
        self.queues = queues

    def _carry_out(self, command: Command) -> None:
        match command:
            case Record(entry):
                self.keep(entry)
            case MakeOffer():
                self._offers[command.offer] = OfferRun(self, command, self._places[command.contact])
                self._offers[command.offer].start()
            case WithdrawOffer() | ReleaseAgent():
                if run := self._offers.pop(command.offer, None):
                    run.drop()
            case ConnectTalk():
                self._offers[command.offer].connect()
            case _:
                self._tell_caller(command)

    def offer_over(self, offer: str) -> None:
        """It led to a talk, or to none."""
        self._offers.pop(offer, None)

    def _tell_caller(self, command: Command) -> None:
        assert isinstance(command, LeaveQueue | MoveContact | Announce)  # noqa: S101 -- all others are carried out above
        place = self._places.get(command.contact)
        if place is None:
            return
        match command:
            case LeaveQueue():
                place.put(LeftQueue(command.exit))
            case MoveContact():
                place.put(Moved(command.queue, self.music(command.queue)))
            case Announce():
                place.put(self._announcement(command, place))

    def _announcement(self, command: Announce, place: Place) -> Announcement:
        contact = self.dispatcher.contact(place.contact)
        sound = contact.queue.settings.announcements.announce_sound if contact else None
        told = command.estimate
        return Announcement(command.position, told.low if told else None, told.high if told else None, sound or "")

    # Callers.

    def enter(self, request: QueueRequest) -> Place:
        """A place in a queue, or at once the news that there is none. Raises FlowError for an unknown queue."""
        if request.queue not in self.queues:
            raise FlowError("enqueue", f"there is no queue {request.queue!r}")
        place = Place(self, self._next_contact(request.call.uuid), request, self.now() - request.waited)
        self._arrive(place)
        return place

    def music(self, queue: str) -> str:
        settings = self.queues.get(queue)
        return (settings.moh_sound if settings else None) or ""

    def waits(self, contact: str) -> Contact | None:
        """A contact that waits or is served."""
        return self.dispatcher.contact(contact)

    def waited(self, contact: str) -> float:
        """Seconds since the waiting began; 0.0 where nobody waits."""
        found = self.dispatcher.contact(contact)
        return self.now() - found.queued_at if found is not None else 0.0

    def place_of(self, contact: str) -> Place | None:
        return self._places.get(contact)

    def places(self) -> tuple[Place, ...]:
        return tuple(self._places.values())

    def owns(self, channel: str) -> bool:
        """Whether a channel is a caller's who waits or talks here, or a leg that was placed for one."""
        engine = channel.startswith(self._engine)
        return engine or any(place.caller == channel for place in self._places.values())

    def requeue(self, place: Place, queue: str) -> None:
        """The caller waits again, in this queue, and has waited all the time."""
        if place.closed:
            return
        self._places.pop(place.contact, None)
        place.contact = self._next_contact(place.caller)
        place.request = replace(place.request, queue=queue)
        self._arrive(place)
        place.put(Moved(queue, self.music(queue)))

    def forget(self, place: Place) -> None:
        """The caller is in no queue and in no talk any more."""
        self._places.pop(place.contact, None)
        self.recorder.left(place)

    def _arrive(self, place: Place) -> None:
        request = place.request
        self._places[place.contact] = place
        self.tell(
            ContactArrived(
                place.contact,
                request.queue,
                skills=request.skills,
                priority=request.priority,
                customer_level=request.customer_level,
                sticky_agent=request.sticky_agent,
                caller=request.call.ani,
                queued_at=place.queued_at,
            )
        )

    def _next_contact(self, call: str) -> str:
        number = self._numbers.get(call, 0) + 1
        self._numbers[call] = number
        return f"{call}/{number}"

    def call_back(self, call: str, age_ms: int) -> None:
        """A call that was here, or in an engine before this one: its stays are numbered beyond those of before."""
        self._numbers[call] = age_ms

    def call_over(self, call: str) -> None:
        """Nothing more comes of this call."""
        self._numbers.pop(call, None)

    # Talks.

    def talk_of(self, agent: str) -> Talk | None:
        """The talk that an agent is in, with the caller on hold perhaps."""
        found = self.dispatcher.agent(agent)
        place = self._places.get(found.contact.id) if found is not None and found.contact is not None else None
        talk = place.talk if place is not None else None
        return talk if talk is not None and talk.agent == agent else None

    def last_talk(self, agent: str) -> tuple[Talk, float] | None:
        """The talk that an agent is in or was in last, and when it ended for that agent: now, if it goes on."""
        talk = self.talk_of(agent)
        return (talk, self.now()) if talk is not None else self._last_talks.get(agent)

    def keys_end(self, talk: Talk) -> None:
        """The agent who had the caller so far has not any more; never waits."""
        if talk.agent:
            self._last_talks[talk.agent] = talk, self.now()
        if self.on_keys_end is not None:
            self.on_keys_end(talk)

    def begin_talk(self, place: Place, agent: str, leg: PhoneLeg) -> None:
        """Somebody answered whom no offer had rung: a transfer. Waits; without a talk the caller waits again."""
        place.consult = None
        if place.closed:
            leg.hang_up()
            return
        self._places.pop(place.contact, None)
        place.contact = self._next_contact(place.caller)
        self._places[place.contact] = place
        talk = place.talk = Talk(self, place, agent, leg)
        if agent:
            self.tell(TalkRestored(place.contact, place.request.queue, agent, self.now()))
        if not talk.start():
            self.tell(TalkEnded(place.contact))
            self.requeue(place, place.request.queue)

    def leg_gone(self, place: Place, leg: PhoneLeg) -> None:
        """A phone hung up."""
        if place.talk is not None:
            place.talk.leg_gone(leg)

    def key(self, place: Place, leg: PhoneLeg, key: str) -> None:
        """An agent pressed a key in a talk; never waits."""
        talk = place.talk
        if talk is not None and talk.leg is leg and talk.agent and self.on_key is not None:
            self.on_key(talk, key)

    def refuse(self, agent: str, why: Refusal) -> None:
        """A phone that an agent had asked to ring came to nothing."""
        if self.on_refused is not None:
            self.on_refused(agent, why)

    def ring_for(
        self, place: Place, party: Party, on_key: Callable[[str], None], on_gone: Callable[[], None]
    ) -> PhoneLeg:
        """A phone to ring for a caller; the callbacks come in greenlets of their own."""
        request = place.request
        ring = Ring(
            party.endpoint,
            request.call.uuid,
            CONSULT_RINGS,
            request.call.ani,
            request.call.caller_name,
            auto_answer=self.people.auto_answer(party.agent),
        )
        return self.lines.phone(ring, on_key, lambda: _spawn(on_gone))

    def find(self, whom: Consulted) -> Party:
        """Whom to ring. Raises Refused."""
        return find(whom, self.dispatcher, self.people, self.queues)

    def must_know_queue(self, queue: str) -> None:
        """Raises Refused."""
        must_know(queue, self.queues)

    def show(self, moment: str, talk: Talk) -> None:
        """Tells the agent's screen, and whoever records."""
        self.recorder.moment(moment, talk)
        self._screen.tell(moment, self._shown(talk.place, talk.agent))

    def screen_offer(self, place: Place, agent: str) -> None:
        self._screen.tell("offer", self._shown(place, agent))

    def _shown(self, place: Place, agent: str) -> Mapping[str, Any]:
        found = self.dispatcher.agent(agent)
        return screen_fields(place, agent, found.phone if found is not None else "")


def _spawn(work: Callable[[], None]) -> None:
    gevent.spawn(work)
