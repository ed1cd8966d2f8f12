"""Text and expressions: what they give, what they read, what they refuse."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.flow.templates import Expression, ExpressionError, Text
from tests.flow.bench import a_context

VARIABLES = {"account": "1234567890", "bill": {"amount": 312.5, "values": "own"}, "n": 3, "name": "{{ 7*7 }}"}


def text(source: str) -> str:
    return Text(source).text(a_context(VARIABLES))


def value(source: str) -> Any:
    return Text(source).value(a_context(VARIABLES))


def test_words_without_expressions_are_said_as_they_are() -> None:
    assert text("电费查询请按一") == "电费查询请按一"
    assert Text("电费查询请按一").static


def test_filters_speak_in_the_language_of_the_call() -> None:
    words = Text("{{ bill.amount | money }}")
    assert words.text(a_context(VARIABLES, language="zh")) == "三百一十二元五角"
    assert words.text(a_context(VARIABLES, language="en")) == "three hundred and twelve yuan and fifty fen"


def test_one_expression_keeps_its_type_and_several_make_text() -> None:
    assert value("{{ n + 1 }}") == 4
    assert value("{{ -5 }}") == -5
    assert value("{{ bill }}") == VARIABLES["bill"]
    assert value("{{ n }}{{ n }}") == "33"


def test_a_name_after_a_dot_is_what_the_look_up_answered_and_no_method() -> None:
    assert value("{{ bill.values }}") == "own"
    with pytest.raises(ExpressionError, match="there is no 'items' in it"):
        value("{{ bill.items }}")


def test_what_a_caller_says_is_data_and_never_a_template() -> None:
    assert text("{{ name }}") == "{{ 7*7 }}"


def test_variables_that_must_be_set_are_known_before_the_call() -> None:
    assert Text("{{ a }} {{ b.c | money }} {{ d | default(1) }} {{ e is defined }}").reads == {"a", "b"}
    assert Expression("x > y and not z").reads == {"x", "y", "z"}


def test_a_missing_variable_is_an_error_and_not_silence() -> None:
    for source in ("{{ missing }}", "{{ missing | digits }}", "{{ bill.missing }}", "a {{ missing.x }} b"):
        with pytest.raises(ExpressionError):
            value(source)
    with pytest.raises(ExpressionError, match="'missing' is undefined"):
        Expression("missing > 1").test(a_context({}))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("{{ x", "cannot be read"),
        ("{{ x() }}", "functions cannot be called"),
        ("{{ 'a'.format(1) }}", "functions cannot be called"),
        ("{{ range(10**9) }}", "functions cannot be called"),
        ("{% for i in x %}{% endfor %}", "no {% statements %}"),
        ("{% set result = 1 %}", "no {% statements %}"),
        ("{% include 'x' %}", "no {% statements %}"),
        ("{{ x | nofilter }}", "no filter 'nofilter'; known: abs"),
        ("{{ x is strange }}", "no test 'strange'"),
    ],
)
def test_what_is_no_expression_is_refused_at_load(source: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Text(source)


@pytest.mark.parametrize("source", ["1 %}{{ x }}{% set result = 2", "1 %}{% set result = x", "x) %}{{ 1", "x >", "f()"])
def test_an_expression_cannot_break_out_of_its_place(source: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|statements|functions"):
        Expression(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ n.__class__ }}",
        "{{ bill.__init__ }}",
        "{{ 'x' * 10**9 }}",
        "{{ [0] * 10**9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 10**10**10 }}",
        "{{ 1 / 0 }}",
        "{{ 'x' | round }}",
    ],
)
def test_known_escapes_and_bombs_have_no_value(source: str) -> None:
    with pytest.raises(ExpressionError):
        value(source)


def test_a_value_that_has_grown_too_long_is_stopped() -> None:
    with pytest.raises(ExpressionError, match="more than"):
        Text("{{ a ~ a }}").value(a_context({"a": "x" * 6_000}))
    with pytest.raises(ExpressionError, match="more than"):
        Expression("a * a").value(a_context({"a": 2**6_000}))


@given(st.text(max_size=200))
def test_any_text_is_made_or_refused_with_a_sentence(source: str) -> None:
    try:
        made = Text(source)
    except ValueError:
        return
    try:
        made.text(a_context({}))
    except ExpressionError as error:
        assert str(error)  # noqa: PT017 - either is right
