"""fsapp simulate."""

import json
from pathlib import Path

import pytest

from fsapp.cli.commands import main

ROOT = Path(__file__).parents[2]
DAY = str(ROOT / "tests/acd/days/example.yaml")
QUEUES = str(ROOT / "conf/queues.yaml")


def test_a_day_is_told_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", DAY, "--queues", QUEUES]) == 0
    assert "occupancy" in capsys.readouterr().out


def test_a_day_is_told_as_json_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    days = []
    for _ in range(2):
        main(["simulate", DAY, "--queues", QUEUES, "--json"])
        days.append(json.loads(capsys.readouterr().out))
    assert days[0] == days[1]


def test_a_day_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "day.yaml").write_text("nonsense: 1\n")
    assert main(["simulate", str(tmp_path / "day.yaml"), "--queues", QUEUES]) == 2
    assert "day.yaml:1: " in capsys.readouterr().err
