"""The registry of agents, on each kind of database."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.agent import AgentRecord, QueuePlace, Role
from fsapp.domain.calendar import Hours
from fsapp.domain.errors import StoreError
from fsapp.store import database
from fsapp.store.admin_log import AdminLog
from fsapp.store.agents import AgentRefused, Agents

ACT = Act("root", 1_790_000_000_000)

FULL = AgentRecord(
    id="1001",
    name="李雷",
    extension="8001",
    language="en",
    role=Role.SUPERVISOR,
    queues={"service": QueuePlace(1, 2), "sales": QueuePlace(3, 1)},
    skills={"billing": 5},
    wrap_up_time=20.5,
    manual_ready=True,
    auto_answer=True,
    max_no_answer=0,
    reject_delay_time=1.5,
    busy_delay_time=2.5,
    no_answer_delay_time=3.5,
    shifts=((Hours(510, 1050),), *[()] * 4, (Hours(1320, 1800),), ()),
    screen={"desk": "A-12"},
    pin_hash="scrypt$14$8$1$aa$bb",
)


@pytest.fixture
def agents(url: str) -> Agents:
    database.upgrade_at(url)
    return Agents(url)


@pytest.fixture
def log(url: str) -> AdminLog:
    return AdminLog(url)


def agent(number: str, **fields: Any) -> AgentRecord:
    return AgentRecord(**{"id": number, "name": f"Agent {number}"} | fields)


def test_an_agent_is_read_as_it_was_written(agents: Agents) -> None:
    agents.add(ACT, FULL, agent("1002"))
    assert agents.get("1001") == FULL
    assert agents.get("1002") == agent("1002")
    assert agents.get("1003") is None


def test_agents_come_in_the_order_of_their_numbers(agents: Agents) -> None:
    agents.add(ACT, *map(agent, ["10000", "1002", "999", "1001"]))
    assert [each.id for each in agents.all()] == ["999", "1001", "1002", "10000"]


def test_an_agent_is_found_by_the_own_phone(agents: Agents) -> None:
    agents.add(ACT, FULL)
    assert agents.at_extension("8001") == FULL
    assert agents.at_extension("1001") is None


def test_two_agents_have_not_one_number(agents: Agents) -> None:
    agents.add(ACT, agent("1001"))
    with pytest.raises(AgentRefused, match="there is an agent 1001 already"):
        agents.add(ACT, agent("1001"))


def test_two_agents_have_not_one_phone(agents: Agents) -> None:
    agents.add(ACT, FULL, agent("1002"))
    with pytest.raises(AgentRefused, match=r"8001 is the phone of 李雷 \(1001\)"):
        agents.add(ACT, agent("1003", extension="8001"))
    with pytest.raises(AgentRefused, match="8001 is the phone of"):
        agents.change(ACT, "1002", lambda known: replace(known, extension="8001"))
    assert agents.get("1002") == agent("1002")


def test_any_number_of_agents_have_no_phone(agents: Agents) -> None:
    agents.add(ACT, agent("1001"), agent("1002"))
    assert [each.extension for each in agents.all()] == ["", ""]


def test_of_several_agents_all_are_added_or_none(agents: Agents, log: AdminLog) -> None:
    with pytest.raises(AgentRefused):
        agents.add(ACT, agent("1001"), agent("1002"), agent("1001"))
    assert agents.all() == ()
    assert log.latest() == ()


def test_a_change_that_raises_changes_nothing(agents: Agents, log: AdminLog) -> None:
    agents.add(ACT, FULL)
    with pytest.raises(ValueError, match="the level of 'billing' is 11"):
        agents.change(ACT, "1001", lambda known: replace(known, skills={"billing": 11}))
    assert agents.get("1001") == FULL
    assert len(log.latest()) == 1


def test_an_agent_who_is_not_there_is_neither_changed_nor_removed(agents: Agents) -> None:
    with pytest.raises(AgentRefused, match="there is no agent 1009"):
        agents.change(ACT, "1009", lambda known: known)
    with pytest.raises(AgentRefused, match="there is no agent 1009"):
        agents.remove(ACT, "1009")


def test_a_removed_agent_is_gone_and_the_phone_free(agents: Agents) -> None:
    agents.add(ACT, FULL)
    assert agents.remove(ACT, "1001") == FULL
    agents.add(ACT, agent("1002", extension="8001"))
    assert [each.id for each in agents.all()] == ["1002"]


def test_every_change_is_in_the_log_with_who_when_and_what(agents: Agents, log: AdminLog) -> None:
    agents.add(ACT, agent("1001", skills={"billing": 5}))
    agents.change(Act("1009", 2), "1001", lambda known: replace(known, skills={"billing": 7}))
    agents.change(Act("1009", 3), "1001", lambda known: known)
    agents.remove(Act("eve", 4), "1001")
    removed, changed, added = log.latest()
    assert [(each.who, each.at, each.what) for each in (added, changed, removed)] == [
        ("root", ACT.at, "agent added"),
        ("1009", 2, "agent changed"),
        ("eve", 4, "agent removed"),
    ]
    assert changed.fields == {"id": "1001", "skills": [{"billing": 5}, {"billing": 7}]}
    assert (added.fields["id"], removed.fields["id"]) == ("1001", "1001")


def test_the_log_never_has_the_hash_of_a_pin(agents: Agents, log: AdminLog) -> None:
    agents.add(ACT, FULL)
    agents.change(ACT, "1001", lambda known: replace(known, pin_hash="scrypt$14$8$1$cc$dd"))
    agents.remove(ACT, "1001")
    assert log.latest()[1].fields == {"id": "1001", "pin": "changed"}
    assert "scrypt" not in repr(log.latest())


def test_changes_at_the_same_time_are_all_made(agents: Agents) -> None:
    agents.add(ACT, agent("1001"))
    start = threading.Barrier(8)

    def hire(skill: str) -> None:
        start.wait()
        agents.change(ACT, "1001", lambda known: replace(known, skills={**known.skills, skill: 1}))

    threads = [threading.Thread(target=hire, args=(f"skill_{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known = agents.get("1001")
    assert known is not None
    assert len(known.skills) == 8


def test_a_database_without_its_schema_is_a_store_error(url: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Agents(url).all()
    with pytest.raises(StoreError, match="cannot be changed"):
        Agents(url).add(ACT, agent("1001"))


def test_a_row_that_somebody_broke_by_hand_is_a_store_error(url: str, agents: Agents) -> None:
    agents.add(ACT, FULL)
    connected = database.open(url)
    with connected.connection_context():
        database.execute(connected, "UPDATE agent SET language = 'fr'")
    with pytest.raises(StoreError, match=r"the agent 1001 in the database cannot be read: 'fr' is no language"):
        agents.all()
