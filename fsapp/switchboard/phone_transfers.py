"""What an agent does with the buttons of the telephone itself: hold, and transfers by REFER (mod_sofia, sofia.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gevent import spawn_later

from fsapp.switchboard.channel_work import Command
from fsapp.switchboard.transferring import transfer
from fsapp.switchboard.uuid_bridge import uuid_bridge

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

_NOTIFIED_SECONDS = 0.02
"""Real ones, from a REFER to the news of its success."""

HOLD_MUSIC = "tone_stream://v=-20;%(150,2850,425);loops=-1"


def other_side(channel: Channel) -> Channel | None:
    """Whom the channel talks to."""
    return channel.talk.other(channel) if channel.talk else None


def hold(channel: Channel) -> None:
    """The other side hears music, which runs on its channel like any application."""
    if channel.call_state == "HELD":
        return
    channel.call_state = "HELD"
    channel.fire("CHANNEL_HOLD")
    if other := other_side(channel):
        other.queue(Command({"call-command": "execute", "execute-app-name": "playback", "execute-app-arg": HOLD_MUSIC}))


def take_back(channel: Channel) -> None:
    """Both hear each other again."""
    if channel.call_state != "HELD":
        return
    if other := other_side(channel):
        other.break_off(everything=True)
    channel.unhold()


def blind(channel: Channel, number: str, user: str) -> None:
    """REFER: the other side goes to the number, in the context that it is in or that `force_transfer_context` names."""
    channel.set("transfer_disposition", "recv_replace")
    other = other_side(channel)
    if other is None:
        channel.set("endpoint_disposition", "ATTENDED_TRANSFER_ERROR")
        return
    channel.set("transfer_fallback_extension", user)
    _note(other, channel, number)
    channel.set("endpoint_disposition", "BLIND_TRANSFER")
    transfer(other, number)


def attended(first: Channel, second: Channel) -> None:
    """REFER with Replaces: whoever the phone talks to in two calls are connected; where it talks in one only, that
    side goes to the number that the other call is for.
    """
    first.set("transfer_disposition", "recv_replace")
    first.set("refer_uuid", second.uuid)
    second.set("transfer_disposition", "replaced")
    one, other = other_side(first), other_side(second)
    if one and other:
        other.set("transfer_disposition", "bridge")
        uuid_bridge(one, other)
        second.set("endpoint_disposition", "ATTENDED_TRANSFER")
        second.set("park_timeout", "2:attended_transfer")
        second.next_state = "CS_PARK"
        second.take(lambda: None)  # which a socket with socket_resume makes: go on with the next action
        spawn_later(_NOTIFIED_SECONDS, _give_up, first, second)
    elif one:
        _note(one, first, second.profile.destination)
        transfer(one, second.profile.destination)
        second.hang_up("ATTENDED_TRANSFER")
    elif other:
        second.hang_up("ATTENDED_TRANSFER")
        transfer(other, first.profile.destination)
        first.hang_up("ATTENDED_TRANSFER")


def _give_up(*calls: Channel) -> None:
    """The phone is told of its success, and ends its own calls."""
    for channel in calls:
        channel.hang_up()


def _note(other: Channel, channel: Channel, number: str) -> None:
    other.set("sip_h_Referred-By", f"<sip:{channel.profile.number}@127.0.0.1>")
    other.set("sip_refer_to", f"<sip:{number}@127.0.0.1>")
