"""Whether an answer can be right, before the code that asked for it does anything."""

from fsapp.desk.codes import Asks
from fsapp.desk.plan import list_of
from fsapp.desk.seat import Seat
from fsapp.domain.agent import HIGHEST_SKILL_LEVEL
from fsapp.domain.talk import Refusal, Refused

AUTOMATIC, MANUAL = "1", "0"
SIGN_OUT, READY, BUSY = "0", "1", "2"

_CHOICES = {Asks.MODE: (AUTOMATIC, MANUAL), Asks.STATE: (SIGN_OUT, READY, BUSY)}


def check(seat: Seat, asks: Asks, keys: str) -> None:
    """Raises Refused for an answer that cannot be right."""
    if (of := list_of(asks)) is not None:
        seat.plan.choice(of, keys)
    elif asks in _CHOICES and keys not in _CHOICES[asks]:
        raise Refused(Refusal.OUT_OF_RANGE)
    elif asks is Asks.AGENT:
        seat.colleague(keys)
    elif asks is Asks.NUMBER:
        seat.way_out(keys)
    elif asks is Asks.LEVEL:
        level(keys)
    elif asks is Asks.TICKET and not keys.isdecimal():
        raise Refused(Refusal.OUT_OF_RANGE)


def level(keys: str) -> int:
    """A level of a skill; 0 takes it away. Raises Refused."""
    if not keys.isdecimal() or int(keys) > HIGHEST_SKILL_LEVEL:
        raise Refused(Refusal.OUT_OF_RANGE)
    return int(keys)
