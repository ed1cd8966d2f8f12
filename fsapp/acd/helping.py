"""A supervisor is called into a talk: rung one after another, and the first who answers joins."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import gevent

from fsapp.acd.consults import Party
from fsapp.acd.events import OtherCallEnded, OtherCallStarted
from fsapp.acd.ports import PhoneLeg
from fsapp.acd.talks import Talk
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.ringing import RingEnd
from fsapp.domain.talk import Refusal, Refused

if TYPE_CHECKING:
    from fsapp.acd.service import Service


class Help:
    """Until nobody is left to ask, or the agent's part of the talk, or the help, is over."""

    def __init__(self, service: "Service", talk: Talk, supervisors: Sequence[str]) -> None:
        self._service = service
        self._talk = talk
        self._agent = talk.agent
        self._supervisors = supervisors
        self._leg: PhoneLeg | None = None
        self._wanted = True

    def start(self) -> None:
        """Rings; does not wait. Raises Refused where help is under way."""
        if self._talk.help is not None:
            raise Refused(Refusal.ALREADY_SO)
        self._talk.help = self
        gevent.spawn(self._run)

    def drop(self) -> None:
        """Nobody needs help any more; does not wait."""
        self._wanted = False
        if self._leg is not None:
            gevent.spawn(self._leg.hang_up)

    def _run(self) -> None:
        helped = any(self._helped_by(each) for each in self._supervisors)
        if self._talk.help is self:
            self._talk.help = None
        if self._wanted and not helped:
            self._service.refuse(self._agent, Refusal.NO_SUPERVISOR)

    def _helped_by(self, supervisor: str) -> bool:
        """Whether this one answered; waits until the help is over then."""
        found = self._service.dispatcher.agent(supervisor)
        if found is None or not found.phone or not self._wanted:
            return False
        party = Party(self._service.people.endpoint(found.phone), supervisor)
        leg = self._leg = self._service.ring_for(self._talk.place, party, lambda _: None, lambda: None)
        self._service.tell(OtherCallStarted(supervisor, leg.uuid))
        try:
            return leg.ring().end is RingEnd.ANSWERED and self._joined(leg)
        finally:
            leg.hang_up()
            self._service.tell(OtherCallEnded(supervisor, leg.uuid))

    def _joined(self, leg: PhoneLeg) -> bool:
        if self._wanted:
            self._service.acted(self._agent, "helped", self._agent, contact=self._talk.contact)
            with suppress(CallEnded, EslError):  # either side hung up
                leg.watch(self._talk.leg.uuid, join=True)
        return True
