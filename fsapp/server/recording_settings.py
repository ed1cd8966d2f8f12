"""The section `recordings` of conf/fsapp.yaml: how long they are kept, when the disk is too full for them, and by what
program they become smaller.

recordings:
  retention_days: 180       # where a queue says nothing else; null: for ever
  min_free_mb: 2000         # with less left on the disk nothing is recorded, and calls go on
  compress:
    pack: opusenc --quiet --bitrate 24 {wav} {file}
    unpack: opusdec --quiet --rate 8000 {file} {wav}
    suffix: opus
"""

import shlex
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from fsapp.files.models import Settings


def _words(written: object) -> object:
    return tuple(shlex.split(written)) if isinstance(written, str) else written


Command = Annotated[tuple[str, ...], BeforeValidator(_words)]
"""A program and its words; none of them goes through a shell."""


class CompressSettings(Settings):
    """Programs that turn a WAV into a smaller file, and back. `seconds` is the longest either may take."""

    pack: Command
    unpack: Command
    suffix: str = Field(pattern=r"^[a-z0-9]{2,5}$")
    after_hours: float = Field(24.0, ge=0, le=24 * 365)
    seconds: float = Field(600.0, ge=1, le=7200)

    @field_validator("pack", "unpack")
    @classmethod
    def _names_both_files(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(any(name in word for word in value[1:]) for name in ("{wav}", "{file}")):
            raise ValueError("write the program, and where the files stand: `opusenc {wav} {file}`")
        return value

    @field_validator("suffix")
    @classmethod
    def _is_another_one(cls, value: str) -> str:
        if value == "wav":
            raise ValueError("the compressed file has another ending than `wav`")
        return value


class RecordingSettings(Settings):
    """What holds for recordings of every queue."""

    retention_days: int | None = Field(None, ge=1, le=36_500)
    min_free_mb: int = Field(1000, ge=0, le=10_000_000)
    compress: CompressSettings | None = None
