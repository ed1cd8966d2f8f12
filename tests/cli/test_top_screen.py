"""The wallboard in a terminal: what it shows, that it fits, and that it says what it cannot know."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.cli.commands import main
from fsapp.cli.top_screen import bars, screen
from fsapp.domain.wallboard import DaySoFar, LateTicket
from fsapp.flow.draw_text import columns
from fsapp.store.database import upgrade_at
from tests.acd.telephones import Rig
from tests.cli.running_floor import running

NOW = datetime(2026, 11, 24, 15, 30, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
IDLE = {"offline": 0, "available": 2, "offered": 0, "talking": 1, "wrap_up": 0, "on_break": 1}


def agent(number: str, name: str, state: str, seconds: int = 75, reason: str = "") -> dict[str, Any]:
    return {
        "agent": number,
        "name": name,
        "state": state,
        "reason": reason,
        "seconds": seconds,
        "phone": f"8{number[1:]}",
        "calls": 12,
    }


def queue(waiting: int = 3, longest: int = 95, *, is_open: bool = True) -> dict[str, Any]:
    return {"open": is_open, "waiting": waiting, "longest_seconds": longest, "agents": IDLE}


FLOOR = {
    "queues": {"service": queue(), "业务办理": queue(0, 0, is_open=False)},
    "agents": [
        agent("1001", "李雷", "available"),
        agent("1002", "韩梅梅", "talking", 312),
        agent("1003", "Ann", "on_break", 900, "lunch"),
        agent("1004", "Bob", "offline"),
    ],
}
SERVICE = {"offered": 200, "answered": 180, "service_level": 0.85, "rate_20": 0.9, "asa": 12_000.0}
DAY = DaySoFar(
    {"calls": 1234, "answer_rate": 0.981},
    [0, 1, 40, 80],
    {"service": SERVICE},
    180,
    185_000.0,
    2,
    [LateTicket("20261124-0007", "fault", "维修部", round(NOW.timestamp() * 1000) - 3_700_000)],
)


def shown(language: str = "zh", size: tuple[int, int] = (80, 40), **more: Any) -> list[str]:
    return screen(more.get("floor", FLOOR), more.get("day", DAY), NOW, size, language, more.get("problems", ()))


def test_the_whole_screen_in_chinese() -> None:
    assert shown() == [
        "fsapp  2026-11-24 15:30:05    排队 3    在岗 3    今日来电 1234    超时工单 2",
        "接通率 98.1%    平均通话 3:05    每小时来电  ▁▄█",
        "",
        "队列      排队  最长  空闲  忙  离席  进线  接通  服务水平  20秒  应答",
        "service      3  1:35     2   1     1   200   180       85%   90%  0:12",
        "业务办理     0  关闭     2   1     1     0     0         -     -     -",
        "",
        "超时工单",
        "20261124-0007  fault  维修部  1:01:40",
        "",
        "工号  姓名    状态           时长  话机  接听",
        "1002  韩梅梅  通话           5:12  8002    12",
        "1001  李雷    空闲           1:15  8001    12",
        "1003  Ann     离席 (lunch)  15:00  8003    12",
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_at_80_columns(language: str) -> None:
    assert not any("…" in line for line in shown(language))


def test_who_talks_comes_first_and_who_is_signed_out_not_at_all() -> None:
    lines = shown("en")
    order = [line.split()[0] for line in lines if line.startswith("100")]
    assert order == ["1002", "1001", "1003"]


def test_figures_of_the_day_stand_beside_those_of_the_moment() -> None:
    (line,) = [line for line in shown("en") if line.startswith("service")]
    assert line.split() == ["service", "3", "1:35", "2", "1", "1", "200", "180", "85%", "90%", "0:12"]


@given(
    st.integers(20, 200),
    st.integers(1, 60),
    st.text(max_size=60),
    st.sampled_from(["zh", "en"]),
    st.integers(0, 80),
)
def test_nothing_is_wider_than_the_terminal_or_moves_its_cursor(
    width: int, height: int, name: str, language: str, agents: int
) -> None:
    floor = {
        "queues": {name: queue()},
        "agents": [agent(str(1000 + number), name, "talking") for number in range(agents)],
    }
    lines = shown(language, (width, height), floor=floor)
    assert len(lines) <= height
    for line in lines:
        assert columns(line) <= width
        assert line.isprintable()


def test_at_80_columns_and_24_lines_everything_has_its_place() -> None:
    floor = {**FLOOR, "agents": [agent(str(1000 + number), "欧阳娜娜", "talking") for number in range(300)]}
    lines = shown("zh", (80, 24), floor=floor)
    assert len(lines) == 24
    assert lines[-1] == "还有 288 位"


def test_hours_are_bars() -> None:
    assert bars([]) == ""
    assert bars([0, 0]) == "  "
    assert bars([0, 1, 4, 8]) == " ▁▄█"


def test_what_cannot_be_known_is_said_and_the_rest_is_shown() -> None:
    lines = screen(None, DAY, NOW, (120, 40), "en", ["the engine does not answer: no engine runs"])
    assert "the engine does not answer: no engine runs" in lines
    assert any("calls 1234" in line for line in lines)
    lines = screen(FLOOR, None, NOW, (120, 40), "en", ["the database cannot be read: locked"])
    assert any(line.startswith("service") for line in lines)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fsapp.yaml").write_text("data: data\nlanguages: [en, zh]\n")
    (tmp_path / "data").mkdir()
    upgrade_at(f"sqlite:///{tmp_path}/data/fsapp.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_running_engine_is_shown_once(site: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    rig = Rig()
    rig.hire("2001")
    with running(site / "data", rig):
        rig.call()
        rig.call()
        assert main(["top", "--once", "--config", "fsapp.yaml"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert "\x1b" not in text
    assert "waiting 2    on duty 1    calls 0" in text
    assert "2001   Agent 2001  ringing" in text


def test_without_an_engine_the_day_is_shown(site: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["top", "--once", "--config", "fsapp.yaml"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert "the engine does not answer: no engine runs with" in text
    assert "calls 0" in text


def read_until(terminal: int, wanted: Callable[[bytes], bool]) -> bytes:
    seen, ends = b"", time.monotonic() + 30
    while not wanted(seen):
        assert time.monotonic() < ends, seen
        if select.select([terminal], [], [], 1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:  # the other end is closed
                return seen
    return seen


def test_at_a_terminal_it_is_drawn_again_and_again_until_q(site: Path) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "fsapp", "top", "--config", "fsapp.yaml", "--interval", "0.2"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=site) as running_top:
        os.close(theirs)
        read_until(ours, lambda seen: seen.count(b"\x1b[H") >= 3)
        os.write(ours, b"q")
        rest = read_until(ours, lambda seen: b"\x1b[?1049l" in seen)
        assert running_top.wait(20) == 0
    os.close(ours)
    assert rest.endswith(b"\x1b[?25h\x1b[?1049l")
