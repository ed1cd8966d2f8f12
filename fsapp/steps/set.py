"""Sets variables of the flow, one after another (赋值).

    - set: {tries: 0, region: east}
    - set:
        total: "{{ bill.amount + bill.arrears }}"
        tries: "{{ tries + 1 }}"

A value that is one `{{ expression }}` keeps its type, and so does a number or true/false written without quotes. What
is made of a sensitive variable is sensitive.

Exits:
- `done`
"""

from typing import Annotated

from pydantic import ConfigDict, PlainValidator, model_validator

from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, VariableName
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.sensitive import is_secret
from fsapp.flow.templates import Text

Plain = bool | int | float


def _value(written: object) -> Text | Plain:
    if isinstance(written, Plain):
        return written
    if isinstance(written, str):
        return Text(written)
    raise ValueError("a variable is set to a text, a number, true or false, or an {{ expression }}")


Value = Annotated[Text | Plain, PlainValidator(_value, json_schema_input_type=str | Plain)]


class SetParams(Params):
    """Each key is a variable, set to its value."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[VariableName, Value]

    @model_validator(mode="after")
    def _something(self) -> "SetParams":
        if not self.values:
            raise ValueError("a `set` wants at least one variable, such as {tries: 0}")
        return self

    @property
    def values(self) -> dict[str, Value]:
        """The variables and what they are set to."""
        return self.__pydantic_extra__


def exits(params: SetParams) -> tuple[Exit, ...]:
    return (Exit(DONE, sets=frozenset(params.values)),)


def run(ctx: Context, params: SetParams) -> str:
    for name, value in params.values.items():
        if isinstance(value, Text):
            ctx.set(name, value.value(ctx), sensitive=is_secret(ctx, value))
        else:
            ctx.set(name, value)
    return DONE


STEP = StepKind("set", SetParams, run, exits)
