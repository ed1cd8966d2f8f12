"""The one place where objects are put together."""

from fsapp.app.building import build
from fsapp.app.sources import step_kinds
from fsapp.app.standing_by import stand_by

__all__ = ["build", "stand_by", "step_kinds"]
