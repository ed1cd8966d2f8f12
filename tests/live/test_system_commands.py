"""The switch as it is rendered starts no program, whoever asks: neither by an api command nor by an application."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapp.server.freeswitch_settings import FreeswitchSettings
from tests.live import switch as real
from tests.live.caller import until
from tests.live.switch import Switch

PROGRAMS = {"system", "bg_system", "bgsystem", "spawn", "bg_spawn", "spawn_stream"}


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Switch]:
    program = real.binary()
    if program is None:
        pytest.skip("no FreeSWITCH: set FREESWITCH_BIN or put it on PATH")
    settings = FreeswitchSettings.model_validate(
        {
            "event_socket": {"port": real.free_port()},
            "trunks": {"port": real.free_port()},
            "phones": {"port": real.free_port()},
        }
    )
    started = Switch(program, tmp_path, settings, can_start_programs=False)
    started.start()
    yield started
    started.stop()


def listed(switch: Switch, kind: str) -> set[str]:
    """The names of what the switch has; it fills this list after it has started."""
    return {line.partition(",")[0] for line in switch.api(f"show {kind}").splitlines()}


def test_no_command_of_the_switch_starts_a_program(locked: Switch, tmp_path: Path) -> None:
    for command in sorted(PROGRAMS - {"bgsystem"}):
        assert locked.api(f"{command} touch {tmp_path}/canary") == f"-ERR {command} Command not found!"
    for kind, known in (("api", "uuid_bridge"), ("application", "park")):
        until(lambda kind=kind, known=known: known in listed(locked, kind), 10, f"list of kind {kind}")  # type: ignore[misc]
        assert not listed(locked, kind) & PROGRAMS
    assert not (tmp_path / "canary").exists()
