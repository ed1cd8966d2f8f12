"""The running engine is told of changes to agents; where none runs, a sentence says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fsapp.server.control import PidFile
from fsapp.server.control_socket import ControlSocket, Handler
from fsapp.server.engine_news import tell_engine
from fsapp.server.settings import EngineSettings


@contextmanager
def engine(data: Path, **handlers: Handler) -> Iterator[None]:
    """What of an engine listens in its data folder."""
    pid_file = PidFile(data)
    control = ControlSocket(pid_file, handlers)
    control.start()
    try:
        yield
    finally:
        control.close()
        pid_file.close()


def test_the_engine_of_the_data_folder_reads_agents_anew(tmp_path: Path) -> None:
    told: list[str] = []
    with engine(tmp_path, agents_changed=lambda _: told.append("agents")):
        assert tell_engine(EngineSettings(data=tmp_path)) == ""
    assert told == ["agents"]


def test_an_engine_that_knows_nothing_of_agents_is_a_sentence(tmp_path: Path) -> None:
    with engine(tmp_path, reload=lambda _: None):
        assert "this engine cannot 'agents_changed'" in tell_engine(EngineSettings(data=tmp_path))


def test_that_no_engine_runs_is_a_sentence(tmp_path: Path) -> None:
    assert tell_engine(EngineSettings(data=tmp_path)).startswith(f"no engine runs with {tmp_path}")
