"""Whose turn it is in a data folder."""

from functools import partial
from pathlib import Path

import gevent
import pytest

from fsapp.server.control import PidFile
from fsapp.server.standing_by import somebody_stands_by, turn
from tests.server.test_serving import FLOW, Engine


def test_whoever_stands_by_is_seen_and_has_its_turn_when_the_engine_ends(tmp_path: Path) -> None:
    engine = PidFile(tmp_path)
    said: list[str] = []
    assert not somebody_stands_by(tmp_path)
    waiting = gevent.spawn(turn, tmp_path, partial(said.append, "waits"))
    gevent.sleep(0)
    assert somebody_stands_by(tmp_path)
    assert not waiting.ready()
    assert said == ["waits"]
    engine.close()
    next_one = waiting.get(timeout=5)
    assert not somebody_stands_by(tmp_path)
    next_one.close()


def test_where_no_engine_works_it_is_ones_turn_at_once(tmp_path: Path) -> None:
    gevent.spawn(turn, tmp_path, pytest.fail).get(timeout=5).close()


def test_of_two_that_stand_by_one_follows_the_other(tmp_path: Path) -> None:
    engine = PidFile(tmp_path)
    waiting = [gevent.spawn(turn, tmp_path, str) for _ in range(2)]
    gevent.sleep(0)
    engine.close()
    first = gevent.wait(waiting, timeout=5, count=1)[0]
    with gevent.Timeout(5):
        while not somebody_stands_by(tmp_path):
            gevent.sleep(0.01)
    first.get().close()
    gevent.joinall(waiting, timeout=5)
    assert [each.ready() for each in waiting] == [True, True]
    waiting.remove(first)
    waiting[0].get().close()


def test_what_is_broken_is_told_of_while_another_engine_serves(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.flow.write_text(FLOW.replace("hangup", "hangupp"))
    done = engine.run("serve", "--stand-by")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{engine.flow}:7: there is no step 'hangupp'")
    assert engine.process.poll() is None
    engine.close()
