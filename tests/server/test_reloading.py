"""What is in force: replaced wholly, or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import gevent
import pytest

from fsapp.domain.errors import ConfigError, Problem
from fsapp.server.control import ControlError, PidFile
from fsapp.server.live_call import Site
from fsapp.server.reloading import InForce, Reloader

if TYPE_CHECKING:
    from tests.server.conftest import Server, Sites

GREETING = 'main:\n  - say: "您好"\n'
BROKEN = ConfigError([Problem("a.yaml", 3, "the first"), Problem("b.py", 1, "the second")])


class Source:
    """Reads a site, or raises what it was told to."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.error: Exception | None = None
        self.waits_for: int | None = None

    def read(self) -> Site:
        if self.waits_for is not None:
            os.read(self.waits_for, 1)
        if self.error is not None:
            raise self.error
        return self.site


@pytest.fixture
def source(sites: "Sites") -> Source:
    return Source(sites.of(GREETING))


@pytest.fixture
def counted() -> list[str]:
    return []


@pytest.fixture
def reloader(source: Source, counted: list[str]) -> Reloader[Site]:
    return Reloader(source.read, lambda site: InForce(site, 10), counted.append)


def test_what_is_new_and_right_is_in_force(
    source: Source, reloader: Reloader[Site], sites: "Sites", counted: list[str]
) -> None:
    source.site = sites.of(GREETING + "  - hangup\n")
    assert reloader.reload() == ()
    assert reloader.site() is source.site
    assert counted == ["done"]


@pytest.mark.parametrize(
    ("error", "problems"),
    [
        (BROKEN, ("a.yaml:3: the first", "b.py:1: the second")),
        (RuntimeError("a rule file did this"), ("RuntimeError: a rule file did this",)),
    ],
)
def test_with_any_problem_the_old_stays_and_every_problem_is_told(
    source: Source, reloader: Reloader[Site], counted: list[str], error: Exception, problems: tuple[str, ...]
) -> None:
    before = reloader.site()
    source.error = error
    assert reloader.reload() == problems
    assert reloader.site() is before
    assert counted == ["refused"]


def test_a_start_with_problems_is_refused(source: Source) -> None:
    source.error = BROKEN
    with pytest.raises(ConfigError):
        Reloader(source.read, lambda site: InForce(site, 10), print)


def test_reading_does_not_hold_up_the_calls(source: Source, reloader: Reloader[Site]) -> None:
    reading, writing = os.pipe()
    source.waits_for = reading
    reload = gevent.spawn(reloader.reload)
    gevent.sleep(0)
    os.write(writing, b"!")  # which only a hub that is free can do
    assert reload.get(timeout=5) == ()
    os.close(reading)
    os.close(writing)


def test_calls_under_way_keep_the_flow_they_began_with(serve: "Callable[..., Server]", sites: "Sites") -> None:
    server = serve(sites.of('main:\n  - say: "旧"\n  - say: "旧旧"\n'))
    caller = server.call(endless=["playback"])
    old = caller.wait_for("playback")
    server.site = sites.of('main:\n  - say: "新"\n')
    second = server.call(endless=["playback"])
    assert second.wait_for("playback") != old
    caller.finish()
    server.wait_until(lambda: len(caller.executed) > len(second.executed))


def test_a_second_engine_in_one_data_folder_is_refused(tmp_path: Path) -> None:
    first = PidFile(tmp_path)
    with pytest.raises(ControlError, match="another engine works in"):
        PidFile(tmp_path)
    first.close()
    PidFile(tmp_path).close()
