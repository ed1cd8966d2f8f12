"""Takes a fax, which becomes a document (收传真).

    - fax_receive: {category: orders, into: fax, on: {failed: sorry}}
    - fax_receive: {ticket: business, fields: {what: transfer}, number: ticket}

T.38 is offered, and G.711 carries the fax where it is refused. The document keeps what came as TIFF, a PDF of it, and
who sent it; by its category it is mailed or left in a folder (setting `fax.deliver`). A fax that breaks off is kept
with the pages that came, and marked. What follows a fax is seldom heard: most machines hang up.

With `ticket` it becomes a ticket of that kind too, the caller's, with the document attached; a category can have one by
itself (setting `fax.deliver`). `number` keeps the ticket's number. It is empty where there is none, or none could be
made now: then what is wanted is kept, and the ticket made later.

Exits:
- `received`: all of it came
- `partial`: some pages came
- `failed`: nothing came; no document
"""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import Field

from fsapp.domain.channels import Channel
from fsapp.domain.events import Kind
from fsapp.domain.fax import FaxEnd, FaxResult, ReceiveFax
from fsapp.domain.ticket_opening import Opening
from fsapp.flow.context import Context
from fsapp.flow.faxing import LineParams, line_of, noted
from fsapp.flow.fields import VariableName, Word
from fsapp.flow.model import Exit, StepKind
from fsapp.flow.references import TicketKindName
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text
from fsapp.flow.ticketing import opened, opening

UNSORTED = "received"
"""The category of faxes of which nobody says another."""

RECEIVED, PARTIAL, FAILED = "received", "partial", "failed"
_WORDS = {"zh": ("传真，共{}页", "传真，只收到{}页"), "en": ("a fax, pages: {}", "a fax that broke off, pages: {}")}
_EXITS = {FaxEnd.DONE: RECEIVED, FaxEnd.PARTIAL: PARTIAL, FaxEnd.FAILED: FAILED}


class FaxReceiveParams(LineParams):
    """How a fax is taken."""

    category: Word = Field(UNSORTED, description="what kind of document it becomes")
    into: VariableName | None = Field(None, description="a variable that keeps the document's name")
    ticket: TicketKindName | None = Field(None, description="the kind of ticket that it becomes")
    fields: Mapping[Word, Text] = Field(default_factory=dict, description="the fields of the ticket's form")
    number: VariableName | None = Field(None, description="a variable that keeps the ticket's number")


def exits(params: FaxReceiveParams) -> tuple[Exit, ...]:
    sets = frozenset(filter(None, (params.into, params.number)))
    return (Exit(RECEIVED, sets=sets), Exit(PARTIAL, sets=sets), Exit(FAILED))


def run(ctx: Context, params: FaxReceiveParams) -> str:
    path = ctx.ports.faxes.incoming_path(ctx.call)
    result = ctx.leg.fax_receive(ReceiveFax(path, line_of(ctx, params)))
    document = _kept(ctx, params, path, result)
    ctx.note(pages=result.pages, document=document)
    fields = {"document": document, "category": params.category, "partial": result.end is FaxEnd.PARTIAL}
    ctx.record(Kind.FAX_RECEIVED, {**fields, **noted(result)})
    if document:
        _tell(ctx, params, document, result)
    return _EXITS[result.end]


def _tell(ctx: Context, params: FaxReceiveParams, document: str, result: FaxResult) -> None:
    if params.into:
        ctx.set(params.into, document)
    kind = params.ticket or ctx.ports.faxes.ticket_kind(params.category)
    number = opened(ctx, _ticket(ctx, params, kind, document, result)) if kind else ""
    if params.number:
        ctx.set(params.number, number)


def _ticket(ctx: Context, params: FaxReceiveParams, kind: str, document: str, result: FaxResult) -> Opening:
    whole, broken = _WORDS.get(ctx.language, _WORDS["en"])
    return replace(
        opening(ctx, kind, Channel.FAX, document),
        text=(broken if result.end is FaxEnd.PARTIAL else whole).format(result.pages),
        fields={name: shown(ctx, text, text.text(ctx)) for name, text in params.fields.items()},
    )


def _kept(ctx: Context, params: FaxReceiveParams, path: str, result: FaxResult) -> str:
    if result.end is not FaxEnd.FAILED:
        return ctx.ports.faxes.received(ctx.call, path, params.category, result)
    ctx.note(reason=result.text)
    ctx.ports.faxes.nothing_received(path)
    return ""


STEP = StepKind("fax_receive", FaxReceiveParams, run, exits, audible=True)
