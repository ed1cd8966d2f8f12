"""The one place where objects are put together."""

from fsapp.app.building import build
from fsapp.app.sources import step_kinds

__all__ = ["build", "step_kinds"]
