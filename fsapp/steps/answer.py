"""Answers the call (应答): from here on the caller pays, and hears what is played.

    - answer

Needed only to answer before the first prompt; a step that speaks to the caller answers by itself.

Exits:
- `done`
"""

from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, only_done
from fsapp.flow.model import Params, StepKind


class AnswerParams(Params):
    """Nothing to set."""


def run(_ctx: Context, _params: AnswerParams) -> str:
    return DONE  # the runner answers before the first audible step


STEP = StepKind("answer", AnswerParams, run, only_done, audible=True)
