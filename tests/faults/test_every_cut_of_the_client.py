"""Every cut of the one connection over which callers wait and agents are rung."""

from pathlib import Path

import pytest

from tests.faults.counted import counted
from tests.faults.cutting import all_cut, cuts, whole
from tests.faults.wires import Frame, Way

MOST_STRIKE = 0.9


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory, template: Path) -> tuple[Frame, ...]:
    return whole(tmp_path_factory.mktemp("whole"), template)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", Way)
def test_a_call_outlives_every_cut_of_the_client_connection(
    way: Way, frames: tuple[Frame, ...], tmp_path: Path, template: Path
) -> None:
    planned = list(cuts([each for each in frames if (each.link, each.way) == ("client", way)]))
    struck, wrong = all_cut(tmp_path, planned, template)
    assert wrong == []
    assert struck > MOST_STRIKE * len(planned) > 0
    counted(f"cuts of the client connection {way.value}", struck)
