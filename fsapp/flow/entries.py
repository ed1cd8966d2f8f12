"""The manual entry of a step, read from the docstring of its module: what manual and schema are made of."""

import inspect
import re
import textwrap
from dataclasses import dataclass

from fsapp.flow.model import StepKind

_PARTS = re.compile(
    r"(?P<summary>[^\n]+)\n\n"
    r"(?P<example>(?:    [^\n]*\n)+)\n"
    r"(?P<prose>.*?)"
    r"Exits:(?P<exits>.*)",
    re.DOTALL,
)
_EXIT = re.compile(r"^- `([^`]+)`", re.MULTILINE)
_FREE = re.compile(r"^- each ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """`exits` is the Markdown of the list; `exit_names` the names in it.

    `open_ended` says that the operator writes further names.
    """

    summary: str
    example: str
    prose: str
    exits: str
    exit_names: tuple[str, ...]
    open_ended: bool


def entry(kind: StepKind) -> Entry:
    """The entry of a step. Raises ValueError where its docstring lacks a part."""
    module = inspect.getmodule(kind.run)
    parts = _PARTS.fullmatch(inspect.cleandoc(module.__doc__ or "") + "\n" if module else "")
    if parts is None:
        raise ValueError(f"the docstring of {kind.name!r} wants a line, an indented example, and `Exits:`")
    exits = parts["exits"].strip()
    return Entry(
        summary=parts["summary"],
        example=textwrap.dedent(parts["example"]),
        prose=parts["prose"].strip(),
        exits=exits,
        exit_names=tuple(_EXIT.findall(exits)),
        open_ended=_FREE.search(exits) is not None,
    )
