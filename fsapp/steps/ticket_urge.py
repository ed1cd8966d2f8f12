"""Urges a ticket: whoever has it is told that the caller asked again (催办).

    - menu: {prompt: "催办请按一，返回请按二。", on: {1: urge, 2: main, failed: main}}
    - ticket_urge: {number: "{{ ticket.number }}", on: {failed: operator}}

A ticket is urged once an hour at the most, however often its number is keyed.

Exits:
- `done`: it is urged, or was within the last hour
- `failed`: there is no such ticket, it is closed, or tickets cannot be had now; must be mapped
"""

from pydantic import Field

from fsapp.domain.errors import FsappError
from fsapp.domain.events import Kind
from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, On
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.templates import Text

FAILED = "failed"


class TicketUrgeParams(Params):
    """Which ticket."""

    number: Text = Field(description="the ticket's number")
    on: On = Field(default_factory=dict, description="where each exit leads")


def exits(_params: TicketUrgeParams) -> tuple[Exit, ...]:
    return (Exit(DONE), Exit(FAILED, required=True))


def run(ctx: Context, params: TicketUrgeParams) -> str:
    number = params.number.text(ctx)
    try:
        ctx.ports.tickets.urge(number, ctx.call)
    except FsappError as error:
        ctx.note(error=str(error))
        return FAILED
    ctx.record(Kind.TICKET_URGED, {"ticket": number})
    return DONE


STEP = StepKind("ticket_urge", TicketUrgeParams, run, exits, natural="number")
