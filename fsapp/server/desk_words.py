"""Words in a rule file that need no name, each with its line: every call at a module's top level that gives one.

A word may stand by itself (`code("*11", "sign_in")`), unlike a rule, which has a name. So before the file is run, each
call outside of a function is wrapped in one that looks at what it gives.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fsapp.domain.desk import Choice, CodeKeys, DeskTimes, Placed, ReadBack
from fsapp.domain.dialplan import Limits

HEARD = "__heard__"
"""What the wrapping function is called in a rule file's namespace."""


def wrapped(tree: ast.Module) -> ast.Module:
    """The same module, whose calls are heard."""
    _Wrapping().visit(tree)
    return ast.fix_missing_locations(tree)


@dataclass(slots=True)
class Words:
    """What was heard: words of the desk, and limits of outside calls with file and line."""

    desk: list[Placed] = field(default_factory=list)
    limits: list[tuple[Limits, str, int]] = field(default_factory=list)


def listener(file: str, into: Words) -> Callable[[Any, int], Any]:
    """The function of that name: notes what a call gives, and gives it."""

    def heard(value: Any, line: int) -> Any:
        if isinstance(value, CodeKeys | Choice | ReadBack | DeskTimes):
            into.desk.append(Placed(value, file, line))
        elif isinstance(value, Limits):
            into.limits.append((value, file, line))
        return value

    return heard


class _Wrapping(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        call = ast.Call(ast.Name(HEARD, ast.Load()), [node, ast.Constant(node.lineno)], [])
        return ast.copy_location(call, node)
