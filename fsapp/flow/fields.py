"""Types of fields that several kinds of step have, with the limits and sentences they share."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from fsapp.flow.model import Exit

_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_TAKEN = frozenset({"on", "call", "caller", "customer", "language", "now"})
_OPERATORS = frozenset({"true", "false", "none", "and", "or", "not", "in", "is", "if", "else"})


def _word(name: str) -> str:
    if not _WORD.match(name):
        raise ValueError(f"{name[:40]!r} is no name; use small letters, digits and '_', a letter first")
    return name


def _variable_name(name: str) -> str:
    if name in _TAKEN | _OPERATORS:
        raise ValueError(f"{name!r} has a meaning of its own; choose another name")
    return name


Word = Annotated[str, AfterValidator(_word)]
"""A name that an operator gives to something."""

VariableName = Annotated[Word, AfterValidator(_variable_name)]
"""A variable that a step sets."""

Seconds = Annotated[float, Field(ge=0.1, le=60)]
"""A wait for the caller."""

RingTimeout = Annotated[int, Field(ge=5, le=120)]
"""Seconds that a dialled telephone rings."""

KEYS = "1234567890*#"
"""What a telephone has."""


def _key(written: object) -> str:
    key = str(written)
    if isinstance(written, bool) or len(key) != 1 or key not in KEYS:
        raise ValueError(f"{key[:20]!r} is no key of a telephone; write one of 0 to 9, * and #")
    return key


Key = Annotated[str, PlainValidator(_key, json_schema_input_type=int | str)]
"""One key of a telephone."""

On = Mapping[str, str]
"""The exits that the operator mapped, to labels: for a step whose ways out depend on them."""

DONE = "done"


def only_done(_params: object) -> tuple[Exit, ...]:
    """The exits of a step that has one outcome: the next step follows."""
    return (Exit(DONE),)


def nearest(exit_name: str, on: On, fallback: str) -> str:
    """The exit to leave by: the precise one where it is mapped, else the broad one that stands for it."""
    return exit_name if exit_name in on else fallback
