"""Agents are taken on and dismissed while a real switch runs: their phones register at once, or no more."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.caller import Caller
from tests.live.switch import Switch

ROOT = Path(__file__).parents[2]

Fsapp = Callable[..., str]


@pytest.fixture
def agents(switch: Switch, tmp_path: Path) -> Fsapp:
    """Runs `fsapp agents …` at a site whose switch is the real one; gives what it printed."""
    file = tmp_path / "fsapp.yaml"
    freeswitch = {"configuration": switch.root / "conf", "event_socket": {"port": switch.settings.event_socket.port}}
    queues = ROOT / "conf" / "queues.yaml"
    file.write_text(json.dumps({"data": switch.data, "queues": queues, "freeswitch": freeswitch}, default=str))

    def run(*words: str, stdin: str = "") -> str:
        command = [sys.executable, "-m", "fsapp", "agents", *words, "--config", str(file)]
        ended = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=20, check=False)
        assert ended.returncode == 0, ended.stderr
        assert "FreeSWITCH" not in ended.stdout, ended.stdout
        return ended.stdout

    return run


@pytest.fixture
def registering(switch: Switch, phone: Callable[..., Caller]) -> Callable[[str, str], Caller]:
    """A phone that tries to register: `registering(number, password)`."""
    return lambda number, password: phone(
        number, "--user", number, "--password", password, "--registrar", switch.registrar
    )


def password_in(told: str) -> str:
    found = re.search(r"password (\S+) \(shown this once\)", told)
    assert found, told
    return found[1]


def test_an_agent_who_is_taken_on_registers_at_once(
    switch: Switch, agents: Fsapp, registering: Callable[[str, str], Caller]
) -> None:
    pid = switch.pid
    told = agents("add", "6101", "--name", "李雷", "--pin-file", "-", "--queue", "service", stdin="2468\n")
    registering("6101", password_in(told)).wait_for("registered")
    assert "6101@" in switch.api("sofia status profile phones reg")
    assert switch.pid == pid
    assert password_in(told) not in switch.log


def test_a_phone_with_another_password_does_not_register(
    agents: Fsapp, registering: Callable[[str, str], Caller]
) -> None:
    agents("add", "6102", "--name", "韩梅梅", "--pin-file", "-", stdin="2468\n")
    registering("6102", "a-password-that-is-wrong").wait_for("refused")


def test_a_new_password_takes_the_place_of_the_old_one_at_once(
    agents: Fsapp, registering: Callable[[str, str], Caller], tmp_path: Path
) -> None:
    old = password_in(agents("add", "6103", "--name", "Lucy", "--pin-file", "-", stdin="2468\n"))
    (tmp_path / "password").write_text("a-new-password-of-hers")
    agents("set", "6103", "--password-file", str(tmp_path / "password"))
    phone = registering("6103", old)
    phone.wait_for("refused")
    phone.close()
    registering("6103", "a-new-password-of-hers").wait_for("registered")


def test_the_phone_of_a_dismissed_agent_does_not_register(
    agents: Fsapp, registering: Callable[[str, str], Caller]
) -> None:
    password = password_in(agents("add", "6104", "--name", "Lily", "--pin-file", "-", stdin="2468\n"))
    agents("remove", "6104")
    registering("6104", password).wait_for("refused")


def test_an_agent_who_moves_to_another_phone_registers_there_alone(
    agents: Fsapp, registering: Callable[[str, str], Caller]
) -> None:
    old = password_in(agents("add", "6105", "--name", "Jim", "--pin-file", "-", stdin="2468\n"))
    new = password_in(agents("set", "6105", "--extension", "6106"))
    registering("6105", old).wait_for("refused")
    registering("6106", new).wait_for("registered")
