"""When a queue does not keep a contact: full, too long, nobody there, closed; and where it overflows to."""

from typing import Any

import pytest

from fsapp.acd import commands, events
from tests.acd.centre import Centre, ends, of, queue, service


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


@pytest.mark.parametrize("ended", [events.OfferRejected, events.OfferNotAnswered, events.OfferFailed])
def test_who_waits_leaves_once_when_the_last_agent_goes_after_an_offer_that_came_to_nothing(
    ended: type[Any],
) -> None:
    centre = service(max_wait_time_with_no_agent=0)
    centre.hire("ann")
    centre.tell(events.OtherCallStarted("ann", "private"))
    centre.call("c1")
    centre.tell(events.AgentSignedOut("ann"))
    centre.tell(events.ContactPicked("c1", "ann"))
    given = centre.tell(ended(centre.offer_of("c1")))
    assert [each.exit for each in of(commands.LeaveQueue, given)] == ["no_agents"]
    assert centre.state("ann") == "offline"


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
