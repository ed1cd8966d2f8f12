"""The section `fax` of conf/fsapp.yaml.

fax:
  station_id: "+86 571 88888888"
  header: Power Supply Service
  deliver:
    - {category: orders, folder: /srv/fax/orders, mail: [orders@example.com]}
    - {category: complaints, ticket: complaint}
    - {folder: ../data/fax/inbox}             # every other category
  sending: {window: "08:00-20:00", lines: {pstn: 2}, max_attempts: 8}
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from fsapp.domain import fax
from fsapp.domain.arguments import Number
from fsapp.domain.fax import FaxLine, Resolution
from fsapp.fax import times
from fsapp.files.models import Settings


class Delivery(Settings):
    """Where received faxes of a category go, as PDF, and what they become; without a category, those that no other line
    names.
    """

    category: str | None = None
    folder: Path | None = None
    """Relative to the settings file."""
    mail: tuple[str, ...] = ()
    """Addresses; by the server of the section `mail`."""
    ticket: str = ""
    """The kind of ticket that each becomes, where the flow says none."""

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "Delivery":
        if self.folder is None and not self.mail and not self.ticket:
            raise ValueError("give `folder`, `mail` or `ticket`")
        return self


def _window(written: str) -> str:
    times.window(written)
    return written


class SendingSettings(Settings):
    """How faxes are sent that wait. Delays are in seconds, after an attempt that came to nothing."""

    window: Annotated[str, AfterValidator(_window)] | None = None
    """When faxes may be sent, in local time: `08:00-20:00`; null: always."""
    lines: Mapping[str, Annotated[int, Field(ge=0, le=1000)]] = Field(default_factory=dict)
    """How many faxes a gateway may carry at once, by its name."""
    lines_each: int = Field(2, ge=0, le=1000)
    """The same, for gateways that `lines` does not name."""
    max_attempts: int = Field(8, ge=1, le=100)
    expire_hours: float = Field(24.0, gt=0, le=24 * 14)
    busy_delay: float = Field(180.0, ge=0, le=86_400)
    no_answer_delay: float = Field(600.0, ge=0, le=86_400)
    failed_delay: float = Field(60.0, ge=0, le=86_400)
    ring_timeout: int = Field(60, ge=5, le=180)
    caller_number: str | None = None
    """What the far end is shown; null: what the gateway sends by itself."""

    @field_validator("caller_number")
    @classmethod
    def _can_be_dialled(cls, value: str | None) -> str | None:
        return None if value is None else Number(value)


class FaxSettings(Settings):
    """Everything of faxes that a site may want otherwise."""

    station_id: str = ""
    """What machines show of us: 20 digits, blanks and `+` at most."""
    header: str = ""
    """Printed by the switch above each page, with date and page: 50 plain letters at most."""
    ecm: bool = True
    """Whether errors are corrected where the far end can."""
    t38: bool = True
    """Whether T.38 is offered and taken; G.711 carries the fax where the far end refuses."""
    resolution: Resolution = Resolution.FINE
    """Of documents made here."""
    font: str = ""
    """A TrueType font for texts; empty: the first of Debian's Chinese fonts that is installed."""
    cover: Path | None = None
    """A template for cover pages, text or HTML; relative to the settings file."""
    deliver: tuple[Delivery, ...] = ()
    sending: SendingSettings = SendingSettings()

    @field_validator("station_id")
    @classmethod
    def _is_a_station_id(cls, value: str) -> str:
        return fax.station_id(value)

    @field_validator("header")
    @classmethod
    def _is_a_header(cls, value: str) -> str:
        return fax.header(value)

    @property
    def line(self) -> FaxLine:
        return FaxLine(self.station_id, self.header, ecm=self.ecm, t38=self.t38)

    def delivery(self, category: str) -> Delivery | None:
        """Where a received fax of this category goes; None for nowhere."""
        lines = {each.category: each for each in self.deliver}
        return lines.get(category) or lines.get(None)

    def placed(self, beside: Callable[[Path], Path]) -> "FaxSettings":
        """With paths as they are from here, by what `beside` makes of those in the file."""
        deliver = tuple(
            each.model_copy(update={"folder": beside(each.folder)}) if each.folder else each for each in self.deliver
        )
        return self.model_copy(update={"deliver": deliver, "cover": beside(self.cover) if self.cover else None})
