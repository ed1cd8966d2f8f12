"""Agents against queues and flows: what is told, and when nothing is."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from fsapp.acd.settings import QueueSettings
from fsapp.domain.admin import Act
from fsapp.domain.agent import AgentRecord, QueuePlace
from fsapp.domain.errors import StoreError
from fsapp.flow import loader
from fsapp.flow.context import Context
from fsapp.flow.fields import only_done
from fsapp.flow.model import Flow, Outcome, Params
from fsapp.flow.references import QueueName
from fsapp.flow.registry import discover
from fsapp.server import agent_checks
from fsapp.server.settings import EngineSettings
from fsapp.store import database
from fsapp.store.agents import Agents

QUEUES = {"service": QueueSettings(), "sales": QueueSettings()}

FLOW = """version: 1
flow: hotline
language: zh
main:
  - ask: {queue: service, skills: {billing: 5}}
  - hangup
"""


class AskParams(Params):
    """As `enqueue` has them."""

    queue: QueueName
    skills: Mapping[str, int] = Field(default_factory=dict)


def run(_ctx: Context, _params: Any) -> Outcome:
    return "done"


def agent(number: str, queue: str = "service", **skills: int) -> AgentRecord:
    return AgentRecord(number, "李雷", queues={queue: QueuePlace()}, skills=skills)


@pytest.fixture
def flows() -> Mapping[str, Flow]:
    hangup = discover("fsapp.steps")["hangup"]
    ask = replace(hangup, name="ask", params=AskParams, exits=only_done, run=run)
    flow = loader.parse(FLOW.encode(), "hotline.yaml", {"ask": ask, "hangup": hangup})
    return {flow.name: flow}


def test_an_agent_whose_queue_is_gone_is_told_of_in_the_file_of_queues() -> None:
    found = agent_checks.unknown_queues([agent("1001"), agent("1002", "servise")], QUEUES, Path("conf/queues.yaml"))
    assert [str(each) for each in found] == [
        "conf/queues.yaml:1: there is no queue 'servise', which agent 1002 (李雷) serves; did you mean 'service'?"
    ]


@pytest.mark.parametrize(
    ("agents", "sentences"),
    [
        ([agent("1001", billing=5)], []),
        ([agent("1001", billing=3), agent("1002", billing=9)], []),
        ([agent("1001", cantonese=5)], ["no agent of the queue 'service' holds the skill 'billing'"]),
        ([agent("1001", "sales", billing=9)], ["no agent of the queue 'service' holds the skill 'billing'"]),
        ([agent("1001", billing=4)], ["no agent of the queue 'service' holds 'billing' at level 5; the best is 4"]),
        ([], []),
    ],
)
def test_a_skill_that_a_flow_asks_for_and_no_agent_has_is_told_of_at_the_step(
    flows: Mapping[str, Flow], agents: list[AgentRecord], sentences: list[str]
) -> None:
    assert [str(each) for each in agent_checks.unheld(agents, flows)] == [
        f"hotline.yaml:5: {sentence}" for sentence in sentences
    ]


def test_where_there_is_no_database_there_is_nobody_and_none_is_made(tmp_path: Path) -> None:
    assert agent_checks.registered(EngineSettings(data=tmp_path / "data")) == ()
    assert list(tmp_path.iterdir()) == []


def test_agents_are_those_of_the_database(tmp_path: Path) -> None:
    settings = EngineSettings(data=tmp_path)
    database.upgrade_at(f"sqlite:///{tmp_path}/fsapp.db")
    Agents(f"sqlite:///{tmp_path}/fsapp.db").add(Act("root", 0), agent("1001"))
    assert agent_checks.registered(settings) == (agent("1001"),)


def test_a_database_that_cannot_be_read_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "fsapp.db").write_bytes(b"this is no database at all, " * 40)
    with pytest.raises(StoreError):
        agent_checks.registered(EngineSettings(data=tmp_path))
