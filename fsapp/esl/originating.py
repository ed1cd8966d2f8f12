"""A leg that the engine places: `originate`, whose variables stand in braces before the dial string.

What FreeSWITCH finds in the braces it splits at commas, and some variables are code to it (switch_event.c,
switch_event_create_brackets), so every value is of a type that holds no comma, quote or brace.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fsapp.domain.arguments import DisplayName, Endpoint, Number, Uuid
from fsapp.esl import arguments
from fsapp.esl.commands import Command

_CALL_INFO = re.compile(r"[\w.:/?=&%-]{1,256}\Z", re.ASCII)

KEYED = ".+"
"""What of the keys the switch blackens in its own record of a leg: all."""

PARK_SECONDS = 60
"""How long an answered leg waits for its talk before the switch drops it: the guard against an engine that died."""


@dataclass(frozen=True, slots=True)
class NewLeg:
    """A leg to place. `caller_*` is what the phone shows; `call_info` an address that it may open (RFC 3261, 20.9).

    `auto_answer` asks the phone to answer by itself. `engine` and `call` mark the leg, so that a stray one is known.
    """

    uuid: Uuid
    endpoint: Endpoint
    ring_timeout: int
    engine: Uuid
    call: Uuid
    caller_number: Number | None = None
    caller_name: DisplayName | None = None
    call_info: str = ""
    auto_answer: bool = False


def command(leg: NewLeg, job: Uuid) -> Command:
    """Raises ValueError for a value that might be more than a value."""
    variables = ",".join(f"{name}={value}" for name, value in _variables(leg))
    dial_string = arguments.dial_string(leg.endpoint)
    return Command(f"bgapi originate {{{variables}}}{dial_string} &park()\nJob-UUID: {Uuid(job)}\n\n".encode())


def _variables(leg: NewLeg) -> Iterator[tuple[str, str]]:
    yield "origination_uuid", Uuid(leg.uuid)
    yield "originate_timeout", str(int(leg.ring_timeout))
    yield "ignore_early_media", "true"  # or ringing would pass for an answer
    yield "park_timeout", str(PARK_SECONDS)
    yield "outbound_redirect_fatal", "true"  # or a phone that answers "moved" (302) would have any other address called
    yield "bridge_filter_dtmf", "true"  # what an agent keys is for the engine alone
    yield "digits_dialed_filter", KEYED  # and may be a card's number
    yield "cc_engine", Uuid(leg.engine)
    yield "cc_call", Uuid(leg.call)
    if leg.auto_answer:
        yield "sip_auto_answer", "true"
    if leg.caller_number is not None:
        yield "origination_caller_id_number", Number(leg.caller_number)
    if leg.caller_name is not None:
        yield "origination_caller_id_name", f"'{DisplayName(leg.caller_name)}'"
    if leg.call_info:
        answers = ";answer-after=0" if leg.auto_answer else ""  # ours replaces what `sip_auto_answer` would write there
        yield "sip_h_Call-Info", f"<{call_info(leg.call_info)}>;purpose=info{answers}"


def call_info(address: str) -> str:
    """The address itself. Raises ValueError where it cannot stand in that header."""
    if not _CALL_INFO.match(address):
        raise ValueError(f"{address[:40]!r} is no address for Call-Info")
    return address
