"""Records a message of the caller's (留言).

    - record:
        prompt: leave_message
        max_seconds: 180
        into: message
        on: {empty: main}

The prompt is heard to its end, then `beep`, a prompt too (`beep: null` for none). Recording ends at a terminator, after
`silence` seconds without a voice, at `max_seconds`, or when the caller hangs up: that message is kept as well.

Exits:
- `recorded`: there is a message
- `empty`: there is nothing as long as `min_seconds`, and no file is kept
"""

from typing import Annotated

from pydantic import Field

from fsapp.domain.events import Kind
from fsapp.domain.leg import RecordMessage
from fsapp.flow.context import Context
from fsapp.flow.fields import VariableName, Word
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.references import Prompt
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text
from fsapp.flow.utterances import play, utterance

RECORDED, EMPTY = "recorded", "empty"


class RecordParams(Params):
    """How a message is recorded."""

    prompt: Prompt = Field(description="what the caller hears before: words, or a prompt's name")
    beep: Prompt | None = Field(Text("beep"), description="heard when the recording begins")
    name: Word = Field("message", description="what the message is called in the records")
    max_seconds: Annotated[int, Field(ge=5, le=600)] = Field(120, description="the longest message")
    min_seconds: Annotated[int, Field(ge=1, le=10)] = Field(1, description="the shortest that counts")
    silence: Annotated[int, Field(ge=1, le=30)] = Field(4, description="seconds of silence that end it")
    terminators: str = Field("#", pattern=r"^[0-9*#]*$", description="keys that end it")
    into: VariableName | None = Field(None, description="a variable that keeps the file's path")


def exits(params: RecordParams) -> tuple[Exit, ...]:
    return (Exit(RECORDED, sets=frozenset({params.into} if params.into else ())), Exit(EMPTY))


def run(ctx: Context, params: RecordParams) -> str:
    _announce(ctx, params)
    path = ctx.ports.recordings.message_path(ctx.call, params.name)
    request = RecordMessage(path, params.max_seconds, params.silence, params.terminators)
    seconds = round(ctx.leg.record(request).seconds, 1)
    if seconds < params.min_seconds:
        ctx.ports.recordings.discard(path)
        return EMPTY
    ctx.record(Kind.MESSAGE_RECORDED, {"path": path, "seconds": seconds, "name": params.name})
    if params.into:
        ctx.set(params.into, path)
    return RECORDED


def _announce(ctx: Context, params: RecordParams) -> None:
    prompt = utterance(ctx, params.prompt)
    ctx.note(said=shown(ctx, params.prompt, prompt.text))
    play(ctx, (prompt,) if params.beep is None else (prompt, utterance(ctx, params.beep)))


STEP = StepKind("record", RecordParams, run, exits, interactive=True, audible=True)
