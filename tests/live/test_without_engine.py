"""What FreeSWITCH does by itself while no engine runs: somebody answers, and there is never silence."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.switch import Switch


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """Five seconds that nobody else says."""
    return hearing.write(tmp_path / "speech.wav", np.random.default_rng(7).normal(0, 3000, 5 * hearing.RATE))


def test_the_configuration_starts_without_a_complaint(switch: Switch) -> None:
    said = switch.log.partition("sofia/")[0]  # until the first call
    assert "Loaded [mod_event_socket]" in said
    assert [line for line in said.splitlines() if re.search(r"\[(ERR|CRIT|ALERT)\]", line)] == []


def test_a_caller_hears_a_chime_then_the_apology_and_never_silence(
    switch: Switch, phone: Callable[..., Caller]
) -> None:
    caller = phone("13800138000")
    caller.call(f"sip:95598@{switch.trunk}")
    caller.wait_for("ended", within=25)
    heard = caller.heard()
    assert hearing.seconds_of_tone(heard, 880) == pytest.approx(4 * 0.25, abs=0.3)
    assert hearing.seconds_of_tone(heard, 1400) == pytest.approx(3 * 0.33, abs=0.3)
    assert hearing.longest_silence(heard) < 3


def test_a_caller_reaches_the_operator(
    switch: Switch, phone: Callable[..., Caller], operator: Callable[[Path], Caller], speech: Path
) -> None:
    answering = operator(speech)
    caller = phone("13800138000")
    caller.call(f"sip:95598@{switch.trunk}")
    answering.wait_for("answered", within=25)
    caller.hear(speech)
    caller.hang_up()
    answering.wait_for("ended")


def test_the_switch_keeps_a_record_of_its_own(switch: Switch, phone: Callable[..., Caller]) -> None:
    caller = phone("13911112222")
    caller.call(f"sip:95599@{switch.trunk}")
    caller.wait_for("ringing")
    caller.hang_up()

    def recorded() -> bool:
        return "13911112222" in [cdr["variables"].get("sip_from_user") for cdr in switch.cdrs()]

    until(recorded, 5, "record of FreeSWITCH's own")
