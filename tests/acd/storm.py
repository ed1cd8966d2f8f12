"""A storm of random events through a dispatcher, watched. By itself: `python -m tests.acd.storm 1000000`."""

import sys
from random import Random

from fsapp.acd import events
from fsapp.acd.commands import Command
from fsapp.acd.dispatcher import Dispatcher
from tests.acd.invariants import check, floor_of
from tests.acd.weather import AGENTS, PHONES, QUEUES, Weather
from tests.acd.witness import Witness


class Storm:
    """`watched`: the naive check after every so many events; the witness sees all of them."""

    def __init__(self, random: Random, watched: int = 1) -> None:
        self.witness = Witness()
        self.dispatcher = Dispatcher(QUEUES, Random(1))
        self.weather = Weather(random, floor_of(self.dispatcher))
        self.history: list[tuple[events.Event, float, tuple[Command, ...]]] = []
        self.now = 0.0
        self._watched = watched
        self._count = 0
        for name in AGENTS:
            self.happens(events.AgentAdded(self.weather.profile(name)))
        for name in PHONES:
            self.happens(events.PhoneRegistered(name))
        for name in AGENTS:
            self.happens(events.AgentSignedIn(name, name))

    def passes(self, seconds: float) -> None:
        """Time; the dispatcher is woken when it asked to be."""
        end = self.now + seconds
        while (due := self.dispatcher.next_deadline()) is not None and due <= end:
            self.now = due
            self.happens(events.DeadlinePassed())
        self.now = end

    def happens(self, event: events.Event) -> None:
        given = self.dispatcher.handle(event, self.now)
        self._count += 1
        self.history.append((event, self.now, given))
        self.witness.see(event, given)
        if self._count % self._watched == 0:
            check(self.dispatcher)
            self.witness.nobody_was_overtaken(self.dispatcher, event, given)

    def blow(self, count: int) -> None:
        """So many random events."""
        for _ in range(count):
            self.happens(self.weather.next())
            self.passes(self.weather.pause())

    def calms(self) -> None:
        """All hang up: then everything must have ended."""
        for contact in (*self.witness.arrived, *floor_of(self.dispatcher).contacts):
            self.happens(events.ContactAbandoned(contact))
        self.passes(400.0)
        check(self.dispatcher)
        self.witness.all_is_over()

    def repeats(self) -> None:
        """The same events at the same times give the same commands."""
        again = Dispatcher(QUEUES, Random(1))
        for event, at, given in self.history:
            assert repr(again.handle(event, at)) == repr(given)


def main(count: int) -> None:
    for seed in range(count // 10_000):
        storm = Storm(Random(seed), watched=7)
        storm.blow(10_000)
        storm.calms()
        print(
            f"seed {seed}: {storm._count} events, {len(storm.witness.arrived)} contacts, "
            f"{len(storm.witness.made)} offers, all well",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
