"""What a supervisor dials, and who hears whom then: real telephones on a real switch."""

import pytest

from tests.live.caller import Caller, until
from tests.live.office import CALLER_TONE, Office, hears, hears_not

SERVICE = "7101"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return (
        ("1031", "--queue", "service", "--wrap-up", "0"),
        ("1032", "--wrap-up", "0"),
        ("1033", "--supervisor", "--wrap-up", "0"),
    )


@pytest.fixture
def talk(office: Office, number: str) -> tuple[Caller, Caller]:
    """Agent 1031 and a caller."""
    return office.talk("1031", number, SERVICE)


def dials_into(office: Office, code: str, said: str, *talkers: Caller) -> Caller:
    """The supervisor's phone, once it is in the talk."""
    supervisor = office.agent("1033")
    office.dial(supervisor, code)
    office.hear(supervisor, said)
    for each in (supervisor, *talkers):
        each.forget()
    return supervisor


def waiting(office: Office) -> int:
    count: int = office.engine.floor()["queues"]["service"]["waiting"]
    return count


# In a talk.


def test_who_listens_hears_both_and_is_heard_by_nobody(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    supervisor = dials_into(office, "*811031", "desk_listening", agent, caller)
    hears(supervisor, CALLER_TONE, office.tone("1031"))
    supervisor.press("3")  # by itself the switch would let both hear the supervisor from here on
    caller.forget()
    hears(caller, office.tone("1031"))
    hears(agent, CALLER_TONE)
    hears_not(caller, office.tone("1033"))
    hears_not(agent, office.tone("1033"))
    supervisor.hang_up()
    office.wait("1033", "available")
    caller.forget()
    hears(caller, office.tone("1031"))


def test_who_whispers_is_heard_by_the_agent_alone(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    supervisor = dials_into(office, "*821031", "desk_whispering", agent, caller)
    hears(agent, office.tone("1033"), CALLER_TONE)
    hears(supervisor, CALLER_TONE, office.tone("1031"))
    hears(caller, office.tone("1031"))
    hears_not(caller, office.tone("1033"))


def test_who_barges_in_is_heard_by_both(office: Office, talk: tuple[Caller, Caller]) -> None:
    agent, caller = talk
    supervisor = dials_into(office, "*831031", "desk_barging", agent, caller)
    hears(agent, office.tone("1033"), CALLER_TONE)
    hears(caller, office.tone("1033"), office.tone("1031"))
    hears(supervisor, CALLER_TONE, office.tone("1031"))
    caller.hang_up()
    supervisor.wait_for("ended")
    office.wait("1033", "available")


def test_who_takes_over_has_the_caller_instead_of_the_agent(
    office: Office, talk: tuple[Caller, Caller], number: str
) -> None:
    agent, caller = talk
    supervisor = dials_into(office, "*841031", "desk_connecting", caller)
    agent.wait_for("ended")
    hears(caller, office.tone("1033"))
    hears(supervisor, CALLER_TONE)
    caller.forget()
    hears(caller, office.tone("1033"))
    hears_not(caller, office.tone("1031"))
    office.wait("1031", "available")
    assert office.seen("1033")["state"] == "talking"
    supervisor.hang_up()
    caller.wait_for("ended")
    office.wait("1033", "available")


def test_a_supervisor_who_took_over_steers_the_talk_like_any_agent(office: Office, talk: tuple[Caller, Caller]) -> None:
    _, caller = talk
    supervisor = dials_into(office, "*841031", "desk_connecting", caller)
    hears(supervisor, CALLER_TONE)
    supervisor.forget()
    supervisor.press("*31")
    office.hear(supervisor, "desk_held")
    caller.forget()
    supervisor.press("*30")
    hears(caller, office.tone("1033"))
    supervisor.press("*442")
    office.hear_words(caller, "本月电费已经结清。")
    supervisor.wait_for("ended")
    office.wait("1033", "available")


def test_an_agent_who_is_in_no_talk_cannot_be_listened_to(office: Office) -> None:
    office.agent("1031")
    supervisor = office.agent("1033")
    office.dial_and_hear(supervisor, "*811031", "desk_no_agent_not_in_talk")


# Agents and queues.


def test_a_supervisor_sets_the_state_of_an_agent(office: Office) -> None:
    office.agent("1031")
    supervisor = office.agent("1033")
    office.dial_and_hear(supervisor, "*851031*2", "desk_agent_busy")
    assert (office.seen("1031")["state"], office.seen("1031")["reason"]) == ("on_break", "busy")
    office.dial_and_hear(supervisor, "*851031*1", "desk_agent_ready")
    assert office.seen("1031")["state"] == "available"
    office.dial_and_hear(supervisor, "*851031*0", "desk_agent_signed_out")
    assert office.seen("1031")["state"] == "offline"


def test_a_supervisor_sets_a_skill_of_an_agent(office: Office) -> None:
    supervisor = office.agent("1033")
    office.dial(supervisor, "*86")
    for question, keys in (("desk_ask_agent", "1032#"), ("desk_ask_skill", "1#"), ("desk_ask_level", "5#")):
        office.begins(supervisor, question)
        supervisor.press(keys)
    office.hear(supervisor, "desk_skill_set")
    assert '"billing":5' in office.engine.command("agents", "show", "1032", "--json")
    office.dial_and_hear(supervisor, "*861032*1*0", "desk_skill_taken")
    assert "billing" not in office.engine.command("agents", "show", "1032", "--json")


def test_a_supervisor_closes_and_opens_a_queue(office: Office, number: str) -> None:
    supervisor = office.agent("1033")
    office.dial_and_hear(supervisor, "*901", "desk_queue_closed")
    caller = office.caller(number, SERVICE)
    caller.wait_for("ended")
    assert office.engine.cdr(number).disposition == "missed"
    office.dial_and_hear(supervisor, "*911", "desk_queue_opened")
    caller.call(f"sip:{SERVICE}@{office.switch.trunk}")
    until(lambda: waiting(office) == 1, 5, "caller in the queue")


def test_all_who_wait_hear_an_announcement(office: Office, number: str) -> None:
    callers = [office.caller(each, SERVICE) for each in (number, f"{number}1")]
    until(lambda: waiting(office) == 2, 5, "callers in the queue")
    supervisor = office.agent("1033")
    office.dial(supervisor, "*92")
    office.hear(supervisor, "desk_record_announcement", "beep")
    until(lambda: office.recorded("announcement") > 2.0, 8, "recording")
    supervisor.press("#")
    office.begins(supervisor, "desk_announcement_check")
    for each in callers:
        each.forget()
    supervisor.press("1")
    office.hear(supervisor, "desk_announcement_sent")
    for each in callers:
        hears(each, office.tone("1033"))
