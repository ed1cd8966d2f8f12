"""What becomes of offers and talks."""

from collections.abc import Callable, Mapping
from typing import Any

from fsapp.acd import offering
from fsapp.acd.contacts import Contact
from fsapp.acd.events import (
    ContactArrived,
    OfferAccepted,
    OfferFailed,
    OfferNotAnswered,
    OfferRejected,
    TalkEnded,
    TalkFailed,
    TalkRestored,
    TalkStarted,
    TalkTakenOver,
)
from fsapp.acd.floor import Floor


def offer_accepted(floor: Floor, event: OfferAccepted) -> None:
    if offer := floor.offers.get(event.offer):
        offering.accept(floor, offer)


def offer_rejected(floor: Floor, event: OfferRejected) -> None:
    if offer := floor.offers.get(event.offer):
        offering.reject(floor, offer, busy=event.busy)


def offer_not_answered(floor: Floor, event: OfferNotAnswered) -> None:
    if offer := floor.offers.get(event.offer):
        offering.miss(floor, offer)


def offer_failed(floor: Floor, event: OfferFailed) -> None:
    if offer := floor.offers.get(event.offer):
        offering.fail(floor, offer, event.cause, unregistered=event.unregistered)


def talk_started(floor: Floor, event: TalkStarted) -> None:
    if contact := floor.contacts.get(event.contact):
        offering.start_talk(floor, contact)


def talk_failed(floor: Floor, event: TalkFailed) -> None:
    if contact := floor.contacts.get(event.contact):
        offering.fail_talk(floor, contact)


def talk_taken_over(floor: Floor, event: TalkTakenOver) -> None:
    contact, agent = floor.contacts.get(event.contact), floor.roster.get(event.agent)
    if contact is not None and agent is not None and agent.signed_in:
        offering.take_over(floor, contact, agent)


def talk_ended(floor: Floor, event: TalkEnded) -> None:
    """If nobody said that the talk began, it did."""
    if contact := floor.contacts.get(event.contact):
        offering.start_talk(floor, contact)
        offering.end_talk(floor, contact)


def talk_restored(floor: Floor, event: TalkRestored) -> None:
    queue, agent = floor.queues.get(event.queue), floor.roster.get(event.agent)
    if queue is not None and agent is not None and agent.signed_in and event.contact not in floor.contacts:
        began = min(floor.now, event.started_at)
        floor.arrivals += 1
        arrived = ContactArrived(event.contact, event.queue)
        offering.restore_talk(floor, Contact(arrived, floor.arrivals, queue, began, began), agent)


HANDLERS: Mapping[type[Any], Callable[[Floor, Any], None]] = {
    OfferAccepted: offer_accepted,
    OfferRejected: offer_rejected,
    OfferNotAnswered: offer_not_answered,
    OfferFailed: offer_failed,
    TalkStarted: talk_started,
    TalkFailed: talk_failed,
    TalkTakenOver: talk_taken_over,
    TalkEnded: talk_ended,
    TalkRestored: talk_restored,
}
