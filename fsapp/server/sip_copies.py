"""What the switch copies of the phones' SIP (HEP version 3), as far as an agent's transfer button goes: REFER.

Pure: bytes in, values out. A copy is whatever somebody sent to the switch, so nothing in it is believed but a number of
keys, and the names of calls, which nobody knows who is not in them.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

LONGEST = 65_535
"""Of a copy."""
MOST_BYTES = 8192
"""Of the copy of a REFER that a telephone sends: it is read in the hub, and anybody may send a longer one."""

_HEAD = 6
"""`HEP3` and the packet's length, 2 bytes."""
_CHUNK_HEAD = 6
"""Vendor, type and length, 2 bytes each."""
_PAYLOAD = 0x000F

_URI = re.compile(r"\bsips?:([^@;>?]{0,64})@[^>?]{0,256}(\?[^>]*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9*#+]{1,32}\Z")
_REPLACES = re.compile(r"[?&]replaces=([^&]+)", re.IGNORECASE)
_SHORT = {"f": "from", "i": "call-id", "r": "refer-to"}


class Referral(NamedTuple):
    """A `phone`, by its own account, asks to send the other side of its call to a number, or, where `other_call` names
    another one of its calls, to whom it talks to there. Calls are named by their SIP Call-IDs.
    """

    phone: str
    call_id: str
    number: str
    other_call: str = ""


def referral(copy: bytes) -> Referral | None:
    """The REFER that a copy holds; None for all else."""
    if len(copy) > MOST_BYTES or b"REFER " not in copy:
        return None
    head, _, _ = _payload(copy).partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    headers = _headers(lines)
    by, to = (_URI.search(headers.get(name, "")) for name in ("from", "refer-to"))
    if not first.startswith("REFER ") or by is None or to is None or not headers.get("call-id"):
        return None
    replaces = _REPLACES.search(to[2] or "")
    named = unquote(replaces[1]).partition(";")[0] if replaces else ""
    return Referral(_number(by[1]), headers["call-id"], _number(to[1]), named)


def _number(user: str) -> str:
    """The number that a URI is for; empty for what cannot be keyed."""
    number = unquote(user)
    return number if _NUMBER.match(number) else ""


def _payload(copy: bytes) -> bytes:
    """The SIP message; empty for what is no HEP."""
    if not copy.startswith(b"HEP3"):
        return b""
    at = _HEAD
    while at + _CHUNK_HEAD <= len(copy):
        kind, length = int.from_bytes(copy[at + 2 : at + 4]), int.from_bytes(copy[at + 4 : at + 6])
        if kind == _PAYLOAD:
            return copy[at + _CHUNK_HEAD : at + length]
        at += max(length, _CHUNK_HEAD)
    return b""


def _headers(lines: list[str]) -> Mapping[str, str]:
    """By their long names in small letters."""
    pairs = (line.partition(":") for line in lines)
    names = ((name.strip().lower(), value.strip()) for name, colon, value in pairs if colon)
    return {_SHORT.get(name, name): value for name, value in names}
