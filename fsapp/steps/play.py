"""Plays a recording or a prompt of the catalogue by its name, once or several times (放音).

    - play: holiday_notice
    - play: {prompt: outage_notice, times: 2, barge_in: true}

`holiday_notice` is the recording `sounds/<language>/holiday_notice.wav`, or where there is none the catalogue's text,
spoken.

Exits:
- `done`
"""

from typing import Annotated

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, only_done
from fsapp.flow.model import Params, StepKind
from fsapp.flow.references import Refers
from fsapp.flow.utterances import play

PromptName = Annotated[str, Refers.PROMPT]


class PlayParams(Params):
    """What is played."""

    prompt: PromptName = Field(description="the prompt's name")
    times: Annotated[int, Field(ge=1, le=10)] = Field(1, description="how often it is played")
    barge_in: bool = Field(False, description="whether a key ends it")


def run(ctx: Context, params: PlayParams) -> str:
    prompt = ctx.ports.voice.prompt(params.prompt, ctx.language)
    ctx.note(said=prompt.text)
    play(ctx, (prompt,) * params.times, barge_in=params.barge_in)
    return DONE


STEP = StepKind("play", PlayParams, run, only_done, natural="prompt", audible=True)
