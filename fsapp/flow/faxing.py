"""What the steps that take and send faxes share."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from fsapp.domain.fax import FaxLine, FaxResult
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
