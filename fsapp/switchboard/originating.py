"""Legs that the engine asks for over a client connection: `originate` to agents' phones and scripted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gevent import spawn

from fsapp.domain.leg import DialEnd
from fsapp.switchboard import ending, phones
from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.ringing import close, ring, ring_phone
from fsapp.switchboard.session import live
from fsapp.switchboard.telephone import Talker

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel
    from fsapp.switchboard.phones import DialString
    from fsapp.switchboard.switch import Switch


def originate(switch: Switch, argument: str) -> str:
    """`{variables}dial-string &application(argument)`: rings, and answers once the phone has decided."""
    dial_string, _, action = argument.rpartition(" ")
    dialled = phones.parsed(dial_string)
    if dialled.variables.get("origination_uuid") in switch.channels:
        return "-ERR DESTINATION_OUT_OF_ORDER\n"
    leg = switch.new_leg(None, dialled)
    if not _reaches(switch, dialled):
        ending.never_was(leg)
        return "-ERR USER_NOT_REGISTERED\n"
    try:
        cause = _ring(switch, leg, dialled, float(dialled.variables.get("originate_timeout", 60)))
    except Interrupted:
        cause = leg.cause
    if cause:
        close(leg, cause)
        return f"-ERR {leg.cause}\n"
    if leg.wanted is None:
        leg.profile.flip()
        leg.hit_dialplan = True
        leg.actions.append(_action(action))
    spawn(live, leg)
    return f"+OK {leg.uuid}\n"


def _reaches(switch: Switch, dialled: DialString) -> bool:
    if not switch.phone_book.reaches(dialled):
        return False
    known = switch.phone_book.phone(dialled)
    return known is not None or dialled.way != "user" or switch.phones(dialled.user).end is not DialEnd.FAILED


def _ring(switch: Switch, leg: Channel, dialled: DialString, limit: float) -> str:
    """The cause why it is not answered, or empty. Raises Interrupted."""
    if phone := switch.phone_book.phone(dialled):
        end = ring_phone(leg, leg, phone, limit)
        return "NO_ANSWER" if end is None else "" if end.end is DialEnd.ANSWERED else end.cause
    far_end = switch.phones(dialled.user)
    leg.telephone = Talker(far_end.talk)
    ring(leg, leg, far_end, limit)
    return "" if far_end.end is DialEnd.ANSWERED else far_end.cause


def _action(text: str) -> tuple[str, str]:
    name, _, argument = text.removeprefix("&").rstrip(")").partition("(")
    return name, argument
