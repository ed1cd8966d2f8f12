"""Stays silent for some seconds (停顿).

    - pause: 1.5

Keys pressed meanwhile count for the next question.

Exits:
- `done`
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, Seconds, only_done
from fsapp.flow.model import Params, StepKind


class PauseParams(Params):
    """How long."""

    seconds: Seconds = Field(1.0, description="seconds of silence")


def run(ctx: Context, params: PauseParams) -> str:
    ctx.leg.pause(params.seconds)
    return DONE


STEP = StepKind("pause", PauseParams, run, only_done, natural="seconds")
