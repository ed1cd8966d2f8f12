"""An agent's PIN: what is too easy, and its hash. The PIN itself is kept nowhere.

A PIN has few digits, so that whoever holds the hash can try them all: it belongs where others cannot read it. What
protects against guessing on the phone is the rest after three wrong ones.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import scrypt
from hmac import compare_digest

SHORTEST, LONGEST = 4, 16

_DIGITS = re.compile(r"[0-9]*\Z")
_UP = "01234567890"
_DOWN = _UP[::-1]
_COLUMNS = frozenset({"2580", "0852", "1470", "3690", "1590", "3570"})
"""Straight lines on the keypad."""

_COST, _BLOCK, _LANES = 14, 8, 1
"""Of scrypt: some 40 ms and 16 MB a hash. The exponent, the block size, and the parallelism."""

_NOBODY = f"scrypt${_COST}${_BLOCK}${_LANES}${'00' * 16}${'00' * 32}"
"""Takes as long to compare as a real hash, and fits no PIN."""


def check_pin(pin: str, own_numbers: Iterable[str] = ()) -> None:
    """Raises ValueError for a PIN that is easily guessed. `own_numbers` are the agent's: the first that are tried."""
    if not _DIGITS.match(pin):
        raise ValueError("a PIN is keyed on a phone: it has digits only")
    if not SHORTEST <= len(pin) <= LONGEST:
        raise ValueError(f"a PIN has {SHORTEST} to {LONGEST} digits")
    if any(number and number.endswith(pin) for number in own_numbers):
        raise ValueError("a PIN must not be the agent's own number, nor its end")
    if pin in _UP or pin in _DOWN or pin in _COLUMNS or _repeats(pin):
        raise ValueError("this PIN is among the first that are guessed, as 1234, 1111 and 1212 are; choose another")


def new_pin(own_numbers: Sequence[str] = ()) -> str:
    """A PIN of six digits that nobody guesses."""
    while True:
        pin = f"{secrets.randbelow(10**6):06}"
        with suppress(ValueError):
            check_pin(pin, own_numbers)
            return pin


def hash_pin(pin: str) -> str:
    """A salted hash, never twice the same. Takes some 40 ms without the interpreter lock: call it off the hub."""
    salt = secrets.token_bytes(16)
    key = scrypt(pin.encode(), salt=salt, n=1 << _COST, r=_BLOCK, p=_LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${salt.hex()}${key.hex()}"


def pin_matches(pin: str, hashed: str) -> bool:
    """Whether this PIN was hashed; as slow as `hash_pin`.

    With an empty hash (an agent without a PIN, or no agent at all) it is False, and takes the same time: how long it
    took does not tell who exists.
    """
    _, cost, block, lanes, salt, key = (hashed or _NOBODY).split("$")
    made = scrypt(pin.encode(), salt=bytes.fromhex(salt), n=1 << int(cost), r=int(block), p=int(lanes))
    return compare_digest(made, bytes.fromhex(key)) and bool(hashed)


def _repeats(pin: str) -> bool:
    """1111, 1212, 123123."""
    return any(pin == pin[:size] * (len(pin) // size) for size in range(1, len(pin) // 2 + 1))
