"""A phone that is rung in mid-talk: whoever is asked, is to take the caller over, or helps."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gevent

from fsapp.acd.entries import OutsideLegEnded
from fsapp.acd.events import OtherCallEnded, OtherCallStarted
from fsapp.acd.ports import PhoneLeg
from fsapp.domain.arguments import Endpoint
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.ringing import RingEnd, Rung
from fsapp.domain.talk import Refusal, Refused

if TYPE_CHECKING:
    from fsapp.acd.service import Service
    from fsapp.acd.talks import Talk

_LOG = logging.getLogger("fsapp.acd")

REFUSALS = {
    RingEnd.BUSY: Refusal.BUSY,
    RingEnd.REJECTED: Refusal.BUSY,
    RingEnd.NO_ANSWER: Refusal.NO_ANSWER,
    RingEnd.UNREGISTERED: Refusal.AGENT_OFFLINE,
    RingEnd.FAILED: Refusal.FAILED,
}


@dataclass(frozen=True, slots=True)
class Party:
    """Who is rung: an agent at a phone, or an outside number (`agent` is empty)."""

    endpoint: Endpoint
    agent: str = ""


class Consult:
    """From the first ring until the party has the caller, is dropped, or hangs up.

    `alone`: the agent who asked is gone, and the caller waits for this phone; nobody answers, and the caller is in the
    line again.
    """

    def __init__(self, service: "Service", talk: "Talk", party: Party) -> None:
        self.party = party
        self.alone = False
        self.answered = False
        self.over = False
        self._service = service
        self._talk = talk
        self._joined = False
        self._agent, self._contact = talk.agent, talk.contact
        self._rung_at = self._answered_at = service.now()
        self.phone: PhoneLeg = service.ring_for(talk.place, party, self._key, self._gone)

    def start(self) -> None:
        """Rings; does not wait."""
        if self.party.agent:
            self._service.tell(OtherCallStarted(self.party.agent, self.phone.uuid))
        gevent.spawn(self._run)

    def join(self, channel: str) -> None:
        """Becomes the third in a talk; does not wait for its end. Whoever leaves, the other one has the caller."""
        self._joined = True
        self._keep_caller(on=True)
        gevent.spawn(self._watch, channel)

    def drop(self) -> None:
        """Nobody wants this phone any more."""
        if not self.over:
            self.over = True
            self.phone.hang_up()
            self._free()

    def handed_over(self) -> None:
        """The party has the caller: what follows is the talk's matter."""
        self.over = True
        self._free()

    def _run(self) -> None:
        rung = self.phone.ring()
        self._answered_at = self._service.now()
        if rung.end is not RingEnd.ANSWERED:
            self._keep(rung)
        if self.over:
            self.phone.hang_up()
        elif rung.end is RingEnd.ANSWERED:
            self._answer()
        else:
            self._fail(rung)

    def _answer(self) -> None:
        self.answered = True
        if self.alone:
            self.over = True
            self._service.begin_talk(self._talk.place, self.party.agent, self.phone)
            self._free()
        elif not self._connected():
            self._fail(Rung(RingEnd.FAILED))

    def _connected(self) -> bool:
        try:
            return self._service.lines.connect_agents(self._talk.leg.uuid, self.phone.uuid)
        except EslError:
            return False

    def _fail(self, rung: Rung) -> None:
        self.over = True
        self.phone.hang_up()
        self._free()
        place = self._talk.place
        if self.alone:
            place.consult = None
            self._service.requeue(place, place.request.queue)
        elif self._talk.consult is self:
            self._talk.consult = None
            self._take_back()
            self._service.refuse(self._talk.agent, REFUSALS.get(rung.end, Refusal.FAILED))

    def _take_back(self) -> None:
        try:
            self._talk.take_back()
        except Refused:
            return

    def _watch(self, channel: str) -> None:
        try:
            self.phone.watch(channel, join=True)
        except (CallEnded, EslError):
            self.drop()

    def _gone(self) -> None:
        """The phone hung up after it had answered."""
        self._keep(Rung(RingEnd.ANSWERED))
        if self.over:
            self._service.leg_gone(self._talk.place, self.phone)
            return
        self.over = True
        self._free()
        if self._talk.consult is self:
            self._talk.consult = None
            if not self._joined:
                self._take_back()

    def _key(self, key: str) -> None:
        """Keys of an agent count once that one has the caller."""
        self._service.key(self._talk.place, self.phone, key)

    def _keep(self, rung: Rung) -> None:
        """A leg to an outside number costs something; those to phones of this house are offers and talks."""
        if self.party.agent:
            return
        answered = self._answered_at if rung.end is RingEnd.ANSWERED else None
        leg, number = self.phone.uuid, str(self.party.endpoint.number)
        self._service.keep(
            OutsideLegEnded(
                self._contact,
                self._agent,
                leg,
                number,
                self._rung_at,
                answered,
                self._service.now(),
                rung.end.value,
                rung.cause,
            )
        )

    def _keep_caller(self, *, on: bool) -> None:
        try:
            self._service.lines.keep(self._talk.place.caller, on=on)
        except EslError as error:
            _LOG.warning("contact %s: %s", self._contact, error)

    def _free(self) -> None:
        """The phone is nobody's to be asked for any more."""
        if self._joined:
            self._keep_caller(on=False)
        if self.party.agent:
            self._service.tell(OtherCallEnded(self.party.agent, self.phone.uuid))
