"""Runs another flow, which shares the variables; its `return` comes back to the step after this one (调用流程).

    - run_flow: check_pin

Exits: none; the flow follows, and after its `return` the next step.
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.model import Exit, Params, RunFlow, StepKind


class RunFlowParams(Params):
    """Which flow."""

    flow: str = Field(description="the flow's name")


def exits(params: RunFlowParams) -> tuple[Exit, ...]:
    return (Exit("", jump=RunFlow(params.flow)),)


def run(_ctx: Context, params: RunFlowParams) -> RunFlow:
    return RunFlow(params.flow)


STEP = StepKind("run_flow", RunFlowParams, run, exits, natural="flow")
