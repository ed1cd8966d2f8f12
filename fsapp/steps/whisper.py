"""Says what the next agent hears before the talk, and sees; the caller hears nothing of it (密语).

    - whisper: "户号{{ account | digits }}，电费咨询。"
    - enqueue: {queue: service, on: {failed: leave_message}}

It is kept for the next `enqueue` until an agent has heard it. What an `enqueue` itself has as `whisper` goes before it.

Exits:
- `done`
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, only_done
from fsapp.flow.model import Params, StepKind
from fsapp.flow.queue_request import whispered
from fsapp.flow.references import Prompt
from fsapp.flow.sensitive import shown


class WhisperParams(Params):
    """What the agent hears."""

    text: Prompt = Field(description="words, or a prompt's name")


def run(ctx: Context, params: WhisperParams) -> str:
    ctx.whisper = whispered(ctx, params.text)
    if ctx.whisper is not None:
        ctx.note(whisper=shown(ctx, params.text, ctx.whisper.text))
    return DONE


STEP = StepKind("whisper", WhisperParams, run, only_done, natural="text")
