"""conf/queues.yaml and days: every problem at once, with its line."""

from pathlib import Path

import pytest

from fsapp.acd.day import load_day
from fsapp.acd.settings import OverflowReason, load_queues, queues
from fsapp.acd.settings_checks import unheld_skills
from fsapp.domain.errors import ConfigError
from fsapp.files.places import parse

DAYS = Path(__file__).parent / "days"
SHIPPED = Path(__file__).parents[2] / "conf" / "queues.yaml"


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        queues(parse(text.encode(), "queues.yaml"))
    return [str(problem).removeprefix("queues.yaml:") for problem in caught.value.problems]


def test_the_file_that_is_shipped_is_right() -> None:
    found = load_queues(SHIPPED)
    assert found["service"].customer_levels["silver"].priority == 1
    assert found["sales"].overflow[OverflowReason.TIMEOUT] == "service"


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    text = """\
service:
  strategy: longest-idle-agent
  max_wait_time: 0
  wrap_up: 10
  overflow: {full: nowhere, late: sales}
Sales:
  relax: [{after: 60, lower: 1}, {after: 30, drop: all}]
  skill_weights: {billing: 1000}
"""
    assert problems(text) == [
        "2: 'strategy': input should be 'longest_idle', 'round_robin', 'fewest_calls', 'least_talk', 'top_down', "
        "'most_skilled', 'ring_all' or 'random', not 'longest-idle-agent'",
        "3: 'max_wait_time': input should be greater than 0, not 0",
        "4: there is no setting 'wrap_up' here; known: " + KNOWN,
        "5: 'overflow.late.[key]': input should be 'full', 'timeout', 'no_agents' or 'closed', not 'late'",
        "6: 'Sales' is no queue name: write a-z, 0-9 and _",
        "7: 'relax': each step of `relax` has a later `after` than the one before it",
        "8: 'skill_weights': the weight of 'billing' is 1000; weights run from 0 to 100",
    ]


KNOWN = (
    "strategy, moh_sound, announcements, max_waiting, max_wait_time, max_wait_time_with_no_agent, overflow, "
    "seconds_per_priority, customer_levels, relax, skill_weights, sticky_time, tier_rules_apply, "
    "tier_rule_wait_second, tier_rule_wait_multiply_level, ring_timeout, wrap_up_time, abandoned_resume_allowed, "
    "discard_abandoned_after, service_level, record, record_retention_days"
)


def test_overflow_leads_to_queues_that_exist_and_never_round() -> None:
    text = """\
a:
  overflow: {full: b, timeout: d}
b:
  overflow: {full: c}
c:
  overflow: {timeout: a}
e:
  overflow: {full: e}
"""
    assert problems(text) == [
        "2: contacts would overflow in a circle: a -> b -> c -> a",
        "2: there is no queue 'd' to overflow into; known: a, b, c, e",
        "4: contacts would overflow in a circle: b -> c -> a -> b",
        "6: contacts would overflow in a circle: c -> a -> b -> c",
        "8: contacts would overflow in a circle: e -> e",
    ]


def test_an_empty_file_has_no_queues_and_a_list_is_refused() -> None:
    assert queues(parse(b"", "queues.yaml")) == {}
    assert problems("- service") == ["1: this file holds queues by name: `service:` and so on"]


def test_skills_that_nobody_holds_are_warned_of() -> None:
    agents = [(["service"], {"billing": 5}), (["sales"], {"outage": 9})]
    wanted = {"service": {"billing": 3, "outage": 1}, "sales": {"outage": 10}}
    assert list(unheld_skills(wanted, agents)) == [
        "no agent of the queue 'service' holds the skill 'outage'",
        "no agent of the queue 'sales' holds 'outage' at level 10; the best is 9",
    ]


def test_problems_of_a_day_have_lines_too(tmp_path: Path) -> None:
    day = tmp_path / "day.yaml"
    day.write_text(
        """\
arrivals:
  - queue: nowhere
    per_hour: {08:00: 10}
agents:
  - name: day
    tiers: {service: 1, elsewhere: 1}
    shifts: [08:00-12:00]
  - name: day
    tiers: {service: 1}
    shifts: [08:00-12:00]
""",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load_day(day, load_queues(SHIPPED))
    assert [str(problem).removeprefix(f"{day}:") for problem in caught.value.problems] == [
        "2: there is no queue 'nowhere'; known: sales, service",
        "6: there is no queue 'elsewhere'; known: sales, service",
        "8: there is another team called 'day'",
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("shifts: [12:00-08:00]", "'12:00-08:00' ends before it begins"),
        ("shifts: [08:00-12:00, 11:00-13:00]", "these shifts overlap"),
        ("shifts: [8-12]", "'8' is no time of the day: write it like 08:30, or 08:30:15"),
    ],
)
def test_shifts_are_spans_of_the_day(tmp_path: Path, line: str, sentence: str) -> None:
    day = tmp_path / "day.yaml"
    day.write_text(f"arrivals: []\nagents:\n  - name: day\n    tiers: {{service: 1}}\n    {line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_day(day, load_queues(SHIPPED))
    assert sentence in str(caught.value)


def test_callers_come_by_a_profile_or_at_given_times(tmp_path: Path) -> None:
    day = tmp_path / "day.yaml"
    day.write_text("arrivals:\n  - {queue: service}\nagents: []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="either `per_hour` or `at`"):
        load_day(day, load_queues(SHIPPED))
