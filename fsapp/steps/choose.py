"""Goes one of several ways: by a value, or by the first expression that is true (分支).

    - choose: {value: "{{ customer.level }}", on: {gold: vip, 1-5: regular, other: agent}}
    - choose:
        rows:
          - {when: "bill.amount == 0", to: nothing_due}
          - {when: "bill.amount < 100", to: small_bill}
        on: {other: large_bill}

A key such as `1-5` is a range of numbers, both ends included; a key that is the value itself comes before any range.

Exits:
- each key in `on:`, where a `value` decides; each row's own label, where `rows` do
- `other`: nothing fits; must be mapped
"""

from pydantic import Field, model_validator

from fsapp.flow.context import Context
from fsapp.flow.fields import On
from fsapp.flow.matching import fitting, ranges
from fsapp.flow.model import Exit, GoTo, Outcome, Params, StepKind
from fsapp.flow.templates import Expression, Text

OTHER = "other"


class Row(Params):
    """One line of the table."""

    when: Expression = Field(description="an expression that is true or not")
    to: str = Field(description="the label that follows if it is true")


class ChooseParams(Params):
    """What decides."""

    value: Text | None = Field(None, description="the value that is compared with the keys of `on:`")
    rows: tuple[Row, ...] = Field((), description="instead of a value: expressions, the first true one decides")
    on: On = Field(default_factory=dict, description="where each exit leads")

    @model_validator(mode="after")
    def _one_way_to_choose(self) -> "ChooseParams":
        if (self.value is None) == (not self.rows):
            raise ValueError("give `value` with keys in `on:`, or `rows`, and not both")
        if self.rows and set(self.on) - {OTHER}:
            raise ValueError("with `rows`, only `other` stands in `on:`; each row names its label itself")
        if self.value is not None and not set(self.on) - {OTHER}:
            raise ValueError("a `choose` by value wants at least one value in `on:`, such as {gold: vip, other: agent}")
        for each in ranges(self.on):
            if each.low > each.high:
                raise ValueError(f"the range {each.key} begins after its end")
        return self


def exits(params: ChooseParams) -> tuple[Exit, ...]:
    other = Exit(OTHER, required=True)
    if params.rows:
        return (*(Exit(row.when.source, jump=GoTo(row.to)) for row in params.rows), other)
    return (*(Exit(key) for key in params.on if key != OTHER), other)


def run(ctx: Context, params: ChooseParams) -> Outcome:
    if params.value is not None:
        return fitting(params.value.value(ctx), params.on) or OTHER
    return next((GoTo(row.to) for row in params.rows if row.when.test(ctx)), OTHER)


STEP = StepKind("choose", ChooseParams, run, exits)
