"""Flow files become values, or every problem at once."""

from pathlib import Path
from types import MappingProxyType

import pytest
from pydantic import Field

from fsapp.domain.errors import ConfigError
from fsapp.flow import loader
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.templates import Expression, Text


class SayParams(Params):
    text: Text
    times: int = 1


class AskParams(Params):
    prompt: Text
    on: dict[str, str] = Field(default_factory=dict)


class TestParams(Params):
    __test__ = False
    test: Expression


def _nothing(context: object, params: object) -> str:
    return "done"


def _done(params: object) -> tuple[Exit, ...]:
    return (Exit("done"),)


KINDS = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            StepKind("say", SayParams, _nothing, _done, natural="text"),
            StepKind("ask", AskParams, _nothing, _done),
            StepKind("if", TestParams, _nothing, _done),
            StepKind("hangup", Params, _nothing, _done),
        )
    }
)


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loader.parse(text.encode(), "f.yaml", KINDS)
    return [str(problem) for problem in caught.value.problems]


HEAD = "version: 1\nflow: hotline\n"


def test_a_flow_is_read_with_its_labels_steps_and_lines() -> None:
    flow = loader.parse(
        f"{HEAD}numbers: [95598, '+86755']\nmain:\n  - say: 你好\n"
        "  - ask: {prompt: 'x {{ a }}', on: {1: main}}\n  - hangup\n".encode(),
        "f.yaml",
        KINDS,
    )
    assert (flow.name, flow.language, flow.numbers) == ("hotline", "zh", ("95598", "+86755"))
    say, ask, hangup = flow.labels["main"]
    assert say.params == SayParams(text=Text("你好"))
    assert (ask.on, ask.reads, ask.line) == ({"1": "main"}, frozenset({"a"}), 6)
    assert ask.params.on == {"1": "main"}  # type: ignore[attr-defined]
    assert hangup.kind.name == "hangup"
    assert flow.label_lines == {"main": 4}


def test_the_hash_is_of_the_content() -> None:
    one = loader.parse(f"{HEAD}main: [hangup]\n".encode(), "f.yaml", KINDS)
    same = loader.parse(f"{HEAD}main: [hangup]\n".encode(), "g.yaml", KINDS)
    other = loader.parse(f"{HEAD}main: [hangup] # more\n".encode(), "f.yaml", KINDS)
    assert one.hash == same.hash != other.hash


def test_all_problems_of_a_file_come_at_once() -> None:
    assert problems(
        "flow: Bad Name\nmain:\n  - sya: x\n  - say: {text: hi, tims: 2}\n  - hangup: 3\nempty:\nX: []\n"
    ) == [
        "f.yaml:1: 'flow': string should match pattern '^[a-z][a-z0-9_]*$', not 'Bad Name'",
        "f.yaml:1: 'version' is missing",
        "f.yaml:3: there is no step 'sya'; did you mean 'say'?",
        "f.yaml:4: there is no setting 'tims' here; known: text, times",
        "f.yaml:5: `hangup` takes settings, such as `hangup: {…}`, or stands alone",
        "f.yaml:6: the label 'empty' is a list of steps, each with `- ` before it "
        "(settings: version, flow, language, numbers, on_error, description)",
        "f.yaml:7: the label 'X' is a list of steps, each with `- ` before it "
        "(settings: version, flow, language, numbers, on_error, description)",
        "f.yaml:7: the label 'X': use small letters, digits and _",
    ]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("- {say: a, ask: b}", "f.yaml:4: a step is one word with a colon"),
        ("- [say]", "f.yaml:4: a step is one word with a colon"),
        ("- say: {text: '{{ x'}", "f.yaml:4: 'text': this expression cannot be read"),
        ("- say: {text: [a]}", "f.yaml:4: 'text': a text is expected here"),
        ("- say", "f.yaml:4: 'text' is missing"),
        ("- ask: {prompt: a, on: main}", "f.yaml:4: `on:` says for each exit which label follows"),
        ("- ask: {prompt: a, on: {1: [x]}}", "f.yaml:4: `on:` says for each exit which label follows"),
        ("- if: {test: 'f()'}", "f.yaml:4: 'test': functions cannot be called"),
    ],
)
def test_a_step_that_cannot_be_read_is_told_with_its_line(step: str, sentence: str) -> None:
    assert problems(f"{HEAD}main:\n  {step}\n")[0].startswith(sentence)


def test_a_file_that_is_no_flow_says_how_one_begins() -> None:
    assert problems("- a\n") == ["f.yaml:1: a flow file begins with `version: 1` and `flow: its_name`"]
    assert problems("") == ["f.yaml:1: a flow file begins with `version: 1` and `flow: its_name`"]


def test_a_directory_is_loaded_whole_without_its_tests(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("version: 1\nflow: a\nmain: [hangup]\n")
    (tmp_path / "a.test.yaml").write_text("tests: []\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.yaml").write_text("version: 1\nflow: b\nmain: [hangup]\n")
    assert set(loader.load_directory(tmp_path, KINDS)) == {"a", "b"}


def test_two_files_with_one_name_and_broken_ones_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("version: 1\nflow: a\nmain: [hangup]\n")
    (tmp_path / "b.yaml").write_text("version: 1\nflow: a\nmain: [hangup]\n")
    (tmp_path / "c.yaml").write_text("version: 2\nflow: c\nmain: [hangup]\n")
    with pytest.raises(ConfigError) as caught:
        loader.load_directory(tmp_path, KINDS)
    first, second = map(str, caught.value.problems)
    assert first.endswith(f"b.yaml:1: the flow 'a' is already in {tmp_path / 'a.yaml'}")
    assert "c.yaml:1: 'version'" in second
