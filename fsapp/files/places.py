"""YAML without surprises, and with the place of every value.

Only `true`, `false`, `null`, plain integers and decimals are typed; all else stays the text that was written, so that a
key `on:`, a time `12:30` or a number `+8613800138000` means what an operator sees. Tags, anchors, aliases and duplicate
keys are refused, and so is a document that is too large, too deep or too wide to be a hand-written file: a reload reads
while calls go on.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path as FilePath
from typing import Any

import yaml

from fsapp.domain.errors import ConfigError, Problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_VALUES = 20_000
"""Keys and values of a file: these take a tenth of a second."""
MOST_PROBLEMS = 100
"""Told of one file."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS = {"true": True, "false": False, "null": None, "": None}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: plain Python data, and the line (from 1) of each value by its path."""

    file: str
    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of its nearest ancestor that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, sentence: str) -> Problem:
        return Problem(self.file, self.line(path), sentence)


def load(path: FilePath) -> Document:
    """Reads a file. Raises ConfigError, also where the file cannot be read."""
    return parse(content(path), str(path))


def content(path: FilePath) -> bytes:
    """What stands in a file; of one that is too large its beginning, and a byte too much. Raises ConfigError."""
    try:
        with path.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from None


def parse(content: bytes, file: str) -> Document:
    """Reads one YAML document in UTF-8. Raises ConfigError with every problem found."""
    if len(content) > MAX_BYTES:
        raise ConfigError([Problem(file, 1, f"the file is larger than {MAX_BYTES // 1024} KiB")])
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError([Problem(file, line, "this is not UTF-8 text; save the file as UTF-8")]) from None
    node = _compose(text, file)
    if node is None:
        return Document(file, None, {})
    builder = _Builder(file)
    data = builder.build(node, ())
    if builder.problems:
        raise ConfigError(sorted(builder.problems))
    return Document(file, data, builder.lines)


def _compose(text: str, file: str) -> yaml.Node | None:
    try:
        problems = list(islice(_structural_problems(text, file), MOST_PROBLEMS))
        if problems:
            raise ConfigError(problems)
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_unreadable(error, file)]) from None
    except yaml.YAMLError as error:
        raise ConfigError([Problem(file, 1, f"this is not readable YAML: {error}".replace("\n", " "))]) from None


def _unreadable(error: yaml.MarkedYAMLError, file: str) -> Problem:
    """What the parser says; and where what it was reading began, such as a quote that is never closed."""
    mark, began = error.problem_mark or error.context_mark, error.context_mark
    sentence = f"this is not readable YAML: {error.problem or error.context}"
    if mark and began and began.line < mark.line:
        sentence += f", {error.context} that begins on line {began.line + 1}"
    return Problem(file, mark.line + 1 if mark else 1, sentence)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _structural_problems(text: str, file: str) -> Iterator[Problem]:
    """Refuses from the event stream what would be unsafe to compose (deep nesting crashes the C parser)."""
    depth = documents = values = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if values > MAX_VALUES:
            yield Problem(file, line, f"more than {MAX_VALUES} keys and values; split the file")
            return
        if depth > MAX_DEPTH:
            yield Problem(file, line, f"nested deeper than {MAX_DEPTH} levels")
            return
        if documents > 1:
            yield Problem(file, line, "a file holds one document; remove the second `---`")
            return
        for sentence in _unwanted(event):
            yield Problem(file, line, sentence)


def _unwanted(event: yaml.Event) -> Iterator[str]:
    if isinstance(event, yaml.AliasEvent):
        yield "aliases (`*name`) are not used here; write the value out"
    elif isinstance(event, (yaml.CollectionStartEvent, yaml.ScalarEvent)):
        if event.anchor is not None:
            yield "anchors (`&name`) are not used here; write the value out"
        if event.tag is not None:
            yield f"the tag {event.tag} is not used here; remove it"


class _Builder:
    """Turns composed nodes into plain data, noting lines and problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(self.file, line, "a key is a single word or text"))
                continue
            key = key_node.value
            if len(self.problems) >= MOST_PROBLEMS:
                break
            if key in result:
                first = self.lines[(*path, key)]
                self.problems.append(
                    Problem(self.file, line, f"the key {key!r} stands here again; first on line {first}")
                )
                continue
            result[key] = self.build(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return result


def _scalar(node: Any) -> Any:
    value: str = node.value
    if node.style:  # quoted or a block: text, whatever it looks like
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _INTEGER.match(value):
        return int(value)
    if _DECIMAL.match(value):
        return float(value)
    return value
