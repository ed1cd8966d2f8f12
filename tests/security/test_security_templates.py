"""Expressions as weapons: what reaches for Python, what reckons for ever, what fills the memory."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.flow.templates import Expression, ExpressionError, Text
from tests.flow.bench import a_context
from tests.security.timing import best_of, within

MILLISECONDS = 50

ESCAPES = [
    "''.__class__",
    "''.__class__.__mro__[1].__subclasses__()",
    "''['__class__']['__mro__']",
    "x['__init__']['__globals__']",
    "x.__init__.__globals__.__builtins__",
    "(1).__class__.__base__",
    "[].__class__.__base__.__subclasses__()[0]",
    "{}.__class__.__bases__[0]",
    "''|attr('__class__')",
    "x|attr(['__cla','ss__']|join)",
    "x['\\x5f\\x5fclass\\x5f\\x5f']",
    "x['__cla' ~ 'ss__']",
    "'%c%c' % (95, 95)",
    "'{0.__class__}'.format(x)",
    "'{0.__class__}' | format(x)",
    "x.format_map({})",
    "x | map('upper') | list",
    "x | select('callable')",
    "x | groupby('__class__')",
    "x | sum(attribute='__class__')",
    "self.__init__",
    "self._TemplateReference__context",
    "config.items()",
    "request.application.__globals__",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "joiner.__init__.__globals__",
    "namespace.__init__.__globals__",
    "lipsum.__globals__['os'].popen('id').read()",
    "url_for.__globals__",
    "get_flashed_messages.__globals__",
    "range(10)",
    "dict(a=1)",
    "caller()",
    "varargs",
    "kwargs.pop('x')",
    "loop.cycle()",
    "_",
    "environment",
    "context.environment",
    "__import__('os').system('id')",
    "call.__init__.__globals__",
    "now.__class__.__subclasses__()",
    "now.strftime.__self__.__class__",
    "x.upper.__self__",
    "x.mro()",
    "x is test('x')",
    "namespace(a=1).a",
]

BOMBS = [
    "'x' * 10**9",
    "10**9 * 'x'",
    "[0] * 10**9",
    "'%1000000000d' % 1",
    "'%*d' % (1000000000, 1)",
    "10**10**10",
    "9**9**9**9",
    "2**10000**16",
    "1 | round(10**9, 'ceil')",
    "1 | round(n ** 5, 'floor')",
    "1 | round(-999999999, 'ceil')",
    "x | round(9, 'ceil')",
    "many | round(9, 'floor')",
    "many + many",
    "[many, many, many]",
    "{'a': many, 'b': many}",
    "long ~ long ~ long",
    "long + long",
    "big * big * big",
    "[[[[[[[[[[[1]]]]]]]]]]]",
    "not " * 3000 + "x",
    "-" * 3000 + "1",
    "(" * 3000 + "1" + ")" * 3000,
    "[" * 150 + "]" * 150,
    "1" + "+1" * 5000,
    "x" + ".a" * 5000,
    "x" + "|upper" * 5000,
    "long" + "~long" * 5000,
    "1 if x else " * 2000 + "1",
]

STATEMENTS = [
    "{% for a in range(10**9) %}{% for b in range(10**9) %}x{% endfor %}{% endfor %}",
    "{% for a in many %}{% for b in many %}{% for c in many %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% set x = x * 10 %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% do x.clear() %}",
    "{% call x() %}{% endcall %}",
    "{% with a = 1 %}{{ a }}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
]

SCOPE: dict[str, Any] = {"x": "text", "n": 999, "many": ["v"] * 9000, "long": "v" * 9000, "big": 2**9000}


def value(source: str) -> Any:
    return Text(source).value(a_context(SCOPE))


@pytest.mark.parametrize("expression", ESCAPES)
def test_no_expression_reaches_beyond_the_calls_own_data(expression: str) -> None:
    with within(MILLISECONDS), pytest.raises((ValueError, ExpressionError)):
        value("{{ " + expression + " }}")
    with pytest.raises((ValueError, ExpressionError)):
        Expression(expression).value(a_context(SCOPE))


@pytest.mark.parametrize("expression", BOMBS, ids=lambda text: text[:30])
def test_no_expression_takes_long_or_grows(expression: str) -> None:
    with pytest.raises((ValueError, ExpressionError)):
        value("{{ " + expression + " }}")
    assert best_of(3, lambda: value("{{ " + expression + " }}"), ValueError, ExpressionError) < MILLISECONDS


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_text_has_no_statements(text: str) -> None:
    with within(MILLISECONDS), pytest.raises(ValueError, match=r"statements|cannot be read|functions"):
        Text(text)


@pytest.mark.parametrize("spoken", ["{{ 7*7 }}", "{% for %}", "${7*7}", "#{7*7}", "{{ x.__class__ }}", "{{", "%}"])
def test_what_a_caller_is_called_is_read_as_text(spoken: str) -> None:
    assert Text("{{ name }}").text(a_context({"name": spoken})) == spoken
    assert Text("您好 {{ name }}").text(a_context({"name": spoken})) == f"您好 {spoken}"


def test_a_variable_that_a_caller_lets_grow_stops_growing() -> None:
    """A flow that doubles what it keeps each time its caller presses a key."""
    for source, kept in (("{{ kept ~ kept }}", "x"), ("{{ [kept, kept] }}", "x"), ("{{ kept * kept }}", 3)):
        with within(500), pytest.raises(ExpressionError):
            _grown(Text(source), kept)


def _grown(source: Text, kept: Any) -> None:
    for _ in range(60):
        kept = source.value(a_context({"kept": kept}))


OPERATORS = ["+", "*", "**", "%", "~", "//", "/", "-", "==", "in", "and", "or", "<"]
FILTERS = ["upper", "round", "round(9, 'ceil')", "int", "money", "digits", "first", "date"]
EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "n", "many", "long", "big", "1", "-2.5", "'a'", "missing", "x.y", "[]", "{}"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(FILTERS)).map("|".join),
        inner.map("({})".format),
        inner.map("[{0}, {0}]".format),
        inner.map("not {}".format),
        inner.map("{} is defined".format),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_whatever_is_written_has_a_value_or_a_sentence_and_soon(expression: str) -> None:
    with within(10 * MILLISECONDS):
        try:
            value("{{ " + expression + " }}")
        except (ValueError, ExpressionError) as error:
            assert str(error)  # noqa: PT017 - either is right
