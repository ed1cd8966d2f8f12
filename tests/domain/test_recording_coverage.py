"""Whether what was talked was recorded: each answered second has a recording or a reason."""

from typing import Any

import pytest

from fsapp.domain.recording import RecordingRecord, Span
from fsapp.domain.recording_coverage import too_short, unexplained

TALK = (10_000, 70_000)


def recording(started: int, ended: int | None, **more: Any) -> RecordingRecord:
    names = ("id", "call", "contact", "queue", "caller", "called", "path", "by")
    state = more.pop("state", "saved")
    known: dict[str, Any] = dict.fromkeys(names, "")
    return RecordingRecord(**known, state=state, started_at=started, ended_at=ended, **more)


OVER = "the talk was over"


@pytest.mark.parametrize(
    ("records", "gaps"),
    [
        ([], [TALK]),
        ([recording(10_000, 70_000, why=OVER)], []),
        ([recording(11_400, 68_600, why=OVER)], []),
        ([recording(20_000, 70_000, why=OVER)], [(10_000, 20_000)]),
        ([recording(10_000, 50_000, why=OVER)], [(50_000, 70_000)]),
        ([recording(10_000, 50_000, why="2001 ended it")], []),
        ([recording(10_000, 30_000, why=OVER), recording(30_000, 70_000, why=OVER)], []),
        ([recording(10_000, 30_000, why=OVER), recording(40_000, 70_000, why=OVER)], [(30_000, 40_000)]),
        ([recording(10_000, 10_000, state="failed", why="the disk is nearly full")], []),
        ([recording(30_000, None, state="open")], [(10_000, 30_000)]),
        ([recording(10_000, 70_000, state="deleted", why=OVER)], []),
    ],
)
def test_what_is_neither_recorded_nor_explained_is_a_gap(records: list[RecordingRecord], gaps: list[Span]) -> None:
    assert unexplained(TALK, records) == gaps


@pytest.mark.parametrize(("ms", "short"), [(60_000, False), (58_600, False), (58_000, True), (0, True)])
def test_a_file_that_holds_less_than_it_took_is_short(ms: int, short: bool) -> None:
    assert too_short(recording(10_000, 70_000, ms=ms)) is short
