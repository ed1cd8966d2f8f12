"""An offer on its way: the phone rings, somebody answers or nobody does, and the dispatcher is told."""

from typing import TYPE_CHECKING

import gevent

from fsapp.acd.commands import MakeOffer
from fsapp.acd.events import Event, OfferAccepted, OfferFailed, OfferNotAnswered, OfferRejected
from fsapp.acd.places import Place
from fsapp.acd.ports import PhoneLeg
from fsapp.acd.talks import Talk
from fsapp.domain.ringing import Ring, RingEnd, Rung

if TYPE_CHECKING:
    from fsapp.acd.service import Service


class OfferRun:
    """From the first ring to the talk. A phone that is up is not rung: see `Service.sit`."""

    def __init__(self, service: "Service", offer: MakeOffer, place: Place) -> None:
        self._service = service
        self._offer = offer
        self._place = place
        self._dropped = False
        self._talk: Talk | None = None
        self._leg: PhoneLeg = service.people.leg_at(offer.agent) or self._phone()

    def start(self) -> None:
        """Rings; does not wait."""
        self._service.screen_offer(self._place, self._offer.agent)
        gevent.spawn(self._run)

    def drop(self) -> None:
        """Somebody else has the contact, or nobody needs the phone any more; does not wait."""
        self._dropped = True
        if self._talk is not None:
            self._talk.give_up()
        else:
            gevent.spawn(self._leg.hang_up)

    def connect(self) -> None:
        """The dispatcher gave the contact to this agent; does not wait."""
        talk = self._talk = self._place.talk = Talk(self._service, self._place, self._offer.agent, self._leg)
        gevent.spawn(self._begin, talk)

    def _begin(self, talk: Talk) -> None:
        try:
            talk.start()
        finally:
            self._service.offer_over(self._offer.offer)

    def _run(self) -> None:
        if not self._is_dropped():
            self._tell(self._leg.ring())

    def _tell(self, rung: Rung) -> None:
        if self._is_dropped():
            self._leg.hang_up()
            return
        self._service.tell(_outcome(self._offer.offer, rung))
        if rung.end is not RingEnd.ANSWERED:
            self._service.offer_over(self._offer.offer)

    def _is_dropped(self) -> bool:
        return self._dropped

    def _phone(self) -> PhoneLeg:
        service, request = self._service, self._place.request
        ring = Ring(
            service.people.endpoint(self._offer.phone),
            request.call.uuid,
            max(1.0, self._offer.deadline - service.now()),
            request.call.ani,
            _shown(self._place),
            auto_answer=service.people.auto_answer(self._offer.agent),
            connects_at_once=request.whisper is None,
        )
        return service.lines.phone(ring, self._key, self._gone)

    def _key(self, key: str) -> None:
        self._service.key(self._place, self._leg, key)

    def _gone(self) -> None:
        gevent.spawn(self._service.leg_gone, self._place, self._leg)


def _outcome(offer: str, rung: Rung) -> Event:
    match rung.end:
        case RingEnd.ANSWERED:
            return OfferAccepted(offer)
        case RingEnd.BUSY | RingEnd.REJECTED:
            return OfferRejected(offer, busy=rung.end is RingEnd.BUSY)
        case RingEnd.NO_ANSWER:
            return OfferNotAnswered(offer)
        case RingEnd.UNREGISTERED:
            return OfferFailed(offer, rung.cause, unregistered=True)
        case RingEnd.FAILED:
            return OfferFailed(offer, rung.cause)


def _shown(place: Place) -> str:
    """What the phone shows as the caller's name: who calls, and what is known."""
    request = place.request
    return " ".join([request.call.caller_name, *request.data.values()])
