"""Text with `{{ expressions }}` and bare expressions, as operators write them: sandboxed Jinja2, checked at load.

Only expressions: no statements, no function calls, an allow-list of filters. So an expression's cost is bounded by its
own length, and the little that could still grow (`*`, repeated concatenation) is limited by size. What a caller or a
look-up answers is only ever data here, never source.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, nodes, pass_context
from jinja2.environment import Template
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.runtime import Context as JinjaContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from fsapp.domain.errors import FsappError
from fsapp.domain.spoken import FILTERS as SPOKEN_FILTERS
from fsapp.flow.template_limits import MAX_TEXT, check_size, is_small, rounded

if TYPE_CHECKING:
    from fsapp.flow.context import Context

PLAIN_FILTERS = ("default", "upper", "lower", "trim", "length", "int", "float", "round", "abs", "first", "last")
_REFUSED = (nodes.Call, nodes.CallBlock, nodes.Filter, nodes.Test)


class ExpressionError(FsappError):
    """An expression that has no value in this call; the runner adds the place."""


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def call_binop(self, context: JinjaContext, operator: str, left: Any, right: Any) -> Any:
        refused = list | tuple if operator == "+" else str | list | tuple
        if isinstance(left, refused) or isinstance(right, refused):
            raise SecurityError(f"`{operator}` works on numbers only")
        if operator == "**" and not (abs(left) <= MAX_TEXT and abs(right) <= 16):
            raise SecurityError("this power is too large")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`bill.amount` is what the look-up answered under that name, never a method of Python's."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(f"there is no {attribute!r} in it")
        return super().getattr(obj, attribute)


def _environment() -> _Sandbox:
    environment = _Sandbox(undefined=StrictUndefined, cache_size=0, optimized=False)
    environment.globals.clear()
    environment.filters.clear()
    environment.filters.update({name: JINJA_FILTERS[name] for name in PLAIN_FILTERS})
    environment.filters["round"] = rounded
    environment.filters.update({name: _in_language(say) for name, say in SPOKEN_FILTERS.items()})
    return environment


def _in_language(say: Any) -> Any:
    @pass_context
    def filter_in_language(context: JinjaContext, value: Any) -> str:
        if isinstance(value, Undefined):
            str(value)  # raises, naming the variable
        spoken: str = say(value, context["language"])
        return spoken

    return filter_in_language


_ENVIRONMENT = _environment()


class _Source:
    """What `Text` and `Expression` share: a checked source, the variables it reads, a pydantic field's manners."""

    _expected: type[nodes.Node] = nodes.Output

    def __init__(self, source: str) -> None:
        self.source = source
        self._body = _parsed(self._template_source, self._expected) if "{" in self._template_source else None
        self.reads = _reads(self._body) if self._body else frozenset()

    @property
    def _template_source(self) -> str:
        return self.source

    @cached_property
    def _template(self) -> Template:
        code = _ENVIRONMENT.compile(_parsed(self._template_source, self._expected))
        return Template.from_code(_ENVIRONMENT, code, {}, None)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, _Source) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validated)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": ["string", "number", "boolean"]}

    @classmethod
    def _validated(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, bool):
            value = str(value).lower()
        if not isinstance(value, str | int | float):
            raise ValueError("a text is expected here, not a list, a mapping or nothing")
        return cls(str(value))


class Text(_Source):
    """What an operator writes where `{{ … }}` may stand. Raises ValueError when made of a wrong source."""

    @cached_property
    def static(self) -> bool:
        """Whether it says the same in every call."""
        return self._only is None and all(isinstance(part, nodes.TemplateData) for part in self._parts)

    @property
    def _parts(self) -> list[nodes.Node]:
        body = self._body.body if self._body else []
        return [part for output in body if isinstance(output, nodes.Output) for part in output.nodes]

    @cached_property
    def _only(self) -> "Expression | None":
        """The expression, where the text is nothing else."""
        parts = self._parts
        if len(parts) != 1 or isinstance(parts[0], nodes.TemplateData):
            return None
        inner = self.source.strip()[2:-2]
        return Expression(inner.removeprefix("-").removesuffix("-"))  # `{{-` and `-}}` only trim white space

    def text(self, context: "Context") -> str:
        """The text in this call. Raises ExpressionError."""
        if "{" not in self.source:
            return self.source
        return str(_limited(_evaluated(self, self._rendered, context)))

    def value(self, context: "Context") -> Any:
        """The value in this call: of its own type where the text is one expression. Raises ExpressionError."""
        return self._only.value(context) if self._only else self.text(context)

    def _rendered(self, scope: Mapping[str, Any]) -> str:
        return "".join(self._template.root_render_func(self._template.new_context(dict(scope), shared=True)))


