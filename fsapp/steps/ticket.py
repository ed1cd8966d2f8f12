"""Makes a ticket of what the caller wants, with the call and what was recorded in it (工单).

    - record: {into: message, prompt: leave_message, on: {empty: goodbye}}
    - ticket: {kind: complaint, message: "{{ message }}", on: {failed: not_noted}}
    - say: "您的工单号是{{ ticket | digits }}，我们会尽快处理。"
    - ticket:
        kind: fault
        text: "自助报修"
        fields: {address: "{{ bill.address }}", meter: "{{ meter }}"}
        level: "{{ customer.level | default('normal', true) }}"
        on: {failed: operator}

Kinds, their fields and levels stand in conf/tickets.yaml. The variable keeps the ticket's number; spoken with `digits`
it is what the caller keys to hear how the ticket stands. What does not fit its field goes into the ticket's text, and
what is made of a sensitive variable is `***`. The same ticket, asked for twice in a call, is one.

Exits:
- `done`: there is a ticket
- `failed`: none could be made now, so there is no number; what is wanted is kept, and the ticket made later; must be
  mapped
"""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import Field

from fsapp.domain.channels import Channel
from fsapp.domain.ticket import NORMAL
from fsapp.domain.ticket_opening import Opening
from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, On, VariableName, Word
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.references import TicketKindName
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text
from fsapp.flow.ticketing import opened, opening

FAILED = "failed"


class TicketParams(Params):
    """What the ticket is about."""

    kind: TicketKindName = Field(description="the kind's name")
    text: Text = Field(Text(""), description="what it is about, in words")
    fields: Mapping[Word, Text] = Field(default_factory=dict, description="the fields of the kind's form")
    level: Text = Field(Text(NORMAL), description="the handling level, which decides the time limits")
    message: Text | None = Field(None, description="the path of what was recorded or faxed, as `record` keeps it")
    channel: Channel | None = Field(None, description="how it came; `message` where there is one, else `phone`")
    into: VariableName = Field("ticket", description="the variable that keeps the number")
    on: On = Field(default_factory=dict, description="where each exit leads")


def exits(params: TicketParams) -> tuple[Exit, ...]:
    return (Exit(DONE, sets=frozenset({params.into})), Exit(FAILED, required=True))


def run(ctx: Context, params: TicketParams) -> str:
    number = opened(ctx, _opening(ctx, params))
    if not number:
        return FAILED
    ctx.set(params.into, number)
    return DONE


def _opening(ctx: Context, params: TicketParams) -> Opening:
    message = params.message.text(ctx) if params.message is not None else ""
    channel = params.channel or (Channel.MESSAGE if message else Channel.PHONE)
    return replace(
        opening(ctx, params.kind, channel, message),
        text=shown(ctx, params.text, params.text.text(ctx)),
        fields={name: shown(ctx, text, text.text(ctx)) for name, text in params.fields.items()},
        level=params.level.text(ctx),
    )


STEP = StepKind("ticket", TicketParams, run, exits, natural="kind")
