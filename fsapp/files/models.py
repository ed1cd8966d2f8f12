"""From a parsed file to a checked model: pydantic's findings, each with its line and a sentence an operator can use."""

from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from fsapp.domain.errors import ConfigError, Problem
from fsapp.files.places import Document, Path

M = TypeVar("M", bound="Settings")


class Settings(BaseModel):
    """A group of settings as written in a file: unknown keys are refused, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def validated(model: type[M], document: Document, path: Path = ()) -> M:
    """Checks the value at `path` against `model`. Raises ConfigError with every problem found."""
    value = document.data
    for key in path:
        value = value[key]
    try:
        return model.model_validate({} if value is None else value)
    except ValidationError as error:
        raise ConfigError([as_problem(document, path, detail, model) for detail in error.errors()]) from None


def as_problem(document: Document, path: Path, detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    """One pydantic finding as a problem with a place."""
    where = (*path, *detail["loc"])
    return document.problem(where, sentence(detail, model))


def sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """One pydantic finding in an operator's words."""
    name = ".".join(str(part) for part in detail["loc"]) or "this"
    kind = detail["type"]
    if kind == "extra_forbidden":
        return f"there is no setting {name!r} here; known: {_known(_part(model, detail['loc'][:-1]))}"
    if kind == "missing":
        return f"{name!r} is missing"
    if kind == "value_error":
        return f"{name!r}: {detail['msg'].removeprefix('Value error, ')}"
    return f"{name!r}: {_lower_first(detail['msg'])}, not {_shown(detail['input'])}"


def _part(annotation: Any, loc: tuple[int | str, ...]) -> Any:
    """The model that stands at `loc` within `annotation`."""
    models = [each for each in _within(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
    for model in models:
        if not loc:
            return model
        if loc[0] in model.model_fields:
            return _part(model.model_fields[str(loc[0])].annotation, loc[1:])
    return _part(annotation, loc[1:]) if loc else BaseModel


def _within(annotation: Any) -> Iterator[Any]:
    """An annotation and what stands in its brackets."""
    yield annotation
    for argument in get_args(annotation):
        yield from _within(argument)


def _known(model: type[BaseModel]) -> str:
    return ", ".join(field.alias or name for name, field in model.model_fields.items())


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
