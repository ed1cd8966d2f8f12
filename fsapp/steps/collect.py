"""Asks for a number of several digits and keeps it in a variable (收号).

    - collect: {into: account, prompt: enter_account, digits: 10, attempts: 3, on: {failed: agent}}
    - collect:
        into: pin
        prompt: "Please enter your PIN, then press hash."
        min: 4
        max: 6
        sensitive: true
        on: {timeout: main, invalid: agent}

Give `digits` for an exact length, or `max` (and `min`) for a range. `check` is an expression that the number must meet
besides. What is `sensitive` stands in no log, journal or record, nor does what is made of it.

Exits:
- `collected`: the variable is set
- `timeout`: nothing was pressed
- `invalid`: the number was wrong
- `failed`: stands for `timeout` and `invalid` where these are not mapped, and must be mapped then
"""

from dataclasses import replace

from pydantic import Field

from fsapp.domain.leg import CollectKeys
from fsapp.flow.asking import Question, ask, unanswered
from fsapp.flow.context import Context
from fsapp.flow.digit_count import DigitCount
from fsapp.flow.fields import Seconds, VariableName
from fsapp.flow.model import Exit, StepKind
from fsapp.flow.templates import Expression

COLLECTED = "collected"


class CollectParams(DigitCount, Question):
    """A question whose answer is a number."""

    into: VariableName = Field(description="the variable that keeps the number")
    terminators: str = Field("#", pattern=r"^[0-9*#]*$", description="keys that end the number early")
    digit_timeout: Seconds = Field(3.0, description="seconds to wait for each further key")
    check: Expression | None = Field(None, description="an expression that the number must meet besides")
    sensitive: bool = Field(False, description="whether it is a secret, such as a PIN")

    @property
    def provides(self) -> frozenset[str]:
        return frozenset({self.into})


def exits(params: CollectParams) -> tuple[Exit, ...]:
    end = f" and {params.terminators[0]}" if params.shortest < params.longest and params.terminators else ""
    return (
        Exit(COLLECTED, keys=f"{params.shortest} digits{end}", sets=frozenset({params.into})),
        *unanswered(params.on),
    )


def run(ctx: Context, params: CollectParams) -> str:
    request = CollectKeys(
        (),
        params.longest,
        params.terminators,
        first_timeout=params.timeout,
        digit_timeout=params.digit_timeout,
        barge_in=params.barge_in,
        sensitive=params.sensitive,
    )
    answer = ask(ctx, params, request, lambda keys: _accepts(ctx, params, keys))
    if answer.gave_up:
        return answer.gave_up
    ctx.set(params.into, answer.keys, sensitive=params.sensitive)
    return COLLECTED


def _accepts(ctx: Context, params: CollectParams, keys: str) -> bool:
    if len(keys) < params.shortest or not keys.isdecimal():
        return False
    return params.check is None or params.check.test(_with_answer(ctx, params, keys))


def _with_answer(ctx: Context, params: CollectParams, keys: str) -> Context:
    """The call as the check sees it: the number stands in its variable, and is kept only if it passes."""
    sensitive = {params.into} if params.sensitive else set()
    return replace(ctx, variables={**ctx.variables, params.into: keys}, sensitive=ctx.sensitive | sensitive)


STEP = StepKind("collect", CollectParams, run, exits, interactive=True, audible=True)
