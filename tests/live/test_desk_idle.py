"""Every code that an idle agent dials, at real telephones on a real switch."""

from collections.abc import Callable

import pytest

from tests.live.caller import Caller, until
from tests.live.office import CALLER_TONE, PIN, Office, hears

SERVICE, SALES = "7101", "7102"
OUTSIDE = "057188880000"
WRONG_PIN = "90417"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return (
        ("1011", "--queue", "service", "--wrap-up", "0"),
        ("1012", "--queue", "service", "--wrap-up", "0"),
        ("1013", "--queue", "service", "--wrap-up", "60"),
        ("1014", "--queue", "service", "--wrap-up", "0"),
        ("1015", "--language", "en"),
    )


def sign_in(office: Office, phone: Caller, agent: str) -> None:
    office.dial(phone, f"*11{agent}")
    office.begins(phone, "desk_ask_pin")
    phone.press(f"{PIN}#")


# Signing in and out.


def test_signing_in_asks_for_number_and_pin(office: Office) -> None:
    phone = office.at("1011")
    office.dial(phone, "*11")
    office.begins(phone, "desk_ask_own_number")
    phone.press("1011#")
    office.begins(phone, "desk_ask_pin")
    phone.press(f"{PIN}#")
    office.hear(phone, "desk_signed_in")
    phone.wait_for("ended")
    office.wait("1011", "available")
    assert office.seen("1011")["phone"] == "1011"


def test_an_agent_signs_in_at_any_phone_and_moves_to_another(office: Office) -> None:
    first, second = office.at("1012"), office.at("1011")
    sign_in(office, first, "1014")
    office.hear(first, "desk_signed_in")
    assert office.seen("1014")["phone"] == "1012"
    sign_in(office, second, "1014")
    office.hear(second, "desk_signed_in", "desk_moved_from")
    second.wait_for("ended")
    office.wait("1014", "available")
    assert office.seen("1014")["phone"] == "1011"


def test_three_wrong_pins_rest_the_number_and_stand_nowhere(office: Office) -> None:
    phone = office.at("1012")
    office.dial(phone, "*111015")
    for said in ("desk_no_wrong_pin", "desk_no_wrong_pin", "desk_no_resting"):
        office.begins(phone, "desk_ask_pin")
        phone.press(f"{WRONG_PIN}#")
        office.hear(phone, said)
        phone.forget()
    phone.wait_for("ended")
    office.dial_and_hear(phone, "*111015", "desk_no_resting")
    assert office.seen("1015")["state"] == "offline"
    assert WRONG_PIN not in office.engine.log
    assert WRONG_PIN not in office.switch.log


def test_signing_out(office: Office) -> None:
    phone = office.agent("1011")
    office.dial_and_hear(phone, "*10", "desk_signed_out")
    assert office.seen("1011")["state"] == "offline"
    office.dial_and_hear(phone, "*12", "desk_no_not_signed_in")


# Ready, busy, away.


def test_busy_and_ready_again(office: Office) -> None:
    phone = office.agent("1011")
    office.dial_and_hear(phone, "*13", "desk_busy")
    office.wait("1011", "on_break")
    assert office.seen("1011")["reason"] == "busy"
    office.dial_and_hear(phone, "*12", "desk_ready")
    office.wait("1011", "available")


def test_away_asks_for_the_reason_unless_it_was_dialled(office: Office) -> None:
    phone = office.agent("1011")
    office.dial(phone, "*14")
    office.begins(phone, "desk_ask_break_reason")
    phone.press("9#")
    office.hear(phone, "desk_no_unknown_item")
    phone.press("1#")
    office.hear(phone, "desk_away")
    office.wait("1011", "on_break")
    assert office.seen("1011")["reason"] == "lunch"
    office.dial_and_hear(phone, "*142", "desk_away")
    assert office.seen("1011")["reason"] == "rest"


def test_wrap_up_is_extended_and_ended(office: Office, number: str) -> None:
    phone, caller = office.talk("1013", number, SERVICE)
    caller.hang_up()
    office.wait("1013", "wrap_up")
    office.dial_and_hear(phone, "*16", "desk_wrap_up_extended")
    assert office.seen("1013")["state"] == "wrap_up"
    office.dial_and_hear(phone, "*15", "desk_wrap_up_ended")
    office.wait("1013", "available")
    office.dial_and_hear(phone, "*15", "desk_no_not_in_wrap_up")


# How the phone answers, and when an agent is ready.


