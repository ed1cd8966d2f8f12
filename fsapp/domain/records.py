"""What is kept of a call: its call detail record, and a record of each leg that it placed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SPOOL = "spool"
"""The source of what FreeSWITCH alone saw: of such events, and of a call that has no others."""

SPOOL_SEQ = 1_000_000_000
"""From where on such events count: beyond all that an engine counts."""

DESK_CODE = "code "
"""Begins the rule of a call in which an agent's phone dialled a code."""


@dataclass(frozen=True, slots=True)
class Cdr:
    """What became of a call. `…_at` are UTC milliseconds since 1970, `…_ms` milliseconds; empty text means unknown.

    `path` names the labels in the order visited, without repeats (`main>bill>main`; `pay/main` is a label of another
    flow than the one chosen). `complete` is False where nobody saw the end: then `ended_at` is that of the last event.
    """

    uuid: str
    arrived_at: int
    ended_at: int
    answered_at: int | None = None
    ani: str = ""
    dnis: str = ""
    caller_name: str = ""
    trunk: str = ""
    duration_ms: int = 0
    billable_ms: int = 0
    hangup_cause: str = ""
    hangup_party: str = ""
    flow: str = ""
    flow_hash: str = ""
    rule: str = ""
    language: str = ""
    disposition: str = ""
    refused_reason: str = ""
    transferred_to: str = ""
    path: str = ""
    steps: int = 0
    failures: int = 0
    last_failure: str = ""
    notes: tuple[str, ...] = ()
    tags: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    sip_call_id: str = ""
    codec: str = ""
    complete: bool = False
    source: str = ""
    """Empty: the engine saw the call. `spool`: FreeSWITCH alone did, and its own record was taken on later."""


@dataclass(frozen=True, slots=True)
class LegRecord:
    """One B-leg that the call placed. `seq` is its event's, so (call, seq) is unique; times as in Cdr."""

    call: str
    seq: int
    leg: str
    number: str
    started_at: int
    answered_at: int | None
    ended_at: int
    end: str
    cause: str
