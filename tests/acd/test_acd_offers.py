"""Offers and talks: every way in which they go right and wrong."""

from typing import Any

import pytest

from fsapp.acd import commands, events
from fsapp.acd.entries import TalkHad
from fsapp.acd.offering import CONNECT_SECONDS
from fsapp.acd.offers import Offer, OfferEnd, Withdrawal
from tests.acd.centre import Centre, ends, of, offer_ends, queue, service


def test_a_phone_that_is_not_registered_is_never_rung() -> None:
    centre = service()
    centre.hire("ann")
    centre.tell(events.PhoneUnregistered("ann"))
    assert centre.call("c1") is None
    assert centre.state("ann") == "on_break(unregistered)"
    centre.tell(events.PhoneRegistered("ann"))
    assert centre.ringing() == {"c1": ["ann"]}


def test_a_phone_that_goes_while_it_rings_passes_the_caller_on() -> None:
    centre = service()
    centre.hire("ann")
    centre.hire("bob")
    centre.call("c1", at=1.0)
    given = centre.tell(events.PhoneUnregistered("ann"), 3.0)
    assert [(each.agent, each.reason) for each in of(commands.WithdrawOffer, given)] == [("ann", Withdrawal.PHONE_GONE)]
    assert centre.ringing() == {"c1": ["bob"]}
    assert centre.state("ann") == "on_break(unregistered)"


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
    given = centre.until(5.0 + CONNECT_SECONDS)
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


def test_a_talk_restored_too_late_leaves_the_phone_ringing() -> None:
    centre = service()
    centre.hire("ann")
    centre.call("c1")
    centre.tell(events.ContactAbandoned("c1"))
    centre.call("c2")
    assert centre.tell(events.TalkRestored("c1", "service", "ann", 0.0)) == ()
    assert centre.ringing() == {"c2": ["ann"]}


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
