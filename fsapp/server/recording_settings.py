"""The section `recordings` of conf/fsapp.yaml: how long they are kept, and when the disk is too full for them.

recordings:
  retention_days: 180       # where a queue says nothing else; null: for ever
  min_free_mb: 2000         # with less left on the disk nothing is recorded, and calls go on
"""

from pydantic import Field

from fsapp.files.models import Settings


class RecordingSettings(Settings):
    """What holds for recordings of every queue."""

    retention_days: int | None = Field(None, ge=1, le=36_500)
    min_free_mb: int = Field(1000, ge=0, le=10_000_000)
