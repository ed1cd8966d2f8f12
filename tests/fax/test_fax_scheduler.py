"""Which fax is sent when: the queue, its ladder and its clocks, on a clock of paper."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.fax import FaxJob, FaxLine, FaxResult, JobState
from fsapp.fax.scheduler import LADDER, Outcome, Rules, Scheduler, Start, line_of
from fsapp.fax.times import window

BEGAN = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
MINUTE, HOUR = 60_000, 3_600_000
DONE = FaxResult(success=True, pages=3, text="OK")
RULES = Rules(busy_delay=3 * MINUTE, no_answer_delay=10 * MINUTE, failed_delay=MINUTE)


def at(minutes: float = 0) -> int:
    return round((BEGAN + timedelta(minutes=minutes)).timestamp() * 1000)


def job(name: str = "one", number: str = "0571", **fields: object) -> FaxJob:
    made = FaxJob(name, number, "tariff", 3, at(), at(), at() + 24 * HOUR)
    return replace(made, **fields)  # type: ignore[arg-type]  # fields of a test's own


def scheduler(*jobs: FaxJob, rules: Rules = RULES) -> Scheduler:
    made = Scheduler(rules, UTC)
    made.load(jobs)
    return made


def due(given: Scheduler, now: int, trunk: str | None = "pstn") -> list[Start | FaxJob]:
    return given.due(now, lambda _: trunk)


def started(given: Scheduler, now: int) -> FaxJob:
    (start,) = due(given, now)
    assert isinstance(start, Start)
    return start.job


def part(pages: int) -> FaxResult:
    return FaxResult(success=False, pages=pages, text="The call dropped prematurely")


def test_a_fax_is_sent_at_once_and_is_over() -> None:
    queue = scheduler(job())
    assert started(queue, at()).state is JobState.SENDING
    assert queue.next_deadline(at()) is None
    over = queue.ended("one", Outcome.FAXED, DONE, at(2))
    assert (over.state, over.attempts, over.next_page, over.ended_at) == (JobState.SENT, 1, 4, at(2))
    assert due(queue, at(3)) == []


@pytest.mark.parametrize(
    ("outcome", "minutes"),
    [(Outcome.BUSY, 3), (Outcome.NO_ANSWER, 10), (Outcome.UNREACHABLE, 1), (Outcome.LOST, 1), (Outcome.LIMITED, 10)],
)
def test_a_machine_that_was_not_reached_is_called_again_on_the_same_rung(outcome: Outcome, minutes: int) -> None:
    queue = scheduler(job())
    started(queue, at())
    later = queue.ended("one", outcome, None, at())
    assert (later.state, later.rung, later.result) == (JobState.WAITING, 0, outcome.value)
    assert due(queue, at(minutes) - 1) == []
    assert queue.next_deadline(at()) == at(minutes)
    assert started(queue, at(minutes)).attempts == 2


def test_a_fax_that_failed_goes_on_at_its_page_one_rung_up() -> None:
    queue = scheduler(job())
    started(queue, at())
    queue.ended("one", Outcome.FAXED, part(2), at())
    again = started(queue, at(1))
    assert (again.next_page, again.rung) == (3, 1)
    over = queue.ended("one", Outcome.FAXED, FaxResult(success=True, pages=1, text="OK"), at(2))
    assert (over.state, over.next_page) == (JobState.SENT, 4)


def test_a_fax_whose_last_page_went_over_is_sent_whatever_came_then() -> None:
    queue = scheduler(job())
    started(queue, at())
    assert queue.ended("one", Outcome.FAXED, part(3), at()).state is JobState.SENT


def test_the_ladder_is_climbed_to_its_top_and_no_further() -> None:
    queue = scheduler(job())
    rungs = []
    for minute in range(6):
        rungs.append(started(queue, at(minute)).rung)
        queue.ended("one", Outcome.FAXED, part(0), at(minute))
    assert rungs == [0, 1, 2, 3, 3, 3]


def test_each_rung_is_slower_and_safer() -> None:
    lines = [line_of(rung, FaxLine("+86 571", "us")) for rung in range(len(LADDER) + 2)]
    assert [(line.t38, line.fast, line.ecm) for line in lines] == [
        (True, True, True),
        (False, True, True),
        (False, False, True),
        *[(False, False, False)] * 3,
    ]
    assert {(line.station_id, line.header) for line in lines} == {("+86 571", "us")}


def test_what_a_site_switches_off_stays_off() -> None:
    assert not line_of(0, FaxLine(t38=False)).t38
    assert not line_of(0, FaxLine(ecm=False)).ecm


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (Outcome.REFUSED, "the dialplan does not allow the number"),
        (Outcome.NO_SUCH_NUMBER, "no such number"),
        (Outcome.NO_DOCUMENT, "there is no such document"),
    ],
)
def test_what_will_never_work_is_given_up(outcome: Outcome, result: str) -> None:
    queue = scheduler(job())
    started(queue, at())
    over = queue.ended("one", outcome, None, at())
    assert (over.state, over.result) == (JobState.FAILED, result)


def test_a_number_outside_the_allow_list_is_never_called() -> None:
    (failed,) = due(scheduler(job()), at(), trunk=None)
    assert isinstance(failed, FaxJob)
    assert (failed.state, failed.result) == (JobState.FAILED, "the dialplan does not allow the number")


def test_attempts_have_an_end() -> None:
    queue = scheduler(job(), rules=replace(RULES, max_attempts=2))
    for minute in (0, 10):
        started(queue, at(minute))
        over = queue.ended("one", Outcome.BUSY, None, at(minute))
    assert (over.state, over.result) == (JobState.FAILED, "2 attempts; busy")


def test_a_fax_that_is_too_late_is_given_up() -> None:
    queue = scheduler(job(expires_at=at(5), result="busy", not_before=at(30)))
    assert queue.next_deadline(at()) == at(5)
    (failed,) = due(queue, at(5))
    assert isinstance(failed, FaxJob)
    assert (failed.state, failed.result) == (JobState.FAILED, "not sent in time; busy")


def test_a_fax_waits_for_its_time() -> None:
    queue = scheduler(job(not_before=at(30)))
    assert due(queue, at(29)) == []
    assert queue.next_deadline(at()) == at(30)
    started(queue, at(30))


@pytest.mark.parametrize(("written", "opens"), [("08:00-20:00", 0), ("12:00-13:00", 120), ("22:00-10:30", 0)])
def test_a_window_of_the_day_is_kept(written: str, opens: int) -> None:
    for queue in (
        scheduler(job(window=written)),
        scheduler(job(), rules=replace(RULES, window=window(written))),
    ):
        if opens:
            assert due(queue, at()) == []
            assert queue.next_deadline(at()) == at(opens)
        started(queue, at(opens))


def test_both_windows_are_kept() -> None:
    queue = scheduler(job(window="09:00-14:00"), rules=replace(RULES, window=window("12:00-20:00")))
    assert queue.next_deadline(at()) == at(120)


def test_a_trunk_carries_no_more_than_its_lines() -> None:
    queue = scheduler(*(job(f"job{n}", f"057{n}") for n in range(5)), rules=replace(RULES, lines={"pstn": 2}))
    assert [start.job.id for start in due(queue, at()) if isinstance(start, Start)] == ["job0", "job1"]
    assert due(queue, at()) == []
    queue.ended("job0", Outcome.FAXED, DONE, at(1))
    assert started(queue, at(1)).id == "job2"


def test_trunks_do_not_wait_for_one_another() -> None:
    queue = scheduler(*(job(f"job{n}", f"057{n}") for n in range(4)), rules=replace(RULES, lines_each=1))
    starts = queue.due(at(), lambda each: f"trunk{each.id[-1] in '13'}")
    assert [start.job.id for start in starts if isinstance(start, Start)] == ["job0", "job1"]


def test_a_trunk_without_lines_carries_nothing() -> None:
    assert due(scheduler(job(), rules=replace(RULES, lines={"pstn": 0})), at()) == []


def test_a_number_is_called_once_at_a_time() -> None:
    queue = scheduler(job("one"), job("two"))
    assert started(queue, at()).id == "one"
    assert due(queue, at()) == []
    queue.ended("one", Outcome.FAXED, DONE, at(1))
    assert started(queue, at(1)).id == "two"


def test_a_fax_that_is_cancelled_is_not_sent_and_one_under_way_is_told() -> None:
    queue = scheduler(job("one"), job("two", "0572"))
    due(queue, at())
    queue.load([job("three", "0573")])
    assert queue.load([]) == ("one", "two")
    assert due(queue, at(1)) == []


def test_what_is_under_way_is_not_sent_twice() -> None:
    queue = scheduler(job())
    running = started(queue, at())
    assert queue.load([running]) == ()
    assert due(queue, at()) == []


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Outcome)), st.integers(0, 3), st.booleans()),
        max_size=30,
    ),
    st.sampled_from(["", "08:00-20:00", "22:00-06:00"]),
)
def test_a_fax_always_comes_to_an_end(course: list[tuple[Outcome, int, bool]], written: str) -> None:
    """Each attempt is within the window, no page is sent twice, and there are no more attempts than allowed."""
    queue = scheduler(job(window=written))
    now, page = at(), 1
    for outcome, pages, success in [*course, *[(Outcome.BUSY, 0, False)] * 20]:
        decided = due(queue, now)
        if not decided:
            deadline = queue.next_deadline(now)
            if deadline is None:
                break
            now = deadline
            decided = due(queue, now)
        for each in decided:
            if isinstance(each, FaxJob):
                assert each.state is JobState.FAILED
                return
            local = datetime.fromtimestamp(now / 1000, UTC)
            assert not written or window(written).next_open(local) == local
            assert each.job.next_page == page
            over = queue.ended(each.job.id, outcome, FaxResult(success=success, pages=min(pages, 4 - page)), now)
            assert over.attempts <= RULES.max_attempts
            assert page <= over.next_page <= 4
            page = over.next_page
            if over.state is not JobState.WAITING:
                return
        now += MINUTE
    else:
        pytest.fail("the fax never ended")


@pytest.mark.parametrize("written", ["", "8-20", "08:00", "25:00-26:00", "08:00-08:00", "08:00-20:00 "])
def test_what_is_no_time_of_the_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no time of the day"):
        window(written)
