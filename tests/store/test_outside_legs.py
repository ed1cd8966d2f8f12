"""What was dialled is read back, whoever dialled: flows, and agents in a talk."""

from pathlib import Path

import pytest

from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.outside_calls import OutsideLeg
from fsapp.store.outside_legs import DialledLegs
from fsapp.store.writer import Writer
from tests.store.conftest import T0, Call


def leg(at: int, number: str, answered: int | None = None, **more: str) -> dict[str, object]:
    told = {} if answered is None else {"answered_at": answered}
    return {
        "leg": "b",
        "number": number,
        "started_at": at,
        "ended_at": at,
        "end": "answered",
        "cause": "",
        **told,
        **more,
    }


def test_legs_of_calls_and_of_talks_that_ended_since_a_moment(url: str, tmp_path: Path, a_call: Call) -> None:
    writer = Writer(url, tmp_path / "spool")
    for event in a_call("u-1"):  # a leg to 1001, over 9 ms after the call's begin
        writer.record(event)
    in_talk = leg(T0 + 50, "057188880000", T0 + 20, contact="u-2/1", call="u-2", agent="1001")
    writer.record(Event("acd:run", 0, T0 + 50, Kind.LEG_ENDED, in_talk))
    writer.record(Event("acd:run", 1, T0 + 60, Kind.AGENT_ACTED, {"agent": "1001", "what": "held", "by": "1001"}))
    assert writer.flush(5)
    legs = DialledLegs(url)
    assert legs.since(T0) == [OutsideLeg("1001", None, T0 + 9), OutsideLeg("057188880000", T0 + 20, T0 + 50)]
    assert [each.number for each in legs.since(T0 + 10)] == ["057188880000"]
    assert legs.since(T0 + 51) == []
    writer.close()


def test_a_database_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        DialledLegs(f"sqlite:///{tmp_path}/none.db").since(0)


def test_minutes_of_faxes_count_too(url: str, tmp_path: Path) -> None:
    writer = Writer(url, tmp_path / "spool")
    fax = leg(T0 + 50, "057188880000", T0 + 20)
    writer.record(Event("fax:8c41", 2, T0 + 50, Kind.FAX_ATTEMPTED, {"number": "057188880000"}))
    writer.record(Event("fax:8c41", 3, T0 + 50, Kind.LEG_ENDED, fax))
    assert writer.flush(5)
    legs = DialledLegs(url)
    assert legs.since(T0) == [OutsideLeg("057188880000", T0 + 20, T0 + 50)]
    assert legs.since(T0 + 51) == []
    writer.close()
