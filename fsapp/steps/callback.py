"""Records that the caller wants to be called back, with the place in the queue that the caller had (回呼登记).

    - callback: {queue: service, window: "09:00-17:30", on: {refused: leave_message}}
    - callback: {queue: service, number: "{{ other_number }}", ask: false, on: {refused: leave_message}}

The number is the caller's own unless `number` says another. It is read out; the caller confirms it with 1, or keys
another after 2. Whoever waited in this queue just before keeps the place, and what that `enqueue` asked for beside
`data`, unless this step says otherwise. The dialplan's rules decide which numbers may be called.

Exits:
- `recorded`: the request is recorded
- `refused`: the caller gave no number that may be called; must be mapped
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from fsapp.domain.errors import NotAllowed
from fsapp.domain.events import Kind
from fsapp.flow.callback_number import NumberPrompts, can_be_called, confirmed
from fsapp.flow.context import Context
from fsapp.flow.fields import On
from fsapp.flow.model import Exit, StepKind
from fsapp.flow.queue_request import QueueDemand, placed
from fsapp.flow.sensitive import is_secret
from fsapp.flow.templates import Text

RECORDED, REFUSED = "recorded", "refused"
_WINDOW = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]\Z")


def _window(written: str) -> str:
    if not _WINDOW.match(written) or written[:5] >= written[6:]:
        raise ValueError(f"{written[:40]!r} is no time of day from one to a later one; write 09:00-17:30")
    return written


class CallbackParams(QueueDemand, NumberPrompts):
    """Whom to call back, where, and when."""

    number: Text | None = Field(None, description="the number; the caller's own where it is not said")
    ask: bool = Field(True, description="whether the caller confirms the number, or keys another")
    window: Annotated[str, AfterValidator(_window)] | None = Field(None, description="when to call, in local time")
    on: On = Field(default_factory=dict, description="where each exit leads")


def exits(_params: CallbackParams) -> tuple[Exit, ...]:
    return (Exit(RECORDED), Exit(REFUSED, required=True))


def run(ctx: Context, params: CallbackParams) -> str:
    number = _number(ctx, params)
    try:
        if not can_be_called(number):
            raise NotAllowed("the caller gave no number")
        ctx.ports.dial_rules.number(number, ctx.call)
    except NotAllowed as error:
        ctx.note(reason=str(error))
        return REFUSED
    ctx.record(Kind.CALLBACK_REQUESTED, _fields(ctx, params, number))
    return RECORDED


def _number(ctx: Context, params: CallbackParams) -> str:
    """A secret is none: what is recorded is no secret any more."""
    if params.number is not None and is_secret(ctx, params.number):
        return ""
    offered = params.number.text(ctx) if params.number is not None else ctx.call.ani
    return confirmed(ctx, params, offered) if params.ask else offered


def _fields(ctx: Context, params: CallbackParams, number: str) -> dict[str, object]:
    request, queued_at = placed(ctx, params)
    return {
        "number": number,
        "window": params.window or "",
        "queue": request.queue,
        "skills": request.skills,
        "priority": request.priority,
        "customer_level": request.customer_level,
        "sticky_agent": request.sticky_agent,
        "language": request.language,
        "data": request.data,
        "queued_at": round(queued_at.timestamp() * 1000),
    }


STEP = StepKind("callback", CallbackParams, run, exits, natural="queue", interactive=True, audible=True)
