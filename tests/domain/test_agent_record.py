"""An agent's record refuses what cannot be, each with a sentence."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fsapp.acd.agents import Tier
from fsapp.acd.profiles import profile
from fsapp.acd.skills import HIGHEST
from fsapp.domain.agent import HIGHEST_SKILL_LEVEL, AgentRecord, QueuePlace
from fsapp.domain.calendar import Hours, State

SHANGHAI = ZoneInfo("Asia/Shanghai")


def record(**fields: Any) -> AgentRecord:
    return AgentRecord(**{"id": "1001", "name": "李雷"} | fields)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"id": "1"}, "'1' is not an agent's number: it has 2 to 16 digits"),
        ({"id": "10a1"}, "'10a1' is not an agent's number"),
        ({"id": "１００１"}, "is not an agent's number"),
        ({"id": "../1001"}, "is not an agent's number"),
        ({"extension": "10/1"}, "'10/1' is not a phone's number"),
        ({"extension": "1001\n"}, "is not a phone's number"),
        ({"name": " "}, "an agent has a name"),
        ({"name": "Li\nLei"}, "an agent has a name, of one line"),
        ({"language": "fr"}, "'fr' is no language of agents; known: zh, en"),
        ({"queues": {"service": QueuePlace(0, 1)}}, "the level in 'service' is 0; it runs from 1 to 100"),
        ({"queues": {"service": QueuePlace(1, 10_001)}}, "the position in 'service' is 10001"),
        ({"queues": {"Service": QueuePlace()}}, "'Service' is no queue name"),
        ({"skills": {"billing": 11}}, "the level of 'billing' is 11; it runs from 1 to 10"),
        ({"skills": {"billing": 0}}, "the level of 'billing' is 0"),
        ({"skills": {"b:": 1}}, "'b:' is no skill name"),
        ({"wrap_up_time": -1.0}, "wrap_up_time is -1; it runs from 0 to 86400"),
        ({"busy_delay_time": float("nan")}, "busy_delay_time is nan"),
        ({"max_no_answer": -1}, "max_no_answer is -1"),
        ({"shifts": ((),)}, "shifts are of seven days"),
    ],
)
def test_a_record_that_cannot_be_is_refused_with_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        record(**fields)
    assert sentence in str(raised.value)


def test_nothing_that_shows_a_record_shows_the_hash_of_its_pin() -> None:
    assert "scrypt" not in repr(record(pin_hash="scrypt$1$1$1$00$00"))


def test_the_dispatcher_gets_all_that_it_knows_of_an_agent() -> None:
    known = record(
        queues={"service": QueuePlace(2, 5)},
        skills={"billing": 7},
        wrap_up_time=20.0,
        manual_ready=True,
        max_no_answer=2,
        reject_delay_time=1.0,
        busy_delay_time=2.0,
        no_answer_delay_time=3.0,
    )
    made = profile(known)
    assert (made.id, made.tiers, made.skills) == ("1001", {"service": Tier(2, 5)}, {"billing": 7})
    assert (made.wrap_up_time, made.manual_ready, made.max_no_answer) == (20.0, True, 2)
    assert (made.reject_delay_time, made.busy_delay_time, made.no_answer_delay_time) == (1.0, 2.0, 3.0)


def test_records_and_dispatcher_mean_the_same_range_of_skill_levels() -> None:
    assert HIGHEST_SKILL_LEVEL == HIGHEST


@pytest.mark.parametrize(("hour", "state"), [(7, State.CLOSED), (9, State.OPEN), (18, State.CLOSED)])
def test_an_agent_is_expected_in_the_shift_by_the_sites_clock(hour: int, state: State) -> None:
    week = ((Hours(510, 1050),), *[()] * 6)
    calendar = record(shifts=week).shift_calendar(SHANGHAI)
    assert calendar is not None
    monday = datetime(2026, 11, 23, hour, tzinfo=SHANGHAI)
    assert calendar.state(monday.astimezone(UTC)) is state


def test_nobody_is_expected_where_no_shift_is_written() -> None:
    assert record().shift_calendar(SHANGHAI) is None
