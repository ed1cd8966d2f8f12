"""A record is folded from a call's events, whatever order they come in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.cdr import PATH_LIMIT, Cdr, Fold, LegRecord, fold
from fsapp.domain.events import Event, Kind

T0 = 1_790_000_000_000
CALL = "5a0e0ac2-0000-4000-8000-000000000001"


def events(*rows: tuple[int, str, dict[str, Any]]) -> list[Event]:
    """Rows of (milliseconds after arrival, kind, fields), in sequence."""
    return [Event(CALL, seq, T0 + at, kind, fields) for seq, (at, kind, fields) in enumerate(rows)]


def step(label: str, flow: str = "power_hotline") -> dict[str, Any]:
    return {"flow": flow, "label": label, "index": 0, "step": "say", "exit": "done", "ms": 5}


BILL_CALL = events(
    (0, Kind.CALL_ARRIVED, {"ani": "13800138000", "dnis": "95598", "caller_name": "Li", "trunk": "telecom"}),
    (2, Kind.FLOW_CHOSEN, {"flow": "power_hotline", "hash": "ab12", "language": "zh", "rule": "hotline"}),
    (20, Kind.CALL_ANSWERED, {}),
    (900, Kind.STEP_FINISHED, step("main")),
    (1900, Kind.STEP_FINISHED, step("main")),
    (2000, Kind.STEP_FINISHED, step("bill")),
    (2100, Kind.STEP_FINISHED, step("main", flow="pay")),
    (2200, Kind.STEP_FINISHED, step("main")),
    (2300, Kind.FLOW_FAILED, {"place": "power_hotline.yaml:7", "sentence": "billing gave no answer"}),
    (2400, Kind.CALL_TAGGED, {"disposition": "billed", "note": "asked twice", "tags": {"topic": "bill"}}),
    (2500, Kind.CALL_TAGGED, {"note": "was content", "tags": {"mood": "good"}}),
    (2600, Kind.MESSAGE_RECORDED, {"path": "m/1.wav", "seconds": 4.2, "name": "fault"}),
    (
        2700,
        Kind.LEG_ENDED,
        {
            "leg": "b-1",
            "number": "1001",
            "started_at": T0 + 2610,
            "answered_at": T0 + 2650,
            "ended_at": T0 + 2690,
            "end": "answered",
            "cause": "NORMAL_CLEARING",
        },
    ),
    (2750, Kind.CALL_TRANSFERRED, {"to": "1002"}),
    (
        3020,
        Kind.CALL_HUNG_UP,
        {"cause": "NORMAL_CLEARING", "party": "caller", "billable_ms": 3001, "sip_call_id": "x@y", "codec": "PCMA"},
    ),
)


def test_a_whole_call_folds_to_its_record() -> None:
    cdr, legs = fold(BILL_CALL)
    assert cdr == Cdr(
        uuid=CALL,
        arrived_at=T0,
        answered_at=T0 + 20,
        ended_at=T0 + 3020,
        ani="13800138000",
        dnis="95598",
        caller_name="Li",
        trunk="telecom",
        duration_ms=3020,
        billable_ms=3001,
        hangup_cause="NORMAL_CLEARING",
        hangup_party="caller",
        flow="power_hotline",
        flow_hash="ab12",
        rule="hotline",
        language="zh",
        disposition="billed",
        transferred_to="1002",
        path="main>bill>pay/main>main",
        steps=5,
        failures=1,
        last_failure="power_hotline.yaml:7: billing gave no answer",
        notes=("asked twice", "was content"),
        tags={"topic": "bill", "mood": "good"},
        messages=({"path": "m/1.wav", "seconds": 4.2, "name": "fault"},),
        sip_call_id="x@y",
        codec="PCMA",
        complete=True,
    )
    assert legs == (LegRecord(CALL, 12, "b-1", "1001", T0 + 2610, T0 + 2650, T0 + 2690, "answered", "NORMAL_CLEARING"),)


def test_a_refused_call_has_a_record() -> None:
    cdr, _ = fold(
        events(
            (0, Kind.CALL_ARRIVED, {"ani": "1", "dnis": "2"}),
            (1, Kind.CALL_REFUSED, {"reason": "capacity"}),
            (4, Kind.CALL_HUNG_UP, {"cause": "SWITCH_CONGESTION", "party": "engine"}),
        )
    )
    assert (cdr.refused_reason, cdr.hangup_cause, cdr.billable_ms, cdr.complete) == (
        "capacity",
        "SWITCH_CONGESTION",
        0,
        True,
    )


def test_an_unfinished_call_ends_with_its_last_event() -> None:
    cdr, _ = fold(BILL_CALL[:6])
    assert (cdr.complete, cdr.ended_at, cdr.duration_ms, cdr.billable_ms) == (False, T0 + 2000, 2000, 1980)


def test_an_inferred_end_keeps_the_time_of_the_last_event_seen() -> None:
    lost = Event(CALL, 6, T0 + 86_400_000, Kind.CALL_HUNG_UP, {"cause": "engine_lost", "inferred": True})
    cdr, _ = fold([*BILL_CALL[:6], lost])
    assert (cdr.complete, cdr.ended_at, cdr.hangup_cause) == (False, T0 + 2000, "engine_lost")


def test_an_end_seen_after_an_inferred_one_stands() -> None:
    lost = Event(CALL, 6, T0 + 9000, Kind.CALL_HUNG_UP, {"cause": "engine_lost", "inferred": True})
    seen = Event(CALL, 7, T0 + 9999, Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller"})
    cdr, _ = fold([*BILL_CALL[:6], lost, seen])
    assert (cdr.complete, cdr.ended_at, cdr.hangup_cause) == (True, T0 + 9999, "NORMAL_CLEARING")


def test_a_wall_clock_that_went_back_gives_no_negative_durations() -> None:
    cdr, _ = fold(
        events(
            (0, Kind.CALL_ARRIVED, {}), (10, Kind.CALL_ANSWERED, {}), (-3_600_000, Kind.CALL_HUNG_UP, {"cause": "X"})
        )
    )
    assert (cdr.duration_ms, cdr.billable_ms) == (0, 0)


def test_a_call_taken_up_again_keeps_its_first_arrival() -> None:
    cdr, _ = fold(events((0, Kind.CALL_ARRIVED, {"ani": "1"}), (5000, Kind.CALL_ARRIVED, {"ani": "1"})))
    assert (cdr.arrived_at, cdr.duration_ms) == (T0, 5000)


def test_the_path_of_a_caller_who_circles_is_bounded() -> None:
    rows = [(n, Kind.STEP_FINISHED, step("main" if n % 2 else "bill")) for n in range(5000)]
    cdr, _ = fold(events(*rows))
    assert cdr.steps == 5000
    assert cdr.path.count(">") == PATH_LIMIT
    assert cdr.path.endswith(">…")


def test_no_event_no_record() -> None:
    with pytest.raises(ValueError, match="without events"):
        fold([])
    with pytest.raises(ValueError, match="without events"):
        Fold().result()


def test_a_fold_tells_whether_events_are_missing() -> None:
    folded = Fold()
    seen = [folded.whole]
    for event in (BILL_CALL[0], BILL_CALL[2], BILL_CALL[1]):
        folded.apply(event)
        seen.append(folded.whole)
    assert seen == [False, True, False, True]


KINDS = st.sampled_from([*Kind, "SomethingNewer"])
VALUES = st.one_of(st.none(), st.integers(0, 9), st.text("ab", max_size=3))
FIELDS = st.dictionaries(
    st.sampled_from(["ani", "flow", "label", "note", "tags", "cause", "inferred", "leg", "reason", "place", "to"]),
    VALUES,
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Any non-empty set of events of a call, with gaps, and a clock that may jump."""
    seqs = draw(st.sets(st.integers(0, 30), min_size=1, max_size=12))
    return [Event(CALL, seq, T0 + draw(st.integers(-50, 5000)), draw(KINDS), draw(FIELDS)) for seq in sorted(seqs)]


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """A history, and the same with duplicates in some other order."""
    history = draw(histories())
    repeated = history + draw(st.lists(st.sampled_from(history), max_size=6))
    return history, draw(st.permutations(repeated))


@given(shuffled())
def test_order_and_duplicates_change_no_record(pair: tuple[list[Event], list[Event]]) -> None:
    history, disorder = pair
    one_by_one = Fold()
    for event in disorder:
        one_by_one.apply(event)
    assert fold(disorder) == fold(history) == one_by_one.result()


@given(histories())
def test_every_call_has_a_sane_record_at_any_moment(history: list[Event]) -> None:
    folded = Fold()
    for event in history:
        folded.apply(event)
        cdr, _ = folded.result()
        assert cdr.uuid == CALL
        assert cdr.ended_at >= cdr.arrived_at
        assert cdr.duration_ms >= 0
        assert cdr.billable_ms >= 0
