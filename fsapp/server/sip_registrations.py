"""Which phones are registered: FreeSWITCH's list of registrations, and its events of a phone that comes or goes.

The list is that of mod_sofia, which finds a phone by it when it is called. `show registrations` is the core's copy: it
lags by up to a second, and keeps phones whose registrations were flushed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fsapp.esl.commands import Api

PROFILE = "phones"

LISTING = (Api.SOFIA, "xmlstatus", "profile", PROFILE, "reg")
"""The api command that lists all of them (mod_sofia.c, cmd_xml_status). While the profile starts there is no list."""

_COMES = "sofia::register"
_GOES = ("sofia::unregister", "sofia::expire")

# Each element has a line of its own. No XML is parsed: a phone's Call-ID may hold `<`, and is not escaped.
_USER = re.compile(r"\s*<user>(.+)@[^@]*</user>\s*")
_STATUS = re.compile(r"\s*<status>.*expsecs\((-?[0-9]+)\)</status>\s*")


@dataclass(frozen=True, slots=True)
class Registration:
    """A phone at a SIP profile. One that is not `registered` may be so still, from another address.

    `call_id` stays the same until the phone is started anew (RFC 3261, 10.2.4), whatever its address is then.
    """

    extension: str
    profile: str
    registered: bool
    call_id: str = ""


def of_event(header: Callable[[str], str]) -> Registration | None:
    """What an event says; None for one of another kind. Its headers are those of sofia_reg.c."""
    subclass = header("Event-Subclass")
    extension = header("from-user") or header("user")
    if (subclass != _COMES and subclass not in _GOES) or not extension:
        return None
    comes = subclass == _COMES
    return Registration(extension, header("profile-name"), comes, header("call-id") if comes else "")


def listed(answer: str) -> Iterator[Registration]:
    """What the answer to LISTING says. Raises ValueError where it is no list, or not a whole one.

    A registration whose time is over stays in the list for some seconds after its event.
    """
    if "<registrations>" not in answer or not answer.rstrip().endswith("</profile>"):
        raise ValueError(f"no list of registrations: {answer[:60]!r}")
    extension = ""
    for line in answer.split("\n"):
        if user := _USER.fullmatch(line):
            extension = user[1]
        elif (status := _STATUS.fullmatch(line)) and int(status[1]) > 0:
            yield Registration(extension, PROFILE, registered=True)
