"""Connecting legs: the bridge application, and uuid_bridge between channels that are up already."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fsapp.domain.leg import DialEnd
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.key_script import FarEnd
from fsapp.switchboard.phones import RING_SECONDS, destination_of, variables_of
from fsapp.switchboard.sip_variables import stage

if TYPE_CHECKING:
    from fsapp.switchboard.channel_headers import Profile

_DIALSTATUS = {
    DialEnd.ANSWERED: "SUCCESS",
    DialEnd.BUSY: "BUSY",
    DialEnd.NO_ANSWER: "NOANSWER",
    DialEnd.FAILED: "CHANUNAVAIL",
}


def bridge(channel: Channel, dial_string: str) -> None:
    """The application: dials, and talks until one side hangs up. Without `continue_on_fail` a failure ends the call."""
    variables = variables_of(dial_string)
    destination = destination_of(dial_string)
    far_end = channel.telephone.dialling(channel, destination) or channel.switch.phones(destination)
    leg = channel.switch.new_leg(channel.profile, destination, variables)
    channel.set("originate_signal_bond", leg.uuid)
    channel.append("originated_legs", f"{leg.uuid};Outbound Call;{destination}")
    try:
        ring(channel, leg, far_end, _ring_limit(channel, variables))
    except Interrupted:
        close(leg, "ORIGINATOR_CANCEL")
        raise
    if far_end.end is DialEnd.ANSWERED:
        _talk(channel, leg, far_end)
    else:
        _note_failure(channel, leg, far_end)


def _ring_limit(channel: Channel, variables: dict[str, str]) -> float:
    limits = (variables.get("leg_timeout"), variables.get("originate_timeout"), channel.variables.get("call_timeout"))
    return float(next(filter(None, limits), "60"))


def ring(waiting: Channel, leg: Channel, far_end: FarEnd, limit: float) -> None:
    """The far end's phone, until it is answered or never will be; `waiting` is the channel whose time passes."""
    leg.fire("CHANNEL_CREATE")
    if far_end.end not in (DialEnd.ANSWERED, DialEnd.NO_ANSWER):
        leg.variables |= stage("refused") if far_end.end is DialEnd.BUSY else {}
        return
    leg.profile.callee_name = leg.profile.destination
    leg.profile.network_address = "127.0.0.1"
    leg.profile.times["Channel-Progress-Time"] = leg.profile.times["Channel-Created-Time"] = waiting.now
    leg.state = leg.next_state = "CS_CONSUME_MEDIA"
    leg.variables |= stage("outbound ringing", **leg.switch.filled_in(leg.profile))
    leg.fire("CHANNEL_PROGRESS")
    leg.call_state = "RINGING"
    waiting.idle(RING_SECONDS if far_end.end is DialEnd.ANSWERED else limit, on_key=lambda _key: False)
    leg.keep_time_with(waiting)
    if far_end.end is DialEnd.ANSWERED:
        leg.has_codec = True
        leg.switch.applications["answer"](leg, "")


def close(leg: Channel, cause: str) -> None:
    """The last of a leg that no greenlet runs."""
    leg.hang_up(cause)
    leg.report()
    leg.switch.forget(leg)


def _note_failure(channel: Channel, leg: Channel, far_end: FarEnd) -> None:
    if far_end.end is DialEnd.NO_ANSWER:
        _meet(channel, leg)
    close(leg, far_end.cause)
    channel.append("originate_causes", f"{leg.uuid};{far_end.cause}")
    if far_end.end is DialEnd.BUSY:
        channel.variables |= stage("bridge refused")
    else:
        channel.set("sip_invite_failure_status", None)
        channel.set("sip_invite_failure_phrase", None)
    channel.set("last_bridge_hangup_cause", far_end.cause)
    channel.set("originate_disposition", far_end.cause)
    channel.set("DIALSTATUS", _DIALSTATUS[far_end.end])
    channel.set("originate_failed_cause", far_end.cause)
    if channel.variables.get("continue_on_fail") != "true":
        channel.hang_up(far_end.cause)


def _meet(channel: Channel, leg: Channel) -> None:
    channel.profile.callee_name = channel.profile.callee_number = leg.profile.destination
    channel.profile.times.setdefault("Channel-Progress-Time", leg.profile.times["Channel-Progress-Time"])


