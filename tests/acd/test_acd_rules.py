"""Each rule of queues and agents, by itself."""

from typing import Any

import pytest

from fsapp.acd import commands, events
from fsapp.acd.agents import AgentProfile, Tier
from fsapp.acd.entries import AgentStateEnded, ContactEnd, ContactEnded, TalkHad
from fsapp.acd.offers import Offer, OfferEnd, Withdrawal
from tests.acd.centre import Centre, of, queue


def service(**settings: Any) -> Centre:
    return Centre({"service": queue(**settings)})


def ends(centre: Centre) -> dict[str, str]:
    return {each.contact: str(each.end) for each in centre.kept(ContactEnded)}


def offer_ends(centre: Centre) -> list[str]:
    return [str(each.end) for each in centre.kept(Offer)]


# Strategies


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


# Tiers, queues, skills


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


# Order of the line


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


# Sticky agent


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


# Limits and overflow


def test_a_full_queue_sends_away_or_overflows() -> None:
    centre = Centre({"service": queue(max_waiting=1, overflow={"full": "spare"}), "spare": queue(max_waiting=0)})
    centre.call("c1")
    given = centre.tell(events.ContactArrived("c2", "service"))
    assert [each.exit for each in of(commands.LeaveQueue, given)] == ["full"]
    centre.tell(events.QueuesLoaded({"service": queue(max_waiting=1, overflow={"full": "spare"}), "spare": queue()}))
    given = centre.tell(events.ContactArrived("c3", "service"))
    assert [each.queue for each in of(commands.MoveContact, given)] == ["spare"]


def test_a_queue_without_waiting_room_serves_who_can_be_served_at_once() -> None:
    centre = service(max_waiting=0)
    centre.hire("ann")
    assert centre.call("c1") == "ann"


def test_the_longest_wait_ends_by_timeout() -> None:
    centre = service(max_wait_time=60)
    centre.call("c1")
    given = centre.until(60.0)
    assert [each.exit for each in of(commands.LeaveQueue, given)] == ["timeout"]
    assert ends(centre) == {"c1": "timeout"}


def test_a_phone_that_rings_when_time_is_over_may_still_be_answered() -> None:
    centre = service(max_wait_time=60)
    centre.call("c1")
    centre.now = 55.0
    centre.hire("ann")
    centre.until(65.0)
    centre.answer("c1")
    assert ends(centre) == {"c1": "answered"}


def test_a_contact_leaves_when_the_last_offer_ends_after_its_time() -> None:
    centre = service(max_wait_time=60)
    centre.call("c1")
    centre.now = 55.0
    centre.hire("ann")
    centre.hire("bob")
    centre.until(75.0)
    assert ends(centre) == {"c1": "timeout"}


def test_overflow_keeps_the_waiting_time_and_starts_the_limit_anew() -> None:
    centre = Centre(
        {"service": queue(max_wait_time=60, overflow={"timeout": "spare"}), "spare": queue(max_wait_time=60)}
    )
    centre.call("c1", at=10.0)
    centre.call("own", "spare", at=30.0)
    centre.until(75.0)
    assert centre.dispatcher.waiting("spare") == ("c1", "own")
    centre.until(131.0)
    assert ends(centre)["c1"] == "timeout"


def test_no_agents_sends_away_after_its_time_or_at_once() -> None:
    centre = Centre({"patient": queue(max_wait_time_with_no_agent=30), "strict": queue(max_wait_time_with_no_agent=0)})
    centre.call("c1", "patient")
    centre.call("c2", "strict")
    assert ends(centre) == {"c2": "no_agents"}
    centre.until(30.0)
    assert ends(centre)["c1"] == "no_agents"


def test_those_who_wait_leave_when_the_last_agent_signs_out() -> None:
    centre = service(max_wait_time_with_no_agent=0)
    centre.hire("ann")
    centre.call("c1")
    centre.answer("c1")
    centre.call("c2")
    centre.tell(events.AgentSignedOut("ann"))
    centre.tell(events.TalkEnded("c1"))
    assert ends(centre)["c2"] == "no_agents"


def test_a_closed_queue_takes_nobody_in_and_serves_who_waits() -> None:
    centre = service()
    centre.call("c1")
    centre.tell(events.QueueClosed("service"))
    centre.call("c2")
    assert ends(centre) == {"c2": "closed"}
    centre.hire("ann")
    assert centre.ringing() == {"c1": ["ann"]}
    centre.tell(events.QueueOpened("service"))
    centre.call("c3")
    assert "c3" not in ends(centre)


def test_a_queue_that_is_emptied_sends_all_away_and_stops_their_phones() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.call("c2")
    given = centre.tell(events.QueueClosed("service", emptied=True))
    assert [each.agent for each in of(commands.WithdrawOffer, given)] == ["ann"]
    assert ends(centre) == {"c1": "closed", "c2": "closed"}
    assert centre.state("ann") == "available"


