"""Takes a fax, which becomes a document (收传真).

    - fax_receive: {category: orders, into: fax, on: {failed: sorry}}

T.38 is offered, and G.711 carries the fax where it is refused. The document keeps what came as TIFF, a PDF of it, and
who sent it; by its category it is mailed or left in a folder (setting `fax.deliver`). A fax that breaks off is kept
with the pages that came, and marked. What follows a fax is seldom heard: most machines hang up.

Exits:
- `received`: all of it came
- `partial`: some pages came
- `failed`: nothing came; no document
"""

from pydantic import Field

from fsapp.domain.events import Kind
from fsapp.domain.fax import FaxEnd, FaxResult, ReceiveFax
from fsapp.flow.context import Context
from fsapp.flow.faxing import LineParams, line_of, noted
from fsapp.flow.fields import VariableName, Word
from fsapp.flow.model import Exit, StepKind

RECEIVED, PARTIAL, FAILED = "received", "partial", "failed"
_EXITS = {FaxEnd.DONE: RECEIVED, FaxEnd.PARTIAL: PARTIAL, FaxEnd.FAILED: FAILED}


class FaxReceiveParams(LineParams):
    """How a fax is taken."""

    category: Word = Field("received", description="what kind of document it becomes")
    into: VariableName | None = Field(None, description="a variable that keeps the document's name")


def exits(params: FaxReceiveParams) -> tuple[Exit, ...]:
    sets = frozenset({params.into} if params.into else ())
    return (Exit(RECEIVED, sets=sets), Exit(PARTIAL, sets=sets), Exit(FAILED))


def run(ctx: Context, params: FaxReceiveParams) -> str:
    path = ctx.ports.faxes.incoming_path(ctx.call)
    result = ctx.leg.fax_receive(ReceiveFax(path, line_of(ctx, params)))
    document = _kept(ctx, params, path, result)
    ctx.note(pages=result.pages, document=document)
    fields = {"document": document, "category": params.category, "partial": result.end is FaxEnd.PARTIAL}
    ctx.record(Kind.FAX_RECEIVED, {**fields, **noted(result)})
    if document and params.into:
        ctx.set(params.into, document)
    return _EXITS[result.end]


def _kept(ctx: Context, params: FaxReceiveParams, path: str, result: FaxResult) -> str:
    if result.end is not FaxEnd.FAILED:
        return ctx.ports.faxes.received(ctx.call, path, params.category, result)
    ctx.note(reason=result.text)
    ctx.ports.faxes.nothing_received(path)
    return ""


STEP = StepKind("fax_receive", FaxReceiveParams, run, exits, audible=True)
