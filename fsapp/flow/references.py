"""Names in a step's params that point outside the flow: prompts, look-up sources, calendars, queues, kinds of tickets.

A step says so by the type of its field, and by nothing else:

    class CollectParams(Params):
        prompt: Prompt
        calendar: CalendarName | None = None

The checker finds them by walking the annotations, into lists, mappings and models of their own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from fsapp.flow.model import Params
from fsapp.flow.templates import Text

_PROMPT_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class Refers(StrEnum):
    """What a name points to, in an operator's words."""

    PROMPT = "prompt"
    LOOKUP = "look-up source"
    CALENDAR = "calendar"
    QUEUE = "queue"
    LANGUAGE = "language"
    TICKET_KIND = "kind of ticket"


Prompt = Annotated[Text, Refers.PROMPT]
"""Words to speak, or the name of a prompt in the catalogue: see `prompt_name`."""
LookupName = Annotated[str, Refers.LOOKUP]
CalendarName = Annotated[str, Refers.CALENDAR]
QueueName = Annotated[str, Refers.QUEUE]
TicketKindName = Annotated[str, Refers.TICKET_KIND]
"""A kind of ticket; a step that has one gives the fields of its form in `fields`."""
Language = Annotated[str, Refers.LANGUAGE]
"""A language; a step that has one goes on in it, and so does what follows."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name found in a step's params."""

    to: Refers
    name: str


def prompt_name(text: Text) -> str | None:
    """The catalogue name that a `Prompt` is, or None where it is words to speak.

    A name is small letters, digits and `_` without any template: `enter_account`.
    """
    return text.source if text.static and _PROMPT_NAME.match(text.source) else None


def references(params: Params) -> Iterator[Reference]:
    """Every name in `params` that points outside the flow."""
    for to, value in _in_model(type(params), params):
        yield from _named(to, value)


def fixed_words(params: Params) -> Iterator[str]:
    """Every `Prompt` in `params` that says the same words in every call: what can be spoken ahead."""
    for to, value in _in_model(type(params), params):
        if to is Refers.PROMPT and isinstance(value, Text) and value.static and prompt_name(value) is None:
            yield value.source


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, Any], ...]:
    """The fields of a model that may hold a reference, with their whole annotations."""
    fields = ((name, field.rebuild_annotation()) for name, field in model.model_fields.items())
    return tuple((name, annotation) for name, annotation in fields if _may_refer(annotation))


def _may_refer(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return any(isinstance(mark, Refers) for mark in marks) or _may_refer(inner)
    if _is_model(annotation):
        return True
    return any(_may_refer(argument) for argument in get_args(annotation))


_Marked = Iterator[tuple[Refers, Any]]


def _in_model(model: type[BaseModel], value: BaseModel) -> _Marked:
    for name, annotation in _fields(model):
        yield from _in_value(annotation, getattr(value, name))


def _in_value(annotation: Any, value: Any) -> _Marked:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _in_annotated(arguments, value)
    elif origin in (Union, UnionType):
        for choice in arguments:
            if _fits(choice, value):
                yield from _in_value(choice, value)
    elif _is_model(annotation):
        yield from _in_model(type(value), value)
    elif isinstance(value, Mapping) and len(arguments) == 2:
        for key, item in value.items():
            yield from _in_value(arguments[0], key)
            yield from _in_value(arguments[1], item)
    elif isinstance(value, (list, tuple, frozenset)) and arguments:
        for index, item in enumerate(value):
            yield from _in_value(_item_annotation(arguments, index), item)


def _in_annotated(arguments: tuple[Any, ...], value: Any) -> _Marked:
    inner, *marks = arguments
    for mark in marks:
        if isinstance(mark, Refers):
            yield mark, value
    yield from _in_value(inner, value)


def _named(to: Refers, value: Any) -> Iterator[Reference]:
    name = prompt_name(value) if isinstance(value, Text) else value
    if isinstance(name, str):
        yield Reference(to, name)


def _item_annotation(arguments: tuple[Any, ...], index: int) -> Any:
    """`tuple[A, B]` has an annotation for each place; `list[A]` and `tuple[A, ...]` one for all."""
    fixed = len(arguments) > 1 and arguments[-1] is not Ellipsis
    return arguments[index] if fixed else arguments[0]


def _fits(annotation: Any, value: Any) -> bool:
    """Whether a member of a union is the one this value was read as."""
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    kind = get_origin(plain) or plain
    return isinstance(kind, type) and isinstance(value, kind)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