def _talk(channel: Channel, leg: Channel, far_end: FarEnd) -> None:
    _meet(channel, leg)
    leg.partner = channel
    channel.append("originate_causes", f"{leg.uuid};NONE")
    channel.profile.times["Channel-Bridged-Time"] = channel.now
    channel.bond = ("originatee", _seen_from_the_other_leg(leg.profile))
    channel.set("originate_signal_bond", None)
    channel.variables |= stage("bridged") | {"signal_bond": leg.uuid, "originate_disposition": "SUCCESS"}
    channel.set("DIALSTATUS", "SUCCESS")
    ends = {"Bridge-A-Unique-ID": channel.uuid, "Bridge-B-Unique-ID": leg.uuid}
    channel.fire("CHANNEL_BRIDGE", before=ends)
    channel.variables |= _bridge_variables(leg)
    try:
        channel.idle(far_end.talk, on_key=lambda _key: False, until=lambda: bool(leg.cause))
    finally:
        channel.set("bridge_to", None)
        channel.set("bridge_hangup_cause", channel.cause or leg.cause or "NORMAL_CLEARING")
        leg.keep_time_with(channel)
        if not channel.cause:
            leg.hang_up()
        channel.fire("CHANNEL_UNBRIDGE", before=ends)
        close_after_talk(channel, leg)
    if channel.variables.get("hangup_after_bridge") == "true":
        channel.hang_up()


def close_after_talk(channel: Channel, leg: Channel) -> None:
    """The other leg of a talk that is over."""
    leg.hang_up(channel.cause or "NORMAL_CLEARING")
    leg.report()
    leg.switch.forget(leg)


def _seen_from_the_other_leg(profile: Profile) -> Profile:
    return replace(profile, times=dict(profile.times))


def _bridge_variables(leg: Channel) -> dict[str, str]:
    return {
        "bridge_to": leg.uuid,
        "last_bridge_to": leg.uuid,
        "bridge_channel": leg.profile.channel_name,
        "bridge_uuid": leg.uuid,
        "last_sent_callee_id_name": leg.profile.destination,
        "last_sent_callee_id_number": leg.profile.destination,
        "last_bridge_role": "originator",
    }


def uuid_bridge(a: Channel, b: Channel) -> None:
    """Takes two channels out of what they do and connects them; the talk lasts until one of them is hung up."""
    _bond(a, b)
    a.partner, b.partner = b, a
    a.take(partial(_bridged_with, a, b))
    b.take(partial(_follows, a, b))


def _bridged_with(a: Channel, b: Channel) -> None:
    """The caller's half of uuid_bridge, in the caller's greenlet."""
    for state in ("CS_HIBERNATE", "CS_RESET", "CS_SOFT_EXECUTE"):
        a.enter(state)
    a.set("uuid_bridge", None)
    a.fire("CHANNEL_EXECUTE", after={"Application": "uuid_bridge", "Application-Data": b.uuid})
    a.profile.times["Channel-Bridged-Time"] = b.profile.times["Channel-Bridged-Time"] = a.now
    ends = {"Bridge-A-Unique-ID": a.uuid, "Bridge-B-Unique-ID": b.uuid}
    a.fire("CHANNEL_BRIDGE", before=ends)
    try:
        a.idle(b.talks_for, on_key=lambda _key: False, until=lambda: bool(b.cause))
    finally:
        b.keep_time_with(a)
        b.hang_up()
        a.set("last_bridge_to", b.uuid)
        a.set("last_sent_callee_id_name", b.profile.number)
        a.set("last_sent_callee_id_number", b.profile.number)
        a.set("last_bridge_hangup_cause", b.cause)
        a.set("bridge_hangup_cause", b.cause)
        a.fire("CHANNEL_UNBRIDGE", before=ends)
    if a.variables.get("park_after_bridge") != "true":
        a.hang_up()
        return
    a.enter("CS_PARK")
    a.park(lambda: False)


def _bond(a: Channel, b: Channel) -> None:
    """What changes on the caller's leg as soon as uuid_bridge takes it."""
    when = f"{a.now // 1_000_000}:{b.uuid[:8]}-ccc2-4c31-9727-711309f24e89:uuid_br:{b.uuid}"
    a.next_state = "CS_HIBERNATE"
    a.profile.callee_number = a.profile.number
    a.profile.transfer_source = when
    a.profile.index += 1
    a.profile.created = a.now
    a.bond = ("originatee", _flipped(b.profile))
    a.variables |= {
        "uuid_bridge": b.uuid,
        "bridge_channel": b.profile.channel_name,
        "bridge_uuid": b.uuid,
        "signal_bond": b.uuid,
        "original_destination_number": a.profile.destination,
        "original_caller_id_name": a.profile.name,
        "original_caller_id_number": a.profile.number,
        "transfer_history": when,
        "transfer_source": when,
    }


def _flipped(profile: Profile) -> Profile:
    """A leg that we called, seen as the one who calls."""
    destination = profile.destination
    return replace(
        profile,
        number=destination,
        name=destination,
        ani=profile.number,
        original_name="",
        callee_name="",
        callee_number=profile.number,
        times=dict(profile.times),
    )


def _follows(a: Channel, b: Channel) -> None:
    """The agent's half: waits until the talk is over."""
    b.idle(until=lambda: bool(a.cause), resting=True)
