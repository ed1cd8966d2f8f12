"""An agent's other call, made from the phone in mid-talk: whoever it is with can have the caller."""

from typing import TYPE_CHECKING

import gevent

from fsapp.acd.sitting import SittingLeg
from fsapp.acd.talks import Talk
from fsapp.domain.errors import EslError
from fsapp.domain.talk import Refusal, Refused

if TYPE_CHECKING:
    from fsapp.acd.service import Service


def hand_over(service: "Service", talk: Talk, sip_call_id: str) -> None:
    """The caller is with whoever the agent's call of this SIP Call-ID is with; waits. Raises Refused, and EslError."""
    call = _call(service, talk.agent, sip_call_id)
    channel = service.lines.partner(call)
    if not channel:
        raise Refused(Refusal.NO_ANSWER)
    leg = _leg(service, talk, channel)
    try:
        talk.taken_by(_who_is_in(service, call, talk.agent), leg)
    except (Refused, EslError):
        leg.end()
        raise


def _call(service: "Service", agent: str, sip_call_id: str) -> str:
    """The channel. Raises Refused."""
    found = service.dispatcher.agent(agent)
    for call in tuple(found.other_calls) if found is not None else ():
        if service.lines.call_id(call) == sip_call_id:
            return call
    raise Refused(Refusal.NOT_CONSULTING)


def _who_is_in(service: "Service", call: str, but: str) -> str:
    """The agent whom this call rang; empty for an outside number."""
    others = (each.id for each in service.dispatcher.agents() if call in each.other_calls and each.id != but)
    return next(others, "")


def _leg(service: "Service", talk: Talk, channel: str) -> SittingLeg:
    def pressed(key: str) -> None:
        service.key(talk.place, leg, key)

    def gone() -> None:
        leg.end()
        gevent.spawn(service.leg_gone, talk.place, leg)

    leg = SittingLeg(service.lines, channel, pressed, gone)
    return leg
