"""Who is served first, and by whom: tiers, skills, priority, kept places, sticky agents."""

import pytest

from fsapp.acd import events
from fsapp.acd.agents import AgentProfile, Tier
from tests.acd.centre import Centre, queue, service


def test_lower_tier_levels_are_asked_first() -> None:
    centre = service()
    centre.hire("ann", tiers={"service": Tier(level=2)})
    centre.hire("bob", tiers={"service": Tier(level=1)})
    assert centre.call("c1") == "bob"
    assert centre.call("c2") == "ann"


def test_tier_rules_hold_higher_levels_back_for_a_while() -> None:
    centre = service(tier_rules_apply=True, tier_rule_wait_second=30)
    centre.hire("ann", tiers={"service": Tier(level=1)})
    centre.hire("bob", tiers={"service": Tier(level=2)})
    centre.hire("cid", tiers={"service": Tier(level=3)})
    assert centre.call("c1") == "ann"
    assert centre.call("c2") is None
    centre.until(29.9)
    assert "c2" not in centre.ringing()
    centre.until(30.0)
    assert centre.ringing()["c2"] == ["bob"]
    centre.call("c3", at=31.0)
    centre.until(31.0 + 59.0)
    assert centre.ringing().get("c3") != ["cid"]


def test_a_freed_agent_serves_queues_by_tier_level_then_whoever_waits_longest() -> None:
    centre = Centre({"first": queue(), "second": queue(), "third": queue()})
    centre.call("c1", "third", at=0.0)
    centre.call("c2", "second", at=1.0)
    centre.call("c3", "first", at=2.0)
    centre.hire("ann", tiers={"first": Tier(1, 1), "second": Tier(1, 2), "third": Tier(2)})
    assert centre.ringing() == {"c2": ["ann"]}


def test_agents_get_only_contacts_whose_skills_they_have() -> None:
    centre = service()
    centre.hire("ann", skills={"billing": 3})
    assert centre.call("c1", skills={"billing": 4}) is None
    assert centre.call("c2", skills={"billing": 3, "outage": 1}) is None
    assert centre.call("c3", skills={"billing": 3}) == "ann"


def test_requirements_ease_with_time_and_the_place_is_kept() -> None:
    centre = service(ring_timeout=300, relax=[{"after": 30, "lower": 2}, {"after": 60, "drop": "all"}])
    centre.call("hard", skills={"billing": 5})
    centre.call("harder", skills={"outage": 9})
    centre.call("plain", at=1.0)
    centre.hire("ann", skills={"billing": 3}, ready=False)
    assert centre.dispatcher.position("hard") == 1
    centre.until(31.0)
    centre.tell(events.AgentReady("ann"))
    assert centre.ringing() == {"hard": ["ann"]}
    centre.hire("bob")
    assert centre.ringing()["plain"] == ["bob"]
    centre.hire("cid")
    assert "harder" not in centre.ringing()
    centre.until(60.0)
    assert "harder" in centre.ringing()


def test_a_skill_that_is_changed_counts_at_once() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1", skills={"billing": 3})
    assert centre.ringing() == {}
    centre.tell(events.AgentChanged(AgentProfile("ann", {"service": Tier()}, {"billing": 3})))
    assert centre.ringing() == {"c1": ["ann"]}


def test_priority_is_a_head_start_that_waiting_makes_up_for() -> None:
    centre = service(seconds_per_priority=60, customer_levels={"gold": 2})
    centre.call("old", at=0.0)
    centre.call("urgent", at=30.0, priority=1)
    centre.call("gold", at=100.0, customer_level="gold")
    centre.call("late", at=101.0, priority=1)
    assert centre.dispatcher.waiting("service") == ("urgent", "gold", "old", "late")
    assert centre.dispatcher.position("gold") == 2


def test_the_place_is_kept_while_offers_come_to_nothing() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.call("c2")
    centre.tell(events.OfferRejected(centre.offer_of("c1")))
    centre.hire("bob")
    assert centre.ringing() == {"c1": ["bob"]}


def test_a_contact_given_back_after_a_restart_has_its_old_place() -> None:
    centre = service()
    centre.call("new", at=100.0)
    centre.call("old", at=101.0, queued_at=40.0)
    assert centre.dispatcher.waiting("service") == ("old", "new")


@pytest.mark.parametrize(("pause", "kept"), [(59.0, True), (61.0, False)])
def test_a_caller_who_was_cut_off_has_the_old_place_for_some_time(pause: float, kept: bool) -> None:
    centre = service(abandoned_resume_allowed=True, discard_abandoned_after=60)
    centre.call("c1", at=0.0, caller="13800138000")
    centre.call("c2", at=5.0)
    centre.tell(events.ContactAbandoned("c1"), 10.0)
    centre.call("c3", at=10.0 + pause, caller="13800138000")
    assert centre.dispatcher.waiting("service") == (("c3", "c2") if kept else ("c2", "c3"))


def test_callers_without_a_number_never_take_each_others_place() -> None:
    centre = service(abandoned_resume_allowed=True)
    centre.call("c1", at=0.0)
    centre.call("c2", at=5.0)
    centre.tell(events.ContactAbandoned("c1"), 10.0)
    centre.call("c3", at=11.0)
    assert centre.dispatcher.waiting("service") == ("c2", "c3")


def test_a_contact_waits_for_its_agent_alone_for_a_limited_time() -> None:
    centre = service(sticky_time=20)
    centre.hire("ann")
    centre.hire("bob")
    assert centre.call("c1") == "ann"
    centre.answer("c1")
    assert centre.call("c2", sticky_agent="ann") is None
    centre.until(19.0)
    assert "c2" not in centre.ringing()
    centre.until(20.0)
    assert centre.ringing()["c2"] == ["bob"]


def test_nobody_waits_for_an_agent_who_signs_out() -> None:
    centre = service(sticky_time=20)
    centre.hire("ann", ready=False)
    centre.hire("bob")
    assert centre.call("c1", sticky_agent="ann") is None
    centre.tell(events.AgentSignedOut("ann"))
    assert centre.ringing() == {"c1": ["bob"]}
