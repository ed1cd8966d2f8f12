"""Messages that callers leave on the real switch: kept, shown by the phone's lamp, heard from a phone."""

import json
from pathlib import Path
from typing import Any

import pytest

from fsapp.domain.spoken import digits
from fsapp.domain.voicemail import Message
from fsapp.store.voicemails import Voicemails
from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.office import CALLER_TONE, Office, hears

AGENT = "2201"
FOR_AGENT, FOR_QUEUE, COMPLAINT = "7041", "7042", "7043"
MINE, OURS = f"agent:{AGENT}", "queue:live"
FAREWELL = "感谢您的来电，祝您生活愉快，再见。"


pytestmark = pytest.mark.timeout(120)
"""Seconds: whole announcements are listened to."""


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((AGENT, "--queue", "live:1"),)


@pytest.fixture
def voicemails(engine: Engine) -> Voicemails:
    return Voicemails(f"sqlite:///{engine.data / 'fsapp.db'}")


def left(voicemails: Voicemails, number: str) -> Message:
    """The message that this caller left, once it is there."""

    def found() -> list[Message]:
        return [each for each in voicemails.of((MINE, OURS)) if each.caller == number]

    until(lambda: bool(found()), 8, f"message of {number}")
    (message,) = found()
    return message


def lamp(phone: Caller, state: str) -> None:
    """Waits until the phone was told this last."""
    until(lambda: phone.events("lamp")[-1:] == [f"lamp {state}"], 8, f"lamp {state} at {phone.number}")


def speaks_a_message(office: Office, number: str, called: str) -> Caller:
    """Hears the greeting and says the callers' tone for some seconds."""
    before = office.recorded("voicemail")
    caller = office.caller(number, called)
    caller.hear(office.prompt("voicemail_greeting"), within=40)
    until(lambda: office.recorded("voicemail") > before + 2, 12, "two seconds of message")
    return caller


def test_a_message_lights_the_lamp_and_is_heard_from_the_phone(
    office: Office, voicemails: Voicemails, number: str
) -> None:
    phone = office.agent(AGENT)
    lamp(phone, "no 0/0 (0/0)")
    caller = speaks_a_message(office, number, FOR_AGENT)
    caller.hang_up()
    message = left(voicemails, number)
    assert (message.mailbox, message.state, message.urgent) == (MINE, "new", False)
    assert hearing.seconds_of_tone(hearing.sound(Path(message.path)), CALLER_TONE) > 1.5
    lamp(phone, "yes 1/0 (0/0)")
    office.dial(phone, "*26")
    hears(phone, CALLER_TONE, within=20)
    office.begins(phone, "desk_message_choices")
    phone.press("2")
    office.hear(phone, "desk_messages_end")
    lamp(phone, "no 0/1 (0/0)")
    assert left(voicemails, number).changed_by == AGENT


def test_a_phone_that_is_started_anew_is_told_of_its_lamp(office: Office, voicemails: Voicemails, number: str) -> None:
    phone = office.agent(AGENT)
    speaks_a_message(office, number, FOR_AGENT).hang_up()
    left(voicemails, number)
    until(lambda: "lamp yes" in phone.events("lamp")[-1], 8, "lamp")
    shown = phone.events("lamp")[-1]
    phone.close()
    lamp(office.at(AGENT), shown.removeprefix("lamp "))


def test_a_message_for_a_queue_is_reviewed_marked_as_urgent_and_deleted_by_an_agent(
    office: Office, voicemails: Voicemails, number: str
) -> None:
    phone = office.agent(AGENT)
    caller = speaks_a_message(office, number, FOR_QUEUE)
    caller.press("#")
    office.begins(caller, "voicemail_choices")
    caller.press("3")
    office.begins(caller, "voicemail_choices")
    caller.press("#")
    caller.hear(Path(office.studio.say(FAREWELL, "zh").path))
    caller.wait_for("ended")
    message = left(voicemails, number)
    assert (message.mailbox, message.urgent) == (OURS, True)
    office.dial(phone, "*26")
    hears(phone, CALLER_TONE, within=20)
    assert phone.has_heard(office.prompt("desk_message_urgent"))
    phone.press("3")
    until(lambda: not Path(message.path).exists(), 10, "end of the deleted file")
    phone.hang_up()
    assert [each for each in voicemails.of((OURS,)) if each.caller == number] == []


def ticket_of(engine: Engine, number: str) -> dict[str, Any]:
    """The only ticket of a caller, as a person sees it."""
    (line,) = engine.command("tickets", "list", "--customer", number, "--json").splitlines()
    return dict(json.loads(line))


def test_a_complaint_that_is_spoken_becomes_a_ticket(office: Office, number: str) -> None:
    engine = office.engine
    engine.command("customers", "add", "--name", "李雷", "--number", number)
    caller = speaks_a_message(office, number, COMPLAINT)
    caller.press("#")
    office.begins(caller, "voicemail_choices")
    caller.press("3")
    office.begins(caller, "voicemail_choices")
    caller.press("#")
    caller.wait_for("ended", within=30)
    ticket = ticket_of(engine, number)
    (cdr,) = engine.cdrs(number)
    assert (ticket["kind"], ticket["state"], ticket["channel"]) == ("complaint", "new", "message")
    assert (ticket["call"], ticket["ani"], "urgent" in ticket["text"]) == (cdr.uuid, number, True)
    assert ticket["customer"]
    (message,) = ticket["attachments"]
    assert hearing.seconds_of_tone(hearing.sound(Path(message)), CALLER_TONE) > 1.5
    spoken = f"您的工单号是{digits(ticket['number'], 'zh')}。"
    assert caller.has_heard(Path(office.studio.say(spoken, "zh").path))


def test_who_hangs_up_in_a_complaint_has_made_a_ticket_too(office: Office, number: str) -> None:
    caller = speaks_a_message(office, number, COMPLAINT)
    caller.hang_up()
    office.engine.cdr(number)
    ticket = ticket_of(office.engine, number)
    assert (ticket["kind"], len(ticket["attachments"]), Path(ticket["attachments"][0]).exists()) == (
        "complaint",
        1,
        True,
    )


def test_silence_is_no_message(office: Office, voicemails: Voicemails, number: str) -> None:
    caller = office.phone(number)
    caller.call(f"sip:{FOR_QUEUE}@{office.switch.trunk}")
    caller.wait_for("ended", within=30)
    assert not [each for each in voicemails.of((OURS,)) if each.caller == number]