class Expression(_Source):
    """An expression without braces, as `if` has it. Raises ValueError when made of a wrong source."""

    _expected = nodes.Assign

    @property
    def _template_source(self) -> str:
        return "{% set result = " + self.source + " %}"

    def value(self, context: "Context") -> Any:
        """Its value in this call. Raises ExpressionError."""
        return _limited(_evaluated(self, self._result, context))

    def test(self, context: "Context") -> bool:
        """Whether it is true in this call. Raises ExpressionError."""
        return bool(self.value(context))

    def _result(self, scope: Mapping[str, Any]) -> Any:
        inner = self._template.new_context(dict(scope), shared=True)
        for _ in self._template.root_render_func(inner):
            pass
        result = inner.vars["result"]
        if isinstance(result, Undefined):
            str(result)  # raises, naming the variable
        return result


def _parsed(source: str, expected: type[nodes.Node]) -> nodes.Template:
    try:
        check_size(_ENVIRONMENT.lex(source), beside=3 if expected is nodes.Assign else 0)  # `set result =`
        body = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        raise ValueError(f"this expression cannot be read: {error.message}") from None
    for sentence in _refusals(body, expected):
        raise ValueError(sentence)
    return body


def _reads(body: nodes.Template) -> frozenset[str]:
    """The variables that must be set; one whose absence is asked about (`x is defined`) need not be."""
    asked = [*body.find_all(nodes.Filter), *body.find_all(nodes.Test)]
    guarded = {id(node.node) for node in asked if node.name in ("default", "defined", "undefined")}
    read = (name for name in body.find_all(nodes.Name) if name.ctx == "load" and id(name) not in guarded)
    return frozenset(name.name for name in read)


def _refusals(body: nodes.Template, expected: type[nodes.Node]) -> list[str]:
    wrong = []
    if not all(isinstance(node, expected) for node in body.body) or (expected is nodes.Assign and len(body.body) != 1):
        wrong.append("only {{ expressions }} stand in a text; there are no {% statements %}")
    for node in body.find_all(_REFUSED):
        if isinstance(node, nodes.Filter):
            if node.name not in _ENVIRONMENT.filters:
                known = ", ".join(sorted(_ENVIRONMENT.filters))
                wrong.append(f"there is no filter {node.name!r}; known: {known}")
        elif isinstance(node, nodes.Test):
            if node.name not in _ENVIRONMENT.tests:
                wrong.append(f"there is no test {node.name!r}")
        else:
            wrong.append("functions cannot be called in an expression")
    return wrong


def _evaluated(source: _Source, evaluate: Any, context: "Context") -> Any:
    try:
        return evaluate(context.scope(source.reads))
    except (TemplateError, ValueError, TypeError, ArithmeticError) as error:
        raise ExpressionError(_complaint(source, error, context)) from None


def _complaint(source: _Source, error: Exception, context: "Context") -> str:
    """What is wrong; without the error's own words, which may hold the value, where that is sensitive."""
    if source.reads & context.sensitive:
        return f"{source.source!r} has no value here"
    if isinstance(error, UndefinedError):
        return f"{source.source!r}: {error.message}"
    return f"{source.source!r} has no value here: {error}"


def _limited(value: Any) -> Any:
    too_long = isinstance(value, str) and len(value) > MAX_TEXT
    if too_long or (isinstance(value, int) and value.bit_length() > MAX_TEXT):
        raise ExpressionError(f"an expression gave more than {MAX_TEXT} characters")
    if isinstance(value, Mapping | list | tuple) and not is_small(value):
        raise ExpressionError(f"an expression gave a list or a record of more than {MAX_TEXT} values")
    return value
