"""How a call ended, as the switch accounts for it."""

from dataclasses import dataclass
from enum import StrEnum

from fsapp.esl.events import Event


class Party(StrEnum):
    """Who ended a call."""

    CALLER = "caller"
    ENGINE = "engine"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a call. Times are UTC in milliseconds since 1970; None where the switch did not say."""

    cause: str
    party: Party
    billable_ms: int | None = None
    answered_at: int | None = None
    ended_at: int | None = None
    sip_call_id: str = ""
    codec: str = ""


_BY_FAR_END = frozenset({"recv_bye", "recv_cancel", "recv_refuse"})
_BY_CALLER_IF_UNSAID = frozenset({"NORMAL_CLEARING", "ORIGINATOR_CANCEL"})


def ending_of(event: Event, *, asked: bool) -> Ending:
    """Reads a CHANNEL_HANGUP_COMPLETE; `asked` says whether the engine had asked for the hang-up."""
    cause = event.get("Hangup-Cause")
    answered = event.number("Caller-Channel-Answered-Time") // 1000
    ended = event.number("Caller-Channel-Hangup-Time") // 1000
    billable = event.number("variable_billmsec") or (max(ended - answered, 0) if answered and ended else 0)
    return Ending(
        cause=cause,
        party=party(event.variable("sip_hangup_disposition"), cause, asked=asked),
        billable_ms=billable,
        answered_at=answered or None,
        ended_at=ended or None,
        sip_call_id=event.variable("sip_call_id"),
        codec=event.variable("read_codec"),
    )


def party(disposition: str, cause: str, *, asked: bool) -> Party:
    """Who hung up. `disposition` is mod_sofia's word for it, and empty for a channel that is not SIP."""
    if disposition in _BY_FAR_END:
        return Party.CALLER
    if asked:
        return Party.ENGINE
    return Party.CALLER if not disposition and cause in _BY_CALLER_IF_UNSAID else Party.SWITCH
