"""Callers in a queue and agents at real telephones, on a real switch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.switch import Switch

QUEUE = "7001"
PASSWORD = "correct-horse-battery"
AGENTS = ("2001", "2002", "2003")


@pytest.fixture(scope="module")
def speeches(root: Path) -> list[Path]:
    """What each agent says, and last the caller: noises that nobody takes for another."""
    return [
        hearing.write(root / f"speech{seed}.wav", np.random.default_rng(seed).normal(0, 3000, 2 * hearing.RATE))
        for seed in range(4)
    ]


@pytest.fixture(scope="module")
def centre(engine: Engine) -> Iterator[Engine]:
    """An engine with three agents on its books."""
    for agent in AGENTS:
        engine.command(
            "agents", "add", agent, "--name", f"座席{agent}", "--pin", "5823", "--queue", "live:1",
            "--password-file", "-", stdin=PASSWORD,
        )  # fmt: skip
    yield engine
    for agent in AGENTS:
        engine.command("agents", "remove", agent)


@pytest.fixture
def desk(
    centre: Engine, switch: Switch, phone: Callable[..., Caller], speeches: list[Path]
) -> Iterator[Callable[..., Caller]]:
    """A registered phone with its agent signed in and ready: `desk("2001")`."""
    signed_in: list[str] = []

    def make(agent: str, *options: str) -> Caller:
        account = ["--user", agent, "--password", PASSWORD, "--registrar", switch.registrar]
        made = phone(agent, *account, "--play", str(speeches[AGENTS.index(agent)]), *options)
        made.wait_for("registered")
        centre.command("agents", "state", agent, "in")
        signed_in.append(agent)
        until(lambda: centre.agent(agent)["state"] in ("available", "offered"), 5, f"agent {agent} on duty")
        return made

    yield make
    for agent in signed_in:
        centre.command("agents", "state", agent, "out")


@pytest.fixture
def caller(phone: Callable[..., Caller], switch: Switch, number: str, speeches: list[Path]) -> Caller:
    calling = phone(number, "--play", str(speeches[3]))
    calling.call(f"sip:{QUEUE}@{switch.trunk}")
    return calling


def test_the_agents_phone_rings_they_talk_and_the_flow_goes_on(
    centre: Engine, desk: Callable[..., Caller], caller: Caller, speeches: list[Path]
) -> None:
    agent = desk("2001")
    caller.wait_for("answered")
    agent.wait_for("from")
    agent.answer()
    agent.hear(speeches[3])
    caller.hear(speeches[0])
    assert centre.agent("2001")["state"] == "talking"
    agent.hang_up()
    caller.wait_for("ended")
    cdr = centre.cdr(caller.number)
    assert (cdr.disposition, cdr.hangup_party) == ("served", "engine")
    until(lambda: centre.agent("2001")["state"] == "available", 3, "agent free again")
