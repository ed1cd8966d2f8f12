"""The first thing that anybody sees."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(tmp_path: Path) -> list[str]:
    """The command, for a site of its own."""
    subprocess.run(
        [sys.executable, str(ROOT / "scripts/make-billing"), str(tmp_path / "data/billing.sqlite")], check=True
    )
    (tmp_path / "conf").mkdir()
    settings = (ROOT / "conf/fsapp.yaml").read_text().replace("../data", str(tmp_path / "data"))
    for folder in ("ivr_flows", "dialplan", "sounds"):
        settings = settings.replace(f"../{folder}", str(ROOT / folder))
    for file in ("calendars.yaml", "queues.yaml", "tickets.yaml"):
        settings = settings.replace(file, str(ROOT / "conf" / file))
    (tmp_path / "conf/fsapp.yaml").write_text(settings)
    return [sys.executable, "-m", "fsapp", "demo", "--config", str(tmp_path / "conf/fsapp.yaml")]


def test_a_call_by_script_tells_the_bill_and_shows_its_record(demo: list[str]) -> None:
    shown = subprocess.run([*demo, "--keys", "1 1234567890 hangup"], capture_output=True, text=True, check=True).stdout
    assert "三百一十二元五角" in shown
    assert "disposition   bill_told" in shown
    assert "hangup_party  caller" in shown


def test_without_anybody_at_a_terminal_the_caller_answers_and_hangs_up(demo: list[str]) -> None:
    called = subprocess.run(demo, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    assert "hangup_party  caller" in called.stdout


def test_an_agent_answers_whoever_presses_zero(demo: list[str]) -> None:
    shown = subprocess.run([*demo, "--keys", "0 wait:3 5 hangup"], capture_output=True, text=True, check=True).stdout
    assert "1001 answers: a talk" in shown
    assert "disposition   served" in shown
    assert "rating" in shown
