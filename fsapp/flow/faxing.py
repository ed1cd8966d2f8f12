"""What the steps that take and send faxes share."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from fsapp.domain.errors import MediaError, StoreError
from fsapp.domain.events import Kind
from fsapp.domain.fax import FaxLine, FaxResult, SendFax
from fsapp.flow.context import Context
from fsapp.flow.model import Params


class LineParams(Params):
    """How a fax travels, where it is not to travel as the settings say."""

    ecm: bool | None = Field(None, description="whether errors are corrected; the setting `fax.ecm` else")
    t38: bool | None = Field(None, description="whether T.38 is offered; the setting `fax.t38` else")


def line_of(ctx: Context, params: LineParams) -> FaxLine:
    """The site's way, with what the step says instead."""
    line = ctx.ports.faxes.line
    ecm = line.ecm if params.ecm is None else params.ecm
    t38 = line.t38 if params.t38 is None else params.t38
    return replace(line, ecm=ecm, t38=t38)


def send(ctx: Context, document: str, line: FaxLine, shown: str | None = None) -> FaxResult | None:
    """Sends a document to the caller's machine; None, with the reason noted, where there is none.

    `shown` is what the journal calls it. Raises CallEnded, EslError.
    """
    path = _path(ctx, document)
    if path is None:
        return None
    result = ctx.leg.fax_send(SendFax(path, line))
    fields = {"document": document if shown is None else shown, "success": result.success}
    ctx.record(Kind.FAX_SENT, {**fields, **noted(result)})
    return result


def _path(ctx: Context, document: str) -> str | None:
    """The document's file."""
    try:
        path = ctx.ports.faxes.document(document)
    except (StoreError, MediaError) as error:
        ctx.note(reason=str(error))
        return None
    if path is None:
        ctx.note(reason="there is no such document")
    return path


def noted(result: FaxResult) -> Mapping[str, Any]:
    """How a fax went, as its event says."""
    return {
        "pages": result.pages,
        "rate": result.rate,
        "station_id": result.station_id,
        "ecm": result.ecm,
        "t38": result.t38,
        "code": result.code,
        "text": result.text,
    }
