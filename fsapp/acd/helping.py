"""A supervisor is called into a talk: rung one after another, and the first who answers joins."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import gevent

from fsapp.acd.consults import Party
from fsapp.acd.events import OtherCallEnded, OtherCallStarted
from fsapp.acd.ports import PhoneLeg
from fsapp.acd.talks import Talk, TalkState
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.ringing import RingEnd
from fsapp.domain.talk import Refusal

if TYPE_CHECKING:
    from fsapp.acd.service import Service


class Help:
    """Until nobody is left to ask, or the talk or the help is over."""

    def __init__(self, service: "Service", talk: Talk, supervisors: Sequence[str]) -> None:
        self._service = service
        self._talk = talk
        self._supervisors = supervisors
        self._mark = f"help-{secrets.token_hex(8)}"

    def start(self) -> None:
        """Rings; does not wait."""
        gevent.spawn(self._run)

    def _run(self) -> None:
        agent = self._talk.agent
        for supervisor in self._supervisors:
            if self._talk.state is TalkState.OVER or self._helped_by(supervisor):
                return
        self._service.refuse(agent, Refusal.NO_SUPERVISOR)

    def _helped_by(self, supervisor: str) -> bool:
        """Whether this one answered; waits until the help is over then."""
        found = self._service.dispatcher.agent(supervisor)
        if found is None or not found.phone:
            return False
        party = Party(self._service.people.endpoint(found.phone), supervisor)
        leg = self._service.ring_for(self._talk.place, party, lambda _: None, lambda: None)
        self._service.tell(OtherCallStarted(supervisor, self._mark))
        try:
            return leg.ring().end is RingEnd.ANSWERED and self._joined(leg)
        finally:
            leg.hang_up()
            self._service.tell(OtherCallEnded(supervisor, self._mark))

    def _joined(self, leg: PhoneLeg) -> bool:
        self._service.acted(self._talk.agent, "helped", self._talk.agent, contact=self._talk.contact)
        with suppress(CallEnded, EslError):  # either side hung up
            leg.watch(self._talk.leg.uuid, join=True)
        return True
