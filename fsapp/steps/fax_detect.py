"""Listens whether the caller is a fax machine, and goes on at a label if it is (传真识别).

    - fax_detect: take_fax

A machine that calls gives a short tone of 1,100 Hz every few seconds. From here on the switch listens for it, for 40
seconds, while the flow goes on; what is played or asked when it comes is cut short, and so is the wait in a queue. Put
it at the beginning of a flow whose number takes both voice and fax. In a recording and in a talk nothing is cut short:
the call goes to the label when the flow plays or asks something next.

Exits:
- `listening`: the next step follows at once
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.fields import Word
from fsapp.flow.model import Exit, GoTo, Params, StepKind

LISTENING = "listening"


class FaxDetectParams(Params):
    """Where faxes are taken."""

    label: Word = Field(description="the label that takes the fax")


def exits(params: FaxDetectParams) -> tuple[Exit, ...]:
    return (Exit(LISTENING), Exit("", keys="a fax machine calls", jump=GoTo(params.label)))


def run(ctx: Context, params: FaxDetectParams) -> str:
    ctx.fax_label = ctx.flow, params.label
    ctx.leg.listen_for_fax()
    return LISTENING


STEP = StepKind("fax_detect", FaxDetectParams, run, exits, natural="label", audible=True)
