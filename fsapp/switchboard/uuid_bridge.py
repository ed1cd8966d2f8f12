"""uuid_bridge: two channels are taken out of what they do, and talk (switch_ivr_uuid_bridge)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fsapp.switchboard.parking import park_session
from fsapp.switchboard.talk import Talk
from fsapp.switchboard.transferring import transfer_after_bridge

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

CONNECTING_SECONDS = 0.04
"""From the command to the talk; whoever hangs up meanwhile leaves the other one in an odd place."""


def uuid_bridge(a: Channel, b: Channel) -> None:
    """Returns at once; the talk begins a little later."""
    _introduce(a, b)
    talk = Talk(a, b, ("CS_HIBERNATE", "CS_RESET"))
    a.take(partial(_lead, talk))
    b.take(talk.come)


def _lead(talk: Talk) -> None:
    a, b = talk.a, talk.b
    for state in ("CS_HIBERNATE", "CS_RESET", "CS_SOFT_EXECUTE"):
        a.enter(state)
    if _is_gone(b):
        _alone(a)
        return
    a.set("uuid_bridge", None)
    a.idle(CONNECTING_SECONDS, until=lambda: _is_gone(b), deaf=True)
    if not talk.meet():
        _cancelled(a, b)
        return
    for one, other in ((a, b), (b, a)):
        one.state = one.next_state = "CS_SOFT_EXECUTE"
        one.fire("CHANNEL_EXECUTE", after={"Application": "uuid_bridge", "Application-Data": other.uuid})
    talk.lead(_sent(b))


def _is_gone(channel: Channel) -> bool:
    return bool(channel.cause)


def _sent(b: Channel) -> dict[str, str]:
    """What the originator's telephone was told about the other side."""
    number = b.profile.callee_number
    names = {"last_sent_callee_id_name": b.profile.callee_name or number, "last_sent_callee_id_number": number}
    return {name: value for name, value in names.items() if value}


def _alone(a: Channel) -> None:
    """The other channel was gone before anything began."""
    if a.variables.get("park_after_bridge") == "true":
        park_session(a)
    elif where := a.variables.get("transfer_after_bridge"):
        transfer_after_bridge(a, where)
    else:
        a.hang_up("DESTINATION_OUT_OF_ORDER")


def _cancelled(a: Channel, b: Channel) -> None:
    """The other channel left on the way to the talk: only these variables save the originator, if it was hung up."""
    if not b.cause:
        for channel in (a, b):
            channel.hang_up("DESTINATION_OUT_OF_ORDER")
    elif a.variables.get("uuid_bridge_continue_on_cancel") == "true":
        return
    elif a.variables.get("uuid_bridge_park_on_cancel") == "true":
        park_session(a)
    else:
        a.hang_up("ORIGINATOR_CANCEL")


def _introduce(a: Channel, b: Channel) -> None:
    """What changes in either profile as soon as the command is given."""
    if a.profile.direction == "outbound" and not a.hit_dialplan:
        a.profile.flip()
        a.hit_dialplan = True
    if b.profile.direction == "outbound":
        b.hit_dialplan = False
    a.variables["uuid_bridge"] = b.uuid
    for one, other in ((a, b), (b, a)):
        one.variables |= {
            "bridge_channel": other.profile.channel_name,
            "bridge_uuid": other.uuid,
            "signal_bond": other.uuid,
            "original_destination_number": one.profile.destination,
        }
        names = {"original_caller_id_name": one.profile.name, "original_caller_id_number": one.profile.number}
        one.variables |= {name: value for name, value in names.items() if value}
        one.next_state = "CS_HIBERNATE"
        _step(one, other)
    a.bond = ("originatee", b.profile.copied())
    b.bond = ("originator", a.profile.copied())
    a.profile.callee_name, a.profile.callee_number = b.profile.callee_name, b.profile.callee_number
    b.profile.keep_origin()
    b.profile.name, b.profile.number = a.profile.name, a.profile.number


def _step(one: Channel, other: Channel) -> None:
    when = f"{one.now // 1_000_000}:{one.uuid[:8]}-ccc2-4c31-9727-711309f24e89:uuid_br:{other.uuid}"
    profile = one.profile
    one.profile = replace(profile, transfer_source=when, index=profile.index + 1, created=one.now)
    one.append("transfer_history", when)
    one.set("transfer_source", when)
