"""An engine's floor for commands that look at it: the real dispatcher behind the real control socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fsapp.server.control import PidFile
from fsapp.server.control_socket import ControlSocket
from fsapp.server.floor_control import FloorControl
from tests.acd.telephones import Rig


@contextmanager
def running(data: Path, rig: Rig) -> Iterator[Rig]:
    """While in force commands find an engine in the data folder."""
    pid_file = PidFile(data)
    control = ControlSocket(pid_file, FloorControl(rig.service).handlers())
    control.start()
    try:
        yield rig
    finally:
        control.close()
        pid_file.close()
