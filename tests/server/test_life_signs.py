"""Engines tell one another by the switch that they live, so that none sweeps away what another one needs."""

from pathlib import Path

import pytest

from fsapp.domain.errors import EslError
from fsapp.server.life_signs import ALIVE_SECONDS, LifeSigns


class Switch:
    """Satisfies fsapp.server.life_signs.Switch; every engine has one of its own, over the same signs."""

    def __init__(self, engine: str, signs: dict[str, int]) -> None:
        self.engine = engine
        self.signs = signs
        self.down = False

    def give_sign(self, at: int) -> None:
        if self.down:
            raise EslError("there is no connection to FreeSWITCH")
        self.signs[self.engine] = at

    def last_sign(self, engine: str) -> int:
        return self.signs.get(engine, 0)


class Time:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def signs() -> dict[str, int]:
    return {}


def folder(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir(exist_ok=True)
    return tmp_path / name


def test_an_engine_that_gives_signs_lives_for_the_others(tmp_path: Path, signs: dict[str, int]) -> None:
    time = Time()
    one = LifeSigns(Switch("one", signs), folder(tmp_path, "a"), time)
    two = LifeSigns(Switch("two", signs), folder(tmp_path, "b"), time)
    assert not two.lives("one")
    one.give()
    assert two.lives("one")
    time.now += ALIVE_SECONDS
    assert not two.lives("one")


def test_an_engine_that_stops_says_so(tmp_path: Path, signs: dict[str, int]) -> None:
    one = LifeSigns(Switch("one", signs), folder(tmp_path, "a"), Time())
    two = LifeSigns(Switch("two", signs), folder(tmp_path, "b"), Time())
    one.give()
    one.end()
    assert not two.lives("one")


def test_the_engine_that_was_killed_in_this_folder_is_dead_however_fresh_its_sign(
    tmp_path: Path, signs: dict[str, int]
) -> None:
    LifeSigns(Switch("killed", signs), folder(tmp_path, "a"), Time()).give()
    assert not LifeSigns(Switch("next", signs), folder(tmp_path, "a"), Time()).lives("killed")


@pytest.mark.parametrize("engine", ["", "own"])
def test_nobody_and_oneself_are_no_other_engine(tmp_path: Path, signs: dict[str, int], engine: str) -> None:
    own = LifeSigns(Switch("own", signs), folder(tmp_path, "a"), Time())
    own.give()
    assert not own.lives(engine)


def test_a_switch_that_is_away_and_a_folder_that_cannot_be_written_are_borne(tmp_path: Path) -> None:
    switch = Switch("own", {})
    switch.down = True
    signs = LifeSigns(switch, tmp_path / "nowhere", Time())
    signs.give()
    signs.end()
    assert not signs.lives("another")
