"""Random events, of all kinds, at random times: mostly sensible, often late, repeated, or of something unknown."""

from collections.abc import Callable
from random import Random

from fsapp.acd import events
from fsapp.acd.agents import AgentProfile, Tier
from fsapp.acd.floor import Floor
from fsapp.acd.settings import QueueSettings
from tests.acd.centre import queue

SKILLS = ("billing", "cantonese", "outage")

QUEUES: dict[str, QueueSettings] = {
    "service": queue(
        max_wait_time=300,
        customer_levels={"gold": 3},
        relax=[{"after": 20, "lower": 2}, {"after": 45, "drop": ["outage"]}, {"after": 80, "drop": "all"}],
        abandoned_resume_allowed=True,
        sticky_time=30,
        overflow={"full": "spare", "timeout": "spare"},
        max_waiting=12,
        announcements={"announce_frequency": 30},
    ),
    "sales": queue(strategy="ring_all", max_wait_time=200, overflow={"timeout": "service"}),
    "experts": queue(
        strategy="most_skilled",
        tier_rules_apply=True,
        tier_rule_wait_second=15,
        skill_weights={"outage": 3},
        max_wait_time_with_no_agent=40,
        wrap_up_time=0,
    ),
    "spare": queue(strategy="round_robin", max_wait_time=120, max_wait_time_with_no_agent=0),
    "lottery": queue(strategy="random", seconds_per_priority=0, ring_timeout=5),
}

OTHER_QUEUES = {
    "service": queue(strategy="fewest_calls", max_wait_time=100),
    "sales": queue(strategy="least_talk", relax=[{"after": 10, "drop": "all"}]),
    "experts": queue(strategy="top_down"),
    "lottery": queue(strategy="ring_all"),
}

AGENTS = tuple(f"a{number}" for number in range(8))
PHONES = (*AGENTS, "hot-desk")


KINDS = 26


