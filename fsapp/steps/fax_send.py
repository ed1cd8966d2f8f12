"""Sends a document to the caller's fax machine, in the same call (传真索取).

    - say: "请按传真机的启动键。"
    - fax_send: {document: tariff, on: {failed: sorry}}
    - fax_send: {document: "tariff_{{ year }}", on: {missing: sorry, failed: sorry}}

Tell the caller before to press the start key. Documents are added by `fsapp fax documents add`.

Exits:
- `sent`: all pages went over
- `partial`: some pages went over; `failed` where it is not mapped
- `missing`: there is no such document; `failed` where it is not mapped
- `failed`: nothing went over; must be mapped
"""

from pydantic import Field, field_validator

from fsapp.domain.fax import FaxEnd, document_name
from fsapp.flow.context import Context
from fsapp.flow.faxing import LineParams, line_of, send
from fsapp.flow.fields import On, nearest
from fsapp.flow.model import Exit, StepKind
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text

SENT, PARTIAL, MISSING, FAILED = "sent", "partial", "missing", "failed"
_EXITS = {FaxEnd.DONE: SENT, FaxEnd.PARTIAL: PARTIAL, FaxEnd.FAILED: FAILED}


class FaxSendParams(LineParams):
    """What is sent."""

    document: Text = Field(description="the document's name")
    on: On = Field(default_factory=dict, description="where each exit leads")

    @field_validator("document")
    @classmethod
    def _can_be_a_name(cls, value: Text) -> Text:
        if value.static:
            document_name(value.source)
        return value


def exits(params: FaxSendParams) -> tuple[Exit, ...]:
    narrow = (Exit(name) for name in (PARTIAL, MISSING) if name in params.on)
    return (Exit(SENT), *narrow, Exit(FAILED, required=True))


def run(ctx: Context, params: FaxSendParams) -> str:
    name = params.document.text(ctx)
    named = shown(ctx, params.document, name)
    ctx.note(document=named)
    result = send(ctx, name, line_of(ctx, params), named)
    if result is None:
        return nearest(MISSING, params.on, FAILED)
    ctx.note(pages=result.pages)
    return nearest(_EXITS[result.end], params.on, FAILED) if result.end is not FaxEnd.DONE else SENT


STEP = StepKind("fax_send", FaxSendParams, run, exits, natural="document", audible=True)