def test_a_caller_for_a_queue_that_is_gone_does_not_hang_in_the_air() -> None:
    centre = service()
    given = centre.tell(events.ContactArrived("c1", "nowhere"))
    assert [each.exit for each in of(commands.LeaveQueue, given)] == ["closed"]


# Offers


def test_a_phone_that_is_not_registered_is_never_rung() -> None:
    centre = service()
    centre.hire("ann")
    centre.tell(events.PhoneUnregistered("ann"))
    assert centre.call("c1") is None
    assert centre.state("ann") == "on_break(unregistered)"
    centre.tell(events.PhoneRegistered("ann"))
    assert centre.ringing() == {"c1": ["ann"]}


def test_a_break_is_no_shorter_because_the_phone_registers() -> None:
    centre = service()
    centre.hire("ann")
    centre.tell(events.AgentWentOnBreak("ann", "lunch"))
    centre.tell(events.PhoneUnregistered("ann"))
    centre.tell(events.PhoneRegistered("ann"))
    assert centre.state("ann") == "on_break(lunch)"


def test_a_phone_found_gone_passes_the_caller_on_at_once() -> None:
    centre = service()
    centre.hire("ann")
    centre.hire("bob")
    centre.call("c1", at=1.0)
    centre.tell(events.OfferFailed(centre.offer_of("c1"), "USER_NOT_REGISTERED", unregistered=True))
    assert centre.ringing() == {"c1": ["bob"]}
    assert centre.state("ann") == "on_break(unregistered)"


@pytest.mark.parametrize(
    ("event", "state", "end"),
    [
        (events.OfferRejected, "on_break(reject_delay)", "rejected"),
        (lambda offer: events.OfferRejected(offer, busy=True), "on_break(busy_delay)", "rejected"),
        (events.OfferNotAnswered, "on_break(no_answer_delay)", "no_answer"),
        (events.OfferFailed, "on_break(failure_delay)", "failed"),
    ],
)
def test_an_offer_that_came_to_nothing_lets_the_agent_rest(event: Any, state: str, end: str) -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.tell(event(centre.offer_of("c1")))
    assert centre.state("ann") == state
    assert offer_ends(centre) == [end]
    rested = centre.dispatcher.next_deadline()
    assert rested is not None
    centre.until(rested)
    assert centre.ringing() == {"c1": ["ann"]}


def test_an_offer_ends_at_its_deadline_though_nobody_says_so() -> None:
    centre = service(ring_timeout=15)
    centre.hire("ann")
    centre.call("c1")
    given = centre.until(15.0)
    assert [each.reason for each in of(commands.WithdrawOffer, given)] == [Withdrawal.TIMED_OUT]
    assert offer_ends(centre) == ["no_answer"]


def test_who_does_not_answer_too_often_rests_until_ready() -> None:
    centre = service()
    centre.hire("ann", max_no_answer=2, no_answer_delay_time=0.0)
    centre.call("c1")
    centre.until(20.0)
    assert centre.state("ann") == "offered"
    centre.until(500.0)
    assert centre.state("ann") == "on_break(no_answer)"
    centre.tell(events.AgentReady("ann"))
    assert centre.ringing() == {"c1": ["ann"]}


def test_an_answer_starts_the_count_of_missed_offers_anew() -> None:
    centre = service(wrap_up_time=0)
    centre.hire("ann", max_no_answer=2, no_answer_delay_time=0.0)
    for contact in ("c1", "c2"):
        centre.call(contact)
        centre.until(centre.now + 20.0)
        centre.answer(contact)
        centre.tell(events.TalkEnded(contact))
    assert centre.state("ann") == "available"


# Talks


def test_caller_gone_before_the_talk_leaves_the_agent_free_without_wrap_up() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.tell(events.OfferAccepted(centre.offer_of("c1")), 5.0)
    given = centre.tell(events.ContactAbandoned("c1"), 5.01)
    assert [each.agent for each in of(commands.ReleaseAgent, given)] == ["ann"]
    assert centre.state("ann") == "available"
    assert ends(centre) == {"c1": "abandoned"}


def test_caller_gone_before_the_answer_stops_the_phone_and_a_late_answer_changes_nothing() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    offer = centre.offer_of("c1")
    given = centre.tell(events.ContactAbandoned("c1"), 5.0)
    assert [each.reason for each in of(commands.WithdrawOffer, given)] == [Withdrawal.CALLER_GONE]
    assert centre.tell(events.OfferAccepted(offer), 5.01) == ()


