"""Agents, announcements, and events that come twice, late, or of nothing known."""

import pytest

from fsapp.acd import commands, events
from fsapp.acd.agents import AgentProfile, Tier
from fsapp.acd.entries import AgentStateEnded, ContactEnd
from tests.acd.centre import ends, of, service


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


@pytest.mark.parametrize("level", [0, 11])
def test_levels_out_of_range_never_reach_the_dispatcher(level: int) -> None:
    with pytest.raises(ValueError, match="levels run from 1 to 10"):
        AgentProfile("ann", {}, {"billing": level})
    with pytest.raises(ValueError, match="levels run from 1 to 10"):
        events.ContactArrived("c1", "service", {"billing": level})
