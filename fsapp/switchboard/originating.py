"""Legs that the engine asks for over a client connection: `originate` to the scripted phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gevent import spawn

from fsapp.domain.leg import DialEnd
from fsapp.switchboard.bridging import close, ring
from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.phones import destination_of, variables_of
from fsapp.switchboard.session import live

if TYPE_CHECKING:
    from fsapp.switchboard.switch import Switch


def originate(switch: Switch, argument: str) -> str:
    """`{variables}dial-string &application(argument)`: rings, and answers once the phone has decided."""
    dial_string, _, action = argument.rpartition(" ")
    variables = variables_of(dial_string)
    destination = destination_of(dial_string)
    far_end = switch.phones(destination)
    if far_end.end is DialEnd.FAILED and dial_string.rpartition("}")[2].startswith("user/"):
        return "-ERR USER_NOT_REGISTERED\n"
    leg = switch.new_leg(None, destination, variables)
    try:
        ring(leg, leg, far_end, float(variables.get("originate_timeout", 60)))
    except Interrupted:
        leg.report()
        switch.forget(leg)
        return f"-ERR {leg.cause}\n"
    if far_end.end is not DialEnd.ANSWERED:
        close(leg, far_end.cause)
        return f"-ERR {far_end.cause}\n"
    leg.talks_for = far_end.talk
    leg.actions.append(_action(action))
    spawn(live, leg)
    return f"+OK {leg.uuid}\n"


def _action(text: str) -> tuple[str, str]:
    name, _, argument = text.removeprefix("&").rstrip(")").partition("(")
    return name, argument
