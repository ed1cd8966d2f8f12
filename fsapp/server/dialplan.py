"""Reads the rule files of the dialplan: every problem at once, each with file and line."""

import ast
import inspect
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from fsapp.domain.desk import Placed
from fsapp.domain.dialplan import NO_LIMITS, Limits, Numbers, Phones, Route
from fsapp.domain.errors import ConfigError, Problem
from fsapp.server.desk_words import HEARD, Words, listener, wrapped


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """What the files of one directory say: in the order of file names, then of lines."""

    routes: tuple[Route, ...] = ()
    numbers: tuple[Numbers, ...] = ()
    phones: tuple[Phones, ...] = ()
    flows: frozenset[str] = frozenset()
    """The flows that rules name, as far as that can be read from them."""
    desk: tuple[Placed, ...] = ()
    """The words that set up the desk of agents' phones."""
    limits: Limits = NO_LIMITS
    """Of outside calls."""


def load(directory: Path, flows: Collection[str] | None) -> RuleFiles:
    """Runs each `*.py` of `directory`. Raises ConfigError, also where a rule names a flow that is not in `flows`.

    `flows` are None where they cannot be read themselves.
    """
    problems: list[Problem] = []
    found: list[Any] = []
    words = Words()
    named: set[str] = set()
    for path in sorted(directory.glob("*.py")):
        try:
            tree, code = _parsed(path)
            texts = _flows_named(tree)
            named.update(str(text.value) for text in texts)
            problems += _unknown_flows(texts, str(path), flows)
            found += _values(code, path, words)
        except ConfigError as error:
            problems += error.problems
    routes = tuple(value for value in found if isinstance(value, Route))
    problems += _named_twice(routes)
    problems += [
        Problem(file, line, "outside calls have limits already; keep one line") for _, file, line in words.limits[1:]
    ]
    if problems:
        raise ConfigError(sorted(problems))
    return RuleFiles(
        routes,
        tuple(value for value in found if isinstance(value, Numbers)),
        tuple(value for value in found if isinstance(value, Phones)),
        frozenset(named),
        tuple(words.desk),
        words.limits[0][0] if words.limits else NO_LIMITS,
    )


def _values(code: CodeType, path: Path, words: Words) -> list[Any]:
    """What has a name in the file; what needs none goes to `words`."""
    own = [value for value in _run(code, path, words).values() if _is_of(path, value)]
    problems = [_wrong_arguments(value) for value in own if isinstance(value, Route) and not _takes_call(value)]
    if problems:
        raise ConfigError(problems)
    return own


def _parsed(path: Path) -> tuple[ast.Module, CodeType]:
    try:
        tree = ast.parse(path.read_bytes(), str(path))
        return tree, compile(wrapped(deepcopy(tree)), str(path), "exec")
    except OSError as error:
        raise ConfigError([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ConfigError([Problem(str(path), line, f"this is not readable Python: {error}")]) from None


def _run(code: CodeType, path: Path, words: Words) -> Mapping[str, Any]:
    namespace: dict[str, Any] = {"__name__": f"dialplan.{path.stem}", "__file__": str(path)}
    namespace[HEARD] = listener(str(path), words)
    try:
        exec(code, namespace)  # noqa: S102 - rule files are the site's own code, as trusted as the engine's
    except (Exception, SystemExit) as error:
        sentence = f"{type(error).__name__}: {error}"
        raise ConfigError([Problem(str(path), _line_in(path, error), sentence)]) from None
    return namespace


def _line_in(path: Path, error: BaseException) -> int:
    """The last line of this file that the error passed through."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _is_of(path: Path, value: Any) -> bool:
    return not isinstance(value, Route) or value.rule.__code__.co_filename == str(path)


def _takes_call(each: Route) -> bool:
    try:
        inspect.signature(each.rule).bind("call", "now")
    except TypeError:
        return False
    return True


def _wrong_arguments(each: Route) -> Problem:
    return _problem(each, f"the rule {each.name!r} must take two arguments, the call and the time")


def _problem(each: Route, sentence: str) -> Problem:
    code = each.rule.__code__
    return Problem(code.co_filename, code.co_firstlineno, sentence)


def _named_twice(routes: tuple[Route, ...]) -> Iterator[Problem]:
    """The log tells rules apart by their names alone."""
    first: dict[str, Route] = {}
    for each in routes:
        earlier = first.setdefault(each.name, each)
        if earlier is not each:
            where = earlier.rule.__code__.co_filename
            yield _problem(each, f"there is a rule {each.name!r} already, in {where}; give this one another name")


def _flows_named(tree: ast.Module) -> list[ast.Constant]:
    """The texts that rules return as written: `return "a"`, `return "a" if … else "b"`."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    rules = [function for function in functions if any(map(_is_route, function.decorator_list))]
    returns = [node.value for rule in rules for node in ast.walk(rule) if isinstance(node, ast.Return) and node.value]
    return [text for value in returns for text in _texts(value)]


def _unknown_flows(texts: list[ast.Constant], file: str, flows: Collection[str] | None) -> Iterator[Problem]:
    for text in texts:
        if flows is not None and text.value not in flows:
            known = ", ".join(sorted(flows)) or "none"
            yield Problem(file, text.lineno, f"there is no flow {text.value!r}; known: {known}")


def _is_route(mark: ast.expr) -> bool:
    return getattr(mark, "id", None) == "route" or getattr(mark, "attr", None) == "route"


def _texts(value: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
