"""Which phones are registered: FreeSWITCH's list of registrations, and its events of a phone that comes or goes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from fsapp.esl.commands import Api

LISTING = (Api.SHOW, "registrations", "as", "json")
"""The api command that lists all of them (mod_commands.c, show_function)."""

_COMES = "sofia::register"
_GOES = ("sofia::unregister", "sofia::expire")


@dataclass(frozen=True, slots=True)
class Registration:
    """A phone at a SIP profile. One that is not `registered` may be so still, from another address."""

    extension: str
    profile: str
    registered: bool


def of_event(header: Callable[[str], str]) -> Registration | None:
    """What an event says; None for one of another kind. Its headers are those of sofia_reg.c."""
    subclass = header("Event-Subclass")
    extension = header("from-user") or header("user")
    if (subclass != _COMES and subclass not in _GOES) or not extension:
        return None
    return Registration(extension, header("profile-name"), subclass == _COMES)


def listed(answer: str) -> Iterator[Registration]:
    """What the answer to LISTING says. Raises ValueError where it is no list."""
    try:
        rows = orjson.loads(answer).get("rows", [])
    except (orjson.JSONDecodeError, AttributeError):
        raise ValueError(f"no list of registrations: {answer[:60]!r}") from None
    for row in rows:
        profile = str(row.get("url", "")).removeprefix("sofia/").partition("/")[0]
        yield Registration(str(row.get("reg_user", "")), profile, registered=True)