class Weather:
    """Makes the next event up, from chance alone."""

    def __init__(self, random: Random, floor: Floor) -> None:
        self.random = random
        self.floor = floor
        self.contacts = 0
        self._before: list[events.Event] = []
        kinds: dict[Callable[[], events.Event], int] = {
            self._arrive: 30,
            self._abandon: 8,
            self._leave: 1,
            self._move: 2,
            self._pick: 2,
            self._accept: 16,
            self._reject: 3,
            self._miss: 3,
            self._fail: 2,
            self._start: 14,
            self._lose: 1,
            self._take_over: 1,
            self._end: 12,
            self._restore: 1,
            self._sign_in: 14,
            self._sign_out: 2,
            self._ready: 14,
            self._break: 2,
            self._extend: 1,
            self._other_call: 2,
            self._phone: 4,
            self._change: 2,
            self._staff: 3,
            self._queue: 1,
            self._again: 6,
            events.DeadlinePassed: 2,
        }
        self._kinds, self._weights = tuple(kinds), tuple(kinds.values())

    def next(self, kind: int | None = None) -> events.Event:
        """Of any kind, or of this one."""
        make = self.random.choices(self._kinds, self._weights)[0] if kind is None else self._kinds[kind]
        event = make()
        self._before = [*self._before[-30:], event]
        return event

    def pause(self) -> float:
        """Seconds until the next event: none, some, or a long while."""
        return self.random.choice((0.0, 0.0, 0.0, 0.2, 0.5, 1.0, 3.0, self.random.expovariate(0.3)))

    def profile(self, agent: str) -> AgentProfile:
        random = self.random
        queues = random.sample(sorted(QUEUES), random.randint(1, 4))
        return AgentProfile(
            agent,
            {name: Tier(random.randint(1, 3), random.randint(1, 5)) for name in queues},
            {skill: random.randint(1, 10) for skill in SKILLS if random.random() < 0.6},
            wrap_up_time=random.choice((None, None, 0.0, 5.0)),
            manual_ready=random.random() < 0.1,
            max_no_answer=random.choice((0, 1, 3)),
            no_answer_delay_time=random.choice((0.0, 4.0)),
            reject_delay_time=random.choice((0.0, 4.0)),
        )

    def _agent(self) -> str:
        return self.random.choice((*AGENTS, "nobody"))

    def _phone_number(self) -> str:
        return self.random.choice(PHONES)

    def _contact(self, *states: str) -> str:
        """Mostly one in such a state; else one of the latest, or an old one, or one that never was."""
        live = [each.id for each in self.floor.contacts.values() if not states or each.state in states]
        if live and self.random.random() < 0.8:
            return self.random.choice(live)
        return f"c{self.random.randint(max(0, self.contacts - 25), self.contacts + 1)}"

    def _offer(self) -> str:
        if self.floor.offers and self.random.random() < 0.8:
            return self.random.choice(tuple(self.floor.offers))
        return f"o{self.random.randint(max(0, self.floor.offers_made - 10), self.floor.offers_made + 1)}"

    def _arrive(self) -> events.Event:
        random = self.random
        self.contacts += 1
        return events.ContactArrived(
            f"c{self.contacts}",
            random.choice((*QUEUES, "service", "service", "nowhere")),
            {skill: random.randint(1, 10) for skill in SKILLS if random.random() < 0.3},
            priority=random.choice((0, 0, 0, 1, 5)),
            customer_level=random.choice(("", "gold", "unheard-of")),
            sticky_agent=random.choice(("", "", self._agent())),
            caller=random.choice(("", "13800138000", "02088888888")),
        )

    def _abandon(self) -> events.Event:
        return events.ContactAbandoned(self._contact())

    def _leave(self) -> events.Event:
        return events.ContactLeft(self._contact(), self.random.choice(("key", "callback")))

    def _move(self) -> events.Event:
        return events.ContactMoved(self._contact("waiting"), self.random.choice(("sales", "service", "nowhere")))

    def _pick(self) -> events.Event:
        return events.ContactPicked(self._contact("waiting"), self._agent())

    def _accept(self) -> events.Event:
        return events.OfferAccepted(self._offer())

    def _reject(self) -> events.Event:
        return events.OfferRejected(self._offer(), self.random.random() < 0.5)

    def _miss(self) -> events.Event:
        return events.OfferNotAnswered(self._offer())

    def _fail(self) -> events.Event:
        return events.OfferFailed(self._offer(), "GATEWAY_DOWN", self.random.random() < 0.5)

    def _start(self) -> events.Event:
        return events.TalkStarted(self._contact("connecting"))

    def _lose(self) -> events.Event:
        return events.TalkFailed(self._contact("connecting"))

    def _take_over(self) -> events.Event:
        return events.TalkTakenOver(self._contact("talking"), self._agent())

    def _end(self) -> events.Event:
        return events.TalkEnded(self._contact("talking"))

    def _restore(self) -> events.Event:
        return events.TalkRestored(f"r{self.random.randint(0, 99)}", "service", self._agent(), self.floor.now - 60.0)

    def _sign_in(self) -> events.Event:
        return events.AgentSignedIn(self._agent(), self._phone_number(), self.random.random() < 0.8)

    def _sign_out(self) -> events.Event:
        return events.AgentSignedOut(self._agent())

    def _ready(self) -> events.Event:
        return events.AgentReady(self._agent())

    def _break(self) -> events.Event:
        return events.AgentWentOnBreak(self._agent(), "lunch")

    def _extend(self) -> events.Event:
        return events.WrapUpExtended(self._agent(), self.random.choice((-5.0, 5.0)))

    def _other_call(self) -> events.Event:
        kind = self.random.choice((events.OtherCallStarted, events.OtherCallEnded))
        return kind(self._agent(), self.random.choice(("x1", "x2")))

    def _phone(self) -> events.Event:
        up = self.random.random() < 0.8
        kind = events.PhoneRegistered if up else events.PhoneUnregistered
        return kind(self._phone_number())

    def _change(self) -> events.Event:
        return events.AgentChanged(self.profile(self._agent()))

    def _staff(self) -> events.Event:
        agent = self.random.choice(AGENTS)
        if self.random.random() < 0.2:
            return events.AgentRemoved(agent)
        return events.AgentAdded(self.profile(agent))

    def _queue(self) -> events.Event:
        name = self.random.choice((*QUEUES, "nowhere"))
        return self.random.choice(
            (
                events.QueueClosed(name, emptied=self.random.random() < 0.5),
                *(events.QueueOpened(name),) * 4,
                events.QueuesLoaded(self.random.choice((QUEUES, OTHER_QUEUES))),
            )
        )

    def _again(self) -> events.Event:
        """A repetition, soon or late."""
        return self.random.choice(self._before) if self._before else events.DeadlinePassed()
