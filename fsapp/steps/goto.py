"""Goes to a label of the same flow (跳转).

    - goto: main

Exits: none; the label follows.
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.model import Exit, GoTo, Params, StepKind


class GotoParams(Params):
    """Where to."""

    label: str = Field(description="the label")


def exits(params: GotoParams) -> tuple[Exit, ...]:
    return (Exit("", jump=GoTo(params.label)),)


def run(_ctx: Context, params: GotoParams) -> GoTo:
    return GoTo(params.label)


STEP = StepKind("goto", GotoParams, run, exits, natural="label")
