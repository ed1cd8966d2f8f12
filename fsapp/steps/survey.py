"""Asks the caller how the service was, and records the answer with the queue and the agent (满意度调查).

    - survey: {question: rate_service, keys: 1-5, into: rating}
    - if: {test: "rating | default(5) <= 2", on: {yes: sorry_to_hear}}

A caller who gives no answer, or hangs up instead, is recorded as one who gave none. Of whom the caller talked to last,
in a queue, the record tells.

Exits:
- `answered`: the answer is recorded, and the variable set
- `skipped`: there was none
"""

from typing import Annotated

from pydantic import Field, model_validator

from fsapp.domain.events import Kind
from fsapp.domain.leg import CollectKeys
from fsapp.flow.asking import Question, ask
from fsapp.flow.context import Context
from fsapp.flow.fields import Seconds, VariableName
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.references import Prompt

ANSWERED, SKIPPED = "answered", "skipped"


class SurveyParams(Params):
    """One question, answered by one key."""

    question: Prompt = Field(description="what the caller is asked: words, or a prompt's name")
    keys: str = Field("1-5", pattern=r"^[0-9]-[0-9]$", description="the answers, from the lowest to the highest")
    into: VariableName | None = Field(None, description="a variable that keeps the answer, a number")
    attempts: Annotated[int, Field(ge=1, le=10)] = Field(2, description="how often to ask in all")
    timeout: Seconds = Field(5.0, description="seconds to wait for the key")

    @model_validator(mode="after")
    def _some_answers(self) -> "SurveyParams":
        if self.keys[0] >= self.keys[2]:
            raise ValueError(f"'keys': {self.keys!r} is no range of keys; write 1-5")
        return self

    def accepts(self, keys: str) -> bool:
        return self.keys[0] <= keys <= self.keys[2]


def exits(params: SurveyParams) -> tuple[Exit, ...]:
    sets = frozenset({params.into} if params.into else ())
    return (Exit(ANSWERED, keys=params.keys[0], sets=sets), Exit(SKIPPED, keys="nothing"))


def run(ctx: Context, params: SurveyParams) -> str:
    answer: int | None = None
    try:
        answer = _answer(ctx, params)
    finally:  # a caller who hangs up now has given none
        ctx.record(Kind.SURVEY_ANSWERED, _fields(ctx, params, answer))
    if answer is None:
        return SKIPPED
    if params.into:
        ctx.set(params.into, answer)
    return ANSWERED


def _answer(ctx: Context, params: SurveyParams) -> int | None:
    question = Question(prompt=params.question, attempts=params.attempts, timeout=params.timeout)
    request = CollectKeys((), 1, terminators="", first_timeout=params.timeout)
    keys = ask(ctx, question, request, params.accepts).keys
    return int(keys) if keys else None


def _fields(ctx: Context, params: SurveyParams, answer: int | None) -> dict[str, object]:
    queue, agent = (ctx.stay.queue, ctx.stay.agent) if ctx.stay else ("", "")
    return {"queue": queue, "agent": agent, "question": params.question.source, "answer": answer}


STEP = StepKind("survey", SurveyParams, run, exits, natural="question", interactive=True, audible=True)
