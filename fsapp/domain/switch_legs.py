"""What the switch itself wrote down of a leg, and how it becomes events where no engine saw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fsapp.domain.events import Event, Kind
from fsapp.domain.records import SPOOL, SPOOL_SEQ


@dataclass(frozen=True, slots=True)
class SwitchLeg:
    """A leg that is over, as FreeSWITCH saw it. Times are UTC milliseconds.

    `call` is the call that the leg was placed for; a caller's own leg is its call. `number` is whom it called, `ani`
    who did.
    """

    uuid: str
    call: str
    is_caller: bool
    ani: str
    number: str
    caller_name: str
    trunk: str
    context: str
    started_at: int
    answered_at: int | None
    ended_at: int
    billable_ms: int
    cause: str
    sip_call_id: str = ""
    read_codec: str = ""
    write_codec: str = ""
    account: str = ""
    partner: str = ""
    """The leg that this one was connected with last."""


def call_events(leg: SwitchLeg) -> Sequence[Event]:
    """A call that no engine saw: it came, perhaps somebody answered, and it ended."""
    arrived = {
        "ani": leg.ani,
        "dnis": leg.number,
        "caller_name": leg.caller_name,
        "trunk": leg.trunk,
        "source": SPOOL,
    }
    ended = {
        "cause": leg.cause,
        "party": "switch",
        "billable_ms": leg.billable_ms,
        "sip_call_id": leg.sip_call_id,
        "codec": leg.read_codec,
        "source": SPOOL,
    }
    told: list[tuple[int, str, Mapping[str, Any]]] = [(leg.started_at, Kind.CALL_ARRIVED, arrived)]
    if leg.answered_at is not None:
        told.append((leg.answered_at, Kind.CALL_ANSWERED, {"source": SPOOL}))
    told.append((leg.ended_at, Kind.CALL_HUNG_UP, ended))
    return [Event(leg.call, SPOOL_SEQ + seq, at, kind, fields) for seq, (at, kind, fields) in enumerate(told)]


def leg_event(leg: SwitchLeg, number: int) -> Event:
    """A placed leg that no engine saw, the `number`th of its call."""
    fields = {
        "leg": leg.uuid,
        "number": leg.number,
        "started_at": leg.started_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
        "end": "answered" if leg.answered_at is not None else "failed",
        "cause": leg.cause,
        "source": SPOOL,
    }
    return Event(leg.call, SPOOL_SEQ + 1000 + number, leg.ended_at, Kind.LEG_ENDED, fields)
