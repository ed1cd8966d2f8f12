"""Asks how a ticket stands: by the number that the caller keyed, or the caller's own latest one (工单进度).

    - ticket_state: {on: {missing: ask_number}}
    - say: "工单{{ ticket.number | digits }}，{{ ticket.kind }}，{{ ticket.words }}。"
    - ticket_state: {number: "{{ keyed }}", into: asked, on: {missing: unknown_ticket, failed: operator}}

The variable has `number`, `kind` and `words` (how it stands) in the flow's language, `state` (new, accepted,
dispatched, following, replied, solved, closed), `open`, `late`, `urged` (how often), `opened_at`, `own` (whether it is
this caller's), and `reply`, which is empty where it is somebody else's.

Exits:
- `found`: the variable is set
- `missing`: there is no such ticket, or this caller has none; must be mapped
- `failed`: tickets cannot be read now; where it is not mapped, the call goes to the flow's `on_error`
"""

from pydantic import Field

from fsapp.domain.errors import FsappError
from fsapp.flow.context import Context
from fsapp.flow.fields import On, VariableName
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.templates import Text

FOUND, MISSING, FAILED = "found", "missing", "failed"


class TicketStateParams(Params):
    """Which ticket."""

    number: Text = Field(Text(""), description="the ticket's number; the caller's latest one where it is not said")
    into: VariableName = Field("ticket", description="the variable that keeps what is known of it")
    on: On = Field(default_factory=dict, description="where each exit leads")


def exits(params: TicketStateParams) -> tuple[Exit, ...]:
    failed = (Exit(FAILED),) if FAILED in params.on else ()
    return (Exit(FOUND, sets=frozenset({params.into})), Exit(MISSING, required=True), *failed)


def run(ctx: Context, params: TicketStateParams) -> str:
    try:
        found = ctx.ports.tickets.find(params.number.text(ctx), ctx.call, ctx.language)
    except FsappError as error:
        if FAILED not in params.on:
            raise
        ctx.note(error=str(error))
        return FAILED
    if found is None:
        return MISSING
    ctx.set(params.into, found)
    return FOUND


STEP = StepKind("ticket_state", TicketStateParams, run, exits, natural="number")
