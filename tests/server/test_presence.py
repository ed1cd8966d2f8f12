"""Who is signed in outlives the engine."""

from pathlib import Path

import pytest

from fsapp.acd import events
from fsapp.acd.agents import Rest
from fsapp.server.presence import FILE, LONGEST_SECONDS, Presence
from tests.acd.centre import Centre

NOON = 1_793_505_600.0


def after_restart(data: Path, centre: Centre, now: float = NOON + 5) -> Centre:
    """The same staff, in another run, with what was kept."""
    Presence(data).keep(centre.dispatcher.agents(), NOON)
    again = Centre()
    for agent in centre.dispatcher.agents():
        again.tell(events.AgentAdded(agent.profile))
        again.tell(events.PhoneRegistered(agent.id))
    for event in Presence(data).events(now):
        again.tell(event)
    return again


@pytest.fixture
def centre() -> Centre:
    centre = Centre()
    centre.hire("1001")
    centre.hire("1002")
    return centre


def test_who_was_ready_is_ready_again(tmp_path: Path, centre: Centre) -> None:
    again = after_restart(tmp_path, centre)
    assert [again.state("1001"), again.state("1002")] == ["available", "available"]


def test_a_break_goes_on_with_its_reason(tmp_path: Path, centre: Centre) -> None:
    centre.tell(events.AgentWentOnBreak("1001", "lunch"))
    agent = after_restart(tmp_path, centre).dispatcher.agent("1001")
    assert agent is not None
    assert (agent.state, agent.reason) == ("on_break", "lunch")


def test_who_had_signed_out_stays_so(tmp_path: Path, centre: Centre) -> None:
    centre.tell(events.AgentSignedOut("1002"))
    assert after_restart(tmp_path, centre).state("1002") == "offline"


def test_a_phone_that_was_gone_is_found_out_anew(tmp_path: Path, centre: Centre) -> None:
    centre.tell(events.PhoneUnregistered("1001"))
    assert centre.dispatcher.agent("1001").reason == Rest.UNREGISTERED  # type: ignore[union-attr]
    assert after_restart(tmp_path, centre).state("1001") == "available"


def test_nobody_is_signed_in_by_a_file_of_yesterday(tmp_path: Path, centre: Centre) -> None:
    assert after_restart(tmp_path, centre, NOON + LONGEST_SECONDS + 1).state("1001") == "offline"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"at": 0}', '{"at": "x", "agents": {}}', '{"at": 1, "agents": 3}'])
def test_a_broken_file_signs_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert not list(Presence(tmp_path).events(2.0))


def test_without_a_file_nobody_is_signed_in(tmp_path: Path) -> None:
    assert not list(Presence(tmp_path).events(NOON))
