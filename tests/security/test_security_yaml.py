"""Files that are no hand-written YAML: bombs, tags, gigabytes. Refused before they cost anything."""

from itertools import pairwise
from pathlib import Path

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.files.places import MOST_PROBLEMS, load, parse
from tests.security.timing import best_of, within

MILLISECONDS = 100
MEGABYTE = 1024 * 1024 - 100

TAGS = [
    "!!python/object/apply:os.system ['touch canary']",
    "!!python/object/new:subprocess.Popen [id]",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/object:__main__.X {}",
    "!!binary aGVsbG8=",
    "!!set {a, b}",
    "!!timestamp 2026-01-01",
    "!include /etc/passwd",
    "!ENV ${HOME}",
    "!<tag:yaml.org,2002:python/name:os.system> x",
    "!!str x",
]

BOMBS: dict[str, str | bytes] = {
    "nine levels of aliases": "a: &a [x, x, x]\n"
    + "".join(f"{n}: &{n} [*{before}, *{before}, *{before}]\n" for before, n in pairwise("abcdefghi")),
    "an alias to itself": "a: &a [*a]",
    "merged keys": "a: &a {x: 1}\nb: {<<: *a}",
    "a million aliases": "[" + "*a," * (MEGABYTE // 3) + "]",
    "a million scalars": "- a\n" * (MEGABYTE // 4),
    "a million items in brackets": "[" + "a," * (MEGABYTE // 2) + "]",
    "the same key again and again": "a: 1\n" * (MEGABYTE // 5),
    "nested brackets": "[" * MEGABYTE,
    "nested braces": "{a: " * (MEGABYTE // 4),
    "nested sequences": "- " * (MEGABYTE // 2),
    "nested questions": "? " * (MEGABYTE // 2),
    "a million documents": "---\n" * (MEGABYTE // 4),
    "an endless quote": '"' + "x" * MEGABYTE,
    "an endless directive": "%YAML " + "1" * MEGABYTE,
    "more than a megabyte": "a: " + "x" * 2 * MEGABYTE,
    "escapes beyond Unicode": 'a: "\\U0011FFFF"',
    "half a surrogate pair": b"a: \xed\xa0\x80",
    "another encoding": "a: 1".encode("utf-16"),
}


def refused(content: str | bytes) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(content.encode() if isinstance(content, str) else content, "f.yaml")
    return caught.value


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_makes_no_object(tag: str) -> None:
    with within(MILLISECONDS):
        assert "the tag" in str(refused(f"a: {tag}\n"))


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(name: str) -> None:
    content = BOMBS[name]
    refused(content)
    assert best_of(3, lambda: refused(content)) < 2 * MILLISECONDS  # most are refused in one


@pytest.mark.parametrize("content", ["a: 1\n" * 20_000, "[" + "&a x," * 20_000 + "]"])
def test_a_file_of_mistakes_is_told_of_in_a_hundred_lines(content: str) -> None:
    assert len(refused(content).problems) <= MOST_PROBLEMS


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as opened:
        opened.truncate(1 << 30)
    with within(MILLISECONDS), pytest.raises(ConfigError, match="larger than 1024 KiB"):
        load(file)
