"""What an engine that died left open gets an end, once, and nothing else does."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from fsapp.domain.events import Event, Kind
from fsapp.store.queue_log import LogFilter, QueueLog
from fsapp.store.writer import Writer

T0 = 1_790_000_000_000
NOW = T0 + 600_000

Start = Callable[[str], Writer]
DEAD, LIVE = "acd:dead", "acd:live"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts writers, and closes them."""
    writers: list[Writer] = []

    def make(url: str) -> Writer:
        writers.append(Writer(url, tmp_path / f"spool-{len(writers)}", batch_seconds=0.001))
        return writers[-1]

    yield make
    for writer in writers:
        writer.close()


def queued(run: str, seq: int, call: str, at: int, number: int = 1, queue: str = "service") -> Event:
    fields = {
        "contact": f"{call}/{number}",
        "call": call,
        "queue": queue,
        "position": 1,
        "reason": "",
        "resumed": False,
    }
    return Event(run, seq, at, Kind.CONTACT_QUEUED, fields)


def left(run: str, seq: int, call: str, at: int, end: str = "answered") -> Event:
    fields = {"contact": f"{call}/1", "call": call, "queue": "service", "end": end}
    return Event(run, seq, at, Kind.CONTACT_ENDED, {**fields, "waited_ms": 5, "within": True, "agent": "1001"})


def state(run: str, seq: int, agent: str, since: int, at: int, was: str, then: str) -> Event:
    fields = {"agent": agent, "state": was, "reason": "", "since": since, "followed_by": then, "because": ""}
    return Event(run, seq, at, Kind.AGENT_STATE_ENDED, fields)


def call(uuid: str, *, ended: bool) -> list[Event]:
    came = Event(uuid, 0, T0, Kind.CALL_ARRIVED, {"ani": "13800138000", "dnis": "95598"})
    over = Event(uuid, 1, T0 + 9000, Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller"})
    return [came, over] if ended else [came]


def died(url: str, start: Start, *events: Iterable[Event]) -> Writer:
    """An engine that wrote these is followed by another one."""
    first = start(url)
    for each in events:
        for event in each:
            first.record(event)
    assert first.close()
    return start(url)


def ends(url: str) -> list[tuple[str, str, int, int]]:
    """Contact, end, when, and the milliseconds waited."""
    log = QueueLog(url).events(LogFilter())
    found = [event for event in log if event.kind == Kind.CONTACT_ENDED]
    return [(each.fields["contact"], each.fields["end"], each.at, each.fields["waited_ms"]) for each in found]


def test_a_contact_whose_call_is_over_ended_with_the_last_word_of_its_run(url: str, start: Start) -> None:
    log = [queued(DEAD, 0, "c1", T0), queued(DEAD, 1, "c2", T0 + 100), left(DEAD, 2, "c2", T0 + 4000)]
    second = died(url, start, call("c1", ended=True), call("c2", ended=True), log)
    second.close_orphans((), NOW)
    assert ends(url) == [("c2/1", "answered", T0 + 4000, 5), ("c1/1", "engine_lost", T0 + 4000, 4000)]


def test_an_end_is_written_once_whoever_looks_how_often(url: str, start: Start) -> None:
    second = died(url, start, call("c1", ended=True), [queued(DEAD, 0, "c1", T0)])
    third = start(url)
    for writer in (second, third, second):
        writer.close_orphans((), NOW)
    assert [end for _, end, *_ in ends(url)] == ["engine_lost"]


def test_a_contact_whose_caller_is_there_still_is_not_lost(url: str, start: Start) -> None:
    second = died(url, start, call("c1", ended=False), [queued(DEAD, 0, "c1", T0)])
    second.close_orphans({"c1"}, NOW)
    assert ends(url) == []


def test_a_contact_that_another_run_took_over_is_lost_and_the_new_one_is_not(url: str, start: Start) -> None:
    second = died(url, start, call("c1", ended=False), [queued(DEAD, 0, "c1", T0)])
    second.record(queued(LIVE, 0, "c1", T0 + 70_000, number=61_000))
    assert second.flush(30)
    second.close_orphans({"c1"}, NOW)
    assert ends(url) == [("c1/1", "engine_lost", T0, 0)]


def test_a_contact_that_overflowed_is_lost_in_its_last_queue(url: str, start: Start) -> None:
    moved = queued(DEAD, 1, "c1", T0 + 500, queue="sales")
    second = died(url, start, call("c1", ended=True), [queued(DEAD, 0, "c1", T0), moved])
    second.close_orphans((), NOW)
    (lost,) = [event for event in QueueLog(url).events(LogFilter()) if event.kind == Kind.CONTACT_ENDED]
    assert (lost.fields["queue"], lost.fields["waited_ms"]) == ("sales", 500)


def test_offered_is_the_sum_of_all_ends(url: str, start: Start) -> None:
    log: list[Event] = []
    calls: list[list[Event]] = []
    for number in range(40):
        uuid = f"c{number}"
        calls.append(call(uuid, ended=True))
        log.append(queued(DEAD, len(log), uuid, T0 + number))
        if number % 3:
            log.append(left(DEAD, len(log), uuid, T0 + number, "answered" if number % 2 else "abandoned"))
    second = died(url, start, *calls, log)
    second.close_orphans((), NOW)
    (service,) = QueueLog(url).service(0, NOW)
    assert Counter(service.ends) == {"answered": 13, "abandoned": 13, "engine_lost": 14}
    assert service.offered == 40


def test_an_agents_state_ends_with_the_run_once_another_run_has_the_agent(url: str, start: Start) -> None:
    log = [state(DEAD, 0, "1001", T0, T0 + 10, "offline", "available"), queued(DEAD, 1, "c1", T0 + 5000)]
    second = died(url, start, log)
    second.close_orphans((), NOW)
    assert times(url) == [("offline", T0, T0 + 10)]
    second.record(state(LIVE, 0, "1001", T0 + 60_000, T0 + 60_000, "offline", "available"))
    assert second.flush(30)
    second.close_orphans((), NOW)
    assert times(url) == [
        ("offline", T0, T0 + 10),
        ("available", T0 + 10, T0 + 5000),
        ("offline", T0 + 60_000, T0 + 60_000),
    ]


def test_an_agent_whom_a_second_engine_knows_is_not_taken_from_the_first(url: str, start: Start) -> None:
    log = [state(DEAD, 0, "1001", T0, T0 + 10, "offline", "available"), queued(DEAD, 1, "c1", T0 + 90_000)]
    second = died(url, start, log)
    second.record(state(LIVE, 0, "1001", T0 + 60_000, T0 + 60_000, "offline", "available"))
    assert second.flush(30)
    second.close_orphans((), NOW)
    assert len(times(url)) == 2


def times(url: str) -> list[tuple[str, int, int]]:
    """State, since and until."""
    found = [event for event in QueueLog(url).events(LogFilter()) if event.kind == Kind.AGENT_STATE_ENDED]
    return [(each.fields["state"], each.fields["since"], each.at) for each in sorted(found, key=lambda each: each.at)]
