"""Callers and agents who answer and hang up in the same milliseconds, on a real switch: nobody is left alone.

FSAPP_RACES says how many there are (60); each is one call. One hole is FreeSWITCH's own: a phone whose answer it reads
in the same half millisecond in which the leg is hung up gets neither ACK nor BYE, since by then the channel is neither
ringing nor answered (sofia.c, "Channel is already hungup"); the phone gives up by itself. Such answers are counted.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import gevent
import pytest
from gevent.pool import Pool

from fsapp.domain.events import Event, Kind
from fsapp.store.queue_log import LogFilter, QueueLog
from tests.live.bare_line import Line
from tests.live.bare_phones import BarePhone
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.office import PASSWORD, Office
from tests.live.switch import Switch

RACES = int(os.environ.get("FSAPP_RACES", "60"))
SEED = int(os.environ.get("FSAPP_SEED", "1"))
AT_ONCE = 4
AGENTS = tuple(str(number) for number in range(2201, 2209))
ONE, TOGETHER = "7021", "7022"
ALONE_SECONDS = 1.0
JITTER = 0.04


@dataclass
class Race:
    """One caller, and what the agents do whose phones ring for this one. Times are seconds."""

    name: str
    called: str = ONE
    answers_after: float = 0.05
    caller_hangs_up_after: float | None = None
    """After the first agent's answer."""
    agent_hangs_up_after: float | None = 0.2
    """After the own answer; the first who answers only, unless it is the only one that keeps the caller."""
    caller_goes_while_it_rings: float | None = None
    """After the call was taken: phones ring by then, or do not yet."""
    jitter: Callable[[], float] = lambda: 0.0
    caller: Line | None = None
    rung: list[tuple[Line, str]] = field(default_factory=list)
    answered: list[Line] = field(default_factory=list)

    def ring(self, line: Line) -> None:
        """A phone rings for this caller."""
        self.rung.append((line, line.name))
        gevent.sleep(self.answers_after + self.jitter())
        if not line.answer():
            return
        first = not self.answered
        self.answered.append(line)
        if first and self.caller_hangs_up_after is not None and self.caller is not None:
            gevent.spawn_later(max(0.0, self.caller_hangs_up_after), self.caller.hang_up)
        after = self.agent_hangs_up_after if first or self.agent_hangs_up_after is None else 0.2
        if after is not None:
            gevent.sleep(max(0.0, after))
            line.hang_up()


def races(chance: random.Random) -> Iterator[Race]:
    """Each kind in turn, every time with other jitter."""

    def about(seconds: float = 0.0) -> float:
        return seconds + chance.uniform(-JITTER, JITTER)

    def jitter() -> float:
        return chance.uniform(0, JITTER)

    while True:
        yield Race("caller goes as the agent answers", caller_hangs_up_after=about(), agent_hangs_up_after=None)
        yield Race("caller goes as the talk begins", caller_hangs_up_after=about(0.06), agent_hangs_up_after=None)
        yield Race("agent goes as the talk begins", agent_hangs_up_after=about(0.05))
        yield Race("both go as the talk begins", caller_hangs_up_after=about(0.06), agent_hangs_up_after=about(0.05))
        yield Race("both go in the talk", caller_hangs_up_after=about(0.3), agent_hangs_up_after=about(0.3))
        yield Race("caller goes as the phone begins to ring", caller_goes_while_it_rings=chance.uniform(0, 0.1))
        yield Race("agents answer together", called=TOGETHER, jitter=jitter)
        yield Race(
            "agents answer together as the caller goes",
            called=TOGETHER,
            jitter=jitter,
            caller_hangs_up_after=about(0.02),
            agent_hangs_up_after=None,
        )


class Arena:
    """The phones of all agents, and the one that all callers share."""

    def __init__(self, switch: Switch) -> None:
        self.outside = BarePhone("13900000000", switch.trunk)
        self.agents = [BarePhone(each, switch.registrar) for each in AGENTS]
        self.under_way: dict[str, Race] = {}
        self.done: list[Race] = []
        self._numbers = count(int(time.time()) % 10**6 * 10**4)
        for phone in self.agents:
            phone.register(PASSWORD)
            phone.on_line = self._rings

    def close(self) -> None:
        for phone in [*self.agents, self.outside]:
            phone.close()

    def run(self, race: Race) -> None:
        """One call, from the first ring to the end of everything."""
        number = f"1{next(self._numbers):010}"
        self.under_way[number] = race
        line = race.caller = self.outside.call(race.called, number)
        if race.caller_goes_while_it_rings is not None:
            line.wait("up")
            gevent.sleep(race.caller_goes_while_it_rings)
            line.hang_up()
        line.wait("over", 15)
        for agent, _ in list(race.rung):
            agent.wait("over", 3)
        self.done.append(race)

    def _rings(self, line: Line) -> None:
        assert line.invite is not None
        race = self.under_way.get(line.invite.caller)
        if race is not None:
            race.ring(line)


