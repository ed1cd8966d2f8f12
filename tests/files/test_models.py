"""From a parsed file to a checked model."""

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.files.models import Settings, validated
from fsapp.files.places import parse


class Inner(Settings):
    seconds: int


class Outer(Settings):
    name: str
    inner: Inner | None = None


def findings(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        validated(Outer, parse(text.encode(), "f.yaml"))
    return [str(problem) for problem in caught.value.problems]


def test_all_problems_come_at_once_each_with_its_line() -> None:
    assert findings("name: x\nnmae: y\ninner:\n  seconds: soon\n") == [
        "f.yaml:4: 'inner.seconds': input should be a valid integer, unable to parse string as an integer, not 'soon'",
        "f.yaml:2: there is no setting 'nmae' here; known: name, inner",
    ]


def test_a_missing_setting_is_named() -> None:
    assert findings("inner: {seconds: 1}\n") == ["f.yaml:1: 'name' is missing"]


def test_an_unknown_setting_of_a_part_is_told_with_what_that_part_knows() -> None:
    assert findings("name: x\ninner: {seconds: 1, second: 2}\n") == [
        "f.yaml:2: there is no setting 'inner.second' here; known: seconds"
    ]


def test_an_empty_file_is_a_model_without_values() -> None:
    assert findings("") == ["f.yaml:1: 'name' is missing"]
