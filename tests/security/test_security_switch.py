"""A switch with known holes is told of."""

import logging
from pathlib import Path

import pytest

from fsapp.server.switch_version import problem
from fsapp.switchboard import api
from tests.faults.house import House, Plot, until


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("FreeSWITCH Version 1.11.1-release+git~20260101T000000Z~abc~64bit (git abc 2026-01-01 64bit)", ""),
        ("FreeSWITCH Version 1.10.11-release (64bit)", ""),
        ("FreeSWITCH Version 1.10.10-release (64bit)", "1.10.10 has known holes: upgrade to 1.10.11"),
        ("FreeSWITCH Version 1.10.6", "1.10.6 has known holes"),
        ("FreeSWITCH Version 1.6.20~64bit", "1.6.20 has known holes"),
        ("-ERR no such command", "does not tell its version"),
        ("", "does not tell its version"),
    ],
)
def test_an_old_switch_is_told_of(said: str, sentence: str) -> None:
    assert sentence in problem(said)
    assert bool(problem(said)) == bool(sentence)


def test_it_is_asked_at_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    old = "FreeSWITCH Version 1.10.6-release (64bit)\n"
    monkeypatch.setitem(api._COMMANDS, "version", lambda *_: old)
    house = House(tmp_path / "house", Plot("main:\n  - hangup\n", {}, {}))
    with caplog.at_level(logging.ERROR):
        house.open()
        assert until(lambda: "1.10.6 has known holes" in caplog.text)
    house.close()
