"""Calls a number or an agent and connects the caller; the flow goes on when the talk is over (外呼).

    - dial: {number: "057188880000", on: {busy: try_later, failed: leave_message}}
    - dial: {agent: "{{ bill.manager }}", ring_timeout: 20, on: {failed: leave_message}}

The dialplan's rules decide what may be dialled.

Exits:
- `answered`: the talk is over
- `busy`
- `no_answer`
- `refused`: the dialplan does not allow it
- `failed`: anything else, and those of `busy`, `no_answer` and `refused` that are not mapped; must be mapped
"""

from fsapp.domain.leg import DialEnd
from fsapp.flow.connecting import REFUSED, Destination, connect, missed, unconnected, way_to
from fsapp.flow.context import Context
from fsapp.flow.model import Exit, StepKind

ANSWERED = "answered"


class DialParams(Destination):
    """Whom to call."""


def exits(params: DialParams) -> tuple[Exit, ...]:
    return (Exit(ANSWERED), *unconnected(params.on))


def run(ctx: Context, params: DialParams) -> str:
    way = way_to(ctx, params)
    if way is None:
        return missed(REFUSED, params.on)
    result = connect(ctx, params, way)
    ctx.note(cause=result.cause, talk_seconds=round(result.talk_seconds, 1))
    return ANSWERED if result.end is DialEnd.ANSWERED else missed(result.end, params.on)


STEP = StepKind("dial", DialParams, run, exits, natural="number", audible=True)
