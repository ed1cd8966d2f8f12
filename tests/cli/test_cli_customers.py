"""fsapp customers: found, shown, changed, merged; taken in and written as CSV."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.cli.commands import main

Fsapp = Callable[..., tuple[int, str, str]]


@pytest.fixture
def customers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs `fsapp customers …` in a folder of its own: exit code, what it printed, what it complained of."""
    (tmp_path / "fsapp.yaml").write_text("data: data\n")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["customers", *words, "--config", "fsapp.yaml"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def add(customers: Fsapp, *words: str) -> dict[str, object]:
    code, out, err = customers("add", *words, "--json")
    assert (code, err) == (0, "")
    found: dict[str, object] = json.loads(out)
    return found


def test_a_customer_is_added_and_found(customers: Fsapp) -> None:
    added = add(customers, "--name", "李雷", "--number", "138-0013-8000", "--account", "9", "--group", "vip")
    assert (added["id"], added["numbers"], added["groups"]) == ("C1", ["13800138000"], ["vip"])
    assert "李雷" in customers("find", "13800138000")[1]
    assert customers("find", "王")[1] == "no customers\n"


def test_what_is_not_said_stays_and_what_is_empty_goes(customers: Fsapp) -> None:
    add(customers, "--name", "李雷", "--number", "13800138000", "--level", "gold", "--note", "x", "--group", "vip")
    code, out, _ = customers(
        "set", "13800138000", "--note", "", "--no-group", "vip", "--meter", "M1", "--channel", "sms", "--json"
    )
    changed = json.loads(out)
    assert code == 0
    assert (changed["name"], changed["level"], changed["note"]) == ("李雷", "gold", "")
    assert (changed["groups"], changed["meters"], changed["channel"]) == ([], ["M1"], "sms")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "--number", "12"), "'12' is no telephone number"),
        (("add", "--note", "x"), "a customer has a name, a number, an account or a meter"),
        (("add", "--name", "x", "--channel", "smoke"), "'smoke' is no channel; known: phone, message, fax"),
        (("add", "--name", "x", "--language", "fr"), "'fr' is no language of customers; known: zh, en"),
        (("add", "--name", "x", "--number", "13800138000"), "the number 13800138000 is that of C1"),
        (("set", "C1", "--no-number", "10086"), "the customer has no number '10086'; known: 13800138000"),
        (("set", "C9", "--name", "x"), "there is no customer 'C9'"),
        (("set", "李", "--level", "gold"), "'李' are several customers: C2 李梅, C1 李雷; name one by its id"),
        (("merge", "C1", "C1"), "C1 and C1 are one customer already"),
        (("show", "10000"), "there is no customer '10000', and nobody called from that number"),
        (("import", "none.csv"), "No such file or directory: none.csv"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(customers: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    add(customers, "--name", "李雷", "--number", "13800138000")
    add(customers, "--name", "李梅")
    before = customers("export")[1]
    code, out, err = customers(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert customers("export")[1] == before


def test_two_are_made_one_with_a_trace(customers: Fsapp) -> None:
    add(customers, "--name", "李雷", "--number", "13800138000")
    add(customers, "--name", "李先生", "--number", "13900139000")
    assert customers("merge", "13800138000", "C2")[0] == 0
    shown = customers("show", "13900139000")[1]
    assert "13800138000 13900139000" in shown
    assert "merged with" in shown
    told = json.loads(customers("show", "C2", "--json")[1])
    assert told["id"] == "C1"
    assert [each["what"] for each in told["changes"]] == ["added", "added", "merged with", "merged into"]


GOOD = "姓名,电话,级别\n李雷,13800138000,gold\n韩梅梅,13900139000;0571-88880000,\n"
BAD = GOOD + "王,12,\n赵,13800138000,\n"


def test_a_file_is_taken_in_and_written_again(customers: Fsapp) -> None:
    Path("good.csv").write_text(GOOD)
    assert customers("import", "good.csv")[:2] == (0, "2 added, 0 completed, 0 as they were, 0 not taken\n")
    assert customers("import", "good.csv")[1] == "0 added, 0 completed, 2 as they were, 0 not taken\n"
    assert customers("export", "-o", "all.csv")[:2] == (0, "")
    assert Path("all.csv").read_bytes().decode() == customers("export")[1]
    assert "C2,韩梅梅,13900139000;057188880000,,,,,,,,," in Path("all.csv").read_text()
    assert customers("import", "all.csv")[1] == "0 added, 0 completed, 2 as they were, 0 not taken\n"


def test_of_a_file_with_wrong_rows_nothing_is_taken(customers: Fsapp) -> None:
    Path("bad.csv").write_text(BAD)
    code, out, err = customers("import", "bad.csv")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "bad.csv:4: '12' is no telephone number",
        "bad.csv:5: the number 13800138000 stands in line 2 too",
    ]
    assert customers("find", "李雷")[1] == "no customers\n"


def test_what_is_right_is_taken_where_that_is_asked_for(customers: Fsapp) -> None:
    Path("bad.csv").write_text(BAD)
    code, out, err = customers("import", "bad.csv", "--take-good")
    assert (code, out) == (1, "2 added, 0 completed, 0 as they were, 2 not taken\n")
    assert err.splitlines() == [
        "bad.csv:4: '12' is no telephone number",
        "bad.csv:5: the number 13800138000 stands in line 2 too",
    ]


def test_without_a_database_there_is_a_sentence(customers: Fsapp) -> None:
    code, out, err = customers("find", "x")
    assert (code, out) == (2, "")
    assert "fsapp customers: the database cannot be read" in err