def test_a_phone_that_is_to_answer_by_itself_is_told_so(office: Office, number: str) -> None:
    phone = office.agent("1012")
    office.dial_and_hear(phone, "*171", "desk_answer_automatic")
    caller = office.caller(number, SERVICE)
    phone.wait_for("from")
    assert any("answer-after=0" in each for each in phone.events("header"))
    caller.hang_up()
    office.wait("1012", "available")
    office.dial_and_hear(phone, "*170", "desk_answer_manual")
    office.dial_and_hear(phone, "*170", "desk_no_already_so")


def test_an_agent_who_is_to_say_so_is_ready_only_then(office: Office, number: str) -> None:
    phone = office.agent("1011")
    office.dial_and_hear(phone, "*180", "desk_ready_manual")
    caller = office.caller(number, SERVICE)
    phone.wait_for("from")
    phone.answer()
    hears(phone, CALLER_TONE)
    caller.hang_up()
    office.wait("1011", "wrap_up")
    office.dial_and_hear(phone, "*181", "desk_ready_automatic")
    office.dial_and_hear(phone, "*12", "desk_ready")
    office.wait("1011", "available")


# What the desk reads out.


def test_the_own_state_is_read_out(office: Office) -> None:
    phone = office.agent("1011")
    office.dial_and_hear(phone, "*20", "desk_state_available", "desk_since", "desk_calls_taken")
    office.set("1011", "busy", reason="lunch")
    office.dial_and_hear(phone, "*20", "desk_state_on_break")


def test_an_agent_is_spoken_to_in_the_own_language(office: Office) -> None:
    phone = office.agent("1015")
    office.dial(phone, "*20")
    office.hear(phone, "desk_state_available", language="en")


def test_who_is_on_duty_and_how_many_wait_is_read_out(office: Office, number: str) -> None:
    phone = office.agent("1015")
    office.set("1015", "out")
    office.set("1011", "in", phone="1015")
    office.set("1011", "busy")
    office.caller(number, SERVICE).wait_for("answered")
    said = ("desk_status_on_duty", "desk_status_ready", "desk_status_away", "desk_status_waiting")
    office.dial_and_hear(phone, "*21", *said)


def test_the_last_callers_data_are_read_out(office: Office, number: str) -> None:
    phone, caller = office.talk("1011", number, SERVICE)
    caller.hang_up()
    office.wait("1011", "available")
    office.dial(phone, "*22")
    office.hear(phone, "desk_last_caller", "desk_last_queue")
    office.hear_words(phone, "幺二三，四五六，七八九零")


# Calls that an agent makes.


def test_an_agent_calls_a_colleague(office: Office) -> None:
    phone, colleague = office.agent("1011"), office.agent("1012", "--answer")
    office.dial(phone, "*231012")
    hears(phone, office.tone("1012"))
    hears(colleague, office.tone("1011"))
    assert office.seen("1012")["reason"] == "other_call"
    phone.hang_up()
    office.wait("1012", "available")
    office.wait("1011", "available")
    office.dial_and_hear(phone, "*231013", "desk_no_agent_offline")


def test_an_agent_calls_an_outside_number(office: Office, phone: Callable[..., Caller], carrier_port: int) -> None:
    outside = phone(OUTSIDE, "--port", str(carrier_port), "--answer", "--play", str(office.speech(CALLER_TONE)))
    desk = office.agent("1011")
    office.dial(desk, f"*24{OUTSIDE}")
    hears(desk, CALLER_TONE)
    hears(outside, office.tone("1011"))
    outside.hang_up()
    office.wait("1011", "available")
    office.dial(desk, "*24008613800138000")
    office.hear(desk, "desk_no_number_not_allowed")


def test_an_agent_picks_the_first_of_a_queue(office: Office, number: str) -> None:
    phone, caller = office.agent("1011"), office.caller(number, SALES)
    until(lambda: office.engine.floor()["queues"]["sales"]["waiting"] == 1, 5, "caller in the queue")
    office.dial(phone, "*252")
    hears(phone, CALLER_TONE)
    hears(caller, office.tone("1011"))
    assert office.seen("1011")["state"] == "talking"
    phone.hang_up()
    caller.wait_for("ended")
    assert office.engine.cdr(number).disposition != "hung_up"
    office.wait("1011", "available")
    office.dial_and_hear(phone, "*252", "desk_no_nobody_waits")


# What is refused.


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("*99", "desk_no_unknown_code"),
        ("*31", "desk_no_only_in_talk"),
        ("*811012", "desk_no_not_supervisor"),
        ("*251", "desk_no_nobody_waits"),
        ("*12", "desk_no_already_ready"),
        ("*22", "desk_no_no_contact"),
    ],
)
def test_a_code_that_does_not_fit_is_refused_with_a_sentence(office: Office, code: str, refusal: str) -> None:
    phone = office.agent("1014")
    office.dial_and_hear(phone, code, refusal)
    office.wait("1014", "available")
