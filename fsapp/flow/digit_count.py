"""How many digits an answer has: exactly so many, or a range."""

from typing import Annotated

from pydantic import Field, model_validator

from fsapp.flow.model import Params

Count = Annotated[int, Field(ge=1, le=40)]


class DigitCount(Params):
    """`digits`, or `max` with or without `min`."""

    digits: Count | None = Field(None, description="how many digits, where it is always the same")
    min: Count | None = Field(None, description="the fewest digits; 1 where it is not said")
    max: Count | None = Field(None, description="the most digits")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "DigitCount":
        if (self.digits is None) == (self.max is None):
            raise ValueError("give `digits` for an exact length, or `max` (and `min`) for a range, and not both")
        if self.digits is not None and self.min is not None:
            raise ValueError("`digits` is an exact length; leave `min` out")
        if self.shortest > self.longest:
            raise ValueError(f"`min` {self.shortest} is more than `max` {self.longest}")
        return self

    @property
    def shortest(self) -> int:
        """The fewest digits accepted."""
        return self.digits or self.min or 1

    @property
    def longest(self) -> int:
        """The digits after which reading ends."""
        return self.digits or self.max or 1
