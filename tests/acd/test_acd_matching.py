"""The indexed matcher against a full scan, on random floors; and the pieces that it stands on."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.acd import events, matching
from fsapp.acd.agents import AgentProfile, Tier
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.relaxing import RelaxStep, stages
from fsapp.acd.skills import SkillMap, demand, indexes, nth
from fsapp.acd.timers import Timers
from tests.acd.centre import queue
from tests.acd.invariants import check, floor_of, naive_best

SKILLS = tuple(f"s{number}" for number in range(12))
RELAX = [{"after": 50, "lower": 3}, {"after": 120, "drop": ["s1", "s2"]}, {"after": 200, "drop": "all"}]


def crowd(seed: int, agents: int, contacts: int) -> Dispatcher:
    """Agents on a break, and contacts who wait, in three queues."""
    random = Random(seed)
    dispatcher = Dispatcher(
        {
            "a": queue(relax=RELAX),
            "b": queue(tier_rules_apply=True, tier_rule_wait_second=60),
            "c": queue(sticky_time=90),
        },
        random,
    )
    for number in range(agents):
        tiers = {
            name: Tier(random.randint(1, 3), random.randint(1, 3))
            for name in random.sample("abc", random.randint(1, 3))
        }
        skills = {skill: random.randint(1, 10) for skill in random.sample(SKILLS, random.randint(0, 8))}
        dispatcher.handle(events.AgentAdded(AgentProfile(f"n{number}", tiers, skills)), 0.0)
        dispatcher.handle(events.PhoneRegistered(f"n{number}"), 0.0)
        dispatcher.handle(events.AgentSignedIn(f"n{number}", f"n{number}", ready=False), 0.0)
    for number in range(contacts):
        asked = {skill: random.randint(1, 9) for skill in random.sample(SKILLS, random.randint(0, 3))}
        sticky = f"n{random.randrange(agents)}" if random.random() < 0.1 else ""
        event = events.ContactArrived(
            f"c{number}", random.choice("abc"), asked, random.randint(0, 3), sticky_agent=sticky
        )
        dispatcher.handle(event, number * 250.0 / contacts)
    return dispatcher


@pytest.mark.parametrize("seed", range(3))
def test_a_freed_agent_is_offered_whom_a_full_scan_finds(seed: int) -> None:
    dispatcher = crowd(seed, agents=60, contacts=400)
    floor = floor_of(dispatcher)
    check(dispatcher)
    for agent in dispatcher.agents():
        found = matching.best_contact(agent)
        assert (found and found[2]) == naive_best(floor, agent)


@pytest.mark.parametrize("seed", range(3))
def test_agents_who_get_ready_one_by_one_empty_the_line_as_a_full_scan_would(seed: int) -> None:
    dispatcher = crowd(seed, agents=60, contacts=60)
    floor = floor_of(dispatcher)
    for agent in tuple(dispatcher.agents()):
        expected = naive_best(floor, agent)
        dispatcher.handle(events.AgentReady(agent.id), 250.0)
        assert (agent.contact and agent.contact.id) == expected
    check(dispatcher)


LEVELS = st.dictionaries(st.sampled_from(SKILLS[:4]), st.integers(1, 10), max_size=4)


@given(st.lists(LEVELS, max_size=70), LEVELS, st.integers(0, 3))
def test_bitmaps_agree_with_comparing_skill_by_skill(
    held: list[dict[str, int]], asked: dict[str, int], drop: int
) -> None:
    skills = SkillMap()
    for index, levels in enumerate(held):
        skills.put(index, {"s0": 10})
        skills.put(index, levels)
    if drop < len(held):
        skills.drop(drop)
    fit = [
        index
        for index, levels in enumerate(held)
        if index != drop and all(levels.get(skill, 0) >= level for skill, level in asked.items())
    ]
    assert list(indexes(skills.qualified(demand(asked)))) == fit


@given(st.lists(LEVELS, max_size=40), LEVELS, st.dictionaries(st.sampled_from(SKILLS[:4]), st.integers(0, 5)))
def test_bands_sort_by_the_weighted_sum_of_levels(
    held: list[dict[str, int]], asked: dict[str, int], weights: dict[str, int]
) -> None:
    skills = SkillMap()
    for index, levels in enumerate(held):
        skills.put(index, levels)
    sums: dict[int, list[int]] = {}
    for index, levels in enumerate(held):
        if all(levels.get(skill, 0) >= level for skill, level in asked.items()):
            total = sum(levels[skill] * weights.get(skill, 1) for skill in asked)
            sums.setdefault(total, []).append(index)
    expected = [sums[total] for total in sorted(sums, reverse=True)]
    bands = [list(indexes(band)) for band in skills.bands(demand(asked, weights)) if band]
    assert bands == expected


@given(st.sets(st.integers(0, 300), min_size=1), st.data())
def test_the_nth_bit_is_found(bits: set[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(bits) - 1))
    assert nth(sum(1 << bit for bit in bits), count) == sorted(bits)[count]


def test_levels_run_from_one_to_ten() -> None:
    for level in (0, 11):
        with pytest.raises(ValueError, match="levels run from 1 to 10"):
            demand({"billing": level})


def test_a_schedule_eases_step_by_step() -> None:
    schedule = (
        RelaxStep(after=10, lower=2),
        RelaxStep(after=20, levels={"billing": 1}),
        RelaxStep(after=30, drop=("billing",)),
        RelaxStep(after=40, drop="all"),
    )
    found = stages(demand({"billing": 5, "outage": 2}), schedule)
    assert [(after, {each.skill: each.level for each in asked}) for after, asked in found] == [
        (0.0, {"billing": 5, "outage": 2}),
        (10.0, {"billing": 3, "outage": 1}),
        (20.0, {"billing": 1, "outage": 1}),
        (30.0, {"outage": 1}),
        (40.0, {}),
    ]


@given(st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.floats(0, 100)))))
def test_timers_agree_with_a_plain_mapping(changes: list[tuple[int, float | None]]) -> None:
    timers: Timers[int] = Timers()
    plain: dict[int, float] = {}
    for what, at in changes:
        timers.set(what, at)
        plain.pop(what, None)
        if at is not None:
            plain[what] = at
        assert timers.next() == min(plain.values(), default=None)
    popped = []
    while (what_due := timers.pop_due(100.0)) is not None:
        popped.append(plain[what_due])
    assert popped == sorted(plain.values())


def test_timers_that_are_set_again_and_again_do_not_pile_up() -> None:
    timers: Timers[str] = Timers()
    for number in range(50_000):
        timers.set("contact", 1000.0 + number)
    assert len(timers._heap) < 3000
    assert timers.next() == 50_999.0


def test_ended_contacts_leave_nothing_behind() -> None:
    dispatcher = Dispatcher({"a": queue(max_wait_time=3600)})
    for number in range(3000):
        dispatcher.handle(events.ContactArrived(f"c{number}", "a", {"s1": 1 + number % 9}), float(number))
        dispatcher.handle(events.ContactAbandoned(f"c{number}"), float(number))
    floor = floor_of(dispatcher)
    assert not floor.contacts
    assert not floor.queues["a"].lines
    assert not floor.queues["a"].heads
    assert not floor.queues["a"].order
    assert dispatcher.next_deadline() is None
