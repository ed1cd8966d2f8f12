"""Who is told of tickets beside by mail: the section `ticket_notices` of conf/fsapp.yaml.

ticket_notices:
  url: https://oa.example.com/fsapp/notices
  headers_file: /etc/fsapp/oa-headers      # lines such as `Authorization: Bearer …`; mode 0600
  timeout: 5
"""

from pathlib import Path

from pydantic import Field, field_validator

from fsapp.files.models import Settings
from fsapp.lookup.addresses import Address


class NoticeSettings(Settings):
    """A webhook. Paths are relative to the settings file; `timeout` is the seconds that an attempt may take."""

    url: str
    timeout: float = Field(5.0, gt=0, le=60)
    headers_file: Path | None = None
    ca_file: Path | None = None
    """Certificates to trust instead of the machine's."""

    @field_validator("url")
    @classmethod
    def _no_places(cls, value: str) -> str:
        if Address(value).arguments:
            raise ValueError(f"{value!r}: what is told goes into the body, so there are no places in braces here")
        return value
