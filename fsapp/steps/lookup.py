"""Asks a look-up source for a record and keeps it in a variable (查询).

    - lookup: {source: billing, account: "{{ account }}", into: bill, on: {missing: agent}}
    - say: "本月电费{{ bill.amount | money }}。"

The sources, over HTTP or SQL, stand in the configuration with their time limits. Every further key is an argument of
the source. A record asked for by a sensitive variable is sensitive.

Exits:
- `found`: the variable is set
- `missing`: the source has no such record; must be mapped, for there is nothing to go on with
- `failed`: the source is late or dead; where it is not mapped, the call goes to the flow's `on_error`
"""

from pydantic import ConfigDict, Field

from fsapp.domain.errors import LookupFailed
from fsapp.flow.context import Context
from fsapp.flow.fields import On, VariableName, Word
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.references import LookupName
from fsapp.flow.sensitive import is_secret
from fsapp.flow.templates import Text

FOUND, MISSING, FAILED = "found", "missing", "failed"


class LookupParams(Params):
    """Each further key is an argument of the source."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[Word, Text]

    source: LookupName = Field(description="the source's name")
    into: VariableName = Field(description="the variable that keeps the record")
    on: On = Field(default_factory=dict, description="where each exit leads")


def exits(params: LookupParams) -> tuple[Exit, ...]:
    failed = (Exit(FAILED),) if FAILED in params.on else ()
    return (Exit(FOUND, sets=frozenset({params.into})), Exit(MISSING, required=True), *failed)


def run(ctx: Context, params: LookupParams) -> str:
    texts = params.__pydantic_extra__
    secret = is_secret(ctx, *texts.values())
    try:
        record = ctx.ports.lookups.find(params.source, {name: text.text(ctx) for name, text in texts.items()})
    except LookupFailed as error:
        sentence = f"the look-up in {params.source!r} failed" if secret else str(error)
        if FAILED not in params.on:
            raise LookupFailed(sentence) from None
        ctx.note(error=sentence)
        return FAILED
    if record is None:
        return MISSING
    ctx.set(params.into, record, sensitive=secret)
    return FOUND


STEP = StepKind("lookup", LookupParams, run, exits)
