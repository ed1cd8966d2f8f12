"""Agents' phones at the stand-in: rung, answered, refused, registered, and used."""

import json
from collections.abc import Iterator
from contextlib import closing
from math import inf

import gevent
import pytest

from fsapp.domain.causes import Cause
from fsapp.switchboard.agent_phone import AgentPhone, Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.dialplan import shipped
from fsapp.switchboard.sounds import everything_exists
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.timeline import Pace
from tests.switchboard.wire_bench import Clients, Engine, Wire

PARK = (("answer", ""), ("park", ""))
SIGNED = "{origination_uuid=leg,originate_timeout=20,ignore_early_media=true}sofia/phones/1001%fsapp.local &park()"


@pytest.fixture
def switch(engine: Engine) -> Iterator[Switch]:
    """Without time of its own: what is not scripted waits for the test."""
    switch = Switch(Pace(linger=0.001), sounds=everything_exists, dialplan=shipped(engine.address))
    with closing(switch):
        yield switch


def rings(switch: Switch, argument: str = SIGNED) -> "gevent.Greenlet[..., str]":
    return gevent.spawn(switch.run, f"originate {argument}")


def caller(switch: Switch) -> Channel:
    return switch.place(CallParameters("13800138000", "95598", uuid="caller"), PARK)


def talk(switch: Switch, phone: AgentPhone, *variables: str) -> tuple[Channel, Channel]:
    """A caller and an agent who hear each other."""
    ringing = rings(switch, SIGNED.replace("}", "".join(f",{each}" for each in variables) + "}"))
    calling = caller(switch)
    if phone.is_driven:
        phone.wait_ringing()
        phone.answer()
    assert ringing.get(timeout=5) == "+OK leg\n"
    assert switch.run("uuid_bridge caller leg") == "+OK leg\n"
    return calling, phone.wait_talking()


def until(condition: object, what: str) -> None:
    with gevent.Timeout(5, AssertionError(what)):
        while not (callable(condition) and condition()):
            gevent.sleep(0.001)


def test_a_phone_rings_until_a_test_answers(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001")
    ringing = rings(switch)
    assert phone.wait_ringing().uuid == "leg"
    assert not ringing.ready()
    phone.answer()
    assert ringing.get(timeout=5) == "+OK leg\n"
    assert phone.channel.answer_state == "answered"


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (Cause.USER_BUSY, "USER_BUSY"),
        (Cause.CALL_REJECTED, "CALL_REJECTED"),
        (Cause.NO_USER_RESPONSE, "NO_USER_RESPONSE"),
    ],
)
def test_a_phone_refuses_by_hand_or_by_habit(switch: Switch, cause: Cause, said: str) -> None:
    phone = AgentPhone(switch, "1001")
    ringing = rings(switch)
    phone.wait_ringing()
    phone.reject(cause)
    assert ringing.get(timeout=5) == f"-ERR {said}\n"
    AgentPhone(switch, "1001", Habit(refuses=cause))
    assert rings(switch).get(timeout=5) == f"-ERR {said}\n"


def test_a_phone_that_nobody_answers_rings_as_long_as_was_asked(switch: Switch) -> None:
    AgentPhone(switch, "1001", Habit(answers_after=inf))
    assert rings(switch).get(timeout=5) == "-ERR NO_ANSWER\n"


def test_a_phone_answers_after_its_time_but_not_after_the_switch_gave_up(switch: Switch) -> None:
    AgentPhone(switch, "1001", Habit(answers_after=19.0))
    assert rings(switch).get(timeout=5) == "+OK leg\n"
    switch.run("uuid_kill leg")
    AgentPhone(switch, "1001", Habit(answers_after=21.0))
    until(lambda: "leg" not in switch.channels, "the leg is gone")
    assert rings(switch).get(timeout=5) == "-ERR NO_ANSWER\n"


