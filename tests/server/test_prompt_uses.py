"""Who says a prompt: flows with label and line, queues, the desk, the engine."""

from pathlib import Path

import pytest

from fsapp.app import step_kinds
from fsapp.server import prompt_uses, site_files
from fsapp.server.prompt_uses import PromptUse
from fsapp.server.settings import found

ROOT = Path(__file__).parents[2]
FLOW = """version: 1
flow: hotline
language: zh
numbers: ["95598"]
main:
  - menu:
      prompt: enter_account
      on: {1: bye, 2: main, failed: bye}
bye:
  - say: goodbye
  - say: "再见。"
  - hangup
"""
QUEUES = "service: {moh_sound: ways_to_pay, announcements: {announce_sound: one_moment}}\nsales: {}\n"


@pytest.fixture
def used(tmp_path: Path) -> dict[str, list[str]]:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "hotline.yaml").write_text(FLOW)
    (tmp_path / "dialplan").mkdir()
    (tmp_path / "dialplan" / "agents.py").write_text(
        "from fsapp.domain.desk import prompt\nprompt(1, 'closed_now', zh='下班', en='closed')\n"
    )
    (tmp_path / "queues.yaml").write_text(QUEUES)
    settings = tmp_path / "fsapp.yaml"
    settings.write_text(f"data: data\nflows: flows\ndialplan: dialplan\nqueues: queues.yaml\nsounds: {ROOT}/sounds\n")
    files = site_files.load(found(settings), step_kinds())
    return {name: [str(each) for each in uses] for name, uses in prompt_uses.uses(files).items()}


def test_a_flow_is_told_with_label_and_line(used: dict[str, list[str]], tmp_path: Path) -> None:
    assert used["goodbye"] == [f"flow hotline, label bye ({tmp_path}/flows/hotline.yaml:10)"]
    assert used["enter_account"] == [f"flow hotline, label main ({tmp_path}/flows/hotline.yaml:6)"]


def test_what_a_step_says_by_itself_is_its_flows(used: dict[str, list[str]]) -> None:
    assert "flow hotline, label main" in used["wrong_key"][0]


def test_queues_the_desk_and_the_engine_are_told(used: dict[str, list[str]]) -> None:
    assert used["ways_to_pay"] == ["queue service"]
    assert used["one_moment"] == ["queue service"]
    assert used["closed_now"] == ["desk"]
    assert used["desk_signed_in"] == ["desk"]
    assert used["all_lines_busy"] == ["engine"]


def test_what_nobody_says_is_not_there(used: dict[str, list[str]]) -> None:
    assert "transfer_now" not in used


def test_a_use_without_a_line_is_who_it_is() -> None:
    assert str(PromptUse("queue service")) == "queue service"
