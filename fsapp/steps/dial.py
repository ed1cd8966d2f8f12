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

from fsapp.domain.errors import NotAllowed
from fsapp.domain.leg import DialEnd
from fsapp.flow.connecting import REFUSED, Destination, connect, endpoint, missed, unconnected
from fsapp.flow.context import Context
from fsapp.flow.model import Exit, StepKind


class DialParams(Destination):
    """Whom to call."""


def exits(params: DialParams) -> tuple[Exit, ...]:
    return (Exit(DialEnd.ANSWERED), *unconnected(params.on))


def run(ctx: Context, params: DialParams) -> str:
    try:
        way = endpoint(ctx, params)
    except NotAllowed:
        return missed(REFUSED, params.on)
    result = connect(ctx, way, params.ring_timeout)
    ctx.note(cause=result.cause, talk_seconds=round(result.talk_seconds, 1))
    return result.end if result.end is DialEnd.ANSWERED else missed(result.end, params.on)


STEP = StepKind("dial", DialParams, run, exits, natural="number", audible=True)
