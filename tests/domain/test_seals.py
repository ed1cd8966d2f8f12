"""A chain of seals: whatever is changed in it, or beneath it, shows."""

from dataclasses import replace

import pytest

from fsapp.domain.seals import DaySeal, HourSeal, broken_links, chained, changed_hours, hour_seal

LINES = [("u1", 0, 5, "CallArrived", "{}"), ("u1", 1, 6, "CallHungUp", '{"cause":"NORMAL_CLEARING"}')]


def seal(number: int, previous: str) -> DaySeal:
    hours = (hour_seal(number * 100, LINES),)
    digest = chained(number, f"2026-11-{number:02}", number * 100, number * 100 + 100, hours, previous)
    return DaySeal(number, f"2026-11-{number:02}", number * 100, number * 100 + 100, hours, previous, digest, 0)


def chain() -> list[DaySeal]:
    seals: list[DaySeal] = []
    for number in (1, 2, 3):
        seals.append(seal(number, seals[-1].digest if seals else ""))
    return seals


def test_a_chain_that_nobody_touched_is_whole() -> None:
    assert list(broken_links(chain())) == []


@pytest.mark.parametrize(
    "change", [{"day": "2026-11-09"}, {"since": 0}, {"hours": (HourSeal(200, 2, "0" * 64),)}, {"digest": "0" * 64}]
)
def test_a_seal_that_was_changed_shows(change: dict[str, object]) -> None:
    seals = chain()
    seals[1] = replace(seals[1], **change)  # type: ignore[arg-type]
    assert "the seal of" in " ".join(broken_links(seals))


def test_a_seal_that_was_made_anew_breaks_the_chain_behind_it() -> None:
    seals = chain()
    seals[1] = seal(2, "0" * 64)
    told = list(broken_links(seals))
    assert told == [
        "the seal of 2026-11-02 does not follow from the one before",
        "the seal of 2026-11-03 does not follow from the one before",
    ]


def test_a_seal_that_was_taken_out_shows() -> None:
    seals = chain()
    del seals[1]
    assert "the seal number 2 is missing before that of 2026-11-03" in list(broken_links(seals))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        LINES[:1],
        LINES[::-1],
        [*LINES, LINES[1]],
        [LINES[0], ("u1", 1, 7, "CallHungUp", '{"cause":"NORMAL_CLEARING"}')],
        [LINES[0], ("u1", 1, 6, "CallHungUp", '{"cause":"USER_BUSY"}')],
        [("u1", 0, 5, "CallArrived", "{}u1"), LINES[1]],
    ],
)
def test_whatever_is_done_to_the_events_of_an_hour_changes_its_digest(
    lines: list[tuple[str, int, int, str, str]],
) -> None:
    sealed = chain()[0]
    (changed,) = changed_hours(sealed, [hour_seal(100, lines)])
    assert changed[0] == sealed.hours[0]
