"""How a dial string names a telephone, and telephones that do what their name says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd
from fsapp.switchboard.key_script import TALK_SECONDS, FarEnd

RING_SECONDS = 1.0
"""How long a phone rings before it is answered."""

Phones = Callable[[str], FarEnd]
"""What becomes of a leg to this destination (the user or number dialled)."""

_BLOCK = re.compile(r"\A(?:\{[^}]*\}|\[[^\]]*\]|<[^>]*>)*")
_ASSIGNMENT = re.compile(r"([\w-]+)=('[^']*'|[^,}\]]*)")


def by_name(destination: str) -> FarEnd:
    """`busy` is busy, `ring` is never answered, `nobody` is not registered; whoever else is called answers."""
    if destination == "busy":
        return FarEnd(DialEnd.BUSY, Cause.USER_BUSY)
    if destination == "ring":
        return FarEnd(DialEnd.NO_ANSWER, Cause.NO_ANSWER)
    if destination == "nobody":
        return FarEnd(DialEnd.FAILED, Cause.UNALLOCATED_NUMBER)
    return FarEnd(DialEnd.ANSWERED, Cause.NORMAL_CLEARING, TALK_SECONDS)


@dataclass(frozen=True, slots=True)
class DialString:
    """`{…}sofia/profile/user@host`, `sofia/gateway/name/number`, `sofia/phones/user%domain`, `user/name@domain`.

    `address` is what stands after the last slash, `user` its first part, `way` what stands before it.
    """

    variables: Mapping[str, str]
    way: str
    address: str

    @property
    def user(self) -> str:
        return re.split(r"[@%;]", self.address, maxsplit=1)[0]

    @property
    def is_phone(self) -> bool:
        """Whether it is one that registers here."""
        return self.way in ("sofia/phones", "user")


def parsed(text: str) -> DialString:
    """Takes a dial string apart."""
    block = _BLOCK.match(text)
    variables = {name: value.strip("'") for name, value in _ASSIGNMENT.findall(block[0] if block else "")}
    way, _, address = _BLOCK.sub("", text).rpartition("/")
    return DialString(variables, way, address)