def test_an_agent_lost_before_the_talk_gives_the_caller_back_its_place() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.call("c2", at=1.0)
    centre.tell(events.OfferAccepted(centre.offer_of("c1")), 5.0)
    assert centre.dispatcher.position("c2") == 1
    centre.tell(events.TalkFailed("c1"))
    assert centre.dispatcher.waiting("service") == ("c1", "c2")


def test_a_talk_that_never_begins_is_given_up() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.tell(events.OfferAccepted(centre.offer_of("c1")), 5.0)
    given = centre.until(10.0)
    assert [each.agent for each in of(commands.ReleaseAgent, given)] == ["ann"]
    assert centre.dispatcher.position("c1") == 1


@pytest.mark.parametrize(("own", "length"), [(None, 20.0), (35.0, 35.0), (0.0, 0.0)])
def test_wrap_up_lasts_as_long_as_the_queue_or_the_agent_says(own: float | None, length: float) -> None:
    centre = service(wrap_up_time=20)
    centre.hire("ann", wrap_up_time=own)
    centre.call("c1")
    centre.answer("c1")
    centre.tell(events.TalkEnded("c1"), 100.0)
    assert centre.dispatcher.next_deadline() == (100.0 + length if length else None)
    centre.until(100.0 + length)
    assert centre.state("ann") == "available"


def test_wrap_up_can_be_extended_and_ended() -> None:
    centre = service(wrap_up_time=20)
    centre.hire("ann")
    centre.call("c1")
    centre.answer("c1")
    centre.tell(events.TalkEnded("c1"), 100.0)
    centre.tell(events.WrapUpExtended("ann", 60.0))
    centre.until(170.0)
    assert centre.state("ann") == "wrap_up"
    centre.tell(events.AgentReady("ann"))
    assert centre.state("ann") == "available"


def test_manual_ready_ends_wrap_up_by_the_agent_alone() -> None:
    centre = service()
    centre.hire("ann", manual_ready=True)
    centre.call("c1")
    centre.answer("c1")
    centre.tell(events.TalkEnded("c1"))
    centre.until(9999.0)
    assert centre.state("ann") == "wrap_up"


@pytest.mark.parametrize(
    ("asked", "state"),
    [(events.AgentWentOnBreak("ann", "lunch"), "on_break(lunch)"), (events.AgentSignedOut("ann"), "offline")],
)
def test_what_is_asked_for_in_a_talk_comes_after_it(asked: events.Event, state: str) -> None:
    centre = service(wrap_up_time=0)
    centre.hire("ann")
    centre.call("c1")
    centre.answer("c1")
    centre.tell(asked)
    assert centre.state("ann") == "talking"
    centre.tell(events.TalkEnded("c1"))
    assert centre.state("ann") == state


@pytest.mark.parametrize("asked", [events.AgentWentOnBreak("ann", "lunch"), events.AgentSignedOut("ann")])
def test_who_leaves_while_the_phone_rings_gives_the_caller_to_the_next(asked: events.Event) -> None:
    centre = service()
    centre.hire("ann")
    centre.hire("bob")
    assert centre.call("c1") == "ann"
    centre.tell(asked)
    assert centre.ringing() == {"c1": ["bob"]}
    assert [(each.end, each.cause) for each in centre.kept(Offer)] == [(OfferEnd.WITHDRAWN, Withdrawal.AGENT_LEFT)]


def test_a_talk_taken_over_has_two_parts() -> None:
    centre = service(wrap_up_time=0)
    centre.hire("ann")
    centre.hire("eva", tiers={}, ready=False)
    centre.call("c1")
    centre.answer("c1", at=10.0)
    centre.tell(events.TalkTakenOver("c1", "eva"), 70.0)
    assert (centre.state("ann"), centre.state("eva")) == ("available", "talking")
    centre.tell(events.TalkEnded("c1"), 100.0)
    assert [(each.agent, each.started_at, each.ended_at) for each in centre.kept(TalkHad)] == [
        ("ann", 10.0, 70.0),
        ("eva", 70.0, 100.0),
    ]


def test_a_talk_from_before_a_restart_goes_on_and_ends_as_others_do() -> None:
    centre = service(wrap_up_time=20)
    centre.now = 100.0
    centre.hire("ann")
    centre.tell(events.TalkRestored("c1", "service", "ann", 40.0))
    assert centre.state("ann") == "talking"
    centre.tell(events.TalkRestored("c1", "service", "ann", 40.0))
    centre.tell(events.TalkEnded("c1"), 130.0)
    assert centre.state("ann") == "wrap_up"
    assert [(each.started_at, each.ended_at) for each in centre.kept(TalkHad)] == [(40.0, 130.0)]


def test_an_agent_in_another_call_is_not_rung() -> None:
    centre = service()
    centre.hire("ann")
    centre.tell(events.OtherCallStarted("ann", "x1"))
    assert centre.call("c1") is None
    assert centre.state("ann") == "talking(other_call)"
    centre.tell(events.OtherCallEnded("ann", "x1"))
    assert centre.ringing() == {"c1": ["ann"]}


