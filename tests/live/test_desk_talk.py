"""What an agent keys in a talk, and what each side hears of it: real telephones on a real switch."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.store.queue_log import LogFilter, QueueLog
from tests.live.caller import Caller, until
from tests.live.office import CALLER_TONE, Office, hears, hears_music, hears_not

SERVICE = "7101"
OUTSIDE = "057188880000"
CALLERS_PIN = "58204917"
CARD = "6222021300"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return (
        ("1021", "--queue", "service", "--wrap-up", "0"),
        ("1022", "--queue", "sales", "--wrap-up", "0"),
        ("1023", "--supervisor", "--wrap-up", "0"),
    )


@pytest.fixture
def talk(office: Office, number: str) -> tuple[Caller, Caller]:
    """Agent 1021 and a caller."""
    return office.talk("1021", number, SERVICE)


@pytest.fixture
def outside(office: Office, phone: Callable[..., Caller], carrier_port: int) -> Caller:
    """Whoever is called through the gateway."""
    return phone(OUTSIDE, "--port", str(carrier_port), "--play", str(office.speech(office.tone("1023"))))


def key(phone: Caller, keys: str, *others: Caller) -> None:
    """Keys a code; what anybody heard before does not count."""
    phone.press(keys)
    for each in (phone, *others):
        each.forget()


def stands_nowhere(root: Path, keys: str) -> None:
    """In no file of the engine or the switch, once the calls are over."""
    for file in (each for each in root.rglob("*") if each.is_file() and "speech" not in each.parts):
        assert keys.encode() not in file.read_bytes(), file


def answers(phone: Caller) -> None:
    phone.wait_for("from")
    phone.answer()
    phone.wait_for("answered")


# Hold.


def test_hold_and_take_back(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    key(agent, "*31")
    office.hear(agent, "desk_held")
    caller.forget()
    hears_music(caller)
    hears_not(caller, office.tone("1021"))
    agent.press("*30")
    hears(caller, office.tone("1021"))
    agent.forget()
    hears(agent, CALLER_TONE)
    assert office.seen("1021")["state"] == "talking"


# Sending the caller on.


def test_the_caller_goes_to_another_agent(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*411022#")
    agent.wait_for("ended")
    office.wait("1021", "available")
    answers(other)
    hears(other, CALLER_TONE)
    hears(caller, office.tone("1022"))
    assert office.seen("1022")["state"] == "talking"
    other.hang_up()
    caller.wait_for("ended")
    office.wait("1022", "available")


def test_the_caller_goes_to_another_queue(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*422")
    agent.wait_for("ended")
    answers(other)
    hears(caller, office.tone("1022"))
    other.hang_up()
    caller.wait_for("ended")


def test_the_caller_goes_to_an_outside_number(office: Office, talk: tuple[Caller, Caller], outside: Caller) -> None:
    agent, caller = talk
    key(agent, f"*43{OUTSIDE}#")
    agent.wait_for("ended")
    answers(outside)
    hears(outside, CALLER_TONE)
    hears(caller, office.tone("1023"))
    office.wait("1021", "available")
    outside.hang_up()
    caller.wait_for("ended")


def test_a_number_that_is_not_allowed_leaves_the_caller_with_the_agent(
    office: Office, talk: tuple[Caller, Caller]
) -> None:
    agent, _ = talk
    key(agent, "*43008613800138000#")
    office.hear(agent, "desk_no_number_not_allowed")
    agent.forget()
    hears(agent, CALLER_TONE)


def test_the_caller_goes_to_a_label_of_the_flow(office: Office, talk: tuple[Caller, Caller], number: str) -> None:
    agent, caller = talk
    key(agent, "*442", caller)
    office.hear_words(caller, "本月电费已经结清。")
    caller.wait_for("ended")
    office.wait("1021", "available")
    assert office.engine.cdr(number).disposition == "told_the_bill"


def test_the_caller_keys_a_pin_that_nobody_sees_and_is_back(
    office: Office, talk: tuple[Caller, Caller], number: str, root: Path
) -> None:
    agent, caller = talk
    key(agent, "*451", caller)
    office.begins(caller, "enter_account")
    agent.forget()
    caller.press(CALLERS_PIN)
    hears(agent, CALLER_TONE)
    caller.forget()
    hears(caller, office.tone("1021"))
    agent.hang_up()
    caller.wait_for("ended")
    assert office.engine.cdr(number).tags["verified"] == "yes"
    assert not agent.events("key")
    stands_nowhere(root, CALLERS_PIN)
    assert all(f"RECV DTMF {digit}:" not in line for line in office.switch.log_of(number) for digit in CALLERS_PIN)


def test_an_agent_who_does_not_wait_for_the_pin_leaves_the_caller_to_the_flow(
    office: Office, talk: tuple[Caller, Caller], number: str
) -> None:
    agent, caller = talk
    key(agent, "*451", caller)
    office.begins(caller, "enter_account")
    agent.hang_up()
    caller.press(CALLERS_PIN)
    office.hear_words(caller, "通话已经结束，感谢您的来电。")
    caller.wait_for("ended")
    office.wait("1021", "available")


# Asking somebody first.


def test_an_agent_asks_a_colleague_and_hands_the_caller_over(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*511022#", caller)
    answers(other)
    hears(other, office.tone("1021"))
    agent.forget()
    hears(agent, office.tone("1022"))
    hears_not(agent, CALLER_TONE)
    caller.forget()
    hears_music(caller)
    hears_not(caller, office.tone("1021"), office.tone("1022"))
    agent.press("*54")
    agent.wait_for("ended")
    hears(caller, office.tone("1022"))
    office.wait("1021", "available")
    assert office.seen("1022")["state"] == "talking"
    other.hang_up()
    caller.wait_for("ended")
    office.wait("1022", "available")


def test_an_agent_takes_the_caller_back_from_a_consultation(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*522", caller)
    answers(other)
    hears(other, office.tone("1021"))
    agent.press("*50")
    other.wait_for("ended")
    caller.forget()
    hears(caller, office.tone("1021"))
    office.wait("1022", "available")


def test_who_does_not_answer_a_consultation_gives_the_caller_back(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*511022#", caller)
    other.wait_for("from")
    other.refuse(486)
    office.hear(agent, "desk_no_busy")
    caller.forget()
    hears(caller, office.tone("1021"))


def test_an_outside_number_is_asked_and_gets_the_caller(
    office: Office, talk: tuple[Caller, Caller], outside: Caller
) -> None:
    agent, caller = talk
    key(agent, f"*53{OUTSIDE}#", caller)
    answers(outside)
    hears(outside, office.tone("1021"))
    agent.press("*54")
    agent.wait_for("ended")
    hears(caller, office.tone("1023"))
    office.wait("1021", "available")


def test_a_conference_of_three(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*511022#", caller)
    answers(other)
    hears(other, office.tone("1021"))
    agent.press("*55")
    office.hear(agent, "desk_conference")
    for each in (agent, caller, other):
        each.forget()
    hears(caller, office.tone("1021"), office.tone("1022"))
    hears(agent, CALLER_TONE, office.tone("1022"))
    hears(other, CALLER_TONE, office.tone("1021"))


def test_an_agent_leaves_the_other_two_of_a_conference_talking(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*511022#", caller)
    answers(other)
    hears(other, office.tone("1021"))
    agent.press("*55")
    hears(other, CALLER_TONE)
    agent.hang_up()
    for each in (caller, other):
        each.forget()
    hears(other, CALLER_TONE)
    hears(caller, office.tone("1022"))
    office.wait("1021", "available")
    assert office.seen("1022")["state"] == "talking"


def test_an_agent_who_hangs_up_while_consulting_leaves_the_caller_to_the_other(
    office: Office, talk: tuple[Caller, Caller]
) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*511022#", caller)
    answers(other)
    hears(other, office.tone("1021"))
    agent.hang_up()
    hears(other, CALLER_TONE)
    hears(caller, office.tone("1022"))
    office.wait("1021", "available")
    assert office.seen("1022")["state"] == "talking"


def test_an_agent_who_hangs_up_while_the_other_rings_leaves_the_caller_to_the_other(
    office: Office, talk: tuple[Caller, Caller]
) -> None:
    agent, caller = talk
    other = office.agent("1022")
    key(agent, "*511022#", caller)
    other.wait_for("from")
    agent.hang_up()
    office.wait("1021", "available")
    other.answer()
    hears(caller, office.tone("1022"))
    assert office.seen("1022")["state"] == "talking"


# What is sent, played, asked for, noted.


def test_keys_go_to_the_caller_and_stand_nowhere(office: Office, talk: tuple[Caller, Caller], root: Path) -> None:
    agent, caller = talk
    key(agent, f"*33{CARD}#")
    until(lambda: [each.split()[1] for each in caller.events("key")] == list(CARD), 9, "keys at the caller's")
    agent.hang_up()
    caller.wait_for("ended")
    office.wait("1021", "available")
    office.switch.wait_empty(3)
    stands_nowhere(root, CARD)


def test_both_hear_a_prompt(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    key(agent, "*342", caller)
    office.hear(caller, "goodbye")
    office.hear(agent, "goodbye")
    key(agent, "*35101", caller)
    office.begins(caller, "ways_to_pay")


def test_a_supervisor_is_called_in_and_all_three_hear_one_another(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    supervisor = office.agent("1023")
    key(agent, "*32")
    office.hear(agent, "desk_help_called")
    answers(supervisor)
    for each in (agent, caller, supervisor):
        each.forget()
    hears(supervisor, CALLER_TONE, office.tone("1021"))
    hears(caller, office.tone("1021"), office.tone("1023"))
    hears(agent, CALLER_TONE, office.tone("1023"))
    supervisor.hang_up()
    caller.forget()
    hears(caller, office.tone("1021"))
    office.wait("1023", "available")


def test_disposition_wrap_up_code_and_ticket_stand_in_the_records(
    office: Office, talk: tuple[Caller, Caller], number: str
) -> None:
    agent, caller = talk
    for keys in ("*711", "*722", "*7320261124#"):
        key(agent, keys)
        office.hear(agent, "desk_noted")
    caller.hang_up()
    cdr = office.engine.cdr(number)
    assert cdr.disposition == "solved"
    assert (cdr.tags["wrap_up_code"], cdr.tags["ticket"]) == ("fault", "20261124")
    office.wait("1021", "available")
    log = QueueLog(f"sqlite:///{office.engine.data / 'fsapp.db'}")

    def noted() -> set[str]:
        events = log.events(LogFilter(agent="1021"))
        return {str(each.fields.get("what")) for each in events if each.fields.get("call") == cdr.uuid}

    until(lambda: {"disposition", "wrap_up_code", "ticket"} <= noted(), 5, "notes in the queue log")


def test_recording_is_begun_masked_and_ended(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, _ = talk
    for code, said in (("*61", "start"), ("*62", "mask"), ("*63", "unmask"), ("*60", "stop")):
        key(agent, code)
        office.hear(agent, f"desk_recording_{said}")


def test_an_agent_who_signs_out_in_a_talk_is_signed_out_after_it(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    key(agent, "*10")
    office.hear(agent, "desk_signs_out_after")
    assert office.seen("1021")["state"] == "talking"
    caller.hang_up()
    office.wait("1021", "offline")


def test_a_break_that_is_keyed_in_a_talk_begins_after_it(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    key(agent, "*13")
    office.hear(agent, "desk_busy_after")
    caller.hang_up()
    office.wait("1021", "on_break")
