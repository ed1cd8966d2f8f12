"""What `connect` answered becomes a Call. Every text in it is the caller's, and stays text."""

from collections.abc import Mapping
from datetime import datetime

from fsapp.domain.call import Call

LAST_TALK = "variable_last_bridge_to"
"""With which channel this one was connected last."""

HEADERS = (
    "Answer-State",
    "Caller-ANI",
    "Caller-Caller-ID-Name",
    "Caller-Caller-ID-Number",
    "Caller-Channel-Created-Time",
    "Caller-Destination-Number",
    "Core-UUID",
    "Event-Date-Timestamp",
    "Unique-ID",
    "variable_fsapp_again",
    LAST_TALK,
    "variable_originate_disposition",
    "variable_recovered",
    "variable_sip_auth_username",
    "variable_sip_acl_authed_by",
    "variable_sip_gateway_name",
    "variable_sofia_profile_name",
)
"""What a call is made from; a session keeps these of some 165."""

_TRUNK = ("variable_sip_acl_authed_by", "variable_sip_gateway_name", "variable_sofia_profile_name")
"""By what the call came in: the address list that let it in, which conf/freeswitch names after its gateway, first."""

RECOVERED_MS = 20_000_000
"""Beyond the age of any call: one that was recovered is as good as new for the switch."""

MAX_TEXT = 256
"""Longer texts are cut: a display name or number of more is no name or number."""


def call(data: Mapping[str, str], now: datetime) -> Call:
    """The call that the channel data describe; `now` is when it reached the engine (UTC)."""
    return Call(
        uuid=data.get("Unique-ID", ""),
        ani=_first(data, "Caller-Caller-ID-Number", "Caller-ANI"),
        dnis=_first(data, "Caller-Destination-Number"),
        arrived_at=now,
        caller_name=_first(data, "Caller-Caller-ID-Name"),
        trunk=_first(data, *_TRUNK),
        recovered=data.get("variable_recovered") == "true",
        phone=_first(data, "variable_sip_auth_username"),
    )


def _first(data: Mapping[str, str], *names: str) -> str:
    """The first header that is not empty, on one line, without control characters."""
    text = next((value for name in names if (value := data.get(name, ""))), "")
    text = text[:MAX_TEXT]
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return text.strip()


def age(data: Mapping[str, str], now: datetime) -> int:
    """Milliseconds since the channel was made, by the switch's own clock, which nobody sets in mid-call."""
    created, told = data.get("Caller-Channel-Created-Time", ""), data.get("Event-Date-Timestamp", "")
    before = RECOVERED_MS if data.get("variable_recovered") == "true" else 0
    if not created.isdecimal():
        return before
    microseconds = int(told) if told.isdecimal() else round(now.timestamp() * 1_000_000)
    return before + max(0, (microseconds - int(created)) // 1000)


def is_again(data: Mapping[str, str]) -> bool:
    """Whether an engine had the call before: it was answered, or its dialplan says so (engine.xml)."""
    return data.get("Answer-State", "ringing") != "ringing" or data.get("variable_fsapp_again") == "true"


def has_talked(data: Mapping[str, str]) -> bool:
    """Whether the B-leg that was dialled last was answered (fsapp.esl.dialling unsets this before it dials)."""
    return data.get("variable_originate_disposition") == "SUCCESS"
