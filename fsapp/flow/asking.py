"""Asking the caller for keys, again where the answer is none or a wrong one: what menu and collect share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from fsapp.domain.leg import CollectKeys, KeysCollected, KeysEnd
from fsapp.flow.context import Context
from fsapp.flow.fields import On, Seconds, nearest
from fsapp.flow.model import Exit, Params
from fsapp.flow.references import Prompt
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text
from fsapp.flow.unrecorded import unrecorded
from fsapp.flow.utterances import heard, utterance

TIMEOUT = Exit("timeout", keys="nothing")
INVALID = Exit("invalid", keys="a wrong key")
FAILED = "failed"


class Question(Params):
    """What every question to the caller has."""

    prompt: Prompt = Field(description="what the caller hears: words, or a prompt's name")
    nothing: Prompt = Field(
        Text("nothing_pressed"), description="heard before the next attempt where nothing was pressed"
    )
    wrong: Prompt = Field(Text("wrong_key"), description="heard before the next attempt where the answer was wrong")
    attempts: Annotated[int, Field(ge=1, le=10)] = Field(3, description="how often to ask in all")
    timeout: Seconds = Field(5.0, description="seconds to wait for the first key")
    barge_in: bool = Field(True, description="whether a key ends the prompt")
    on: On = Field(default_factory=dict, description="where each exit leads")


@dataclass(frozen=True, slots=True)
class Answer:
    """The keys that were accepted, or the name of the exit because there are none."""

    keys: str = ""
    gave_up: str = ""


def unanswered(on: On) -> tuple[Exit, ...]:
    """The exits of a question without a right answer: `failed` stands for each that is not mapped, and must be."""
    mapped = tuple(way for way in (TIMEOUT, INVALID) if way.name in on)
    unmapped = [way for way in (TIMEOUT, INVALID) if way.name not in on]
    return (*mapped, Exit(FAILED, keys=unmapped[0].keys, required=True)) if unmapped else mapped


def ask(
    ctx: Context,
    question: Question,
    request: CollectKeys,
    accepts: Callable[[str], bool],
    more: Sequence[Text] = (),
) -> Answer:
    """Asks until `accepts` likes the keys or the attempts are used up; then the last attempt names the exit.

    `more` is said after the prompt. Raises MediaError where a prompt cannot be heard.
    """
    words = (question.prompt, *more)
    prompts = tuple(utterance(ctx, each) for each in words)
    ctx.note(said=" ".join(shown(ctx, each, prompt.text) for each, prompt in zip(words, prompts, strict=True)))
    played = prompts
    outcome = TIMEOUT
    for attempt in range(1, question.attempts + 1):
        ctx.note(attempts=attempt)
        answer = collected(ctx, replace(request, utterances=played))
        if accepts(answer.digits):
            return Answer(answer.digits)
        outcome = TIMEOUT if answer.end is KeysEnd.NOTHING else INVALID
        if attempt < question.attempts:
            apology = question.nothing if outcome is TIMEOUT else question.wrong
            played = (utterance(ctx, apology), *prompts)
    return Answer(gave_up=nearest(outcome.name, question.on, FAILED))


def collected(ctx: Context, request: CollectKeys) -> KeysCollected:
    """One attempt, noted. Raises MediaError where its prompt cannot be heard."""
    if request.sensitive:
        with unrecorded(ctx):
            return heard(ctx, request.utterances, lambda: _attempted(ctx, request))
    answer = heard(ctx, request.utterances, lambda: _attempted(ctx, request))
    ctx.note(keys=answer.digits + answer.terminator)
    return answer


def _attempted(ctx: Context, request: CollectKeys) -> KeysCollected | None:
    answer = ctx.leg.collect(request)
    return None if answer.end is KeysEnd.UNPLAYABLE else answer
