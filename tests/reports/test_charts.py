"""Pictures of reports, as SVG."""

import re

import pytest

from fsapp.reports.charts import svg
from fsapp.reports.model import Kind, Picture, Unit


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, ["0", "1", "2", "3", "4"]),
        (1, ["0", "1", "2", "3", "4"]),
        (5, ["0", "2", "4", "6", "8"]),
        (43, ["0", "15", "30", "45", "60"]),
        (50, ["0", "15", "30", "45", "60"]),
        (100, ["0", "25", "50", "75", "100"]),
        (1001, ["0", "300", "600", "900", "1200"]),
    ],
)
def test_the_axis_of_a_count_is_in_equal_whole_parts(most: int, expected: list[str]) -> None:
    drawn = svg(Picture("traffic", Kind.BARS, ("00:00",), {"answered": (most,)}, Unit.COUNT), "en")
    assert re.findall(r'text-anchor="end">([^<]*)<', drawn) == expected
