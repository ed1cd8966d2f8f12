"""The telephones that the stand-in can dial, and how a dial string names them."""

import re
from collections.abc import Callable

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd
from fsapp.switchboard.key_script import TALK_SECONDS, FarEnd

RING_SECONDS = 1.0
"""How long a phone rings before it is answered."""

Phones = Callable[[str], FarEnd]
"""What becomes of a leg to this destination (the user or number dialled)."""

_BLOCK = re.compile(r"\A(?:\{[^}]*\}|\[[^\]]*\]|<[^>]*>)*")
_ASSIGNMENT = re.compile(r"(\w+)=('[^']*'|[^,}\]]*)")


def by_name(destination: str) -> FarEnd:
    """`busy` is busy, `ring` is never answered, `nobody` is not registered; whoever else is called answers."""
    if destination == "busy":
        return FarEnd(DialEnd.BUSY, Cause.USER_BUSY)
    if destination == "ring":
        return FarEnd(DialEnd.NO_ANSWER, Cause.NO_ANSWER)
    if destination == "nobody":
        return FarEnd(DialEnd.FAILED, Cause.UNALLOCATED_NUMBER)
    return FarEnd(DialEnd.ANSWERED, Cause.NORMAL_CLEARING, TALK_SECONDS)


def destination_of(dial_string: str) -> str:
    """The user or number in `{…}sofia/profile/user@host`, `sofia/gateway/name/number` or `user/name@domain`."""
    last = _BLOCK.sub("", dial_string).rpartition("/")[2]
    return re.split(r"[@%;]", last, maxsplit=1)[0]


def variables_of(dial_string: str) -> dict[str, str]:
    """The channel variables in the dial string's leading blocks."""
    block = _BLOCK.match(dial_string)
    return {name: value.strip("'") for name, value in _ASSIGNMENT.findall(block[0] if block else "")}
