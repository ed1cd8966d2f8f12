"""Goes one way or the other (条件).

    - if: {test: "bill.amount > 0", on: {yes: pay, no: nothing_due}}
    - if: {test: "call.ani == '13800138000'", on: {yes: vip}}

A way that is not mapped goes on with the next step.

Exits:
- `yes`: the expression is true
- `no`: it is not
"""

from pydantic import Field, model_validator

from fsapp.flow.context import Context
from fsapp.flow.fields import On
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.templates import Expression


class IfParams(Params):
    """What decides."""

    test: Expression = Field(description="an expression that is true or not")
    on: On = Field(default_factory=dict, description="where `yes` and `no` lead")

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "IfParams":
        if not self.on:
            raise ValueError("an `if` wants `on: {yes: …}`, `on: {no: …}`, or both")
        return self


def exits(_params: IfParams) -> tuple[Exit, ...]:
    return (Exit("yes"), Exit("no"))


def run(ctx: Context, params: IfParams) -> str:
    return "yes" if params.test.test(ctx) else "no"


STEP = StepKind("if", IfParams, run, exits)