def test_a_ringing_leg_can_be_killed_with_a_cause(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001")
    ringing = rings(switch)
    phone.wait_ringing()
    assert switch.run("uuid_kill leg LOSE_RACE") == "+OK\n"
    assert ringing.get(timeout=5) == "-ERR LOSE_RACE\n"
    phone.wait_idle()


def test_a_phone_that_is_gone_cannot_be_rung_until_it_registers_again(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    for leave in (phone.unregister, phone.expire):
        leave()
        assert rings(switch).get(timeout=5) == "-ERR USER_NOT_REGISTERED\n"
        phone.register()
    assert rings(switch).get(timeout=5) == "+OK leg\n"


def test_a_phone_that_nobody_knows_is_not_registered(switch: Switch) -> None:
    AgentPhone(switch, "1002")
    assert rings(switch).get(timeout=5) == "-ERR USER_NOT_REGISTERED\n"


def test_a_call_that_asks_for_it_is_answered_at_once(switch: Switch) -> None:
    AgentPhone(switch, "1001")
    assert rings(switch, SIGNED.replace("}", ",sip_auto_answer=true}")).get(timeout=5) == "+OK leg\n"


def test_two_legs_cannot_have_one_id(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001")
    rings(switch)
    phone.wait_ringing()
    assert rings(switch).get(timeout=5) == "-ERR DESTINATION_OUT_OF_ORDER\n"


def test_variables_stay_on_the_leg(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    wanted = "{origination_uuid=leg,origination_caller_id_name='Zhang Wei',sip_h_X-Call=abc,cc_call=7}"
    rings(switch, f"{wanted}sofia/phones/1001 &park()").get(timeout=5)
    assert [phone.channel.variables[name] for name in ("sip_h_X-Call", "cc_call")] == ["abc", "7"]
    assert phone.channel.profile.callee_name == "Zhang Wei"


def test_keys_of_an_agent_are_told_but_kept_from_the_caller_where_they_are_filtered(
    switch: Switch, clients: Clients
) -> None:
    wire = clients(switch)
    wire.receive()
    wire.ask("event json DTMF\n\n")
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    calling, leg = talk(switch, phone, "bridge_filter_dtmf=true")
    phone.press("12")
    calling.press("7")
    told = [(event["Unique-ID"], event["DTMF-Digit"]) for event in (wire.next("event").event for _ in range(3))]
    assert sorted(told) == [("caller", "7"), ("leg", "1"), ("leg", "2")]
    assert (calling.keys_out, leg.keys_out) == ("", "7")


def test_keys_reach_the_other_side_unless_they_are_filtered(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    calling, _ = talk(switch, phone)
    phone.press("9")
    until(lambda: calling.keys_out == "9", "the caller hears the key")


def test_a_habit_presses_keys_and_hangs_up_in_the_order_of_time(switch: Switch) -> None:
    AgentPhone(switch, "1001", Habit(answers_after=0.0, talks=30.0, keys="42", keys_after=5.0))
    ringing = rings(switch)
    calling = caller(switch)
    ringing.get(timeout=5)
    switch.run("uuid_bridge caller leg")
    until(lambda: calling.cause, "the caller's channel ends")
    assert calling.keys_out == "42"
    assert calling.profile.times["Channel-Hangup-Time"] - calling.profile.times["Channel-Bridged-Time"] == 30_000_000


def test_time_is_one_for_two_who_talk_and_whoever_hangs_up_first_ends_it(switch: Switch) -> None:
    AgentPhone(switch, "1001", Habit(answers_after=0.0, talks=30.0))
    ringing = rings(switch)
    calling = caller(switch)
    calling.timeline.after(10_000.0, calling.hang_up)
    ringing.get(timeout=5)
    switch.run("uuid_bridge caller leg")
    until(lambda: calling.cause, "the talk ends")
    assert calling.variables["last_bridge_hangup_cause"] == "NORMAL_CLEARING"
    assert calling.timeline.now < 100


def test_an_agent_who_hangs_up_while_holding_takes_the_caller_along(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    calling, _ = talk(switch, phone)
    calling.set("transfer_after_bridge", "waiting:XML:waiting")
    phone.hold()
    until(lambda: calling.variables["current_application"] == "playback", "the caller hears music")
    phone.hang_up()
    until(lambda: calling.cause, "the caller is hung up")


def test_unless_the_leg_says_where_held_callers_go(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    calling, _ = talk(switch, phone, "hold_hangup_xfer_exten=waiting:XML:waiting")
    phone.hold()
    phone.hang_up()
    until(lambda: calling.profile.context == "waiting", "the caller waits")


def test_a_phone_takes_back_whom_it_holds(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    calling, leg = talk(switch, phone)
    phone.hold()
    phone.take_back()
    assert leg.call_state == "UNHELD"
    assert calling.talk is not None


def test_what_a_phone_dials_comes_to_the_engine_from_the_context_phones(switch: Switch, engine: Engine) -> None:
    channel = AgentPhone(switch, "1001").dial("*21")
    event = engine.wire.ask("connect\n\n").event
    told = [event[name] for name in ("Unique-ID", "Caller-Destination-Number", "Caller-Context", "variable_user_name")]
    assert told == [channel.uuid, "*21", "phones", "1001"]


def test_a_blind_transfer_leads_the_caller_where_force_transfer_context_says(switch: Switch, engine: Engine) -> None:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    calling, leg = talk(switch, phone)
    calling.set("force_transfer_context", "phones")
    phone.transfer("1002")
    assert engine.wire.ask("connect\n\n").event["Unique-ID"] == "caller"
    assert (leg.cause, calling.profile.destination) == ("NORMAL_CLEARING", "1002")


def test_a_phone_may_be_dialled_by_a_bridge_too(switch: Switch) -> None:
    phone = AgentPhone(switch, "1002")
    calling = switch.place(CallParameters("1001", "1002"), (("bridge", "sofia/phones/1002%fsapp.local"),))
    phone.wait_ringing()
    phone.answer()
    phone.wait_talking()
    phone.hang_up()
    until(lambda: calling.cause, "the call ends")
    assert calling.variables["originate_disposition"] == "SUCCESS"


def registrations(wire: Wire, words: str) -> str:
    return wire.ask(f"api {words}\n\n").body


def test_a_client_sees_which_phones_are_registered(switch: Switch, clients: Clients) -> None:
    wire = clients(switch)
    wire.receive()
    assert registrations(wire, "show registrations as json") == '{"row_count": 0}\n'
    phone = AgentPhone(switch, "1001")
    AgentPhone(switch, "1002").unregister()
    (row,) = json.loads(registrations(wire, "show registrations as json"))["rows"]
    assert (row["reg_user"], row["realm"]) == ("1001", "fsapp.local")
    assert "<user>1001@fsapp.local</user>" in registrations(wire, "sofia xmlstatus profile phones reg")
    assert "Total items returned: 1\n" in registrations(wire, "sofia status profile phones reg")
    assert registrations(wire, "sofia_contact phones/1001@fsapp.local").startswith("sofia/phones/sip:1001@")
    phone.unregister()
    assert registrations(wire, "sofia_contact phones/1001@fsapp.local") == "error/user_not_registered"


def test_only_the_subclasses_that_were_asked_for_are_told(switch: Switch, clients: Clients) -> None:
    wire = clients(switch)
    wire.receive()
    wire.ask("event json CUSTOM sofia::unregister\n\n")
    phone = AgentPhone(switch, "1001")
    phone.unregister()
    assert wire.next("event").event["Event-Subclass"] == "sofia::unregister"


def test_a_phone_without_a_call_says_so(switch: Switch) -> None:
    phone = AgentPhone(switch, "1001")
    with pytest.raises(LookupError, match="1001 has no call"):
        phone.hang_up()
    with pytest.raises(LookupError, match="1001 does not ring"):
        phone.answer()