def test_a_picked_contact_goes_past_the_line() -> None:
    centre = service()
    centre.call("c1", skills={"billing": 9})
    centre.call("c2", skills={"billing": 9})
    centre.hire("ann")
    centre.tell(events.ContactPicked("c2", "ann"))
    assert centre.ringing() == {"c2": ["ann"]}


def test_a_moved_contact_keeps_its_waiting_time() -> None:
    centre = Centre({"service": queue(), "sales": queue()})
    centre.call("c1", at=0.0)
    centre.call("c2", "sales", at=10.0)
    centre.tell(events.ContactMoved("c1", "sales"), 20.0)
    assert centre.dispatcher.waiting("sales") == ("c1", "c2")


# Agents


def test_a_phone_has_one_agent() -> None:
    centre = service()
    centre.hire("ann")
    centre.tell(events.AgentAdded(AgentProfile("bob", {"service": Tier()})))
    assert centre.tell(events.AgentSignedIn("bob", "ann")) == ()
    assert centre.state("bob") == "offline"
    centre.tell(events.AgentSignedOut("ann"))
    centre.tell(events.AgentSignedIn("bob", "ann"))
    assert centre.state("bob") == "available"


def test_state_times_add_up_to_the_time_signed_in() -> None:
    centre = service()
    centre.now = 10.0
    centre.hire("ann")
    centre.call("c1", at=20.0)
    centre.answer("c1", at=24.5)
    centre.tell(events.TalkEnded("c1"), 61.25)
    centre.until(80.0)
    centre.tell(events.AgentWentOnBreak("ann", "lunch"), 90.0)
    centre.tell(events.AgentSignedOut("ann"), 100.5)
    spent = [each for each in centre.kept(AgentStateEnded) if each.state != "offline"]
    assert sum(each.until - each.since for each in spent) == 90.5
    assert [str(each.state) for each in spent] == [
        "available",
        "offered",
        "talking",
        "wrap_up",
        "available",
        "on_break",
    ]


def test_a_removed_agent_ends_the_talk_first() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.answer("c1")
    centre.tell(events.AgentRemoved("ann"))
    assert centre.state("ann") == "talking"
    centre.tell(events.TalkEnded("c1"))
    assert centre.dispatcher.agent("ann") is None


def test_announcements_tell_the_position_as_often_as_asked() -> None:
    centre = service(announcements={"announce_frequency": 30, "first_after": 5})
    centre.call("c1")
    centre.call("c2")
    given = of(commands.Announce, centre.until(40.0))
    assert [(each.contact, each.position) for each in given] == [("c1", 1), ("c2", 2), ("c1", 1), ("c2", 2)]


def test_callers_leave_by_key_or_callback() -> None:
    centre = service()
    centre.call("c1")
    centre.call("c2")
    centre.tell(events.ContactLeft("c1", "key"))
    centre.tell(events.ContactLeft("c2", "callback"))
    assert ends(centre) == {"c1": ContactEnd.KEY, "c2": ContactEnd.CALLBACK}


@pytest.mark.parametrize(
    "event",
    [
        events.ContactAbandoned("c0"),
        events.ContactLeft("c0", "key"),
        events.ContactMoved("c0", "service"),
        events.ContactPicked("c0", "ann"),
        events.ContactArrived("c0", "service"),
        events.OfferAccepted("o1"),
        events.OfferRejected("o1"),
        events.OfferNotAnswered("o1"),
        events.OfferFailed("o1"),
        events.TalkStarted("c0"),
        events.TalkFailed("c0"),
        events.TalkEnded("c0"),
        events.TalkTakenOver("c0", "ann"),
        events.AgentSignedIn("ann", "ann"),
        events.AgentAdded(AgentProfile("ann")),
        events.AgentSignedOut("nobody"),
        events.AgentReady("nobody"),
        events.AgentWentOnBreak("nobody", "lunch"),
        events.AgentRemoved("nobody"),
        events.AgentChanged(AgentProfile("nobody")),
        events.WrapUpExtended("ann", 5.0),
        events.OtherCallEnded("ann", "x1"),
        events.OtherCallStarted("nobody", "x1"),
        events.QueueClosed("nowhere", emptied=True),
        events.QueueOpened("nowhere"),
        events.DeadlinePassed(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_is_repeated_late_or_unknown_is_ignored(event: events.Event) -> None:
    """The contact c0 and the offer o1 are over."""
    centre = service(wrap_up_time=0)
    centre.hire("ann")
    centre.call("c0")
    centre.answer("c0")
    centre.tell(events.TalkEnded("c0"))
    assert centre.tell(event) == ()
    assert centre.state("ann") == "available"
