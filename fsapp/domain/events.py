"""Events: what happened in a call, past tense. The journal keeps them; records are folded from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Every kind of event, with the fields it carries beside those named `?`, which may be missing."""

    CALL_ARRIVED = "CallArrived"
    """ani, dnis, caller_name, trunk"""
    CALL_REFUSED = "CallRefused"
    """reason (capacity, no_flow …)"""
    FLOW_CHOSEN = "FlowChosen"
    """flow, hash, language, rule"""
    CALL_ANSWERED = "CallAnswered"
    STEP_FINISHED = "StepFinished"
    """flow, label, index, step, exit, ms, set? (variables set), said?, keys?, and what the step notes"""
    FLOW_FAILED = "FlowFailed"
    """place, sentence"""
    CALL_TAGGED = "CallTagged"
    """disposition?, note?, tags?"""
    MESSAGE_RECORDED = "MessageRecorded"
    """path, seconds, name"""
    LEG_ENDED = "LegEnded"
    """leg, number, started_at (ms), answered_at? (ms), ended_at (ms), end, cause"""
    CALL_TRANSFERRED = "CallTransferred"
    """to"""
    CALL_HUNG_UP = "CallHungUp"
    """cause, party (caller, engine, switch), billable_ms?, sip_call_id?, codec? — always the last event of a call"""


@dataclass(frozen=True, slots=True)
class Event:
    """`seq` counts from 0 within a call, so (call, seq) is unique; `at` is UTC in milliseconds since 1970."""

    call: str
    seq: int
    at: int
    kind: str
    fields: Mapping[str, Any]
