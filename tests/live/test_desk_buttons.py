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


# The transfer button. What the switch by itself would do with a REFER: tests/live/test_detours.py.


def transfers(office: Office, agent: Caller, number: str) -> None:
    """The telephone asks the switch, which refuses; the engine heard it all the same."""
    agent.forget()
    agent.refer(f"sip:{number}@{office.switch.registrar}")
    assert agent.wait_for("referred") == "referred 405"


@pytest.mark.parametrize("held", [False, True])
def test_the_transfer_button_sends_the_caller_to_another_agent(
    office: Office, talk: tuple[Caller, Caller], held: bool
) -> None:
    agent, caller = talk
    other = office.agent("1042", "--answer")
    if held:
        on_hold(agent, caller)
    transfers(office, agent, "1042")
    agent.wait_for("ended")
    hears(other, CALLER_TONE)
    hears(caller, office.tone("1042"))
    office.wait("1041", "available")
    assert office.seen("1042")["state"] == "talking"


def test_the_transfer_button_sends_the_caller_to_a_label_of_the_flow(
    office: Office, talk: tuple[Caller, Caller]
) -> None:
    agent, caller = talk
    transfers(office, agent, "*442")
    office.hear_words(caller, "本月电费已经结清。")
    agent.wait_for("ended")


def test_a_number_that_is_not_allowed_leaves_the_caller_with_the_agent(
    office: Office, talk: tuple[Caller, Caller]
) -> None:
    agent, caller = talk
    transfers(office, agent, "008613800138000")
    office.hear(agent, "desk_no_number_not_allowed")
    caller.forget()
    hears(caller, office.tone("1041"))
    assert office.seen("1041")["state"] == "talking"


def test_two_calls_of_a_telephone_become_one(office: Office, talk: tuple[Caller, Caller]) -> None:
    """The agent holds the caller, calls a colleague on the second line, and presses the button."""
    agent, caller = talk
    other = office.agent("1042", "--answer")
    on_hold(agent, caller)
    agent.call_too(f"sip:*231042@{office.switch.registrar}")
    hears(other, office.tone("1041"))
    agent.connect_calls()
    assert agent.wait_for("referred") == "referred 405"
    agent.wait_for("ended")
    for each in (caller, other):
        each.forget()
    hears(caller, office.tone("1042"))
    hears(other, CALLER_TONE)
    office.wait("1041", "available")
    assert office.seen("1042")["state"] == "talking"
    other.hang_up()
    caller.wait_for("ended")
    office.wait("1042", "available")
