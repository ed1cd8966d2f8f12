"""The words of the desk in a rule file, each with its line: every call at a module's top level that gives one.

A word may stand by itself (`code("*11", "sign_in")`), unlike a rule, which has a name. So before the file is run, each
call outside of a function is wrapped in one that looks at what it gives.
"""

import ast
from collections.abc import Callable
from typing import Any

from fsapp.domain.desk import Choice, CodeKeys, DeskTimes, Placed, ReadBack

HEARD = "__heard__"
"""What the wrapping function is called in a rule file's namespace."""


def wrapped(tree: ast.Module) -> ast.Module:
    """The same module, whose calls are heard."""
    _Wrapping().visit(tree)
    return ast.fix_missing_locations(tree)


def listener(file: str, into: list[Placed]) -> Callable[[Any, int], Any]:
    """The function of that name: notes what a call gives, and gives it."""

    def heard(value: Any, line: int) -> Any:
        if isinstance(value, CodeKeys | Choice | ReadBack | DeskTimes):
            into.append(Placed(value, file, line))
        return value

    return heard


class _Wrapping(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        call = ast.Call(ast.Name(HEARD, ast.Load()), [node, ast.Constant(node.lineno)], [])
        return ast.copy_location(call, node)
