"""Far more callers than there is room for, and a queue as long as a street: on the stand-in, in small numbers.

tests/live/test_flood.py floods a real switch; FSAPP_CROWD says how many wait in the queue here (300).
"""

import os
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from time import monotonic

import gevent

from fsapp.acd.agents import AgentState
from fsapp.acd.events import AgentReady, AgentWentOnBreak
from fsapp.domain.queue_records import OfferRecord
from fsapp.switchboard.agent_phone import Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.timeline import Pace
from tests.faults.checker import Undisturbed, violations
from tests.faults.house import House, Plot, until
from tests.faults.people import Customer

Build = Callable[[Plot], House]

CAPACITY = 5
CALL_SECONDS = 0.5
"""What FLOW takes at PACE."""

TIMES = 5
FLOOD_SECONDS = 3.0
RECOVERED_SECONDS = 5.0
SLOWER = 1.5
"""Seconds; on a machine of its own it is 0.01. Engine, stand-in and callers are one process here, and others run."""

PACE = Pace(media=0.2, linger=0.05)
FLOW = """
main:
  - say: "您好"
  - say: "再见"
  - hangup
"""
CROWD = int(os.environ.get("FSAPP_CROWD", "300"))
AGENTS = tuple(str(2001 + number) for number in range(10))
ASIDE = "to fill the queue"
QUEUE_FLOW = """
main:
  - enqueue: {queue: service, on: {failed: gone}}
  - hangup
gone:
  - hangup
"""


class Impatient(Customer):
    """Notes how long nothing was heard at first."""

    def __init__(self) -> None:
        super().__init__({})
        self.waited: float | None = None
        self._began = monotonic()

    def playing(self, channel: Channel, sound: str, seconds: float) -> None:
        if self.waited is None:
            self.waited = monotonic() - self._began
        super().playing(channel, sound, seconds)


def flooded(house: House, seconds: float, per_second: float) -> dict[str, Impatient]:
    """Callers by their calls."""
    began, callers = monotonic(), dict[str, Impatient]()
    for index in range(round(seconds * per_second)):
        gevent.sleep(max(0.0, began + index / per_second - monotonic()))
        caller = Impatient()
        callers[house.call(caller).uuid] = caller
    return callers


def slow(callers: Sequence[Impatient]) -> float:
    """What the slowest twentieth waited at least, in seconds."""
    return statistics.quantiles([each.waited or 0.0 for each in callers], n=20)[-1]


def in_order(offers: Sequence[OfferRecord], waiting: Sequence[str]) -> bool:
    """Who came first is offered first. Agents who are rung in the same millisecond answer in any order; whoever is
    offered again has been before.
    """
    places = {contact: number for number, contact in enumerate(waiting)}
    first: dict[str, int] = {}
    for offer in sorted(offers, key=lambda each: each.made_at):
        first.setdefault(offer.contact, offer.made_at)
    made = [places[contact] for contact in sorted(first, key=lambda each: (first[each], places[each]))]
    return made == sorted(made)


def test_five_times_what_there_is_room_for_is_refused_politely_and_slows_nobody(build: Build) -> None:
    per_second = CAPACITY / CALL_SECONDS
    with Undisturbed() as process:
        house = build(Plot(FLOW, capacity=CAPACITY, pace=PACE))
        quiet = flooded(house, FLOOD_SECONDS, per_second / 2)
        assert house.wait()
        flood = flooded(house, FLOOD_SECONDS, TIMES * per_second)
        began = monotonic()
        assert until(house.engine.listener.empty.is_set, RECOVERED_SECONDS)
        recovered = monotonic() - began
        after = flooded(house, FLOOD_SECONDS / 3, per_second / 2)
        assert house.wait()
        found = house.evidence()
        assert violations(found) == []
        house.close()
    assert process.violations() == []
    refused = {cdr.uuid for cdr in found.cdrs if cdr.refused_reason}
    served = [caller for call, caller in flood.items() if call not in refused]
    told = [flood[call] for call in refused if flood[call].heard]
    print(f"served {len(served)}, told {len(told)}, refused {len(refused) - len(told)}; {recovered:.2f} s to recover")
    print(f"slow {slow(list(quiet.values())):.3f} s, in the flood {slow(served):.3f} s")
    assert refused <= set(flood)  # nobody before, nobody after
    assert len(served) > 0.5 * per_second * FLOOD_SECONDS
    assert {name for each in told for name in each.prompts} == {"all_lines_busy"}
    assert {flood[call].cause for call in refused} == {"SWITCH_CONGESTION"}
    assert slow(served) < slow(list(quiet.values())) + SLOWER
    assert slow(list(after.values())) < slow(list(quiet.values())) + SLOWER


def test_a_long_queue_is_entered_kept_in_order_and_drained_while_others_leave(build: Build) -> None:
    """A tenth hangs up; everybody else talks to somebody, in the order of arrival."""
    with Undisturbed() as process:
        house = build(
            Plot(
                QUEUE_FLOW,
                queues={"service": {"wrap_up_time": 0}},
                agents=dict.fromkeys(AGENTS, Habit(answers_after=0.1, talks=0.5)),
                capacity=2 * CROWD,
            )
        )
        dispatcher, tell = house.engine.centre.service.dispatcher, house.engine.centre.service.tell
        for agent in AGENTS:
            tell(AgentWentOnBreak(agent, ASIDE))
        calls = [house.call(Customer({})).uuid for _ in range(CROWD)]
        limit = 10 + CROWD / 20
        assert until(lambda: len(dispatcher.waiting("service")) == CROWD, limit)
        waiting = dispatcher.waiting("service")
        assert [dispatcher.position(contact) for contact in waiting] == list(range(1, CROWD + 1))
        assert sorted(contact.partition("/")[0] for contact in waiting) == sorted(calls)
        leavers = calls[::10]
        for call in leavers:
            house.switch.channels[call].hang_up("NORMAL_CLEARING", by_caller=True)
        assert until(lambda: len(dispatcher.waiting("service")) == CROWD - len(leavers), limit)
        for agent in AGENTS:
            tell(AgentReady(agent))
        assert house.wait(limit)
        found = house.evidence(silence_seconds=1000)
        assert violations(found) == []
        assert in_order(found.offers, waiting)
        assert Counter(each.end for each in found.contacts) == {
            "abandoned": len(leavers),
            "answered": CROWD - len(leavers),
        }
        assert all(house.state(agent) is AgentState.AVAILABLE for agent in AGENTS)
        house.close()
    assert process.violations() == []
