"""The hours of a week, read and written."""

import pytest

from fsapp.domain.calendar import Hours
from fsapp.files.week import hours_list, week, written


def read(text: dict[str, list[str]]) -> tuple[tuple[Hours, ...], ...]:
    return week({days: hours_list(times) for days, times in text.items()})


@pytest.mark.parametrize(
    "text",
    [
        {},
        {"mon-fri": ["08:30-12:00", "13:30-17:30"]},
        {"mon": ["08:00-16:00"], "wed": ["08:00-16:00"], "sat-sun": ["22:00-06:00"]},
        {"mon-sun": ["00:00-24:00"]},
        {"fri": ["16:00-24:00"]},
    ],
)
def test_a_week_is_written_as_it_was_read(text: dict[str, list[str]]) -> None:
    assert written(read(text)) == text


def test_days_that_are_alike_are_written_together() -> None:
    assert written(read({"mon": ["08:00-16:00"], "tue": ["08:00-16:00"]})) == {"mon-tue": ["08:00-16:00"]}


def test_a_day_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="tue stands here twice"):
        read({"mon-wed": ["08:00-16:00"], "tue": ["09:00-10:00"]})
