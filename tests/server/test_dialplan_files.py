"""Rule files: what is read from them, and what is said of a broken one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fsapp.domain.call import Call
from fsapp.domain.errors import ConfigError
from fsapp.server import dialplan

FLOWS = {"hotline", "night"}
HEAD = "from fsapp.domain.dialplan import numbers, phones, route\n\n"


def write(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        (directory / f"{name}.py").write_text(HEAD + text)
    return directory


def problems(directory: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        dialplan.load(directory, FLOWS)
    return [f"{Path(each.file).name}:{each.line}: {each.sentence}" for each in raised.value.problems]


def test_rules_come_in_the_order_of_files_and_then_of_lines(tmp_path: Path) -> None:
    write(
        tmp_path,
        b="@route\ndef third(call, now):\n    return None\n",
        a="@route\ndef first(call, now):\n    return None\n\n@route\ndef second(call, now):\n    return 'night'\n",
    )
    files = dialplan.load(tmp_path, FLOWS)
    assert [each.name for each in files.routes] == ["first", "second", "third"]
    call = Call("u", "1", "2", datetime.now(UTC))
    assert files.routes[1].rule(call, datetime.now(UTC)) == "night"


def test_the_allow_list_is_read_from_any_file(tmp_path: Path) -> None:
    write(
        tmp_path, outbound="city = numbers('[2-8].*', gateway='pstn')\ndesk = phones('10..', profile='p', domain='d')"
    )
    files = dialplan.load(tmp_path, FLOWS)
    assert [each.gateway for each in files.numbers] == ["pstn"]
    assert [each.profile for each in files.phones] == ["p"]


def test_no_directory_means_no_rules(tmp_path: Path) -> None:
    assert dialplan.load(tmp_path / "none", FLOWS) == dialplan.RuleFiles()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def broken(:\n", "rules.py:3: this is not readable Python: "),
        ("import no_such_module\n", "rules.py:3: ModuleNotFoundError: "),
        ("x = 1\ny = x / 0\n", "rules.py:4: ZeroDivisionError: "),
        ("raise SystemExit(3)\n", "rules.py:3: SystemExit: 3"),
        ("numbers('[0-9', gateway='pstn')\n", "rules.py:3: ValueError: '[0-9' is no regular expression"),
        ("@route\ndef alone(call):\n    return None\n", "rules.py:3: the rule 'alone' must take two arguments"),
        (
            "@route\ndef x(call, now):\n    return 'nigth'\n",
            "rules.py:5: there is no flow 'nigth'; known: hotline, night",
        ),
        (
            "@route\ndef x(call, now):\n    return 'night' if now else 'day'\n",
            "rules.py:5: there is no flow 'day'",
        ),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    (found,) = problems(write(tmp_path, rules=text))
    assert found.startswith(expected)


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, a="1 / 0\n", b="import no_such_module\n")
    assert [each.split(":")[0] for each in problems(tmp_path)] == ["a.py", "b.py"]


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    rule = "@route\ndef same(call, now):\n    return None\n"
    (found,) = problems(write(tmp_path, a=rule, b=rule))
    assert found.startswith("b.py:3: there is a rule 'same' already, in ")


def test_the_rules_of_this_repository_load() -> None:
    here = Path(__file__).parents[2] / "dialplan"
    assert dialplan.load(here, FLOWS).phones


@pytest.mark.parametrize(
    "line", ["limits(concurrent=3)", "bounds = limits(concurrent=3)", "if True:\n    limits(concurrent=3)"]
)
def test_limits_of_outside_calls_need_no_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.py").write_text(f"from fsapp.domain.dialplan import limits\n{line}\n")
    assert dialplan.load(tmp_path, FLOWS).limits.concurrent == 3


def test_limits_stand_in_one_place(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.py").write_text("from fsapp.domain.dialplan import limits\nlimits(concurrent=3)\n")
    assert problems(tmp_path) == ["b.py:2: outside calls have limits already; keep one line"]


def test_a_limit_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from fsapp.domain.dialplan import limits\nlimits(concurrent=-3)\n")
    assert problems(tmp_path) == ["a.py:2: ValueError: a limit of outside calls, or a price, is a number from 0 on"]
