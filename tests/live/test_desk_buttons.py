"""The buttons that a telephone has of its own, in a talk that a queue gave: hold, transfer, hanging up."""

import pytest

from tests.live.caller import Caller
from tests.live.office import CALLER_TONE, Office, hears, hears_music, hears_not

SERVICE = "7101"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return (("1041", "--queue", "service", "--wrap-up", "0"), ("1042", "--wrap-up", "0"))


@pytest.fixture
def talk(office: Office, number: str) -> tuple[Caller, Caller]:
    """Agent 1041 and a caller."""
    return office.talk("1041", number, SERVICE)


def on_hold(agent: Caller, caller: Caller) -> None:
    agent.hold(True)
    caller.forget()
    hears_music(caller)


def test_the_hold_button_lets_the_caller_hear_music_until_it_is_pressed_again(
    office: Office, talk: tuple[Caller, Caller]
) -> None:
    agent, caller = talk
    on_hold(agent, caller)
    caller.forget()
    hears_music(caller)
    hears_not(caller, office.tone("1041"))
    agent.hold(False)
    hears(caller, office.tone("1041"))
    agent.forget()
    hears(agent, CALLER_TONE)


def test_an_agent_who_hangs_up_with_the_caller_on_hold_leaves_the_caller_to_the_flow(
    office: Office, talk: tuple[Caller, Caller]
) -> None:
    agent, caller = talk
    on_hold(agent, caller)
    agent.hang_up()
    office.hear_words(caller, "通话已经结束，感谢您的来电。")
    caller.wait_for("ended")
    office.wait("1041", "available")


@pytest.mark.parametrize("held", [False, True])
def test_the_transfer_button_is_refused_and_the_caller_stays(
    office: Office, talk: tuple[Caller, Caller], held: bool
) -> None:
    """What the switch would do with a REFER: tests/live/test_detours.py. The code does what the button does not."""
    agent, caller = talk
    other = office.agent("1042", "--answer")
    if held:
        on_hold(agent, caller)
    agent.refer(f"sip:1042@{office.switch.registrar}")
    assert agent.wait_for("referred") == "referred 405"
    if held:
        agent.hold(False)
    caller.forget()
    hears(caller, office.tone("1041"))
    assert not other.events("from")
    agent.press("*411042#")
    agent.wait_for("ended")
    hears(caller, office.tone("1042"))
