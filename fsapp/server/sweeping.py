"""Now and then the dispatcher's word is compared with the switch's, and what does not fit is mended, with a reason."""

import logging
from collections.abc import Callable

from fsapp.acd.agents import OTHER_CALL, Agent, AgentState
from fsapp.acd.entries import DeskRepaired
from fsapp.acd.events import ContactAbandoned, OtherCallEnded
from fsapp.acd.service import Service
from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl.errors import CommandRefused
from fsapp.esl.lines import Lines, Seen, is_leg

_LOG = logging.getLogger("fsapp.acd")

_ON_THEIR_OWN = ("uuid_bridge", "txfax")
"""What a channel does to its end without any engine."""

WAITING = "waiting"
"""The switch's context of callers in queues (conf/freeswitch/dialplan/waiting.xml)."""


class Sweeper:
    """Looks for agents whose legs are gone, and for legs that nobody owns. What is found twice in a row is mended."""

    def __init__(self, service: Service, lines: Lines, lives: Callable[[str], bool] = lambda _: False) -> None:
        """`lives` says whether another engine does, whose channels are its own matter."""
        self._service = service
        self._lines = lines
        self._lives = lives
        self._suspects: set[str] = set()

    def sweep(self) -> None:
        """Raises nothing; without the switch there is nothing to compare with."""
        try:
            found = dict(self._mismatches())
        except (EslError, CallEnded):
            return
        for key in self._suspects & found.keys():
            self._mend(found.pop(key))
        self._suspects = set(found)

    def sweep_strays(self) -> None:
        """Legs that an engine placed which is no more are dropped, be it that they ring still, and its waiting callers
        taken to the socket. A talk between two channels goes on, and so does a fax.
        """
        try:
            for seen in list(self._lines.channels()):
                if seen.application not in _ON_THEIR_OWN and not self._service.owns(seen.uuid):
                    self._sweep_stray(seen)
        except (EslError, CallEnded) as error:
            _LOG.warning("strays cannot be swept: %s", error)

    def _mismatches(self) -> "list[tuple[str, Agent]]":
        busy = [each for each in self._service.dispatcher.agents() if each.state is AgentState.TALKING]
        return [(f"{each.id} {each.since}", each) for each in busy if not self._is_in_talk(each)]

    def _is_in_talk(self, agent: Agent) -> bool:
        if agent.reason == OTHER_CALL:
            return any(self._lines.exists(call) for call in agent.other_calls)
        talk = self._service.talk_of(agent.id)
        return talk is not None and not talk.leg.gone and self._lines.exists(talk.leg.uuid)

    def _mend(self, agent: Agent) -> None:
        contact = agent.contact.id if agent.contact is not None else ""
        what = f"agent {agent.id} was {agent.state.value} without a leg"
        _LOG.warning("%s: mended", what)
        self._service.keep(DeskRepaired("talk_ended", what, self._service.now(), agent.id, contact))
        if contact:
            place = self._service.place_of(contact)
            if place is not None and place.talk is not None:
                place.talk.leg_gone(place.talk.leg)
            self._service.tell(ContactAbandoned(contact))
        for call in tuple(agent.other_calls):
            self._service.tell(OtherCallEnded(agent.id, call))

    def _sweep_stray(self, seen: Seen) -> None:
        waits = (seen.context, seen.extension) == (WAITING, WAITING)
        parked = (seen.direction, seen.application) == ("outbound", "park")
        if not (waits or parked or is_leg(seen.uuid)):
            return
        if self._lives(self._lines.owner(seen.uuid)):
            return
        what = "stray caller taken back" if waits else "stray leg dropped"
        self._service.keep(DeskRepaired(what, f"channel {seen.uuid} has no owner", self._service.now()))
        try:
            self._lines.send_back(seen.uuid) if waits else self._lines.drop(seen.uuid)
        except (CommandRefused, ValueError) as error:
            _LOG.warning("%s: %s, %s", what, seen.uuid, error)
