"""Where neither database nor spool take events, memory does, up to a bound."""

from collections.abc import Callable
from pathlib import Path

from fsapp.domain.events import Event
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.journal import Journal
from fsapp.store.keeper import FIRST_RETRY, LAST_RETRY, Keeper
from fsapp.store.spool import Spool


def nowhere(tmp_path: Path, hold: int = 100) -> tuple[Keeper, Path]:
    """A keeper whose database and spool are to lie where a file stands in the way."""
    obstacle = tmp_path / "data"
    obstacle.write_text("a file, not a folder")
    url = f"sqlite:///{obstacle}/calls.db"
    return Keeper(Journal(url), Spool(obstacle / "spool"), iter(range(10_000)).__next__, hold=hold), obstacle


def test_events_are_held_until_there_is_a_place_for_them(tmp_path: Path, a_call: Callable[..., list[Event]]) -> None:
    keeper, obstacle = nowhere(tmp_path)
    call = a_call("c1")
    standing = keeper.keep(call)
    assert (standing.held, standing.written) == (len(call), 0)
    assert "unable to open" in standing.problem
    obstacle.unlink()
    obstacle.mkdir()
    for _ in range(20):
        standing = keeper.keep(())
    assert (standing.held, standing.written, standing.problem) == (0, len(call), "")
    keeper.close()
    assert len(Cdrs(f"sqlite:///{obstacle}/calls.db").list(CdrFilter()).cdrs) == 1


def test_what_memory_cannot_hold_is_counted_as_lost(tmp_path: Path, a_call: Callable[..., list[Event]]) -> None:
    keeper, _ = nowhere(tmp_path, hold=3)
    call = a_call("c1")
    keeper.keep(call[:2])
    standing = keeper.keep(call[2:])
    assert (standing.held, standing.lost) == (3, len(call) - 3)
    keeper.close()


def test_attempts_become_rarer_up_to_a_limit(tmp_path: Path, a_call: Callable[..., list[Event]]) -> None:
    obstacle = tmp_path / "data"
    obstacle.write_text("")
    now = [0.0]
    keeper = Keeper(Journal(f"sqlite:///{obstacle}/calls.db"), Spool(tmp_path / "spool"), lambda: now[0])
    waits = []
    standing = keeper.keep(a_call("c1"))
    for _ in range(8):
        assert standing.retry_in is not None
        waits.append(round(standing.retry_in, 3))
        now[0] += standing.retry_in
        standing = keeper.keep(())
    assert waits == [FIRST_RETRY, 0.4, 0.8, 1.6, 3.2, LAST_RETRY, LAST_RETRY, LAST_RETRY]
