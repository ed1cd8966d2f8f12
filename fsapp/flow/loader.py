"""Flow files become Flow values, or a list of every problem found in them. Whether a flow makes sense: see checker."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from fsapp.domain.errors import ConfigError, Problem
from fsapp.files import places
from fsapp.files.models import Settings, as_problem, validated
from fsapp.files.places import Document, Path
from fsapp.flow.model import ENTRY, Flow, Params, Step, StepKind
from fsapp.flow.spelling import hint
from fsapp.flow.templates import Expression, Text

TEST_SUFFIX = ".test.yaml"
"""The end of the name of a file of flow tests, which is no flow."""

_LABEL = re.compile(r"[a-z][a-z0-9_]*\Z")


class Header(Settings):
    """What a flow file says before its labels."""

    version: int = Field(ge=1, le=1, description="The version of the flow language: 1.")
    flow: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="The flow's name.")
    language: str = Field("zh", description="The language it speaks: zh or en.")
    numbers: tuple[str, ...] = Field((), description="The numbers (DNIS) it serves.")
    on_error: str | None = Field(None, description="The label to go to when something breaks in mid-call.")
    description: str = Field("", description="What the flow is for, for its readers.")


def load_directory(directory: FilePath, kinds: Mapping[str, StepKind]) -> Mapping[str, Flow]:
    """All flows below `directory`, by name. Raises ConfigError with every problem of every file."""
    return load_files(flow_files(directory), kinds)


def flow_files(directory: FilePath) -> list[FilePath]:
    """The flow files below `directory`, in a fixed order."""
    return sorted(path for path in directory.rglob("*.yaml") if not path.name.endswith(TEST_SUFFIX))


def load_files(files: Iterable[FilePath], kinds: Mapping[str, StepKind]) -> Mapping[str, Flow]:
    """The flows of `files`, by name. Raises ConfigError with every problem of every file."""
    flows: dict[str, Flow] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            flow = load(file, kinds)
        except ConfigError as error:
            problems += error.problems
            continue
        if flow.name in flows:
            problems.append(Problem(str(file), 1, f"the flow {flow.name!r} is already in {flows[flow.name].file}"))
        flows.setdefault(flow.name, flow)
    if problems:
        raise ConfigError(problems)
    return flows


def load(file: FilePath, kinds: Mapping[str, StepKind]) -> Flow:
    """The flow of one file. Raises ConfigError with every problem found."""
    return parse(places.content(file), str(file), kinds)


def parse(content: bytes, file: str, kinds: Mapping[str, StepKind]) -> Flow:
    """The flow that a file's content describes. Raises ConfigError with every problem found."""
    document = places.parse(content, file)
    if not isinstance(document.data, dict):
        raise ConfigError([Problem(file, 1, "a flow file begins with `version: 1` and `flow: its_name`")])
    reading = _Reading(document, kinds)
    header = reading.header()
    labels = {name: tuple(reading.label(name)) for name in document.data if name not in Header.model_fields}
    if header is None or reading.problems:
        raise ConfigError(sorted(reading.problems))
    return Flow(
        name=header.flow,
        language=header.language,
        file=file,
        hash=hashlib.sha256(content).hexdigest()[:16],
        labels=labels,
        label_lines={name: document.line((name,)) for name in labels},
        numbers=header.numbers,
        on_error=header.on_error,
        description=header.description,
    )


class _Reading:
    """One pass over a document, collecting problems."""

    def __init__(self, document: Document, kinds: Mapping[str, StepKind]) -> None:
        self.document = document
        self.kinds = kinds
        self.problems: list[Problem] = []

    def _problem(self, path: Path, sentence: str) -> None:
        self.problems.append(self.document.problem(path, sentence))

    def header(self) -> Header | None:
        data = {key: value for key, value in self.document.data.items() if key in Header.model_fields}
        if "numbers" in data and isinstance(data["numbers"], list):
            data["numbers"] = [str(number) for number in data["numbers"]]
        try:
            return validated(Header, Document(self.document.file, data, self.document.lines))
        except ConfigError as error:
            self.problems += error.problems
            return None

    def label(self, name: str) -> Iterator[Step]:
        steps = self.document.data[name]
        if not _LABEL.match(name):
            self._problem((name,), f"the label {name!r}: use small letters, digits and _")
        if not isinstance(steps, list) or not steps:
            known = ", ".join(Header.model_fields)
            self._problem(
                (name,), f"the label {name!r} is a list of steps, each with `- ` before it (settings: {known})"
            )
            return
        for index, written in enumerate(steps):
            step = self._step(written, (name, index))
            if step is not None:
                yield step

    def _step(self, written: Any, path: Path) -> Step | None:
        if isinstance(written, str):
            name, value, path_of_value = written, None, path
        elif isinstance(written, dict) and len(written) == 1:
            name, value = next(iter(written.items()))
            path_of_value = (*path, name)
        else:
            self._problem(path, "a step is one word with a colon and what belongs to it, such as `say: …`")
            return None
        kind = self.kinds.get(name)
        if kind is None:
            self._problem(path_of_value, f"there is no step {name!r}{hint(name, self.kinds)}")
            return None
        return self._made(kind, value, path_of_value)

    def _made(self, kind: StepKind, value: Any, path: Path) -> Step | None:
        fields = self._fields(kind, value, path)
        if fields is None:
            return None
        on = self._exits(fields, path)
        if on is not None and "on" in kind.params.model_fields:
            fields = {**fields, "on": on}
        try:
            params = kind.params.model_validate(fields)
        except ValidationError as error:
            self.problems += [as_problem(self.document, path, detail, kind.params) for detail in error.errors()]
            return None
        line = self.document.line(path)
        return Step(kind, params, on or {}, line, frozenset(_reads(params)) - params.provides)

    def _fields(self, kind: StepKind, value: Any, path: Path) -> dict[str, Any] | None:
        if value is None:
            return {}
        if isinstance(value, dict):
            return dict(value)
        if kind.natural is None:
            self._problem(path, f"`{kind.name}` takes settings, such as `{kind.name}: {{…}}`, or stands alone")
            return None
        return {kind.natural: value}

    def _exits(self, fields: dict[str, Any], path: Path) -> Mapping[str, str] | None:
        """Takes `on:` out of the fields: exit -> label."""
        if "on" not in fields:
            return None
        on = fields.pop("on")
        if isinstance(on, dict) and all(isinstance(label, str) for label in on.values()):
            return dict(on)
        self._problem((*path, "on"), "`on:` says for each exit which label follows, such as {timeout: main}")
        return {}


def _reads(value: Any) -> Iterator[str]:
    """The variables that a step's texts and expressions read, wherever they stand in its params."""
    if isinstance(value, Text | Expression):
        yield from value.reads
    elif isinstance(value, Params | BaseModel):
        for name in type(value).model_fields:
            yield from _reads(getattr(value, name))
        yield from _reads(value.model_extra or {})
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _reads(item)
    elif isinstance(value, list | tuple | frozenset):
        for item in value:
            yield from _reads(item)


__all__ = ["ENTRY", "TEST_SUFFIX", "Header", "flow_files", "load", "load_directory", "load_files", "parse"]
