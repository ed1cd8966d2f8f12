"""Offers are held after a restart, until those who waited are back."""

from fsapp.acd import commands, events
from tests.acd.centre import Centre, of


def test_while_offers_are_held_nobody_is_offered_and_then_the_order_is_that_of_arrival() -> None:
    centre = Centre()
    centre.tell(events.OffersHeld(3.0))
    centre.hire("ann")
    assert centre.call("late", at=1.0, queued_at=-5.0) is None
    assert centre.call("early", at=2.0, queued_at=-9.0) is None
    given = centre.tell(events.OffersHeld(0.0))
    assert [each.contact for each in of(commands.MakeOffer, given)] == ["early"]


def test_offers_are_not_held_for_ever() -> None:
    centre = Centre()
    centre.tell(events.OffersHeld(3.0))
    centre.hire("ann")
    assert centre.call("one", at=1.0) is None
    given = centre.tell(events.DeadlinePassed(), 3.0)
    assert [each.contact for each in of(commands.MakeOffer, given)] == ["one"]
