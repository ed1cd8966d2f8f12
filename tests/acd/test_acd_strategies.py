"""Which of the idle agents is asked: one test or case for each strategy."""

from typing import Any

import pytest

from fsapp.acd import commands, events
from fsapp.acd.agents import Tier
from fsapp.acd.offers import Withdrawal
from tests.acd.centre import Centre, of, offer_ends, queue, service


def team(strategy: str, **settings: Any) -> Centre:
    """Three agents who signed in one after the other, idle since 0, 10 and 20; positions 3, 1, 2."""
    centre = service(strategy=strategy, wrap_up_time=0, **settings)
    for name, position, at in (("ann", 3, 0.0), ("bob", 1, 10.0), ("cid", 2, 20.0)):
        centre.now = at
        centre.hire(
            name, tiers={"service": Tier(1, position)}, skills={"billing": {"ann": 4, "bob": 6, "cid": 8}[name]}
        )
    return centre


def serve(centre: Centre, contact: str, seconds: float) -> str | None:
    """A contact is offered, answered and talked with; gives the agent."""
    agent = centre.call(contact)
    centre.answer(contact)
    centre.tell(events.TalkEnded(contact), centre.now + seconds)
    return agent


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        ("longest_idle", ["ann", "bob", "cid", "ann"]),
        ("round_robin", ["bob", "cid", "ann", "bob"]),
        ("fewest_calls", ["ann", "bob", "cid", "ann"]),
        ("least_talk", ["ann", "bob", "cid", "cid"]),
        ("top_down", ["bob", "bob", "bob", "bob"]),
    ],
)
def test_a_strategy_asks_agents_in_its_order(strategy: str, order: list[str]) -> None:
    centre = team(strategy)
    talks = [60.0, 50.0, 10.0, 1.0]
    assert [serve(centre, f"c{number}", seconds) for number, seconds in enumerate(talks)] == order


def test_most_skilled_weighs_the_levels_of_what_is_asked_for() -> None:
    centre = service(strategy="most_skilled", skill_weights={"outage": 3})
    centre.hire("ann", skills={"billing": 9, "outage": 3})
    centre.hire("bob", skills={"billing": 3, "outage": 6})
    assert centre.call("c1", skills={"billing": 2, "outage": 2}) == "bob"
    assert centre.call("c2", skills={"billing": 2}) == "ann"


def test_most_skilled_prefers_the_longest_idle_among_equals() -> None:
    centre = team("most_skilled")
    assert centre.call("c1") == "ann"


def test_random_gives_each_agent_a_fair_share_and_depends_on_the_seed_alone() -> None:
    def chosen(seed: int) -> list[str | None]:
        centre = Centre({"service": queue(strategy="random", wrap_up_time=0)}, seed)
        for name in ("ann", "bob", "cid"):
            centre.hire(name)
        return [serve(centre, f"c{number}", 1.0) for number in range(300)]

    first = chosen(1)
    assert first == chosen(1)
    assert first != chosen(2)
    assert all(70 < first.count(name) < 130 for name in ("ann", "bob", "cid"))


def test_ring_all_rings_everybody_and_the_first_to_answer_wins() -> None:
    centre = team("ring_all")
    centre.call("c1")
    assert centre.ringing() == {"c1": ["ann", "bob", "cid"]}
    bobs = centre.dispatcher.agent("bob")
    assert bobs is not None
    assert bobs.offer is not None
    given = centre.tell(events.OfferAccepted(bobs.offer.id), 25.0)
    assert {(each.agent, each.reason) for each in of(commands.WithdrawOffer, given)} == {
        ("ann", Withdrawal.LOST_RACE),
        ("cid", Withdrawal.LOST_RACE),
    }
    assert [each.agent for each in of(commands.ConnectTalk, given)] == ["bob"]


def test_ring_all_lets_one_of_two_simultaneous_answers_win() -> None:
    centre = team("ring_all")
    centre.call("c1")
    found = centre.dispatcher.contact("c1")
    assert found is not None
    first, second, _ = [offer.id for offer in found.offers]
    assert of(commands.ConnectTalk, centre.tell(events.OfferAccepted(second), 25.0))
    assert centre.tell(events.OfferAccepted(first), 25.0) == ()
    assert sorted(offer_ends(centre)) == ["accepted", "withdrawn", "withdrawn"]


def test_ring_all_rings_those_too_who_become_free_later() -> None:
    centre = service(strategy="ring_all")
    centre.hire("ann")
    centre.call("c1")
    centre.hire("bob")
    assert centre.ringing() == {"c1": ["ann", "bob"]}


def test_who_lost_a_race_is_still_the_longest_idle() -> None:
    centre = Centre({"all": queue(strategy="ring_all"), "service": queue()})
    for name, at in (("ann", 0.0), ("bob", 10.0)):
        centre.now = at
        centre.hire(name, tiers={"all": Tier(), "service": Tier()})
    centre.hire("cid", tiers={"all": Tier()})
    centre.call("c1", "all", at=20.0)
    found = centre.dispatcher.agent("cid")
    assert found is not None
    assert found.offer is not None
    centre.tell(events.OfferAccepted(found.offer.id), 30.0)
    assert centre.call("c2") == "ann"