def alone(race: Race) -> float:
    """How long an agent held the line after the caller was gone, or a caller after the agent was, and nobody came."""
    caller = race.caller
    assert caller is not None
    assert caller.over is not None
    longest = 0.0
    for agent in race.answered:
        assert agent.over is not None
        longest = max(longest, agent.over - caller.over if not agent.ended_here else 0.0)
        if agent.ended_here and not agent.unheard and caller.up is not None:
            comes = [line.rang for line, _ in race.rung if line.rang is not None and line.rang > (agent.up or 0.0)]
            longest = max(longest, min([caller.over, *comes]) - agent.over)
    return longest


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    rests = (
        "--reject-delay-time",
        "0",
        "--busy-delay-time",
        "0",
        "--no-answer-delay-time",
        "0",
        "--max-no-answer",
        "0",
    )
    return tuple((each, "--queue", "live_races", "--queue", "live_races_all", *rests) for each in AGENTS)


@pytest.fixture
def arena(office: Office, switch: Switch) -> Iterator[Arena]:
    made = Arena(switch)
    for each in AGENTS:
        office.set(each, "in")
        office.wait(each, "available")
    yield made
    made.close()


@pytest.mark.timeout(60 + RACES)
def test_races_leave_nobody_alone_and_every_call_one_end(
    arena: Arena, office: Office, engine: Engine, switch: Switch
) -> None:
    chance, pool, began = random.Random(SEED), Pool(AT_ONCE), time.monotonic()
    greenlets = [pool.spawn(arena.run, race) for race, _ in zip(races(chance), range(RACES), strict=False)]
    gevent.joinall(greenlets, raise_error=True)
    print(f"{RACES} races in {time.monotonic() - began:.0f} s, {AT_ONCE} at once")
    waits = sorted(((alone(race), race) for race in arena.done), key=lambda each: each[0])
    print(f"longest alone {waits[-1][0]:.3f} s, median {waits[len(waits) // 2][0]:.3f} s; worst: {waits[-1][1].name}")
    print(Counter((race.name, len(race.answered)) for race in arena.done))
    unheard = sum(line.unheard for race in arena.done for line, _ in race.rung)
    print(f"answers that FreeSWITCH took no notice of: {unheard}")
    switch.wait_empty(5)
    until(lambda: all(office.seen(each)["state"] == "available" for each in AGENTS), 5, "every agent free")
    check_records(arena, engine)
    assert waits[-1][0] < ALONE_SECONDS
    assert unheard <= 1 + RACES // 200
    assert "Traceback" not in engine.log


def check_records(arena: Arena, engine: Engine) -> None:
    """Each call has one record, each contact one end, each offer one; and what came in went out."""
    numbers = set(arena.under_way)
    until(lambda: len([cdr for cdr in engine.cdrs() if cdr.ani in numbers]) >= RACES, 10, "record of every call")
    cdrs = [cdr for cdr in engine.cdrs(limit=10 * RACES) if cdr.ani in numbers]
    assert len(cdrs) == RACES
    assert all(cdr.complete for cdr in cdrs)
    print("ends", dict(Counter((cdr.hangup_cause, cdr.hangup_party) for cdr in cdrs)))
    calls = {cdr.uuid for cdr in cdrs}
    log = QueueLog(f"sqlite:///{engine.data / 'fsapp.db'}")
    events = [each for each in log.events(LogFilter()) if each.fields.get("call") in calls]
    queued, ended = of(events, Kind.CONTACT_QUEUED, "contact"), of(events, Kind.CONTACT_ENDED, "contact")
    assert sorted(queued) == sorted(ended) == sorted(set(queued))
    offers = of(events, Kind.OFFER_ENDED, "offer")
    assert len(offers) == len(set(offers))
    ends, offer_ends = Counter(of(events, Kind.CONTACT_ENDED, "end")), Counter(of(events, Kind.OFFER_ENDED, "end"))
    talks = of(events, Kind.TALK_ENDED, "contact")
    print(f"contacts {dict(ends)}, offers {dict(offer_ends)}, talks {len(talks)}")
    assert sorted(talks) == sorted(set(talks))
    assert len(talks) == ends["answered"] <= offer_ends["accepted"]


def of(events: list[Event], kind: Kind, name: str) -> list[str]:
    return [str(each.fields[name]) for each in events if each.kind == kind]
