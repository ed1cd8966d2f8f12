"""Every cut of a call's own connections: the caller comes back, is served to the end, and has one record."""

from pathlib import Path

import pytest

from tests.faults.counted import counted
from tests.faults.cutting import all_cut, cuts, whole
from tests.faults.wires import Frame, Way

MOST_STRIKE = 0.9
"""A call is not the same each time to the last frame."""


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory, template: Path) -> tuple[Frame, ...]:
    return whole(tmp_path_factory.mktemp("whole"), template)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("number", [1, 2])
def test_a_call_outlives_every_cut_of_its_own_connection(
    number: int, way: Way, frames: tuple[Frame, ...], tmp_path: Path, template: Path
) -> None:
    planned = list(cuts([each for each in frames if (each.link, each.number, each.way) == ("call", number, way)]))
    struck, wrong = all_cut(tmp_path, planned, template)
    assert wrong == []
    assert struck > MOST_STRIKE * len(planned) > 0
    counted(f"cuts of the call's connection {number} {way.value}", struck)
