"""A day through the production dispatcher, on a virtual clock: seconds of computing for hours of traffic.

    result = simulate(load_day(path, queues), queues)
    print(as_table(result))

The same day and queues give the same result. What-if is the same day with other queues: the callers are the same.
"""

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from random import Random

from fsapp.acd import commands, events
from fsapp.acd.contacts import ContactState
from fsapp.acd.day import Day, Team
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.results import Result, Tally
from fsapp.acd.settings import QueueSettings
from fsapp.acd.traffic import Caller, callers, length

_LONGEST = 2 * 86_400.0
"""Whatever goes on two days after midnight is not looked at."""


def simulate(day: Day, queues: Mapping[str, QueueSettings]) -> Result:
    """Runs the day to the end of its last talk."""
    return _Run(day, queues).result()


class _Run:
    """What is still to come, and what has come of it so far."""

    def __init__(self, day: Day, queues: Mapping[str, QueueSettings]) -> None:
        self._dispatcher = Dispatcher(queues, Random(day.seed))  # noqa: S311 -- chance among agents, no secret
        self._random = Random(f"{day.seed}/agents")  # noqa: S311 -- made-up agents
        self._tally = Tally(queues)
        self._callers = {caller.contact: caller for caller in callers(day)}
        self._teams: dict[str, Team] = {}
        self._agenda: list[tuple[float, int, events.Event]] = []
        self._count = 0
        for team in day.agents:
            self._hire(team)
        for caller in self._callers.values():
            self._plan(caller.at, _arrival(caller))

    def result(self) -> Result:
        while (now := self._next()) is not None and now <= _LONGEST:
            due = self._dispatcher.next_deadline()
            if due is not None and due <= now:
                self._tell(events.DeadlinePassed(), due)
            else:
                self._happens(heappop(self._agenda)[2], now)
        return self._tally.result()

    def _hire(self, team: Team) -> None:
        for profile in team.profiles():
            self._teams[profile.id] = team
            self._tell(events.AgentAdded(profile), 0.0)
            self._tell(events.PhoneRegistered(profile.id), 0.0)
            for begin, end in team.shifts:
                self._plan(begin, events.AgentSignedIn(profile.id, profile.id))
                self._plan(end, events.AgentSignedOut(profile.id))

    def _plan(self, at: float, event: events.Event) -> None:
        self._count += 1
        heappush(self._agenda, (at, self._count, event))

    def _next(self) -> float | None:
        planned = self._agenda[0][0] if self._agenda else None
        moments = [moment for moment in (planned, self._dispatcher.next_deadline()) if moment is not None]
        return min(moments, default=None)

    def _happens(self, event: events.Event, now: float) -> None:
        if isinstance(event, events.ContactAbandoned) and not self._waits(event.contact):
            return
        self._tell(event, now)
        if isinstance(event, events.ContactArrived):
            self._plan(now + self._callers[event.contact].patience, events.ContactAbandoned(event.contact))
            self._dispatcher.promise(event.contact)
        elif isinstance(event, events.TalkStarted):
            self._plan(now + self._callers[event.contact].talk, events.TalkEnded(event.contact))

    def _waits(self, contact: str) -> bool:
        found = self._dispatcher.contact(contact)
        return found is not None and found.state in (ContactState.WAITING, ContactState.OFFERED)

    def _tell(self, event: events.Event, now: float) -> None:
        given = self._dispatcher.handle(event, now)
        self._obey(given, now)

    def _obey(self, given: Iterable[commands.Command], now: float) -> None:
        """Does as agents and the switch would."""
        for command in given:
            match command:
                case commands.MakeOffer():
                    self._ring(command, now)
                case commands.ConnectTalk():
                    self._plan(now, events.TalkStarted(command.contact))
                case commands.Record():
                    self._tally.add(command.entry)

    def _ring(self, offer: commands.MakeOffer, now: float) -> None:
        team = self._teams[offer.agent]
        answered = self._random.random() >= team.no_answer
        at = now + length(team.answer_after, self._random)
        if answered and at < offer.deadline:
            self._plan(at, events.OfferAccepted(offer.offer))


def _arrival(caller: Caller) -> events.ContactArrived:
    kind = caller.kind
    return events.ContactArrived(
        caller.contact, caller.queue, kind.skills, kind.priority, kind.customer_level, caller=caller.contact
    )
