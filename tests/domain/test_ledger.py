"""The rules of the ledger: what adds up, and what each difference is called."""

from random import Random
from zoneinfo import ZoneInfo

import pytest

from fsapp.domain.ledger import ContactPath, agent_balance, balances, call_differences
from fsapp.domain.queue_records import AgentTime
from fsapp.domain.records import Cdr
from fsapp.domain.switch_legs import SwitchLeg

UTC = ZoneInfo("UTC")
T0 = 1_790_000_000_000


def path(contact: str, queues: list[str], *ends: tuple[str, str], run: str = "r2") -> ContactPath:
    return ContactPath(contact, contact, run, queues, ends)


OVER = frozenset({"r1"})


def test_all_who_came_are_accounted_for_in_each_queue() -> None:
    found, differences = balances(
        [
            path("a", ["service"], ("service", "answered")),
            path("b", ["service"], ("service", "abandoned")),
            path("c", ["sales", "service"], ("service", "answered")),
            path("d", ["sales"], ("service", "closed")),  # it went on to a queue that took nobody in
            path("e", [], ("sales", "full")),
            path("f", ["service"], ("service", "callback")),
            path("g", ["service"], run="r1"),
            path("h", ["service"]),
        ],
        OVER,
        frozenset(),
    )
    assert not differences
    assert found["service"].line() == (
        "7 offered = 2 answered + 1 abandoned + 0 overflowed + 1 called back + 1 ended in the flow"
        " + 1 lost with their engine + 1 waiting"
    )
    assert found["sales"].line() == (
        "3 offered = 0 answered + 0 abandoned + 2 overflowed + 0 called back + 1 ended in the flow"
    )


def test_a_contact_that_left_twice_is_named() -> None:
    _, differences = balances([path("a", ["service"], ("service", "answered"), ("service", "abandoned"))], OVER, OVER)
    assert [each.sentence for each in differences] == [
        "contact a left the queues 2 times: answered (service), abandoned (service)",
        "queue service: 1 offered = 1 answered + 1 abandoned + 0 overflowed + 0 called back + 0 ended in the flow"
        " does not add up",
    ]


def test_a_contact_that_never_left_though_its_call_is_over_is_named() -> None:
    _, differences = balances([path("a", ["service"])], OVER, frozenset({"a"}))
    assert "contact a never left queue service, though its call is over" in [each.sentence for each in differences]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_came_of_contacts_the_books_are_balanced(seed: int) -> None:
    random, queues = Random(seed), ["a", "b", "c"]
    paths = []
    for number in range(200):
        places = random.sample(queues, random.randrange(len(queues) + 1))
        end = (random.choice(queues), random.choice(["answered", "abandoned", "callback", "timeout", "full", "key"]))
        ends = [end] if not places or random.random() < 0.8 else []
        paths.append(path(str(number), places, *ends, run=random.choice(["r1", "r2"])))
    found, differences = balances(paths, OVER, frozenset())
    assert not differences
    assert all(each.offered == each.accounted for each in found.values())


def time(since: int, until: int, state: str = "available", followed_by: str = "talking") -> AgentTime:
    return AgentTime("r", since, "1001", state, "", T0 + since, T0 + until, followed_by, "")


def test_states_that_meet_sum_to_the_time_signed_in() -> None:
    times = [
        time(0, 100, "offline", "available"),
        time(100, 250),
        time(250, 400, "talking", "offline"),
        time(400, 900, "offline", "available"),
        time(900, 950, "available", "talking"),
    ]
    balance, differences = agent_balance("1001", times, UTC)
    assert not differences
    assert (balance.signed_in_ms, balance.states_ms) == (350, 350)


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (time(5000, 9000), "nothing is known of the time from 2026-09-21 14:13:21 to 2026-09-21 14:13:25"),
        (time(0, 9000), "two states are known of the time from 2026-09-21 14:13:20 to 2026-09-21 14:13:21"),
    ],
)
def test_a_gap_and_an_overlap_are_named(second: AgentTime, sentence: str) -> None:
    _, differences = agent_balance("1001", [time(-5000, 1000), second], UTC)
    assert [each.sentence for each in differences] == [f"agent 1001: {sentence}"]


def cdr(**more: object) -> Cdr:
    known = {"uuid": "u1", "arrived_at": T0, "ended_at": T0 + 60_000, "answered_at": T0 + 10, "billable_ms": 60_000}
    ended = {"hangup_cause": "NORMAL_CLEARING", "complete": True}
    return Cdr(**{**known, **ended, **more})  # type: ignore[arg-type]


LEG = SwitchLeg(
    "u1", "u1", True, "139", "95598", "", "t", "trunks", T0 + 400, T0 + 500, T0 + 60_100, 60_000, "NORMAL_CLEARING"
)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, None),
        ({"arrived_at": T0 - 60_000}, "arrived at 2026-09-21 14:12:20 for the engine, 2026-09-21 14:13:20 for"),
        ({"answered_at": None}, "was unanswered for the engine, answered for"),
        ({"ended_at": T0 + 90_000}, "ended at 2026-09-21 14:14:50 for the engine, 2026-09-21 14:14:20 for"),
        ({"billable_ms": 1000}, "lasted 1000 ms for the engine, 60000 ms for"),
        ({"hangup_cause": "USER_BUSY"}, "ended by USER_BUSY for the engine, NORMAL_CLEARING for"),
        ({"hangup_cause": "handed_back", "ended_at": T0 + 9, "billable_ms": 9}, None),
        ({"hangup_cause": "engine_lost", "complete": False, "answered_at": None}, None),
    ],
)
def test_a_record_that_the_switch_contradicts_is_named(changed: dict[str, object], sentence: str | None) -> None:
    told = [each.sentence for each in call_differences(cdr(**changed), LEG, UTC)]
    if sentence is None:
        assert told == []
    else:
        assert told == [f"call u1 {sentence} FreeSWITCH"]
