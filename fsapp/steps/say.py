"""Says words to the caller, or a prompt of the catalogue by its name (播报).

    - say: "户号{{ account | digits }}，本月电费{{ bill.amount | money }}。"
    - say: welcome
    - say: {text: "For quality, this call is recorded.", barge_in: false}

With `barge_in` a key cuts the words short and counts for the next question. A prompt's name is small letters, digits
and `_`; anything else is words, spoken in the language of the call.

Exits:
- `done`
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, only_done
from fsapp.flow.model import Params, StepKind
from fsapp.flow.references import Prompt
from fsapp.flow.utterances import speak


class SayParams(Params):
    """What is said."""

    text: Prompt = Field(description="words, or a prompt's name")
    barge_in: bool = Field(False, description="whether a key ends it")


def run(ctx: Context, params: SayParams) -> str:
    speak(ctx, params.text, barge_in=params.barge_in)
    return DONE


STEP = StepKind("say", SayParams, run, only_done, natural="text", audible=True)
