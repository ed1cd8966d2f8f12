"""Strict YAML with places."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.errors import ConfigError
from fsapp.files.places import load, parse


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text.encode(), "f.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12:30", "12:30"),
        ("no", "no"),
        ("on", "on"),
        ("0123", "0123"),
        ("+8613800138000", "+8613800138000"),
        ("1_000", "1_000"),
        ("2026-11-21", "2026-11-21"),
        ("1e3", "1e3"),
        ("true", True),
        ("null", None),
        ("-5", -5),
        ("1.5", 1.5),
        ("'1'", "1"),
        ("95598", 95598),
        ("99999999999999999999999", "99999999999999999999999"),
    ],
)
def test_a_scalar_means_what_an_operator_sees(written: str, meant: object) -> None:
    value = parse(f"key: {written}".encode(), "f.yaml").data["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_every_value_has_its_line() -> None:
    document = parse(b"a: 1\nb:\n  - x\n  - {c: y}\n", "f.yaml")
    assert document.line(("b", 1, "c")) == 4
    assert document.line(("b", 1, "missing")) == 4
    assert document.line(("nowhere",)) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3: the key 'a' stands here again; first on line 1"),
        ("a: &x 1\n", "f.yaml:1: anchors (`&name`) are not used here; write the value out"),
        (
            "a: !!python/object/apply:os.system [id]\n",
            "f.yaml:1: the tag tag:yaml.org,2002:python/object/apply:os.system",
        ),
        ("a: 1\n---\nb: 1\n", "f.yaml:2: a file holds one document; remove the second `---`"),
        ("? [a, b]\n: c\n", "f.yaml:1: a key is a single word or text"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2: this is not readable YAML"),
        (
            'a: 1\nb: "c\nd: 2\n',
            "f.yaml:4: this is not readable YAML: found unexpected end of stream, "
            "while scanning a quoted scalar that begins on line 2",
        ),
        ("[" * 100_000, "f.yaml:1: nested deeper than 20 levels"),
        ("a: \x00", "f.yaml:1: this is not readable YAML"),
    ],
)
def test_what_is_no_hand_written_file_is_refused_with_its_line(text: str, sentence: str) -> None:
    assert problems(text)[0].startswith(sentence)


def test_an_alias_bomb_is_refused_before_it_is_built() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*a, *a]\n" for n in "bcdefghi")
    assert any("aliases" in problem for problem in problems(bomb))


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert "larger than" in problems("a: " + "x" * (4 * 1024 * 1024))[0]


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(ConfigError, match=r"f\.yaml:2: this is not UTF-8"):
        parse(b"a: 1\nb: \xff\xfe\n", "f.yaml")


def test_a_file_that_cannot_be_read_is_a_problem_of_its_own(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "nothing.yaml")


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(ConfigError):
        parse(text.encode("utf-8", "replace"), "f.yaml")
