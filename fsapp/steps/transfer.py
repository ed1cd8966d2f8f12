"""Gives the caller away, to a number or an agent; the flow goes on only where that did not work (转接).

    - transfer: {agent: "8001", on: {no_answer: leave_message, failed: leave_message}}
    - transfer: {number: "057188880000", method: refer, on: {failed: agent}}

`bridge` calls the other side and stays between the two; `refer` asks the caller's own network to call it and lets go.
When it worked, the call is over after the talk. The dialplan's rules decide what may be dialled.

Exits:
- `busy`
- `no_answer`
- `refused`: the dialplan does not allow it
- `failed`: anything else, and those of `busy`, `no_answer` and `refused` that are not mapped; must be mapped
"""

from typing import Literal

from pydantic import Field

from fsapp.domain.arguments import Endpoint
from fsapp.domain.errors import EslError
from fsapp.domain.events import Kind
from fsapp.domain.leg import DialEnd
from fsapp.flow.connecting import (
    CALLER_LEFT,
    FAILED,
    REFUSED,
    Destination,
    called,
    connect,
    missed,
    unconnected,
    way_to,
)
from fsapp.flow.context import Context
from fsapp.flow.model import End, Exit, Outcome, StepKind


class TransferParams(Destination):
    """To whom, and how."""

    method: Literal["bridge", "refer"] = Field("bridge", description="bridge or refer")


def exits(params: TransferParams) -> tuple[Exit, ...]:
    return (Exit("", jump=End()), *unconnected(params.on))


def run(ctx: Context, params: TransferParams) -> Outcome:
    way = way_to(ctx, params)
    if way is None:
        return missed(REFUSED, params.on)
    return _refer(ctx, params, way) if params.method == "refer" else _bridge(ctx, params, way)


def _bridge(ctx: Context, params: TransferParams, way: Endpoint) -> Outcome:
    end: str = CALLER_LEFT
    try:
        end = connect(ctx, params, way).end
    finally:  # a caller who hangs up, in the talk or before, ends the flow here, and was given away nevertheless
        if end in (DialEnd.ANSWERED, CALLER_LEFT):
            _journal(ctx, params, way)
    return End() if end == DialEnd.ANSWERED else missed(end, params.on)


def _refer(ctx: Context, params: TransferParams, way: Endpoint) -> Outcome:
    try:
        ctx.leg.refer(way)
    except EslError as error:
        ctx.note(error=str(error))
        return FAILED
    _journal(ctx, params, way)
    return End()


def _journal(ctx: Context, params: TransferParams, way: Endpoint) -> None:
    ctx.record(Kind.CALL_TRANSFERRED, {"to": called(ctx, params, way)})


STEP = StepKind("transfer", TransferParams, run, exits, natural="number", audible=True)
