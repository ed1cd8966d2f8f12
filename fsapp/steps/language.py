"""Goes on in another language: prompts, spoken words, numbers and dates (语言).

    - language: en

Exits:
- `done`
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, only_done
from fsapp.flow.model import Params, StepKind
from fsapp.flow.references import Language


class LanguageParams(Params):
    """Which language."""

    language: Language = Field(description="zh or en")


def run(ctx: Context, params: LanguageParams) -> str:
    ctx.language = params.language
    ctx.set("language", params.language)
    return DONE


STEP = StepKind("language", LanguageParams, run, only_done, natural="language")
