"""Every step explains itself: manual entry, examples and schema are whole, and right."""

import inspect
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from fsapp.domain.errors import ConfigError
from fsapp.files import places
from fsapp.flow import loader
from fsapp.flow.entries import entry
from fsapp.flow.manual import manual
from fsapp.flow.model import ENTRY, Exit, Flow, StepKind
from fsapp.flow.schema import schema
from tests.steps.step_cases import CASES, KINDS, Case, cases_of, flow_of

HEADER = "version: 1\nflow: example\nlanguage: zh\nmain:\n"
SCHEMA = Draft202012Validator(schema(KINDS))
WRITTEN_RIGHT = [
    pytest.param(case, id=f"{path.stem}: {case.name}")
    for path in sorted(CASES.glob("*.yaml"))
    for case in cases_of(path.stem)
    if case.refused is None
]

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def example_of(kind: StepKind) -> str:
    return HEADER + entry(kind).example


def loaded(text: str) -> Flow:
    return loader.parse(text.encode(), "example.yaml", KINDS)


def ways_of(kind: StepKind) -> list[tuple[Any, tuple[Exit, ...]]]:
    """The steps of this kind in its example, each with its exits."""
    steps = loaded(example_of(kind)).labels[ENTRY]
    return [(step, kind.exits(step.params)) for step in steps if step.kind is kind]


@each_kind
def test_the_example_of_a_step_loads_and_uses_the_step(kind: StepKind) -> None:
    assert ways_of(kind)


@each_kind
def test_the_example_maps_every_exit_that_must_be_mapped(kind: StepKind) -> None:
    for step, ways in ways_of(kind):
        assert {way.name for way in ways if way.required} <= step.on.keys()


@each_kind
def test_the_example_maps_only_exits_that_there_are(kind: StepKind) -> None:
    for step, ways in ways_of(kind):
        assert step.on.keys() <= {way.name for way in ways}


@each_kind
def test_every_exit_of_a_step_is_in_its_manual_entry(kind: StepKind) -> None:
    words = entry(kind)
    for step, ways in ways_of(kind):
        own = step.on.keys() if words.open_ended else set()
        assert {way.name for way in ways if way.jump is None} <= {*words.exit_names, *own}


@each_kind
def test_the_summary_gives_the_chinese_term(kind: StepKind) -> None:
    assert re.search(r"（|\([\u4e00-\u9fff]+\)", entry(kind).summary)


@each_kind
def test_every_field_says_what_it_means(kind: StepKind) -> None:
    assert all(field.description for field in kind.params.model_fields.values())


@each_kind
def test_a_step_is_the_file_of_its_name_and_leaves_a_callers_end_to_the_runner(kind: StepKind) -> None:
    module = inspect.getmodule(kind.run)
    assert module is not None
    assert module.__name__.removesuffix("_") == f"fsapp.steps.{kind.name}"
    assert "CallEnded" not in inspect.getsource(module)


@each_kind
def test_a_natural_field_is_a_field(kind: StepKind) -> None:
    assert kind.natural is None or kind.natural in kind.params.model_fields


def test_a_docstring_without_its_parts_is_no_entry() -> None:
    kind = StepKind("bare", KINDS["answer"].params, lambda _ctx, _params: "done", lambda _params: ())
    with pytest.raises(ValueError, match="wants a line, an indented example"):
        entry(kind)


def test_the_manual_has_every_step_field_and_exit() -> None:
    text = manual(KINDS)
    for name, kind in KINDS.items():
        chapter = text.split(f"\n### {name}\n", 1)[1].split("\n### ", 1)[0]
        for field in kind.params.model_fields.keys() - {"on"}:
            assert f"`{field}`" in chapter
        for exit_name in entry(kind).exit_names:
            assert f"- `{exit_name}`" in chapter


def test_the_first_flow_of_the_manual_is_one() -> None:
    text = re.search(r"```yaml\n(# yaml-language-server.*?)```", manual(KINDS), re.DOTALL)
    assert text is not None
    flow = loaded(text[1])
    assert set(flow.labels) == {"main", "bill", "operator", "sorry"}
    SCHEMA.validate(places.parse(text[1].encode(), "manual").data)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema(KINDS))


@each_kind
def test_the_schema_admits_the_example(kind: StepKind) -> None:
    SCHEMA.validate(places.parse(example_of(kind).encode(), "example").data)


@pytest.mark.parametrize("case", WRITTEN_RIGHT)
def test_the_schema_admits_what_the_loader_admits(case: Case) -> None:
    flow_of(case.step)
    SCHEMA.validate({"version": 1, "flow": "case", "main": [case.step]})


@pytest.mark.parametrize(
    "steps",
    [
        "- sing: welcome",
        "- {say: welcome, play: welcome}",
        "- say: {text: welcome, loud: true}",
        "- say: [welcome]",
        "- say",
        "- pause: 600",
        "- hangup: BORED",
        "- menu: {prompt: welcome, attempts: 11, on: {1: main}}",
        "- menu: {on: {1: main}}",
        "- hours: {calendar: service, on: {shut: main}}",
        "- collect: {into: pin, digits: 4, prompt: welcome, on: {done: main}}",
        "- choose: {rows: [{if: 'true', to: main}]}",
        "- {}",
    ],
)
def test_the_schema_refuses_what_the_loader_or_the_checker_refuses(steps: str) -> None:
    assert not SCHEMA.is_valid(yaml.safe_load(HEADER + "  " + steps))


@pytest.mark.parametrize(
    "header", ["version: 2\nflow: f", "flow: f", "version: 1", "version: 1\nflow: F", "Version: 1"]
)
def test_the_schema_refuses_a_wrong_header(header: str) -> None:
    text = header + "\nmain: [hangup]"
    assert not SCHEMA.is_valid(places.parse(text.encode(), "header").data)
    with pytest.raises(ConfigError):
        loaded(text)


def test_labels_are_lists_of_steps() -> None:
    assert not SCHEMA.is_valid({"version": 1, "flow": "f", "main": ["hangup"], "other": "hangup"})
    assert not SCHEMA.is_valid({"version": 1, "flow": "f", "main": []})
    assert not SCHEMA.is_valid({"version": 1, "flow": "f"})
