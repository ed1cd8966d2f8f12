"""What the worker process is asked to do, and what it answers: one JSON line each way."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from fsapp.domain.fax import Resolution


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover page to go before the document: the template's file, and what is filled in."""

    template: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MakeFax:
    """Make the fax TIFF `target` of the file `source`."""

    source: str
    target: str
    resolution: Resolution = Resolution.FINE
    font: str = ""
    cover: Cover | None = None
    scratch: str = ""


@dataclass(frozen=True, slots=True)
class MakePdf:
    """Make the PDF `target` of the fax TIFF `source`; of a `partial` one, its whole pages."""

    source: str
    target: str
    title: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True)
class MakePreview:
    """Make the PNG `target` of a page of the fax TIFF `source`."""

    source: str
    target: str
    page: int = 1


Job = MakeFax | MakePdf | MakePreview
_KINDS: Mapping[str, type[Job]] = {kind.__name__: kind for kind in (MakeFax, MakePdf, MakePreview)}


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    pages: int
    resolution: Resolution


def line(job: Job) -> bytes:
    return orjson.dumps({"do": type(job).__name__, **asdict(job)}) + b"\n"


def of_line(text: bytes) -> Job:
    """The job of a line that `line` made."""
    fields: dict[str, Any] = orjson.loads(text)
    kind = _KINDS[fields.pop("do")]
    if "resolution" in fields:
        fields["resolution"] = Resolution(fields["resolution"])
    if fields.get("cover"):
        fields["cover"] = Cover(**fields["cover"])
    return kind(**fields)
