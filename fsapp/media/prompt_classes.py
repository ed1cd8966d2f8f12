"""The kinds of prompts: `sounds/classes.yaml` sorts them, for whoever lists, records or exports those of one kind.

    menu: [rate_service, enter_account]
    desk: [desk_*]

A name that ends with `*` stands for all that begin so. The first class that has a prompt is its class.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from fsapp.domain.errors import ConfigError, Problem
from fsapp.files import places
from fsapp.files.places import Document

FILE = "classes.yaml"

OTHER = "other"
"""The class of what the file does not sort."""

_CLASS = re.compile(r"[a-z][a-z0-9_]*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]*\*?\Z")


@dataclass(frozen=True, slots=True)
class PromptClasses:
    """Names, or how they begin, by class."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, prompt: str) -> str:
        """The class of a prompt."""
        fitting = (each for each, names in self.names.items() if any(fnmatchcase(prompt, name) for name in names))
        return next(fitting, OTHER)


def load(folder: Path) -> tuple[PromptClasses, Document]:
    """Reads the file; without one every prompt is of the class OTHER. Raises ConfigError with every problem."""
    path = folder / FILE
    document = places.load(path) if path.exists() else Document(str(path), None, {})
    problems = list(_problems(document))
    if problems:
        raise ConfigError(problems)
    return PromptClasses({each: tuple(names) for each, names in (document.data or {}).items()}), document


def idle(classes: PromptClasses, document: Document, prompts: Collection[str]) -> Iterator[Problem]:
    """Names that are no prompt's."""
    for each, names in classes.names.items():
        for index, name in enumerate(names):
            if not any(fnmatchcase(prompt, name) for prompt in prompts):
                yield document.problem((each, index), f"there is no prompt {name!r}, which the class {each!r} names")


def _problems(document: Document) -> Iterator[Problem]:
    if not isinstance(document.data, dict | None):
        yield document.problem((), "this file maps classes to names: `menu: [rate_service]`")
        return
    for each, names in (document.data or {}).items():
        if not _CLASS.match(each):
            yield document.problem((each,), f"{each!r} is no class; use small letters, digits and `_`")
        elif not isinstance(names, list) or not all(isinstance(name, str) and _NAME.match(name) for name in names):
            yield document.problem((each,), f"{each!r} needs names of prompts: [goodbye, desk_*]")
