"""The application `bridge`: dials a telephone and connects it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gevent import spawn

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd
from fsapp.switchboard import phones, session
from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.key_script import FarEnd
from fsapp.switchboard.ringing import close, ring, ring_phone
from fsapp.switchboard.sip_variables import stage
from fsapp.switchboard.talk import Talk
from fsapp.switchboard.telephone import Talker

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel
    from fsapp.switchboard.phones import DialString

_DIALSTATUS = {
    DialEnd.ANSWERED: "SUCCESS",
    DialEnd.BUSY: "BUSY",
    DialEnd.NO_ANSWER: "NOANSWER",
    DialEnd.FAILED: "CHANUNAVAIL",
}
_UNANSWERED = FarEnd(DialEnd.NO_ANSWER, Cause.NO_ANSWER)


def bridge(channel: Channel, argument: str) -> None:
    """Dials, and talks until one side hangs up. Without `continue_on_fail` a failure ends the call."""
    dialled = phones.parsed(argument)
    if not channel.switch.phone_book.reaches(dialled):
        _note_failure(channel, DialEnd.FAILED, "USER_NOT_REGISTERED")
        return
    leg = channel.switch.new_leg(channel.profile, dialled)
    _introduce(leg, channel)
    channel.set("originate_signal_bond", leg.uuid)
    channel.append("originated_legs", f"{leg.uuid};Outbound Call;{leg.profile.destination}")
    try:
        far_end = _ring(channel, leg, dialled)
    except Interrupted:
        close(leg, "ORIGINATOR_CANCEL")
        raise
    if far_end.end is DialEnd.ANSWERED:
        _talk(channel, leg)
    else:
        _lose(channel, leg, far_end)
        _note_failure(channel, far_end.end, far_end.cause)


def _introduce(leg: Channel, caller: Channel) -> None:
    """What a leg knows of the channel that dials it."""
    leg.bond = ("originator", caller.profile.copied())
    ignores = "true" in (caller.variables.get("ignore_early_media"), leg.variables.get("ignore_early_media"))
    leg.variables |= {
        "signal_bond": caller.uuid,
        "call_uuid": caller.uuid,
        "max_forwards": str(int(caller.variables.get("max_forwards", "70")) - 1),
        "originate_early_media": "false" if ignores else "true",
    }


def _ring(channel: Channel, leg: Channel, dialled: DialString) -> FarEnd:
    limit = _ring_limit(channel, leg.variables)
    if phone := channel.switch.phone_book.phone(dialled):
        return ring_phone(channel, leg, phone, limit) or _UNANSWERED
    far_end = channel.telephone.dialling(channel, dialled.user) or channel.switch.phones(dialled.user)
    leg.telephone = Talker(far_end.talk)
    ring(channel, leg, far_end, limit)
    return far_end


def _ring_limit(channel: Channel, variables: dict[str, str]) -> float:
    limits = (variables.get("leg_timeout"), variables.get("originate_timeout"), channel.variables.get("call_timeout"))
    return float(next(filter(None, limits), "60"))


def _lose(channel: Channel, leg: Channel, far_end: FarEnd) -> None:
    if far_end.end is DialEnd.NO_ANSWER:
        _meet(channel, leg)
    close(leg, far_end.cause)
    channel.append("originate_causes", f"{leg.uuid};{far_end.cause}")


def _note_failure(channel: Channel, end: DialEnd, cause: str) -> None:
    if end is DialEnd.BUSY:
        channel.variables |= stage("bridge refused")
    else:
        channel.set("sip_invite_failure_status", None)
        channel.set("sip_invite_failure_phrase", None)
    channel.set("last_bridge_hangup_cause", cause)
    channel.set("originate_disposition", cause)
    channel.set("DIALSTATUS", _DIALSTATUS[end])
    channel.set("originate_failed_cause", cause)
    if channel.variables.get("continue_on_fail") != "true":
        channel.hang_up(cause)


def _meet(channel: Channel, leg: Channel) -> None:
    channel.profile.callee_name, channel.profile.callee_number = leg.profile.callee_name, leg.profile.callee_number
    channel.profile.times.setdefault("Channel-Progress-Time", leg.profile.times.get("Channel-Progress-Time", 0))


def _talk(channel: Channel, leg: Channel) -> None:
    _meet(channel, leg)
    channel.append("originate_causes", f"{leg.uuid};NONE")
    talk = Talk(channel, leg)
    channel.bond = ("originatee", leg.profile.copied())
    channel.set("originate_signal_bond", None)
    channel.variables |= stage("bridged") | {"signal_bond": leg.uuid, "originate_disposition": "SUCCESS"}
    channel.set("DIALSTATUS", "SUCCESS")
    leg.wanted = leg.wanted or talk.come
    spawn(session.live, leg)
    if not talk.meet():
        return
    callee = {f"last_sent_callee_id_{what}": leg.profile.destination for what in ("name", "number")}
    talk.lead(callee)
