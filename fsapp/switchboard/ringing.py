"""A leg that rings, until its telephone is answered or never will be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fsapp.domain.leg import DialEnd
from fsapp.switchboard import ending
from fsapp.switchboard.phones import RING_SECONDS
from fsapp.switchboard.sip_variables import stage

if TYPE_CHECKING:
    from fsapp.switchboard.agent_phone import AgentPhone
    from fsapp.switchboard.channel import Channel
    from fsapp.switchboard.key_script import FarEnd

_REFUSALS = {
    "USER_BUSY": ("486", "Busy Here"),
    "CALL_REJECTED": ("603", "Decline"),
    "NO_USER_RESPONSE": ("480", "Temporarily Unavailable"),
    "NORMAL_TEMPORARY_FAILURE": ("503", "Service Unavailable"),
}
_CANCELLED = {
    "sip_hangup_disposition": "send_cancel",
    "sip_invite_failure_status": "487",
    "sip_invite_failure_phrase": "CANCEL",
}


class Ring:
    """A leg at a telephone that somebody holds; `waiting` is the channel whose time passes."""

    def __init__(self, leg: Channel, waiting: Channel) -> None:
        self.leg = leg
        self._waiting = waiting
        self.end: FarEnd | None = None

    def decide(self, end: FarEnd) -> None:
        """The telephone's answer; the first one counts."""
        self.end = self.end or end
        self._waiting.timeline.wake()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Does something once it has rung for so long."""
        self._waiting.timeline.after(seconds, action)

    @property
    def is_over(self) -> bool:
        return self.end is not None or bool(self.leg.cause)


def ring(waiting: Channel, leg: Channel, far_end: FarEnd, limit: float) -> None:
    """A telephone that is known beforehand to answer, or not."""
    begin(leg)
    if far_end.end not in (DialEnd.ANSWERED, DialEnd.NO_ANSWER):
        leg.variables |= refusal(far_end.cause) if far_end.end is DialEnd.BUSY else {}
        return
    leg.profile.callee_name = leg.profile.destination
    progress(waiting, leg)
    waiting.idle(RING_SECONDS if far_end.end is DialEnd.ANSWERED else limit, on_key=lambda _key: False)
    leg.keep_time_with(waiting)
    if far_end.end is DialEnd.ANSWERED:
        answered(leg)


def ring_phone(waiting: Channel, leg: Channel, phone: AgentPhone, limit: float) -> FarEnd | None:
    """What whoever holds the phone makes of it; None where nobody did anything within `limit` seconds."""
    begin(leg)
    ringing = Ring(leg, waiting)
    leg.telephone = phone
    if phone.decides_at_once(leg):
        consume(waiting, leg)
    else:
        progress(waiting, leg)
    phone.rings(ringing)
    try:
        waiting.idle(limit, lambda _key: False, until=lambda: ringing.is_over, resting=phone.is_driven)
    finally:
        phone.rings_no_more(ringing)
    leg.keep_time_with(waiting)
    end = ringing.end
    if end is None or leg.cause:
        return None
    if end.end is DialEnd.ANSWERED:
        answered(leg)
    else:
        leg.variables |= refusal(end.cause)
    return end


def begin(leg: Channel) -> None:
    leg.state, leg.next_state = "CS_NONE", "CS_NONE"
    leg.fire("CHANNEL_OUTGOING")
    leg.state = leg.next_state = "CS_INIT"
    leg.fire("CHANNEL_CREATE")
    leg.fire("CHANNEL_ORIGINATE")


def consume(waiting: Channel, leg: Channel) -> None:
    leg.profile.times["Channel-Created-Time"] = waiting.now
    leg.state = leg.next_state = "CS_CONSUME_MEDIA"


def progress(waiting: Channel, leg: Channel) -> None:
    """The telephone rings."""
    consume(waiting, leg)
    leg.profile.network_address = "127.0.0.1"
    leg.profile.times["Channel-Progress-Time"] = waiting.now
    leg.variables |= stage("outbound ringing", **leg.switch.filled_in(leg.profile))
    leg.fire("CHANNEL_PROGRESS")
    leg.call_state = "RINGING"


def answered(leg: Channel) -> None:
    leg.has_codec = True
    leg.switch.applications["answer"](leg, "")


def refusal(cause: str) -> dict[str, str]:
    """The variables of a leg that its telephone refused."""
    status, phrase = _REFUSALS.get(cause, _REFUSALS["NORMAL_TEMPORARY_FAILURE"])
    reason = {"sip_invite_failure_status": status, "sip_invite_failure_phrase": phrase, "sip_term_status": status}
    return stage("refused") | reason | {"proto_specific_hangup_cause": f"sip:{status}"}


def close(leg: Channel, cause: str) -> None:
    """The last of a leg that no greenlet runs; what rings still is cancelled."""
    leg.hang_up(cause)
    if "sip_invite_failure_status" not in leg.variables and leg.call_state == "RINGING":
        leg.variables |= _CANCELLED
    ending.report(leg)
    ending.destroy(leg)
