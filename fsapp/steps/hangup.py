"""Ends the call (挂机).

    - hangup
    - hangup: USER_BUSY

The cause is what the other network is told; NORMAL_CLEARING, the default, is the end of a talk.

Exits: none; the call is over.
"""

from pydantic import Field

from fsapp.domain.causes import Cause
from fsapp.flow.context import Context
from fsapp.flow.model import End, Exit, Params, StepKind


class HangupParams(Params):
    """Why."""

    cause: Cause = Field(Cause.NORMAL_CLEARING, description="the hang-up cause")


def exits(params: HangupParams) -> tuple[Exit, ...]:
    return (Exit("", jump=End(params.cause)),)


def run(_ctx: Context, params: HangupParams) -> End:
    return End(params.cause)


STEP = StepKind("hangup", HangupParams, run, exits, natural="cause")
