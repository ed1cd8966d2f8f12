"""Goes back to the flow that ran this one, to the step after its `run_flow` (返回).

    - return

In a flow that no other ran, it hangs up.

Exits: none; the other flow goes on.
"""

from fsapp.flow.context import Context
from fsapp.flow.model import Exit, Params, Return, StepKind


class ReturnParams(Params):
    """Nothing to set."""


def exits(_params: ReturnParams) -> tuple[Exit, ...]:
    return (Exit("", jump=Return()),)


def run(_ctx: Context, _params: ReturnParams) -> Return:
    return Return()


STEP = StepKind("return", ReturnParams, run, exits)
