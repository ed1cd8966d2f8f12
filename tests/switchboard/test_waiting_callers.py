"""Callers without a socket at the stand-in: how they wait, are moved, and come back to the engine."""

from collections.abc import Iterator
from contextlib import closing

import gevent
import pytest

from fsapp.switchboard.agent_phone import AgentPhone, Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.dialplan import shipped
from fsapp.switchboard.sounds import everything_exists
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.timeline import Pace
from tests.switchboard.wire_bench import Clients, Engine, Wire

CALL = CallParameters("13800138000", "95598", uuid="caller")
TO_WAIT = "uuid_transfer caller waiting XML waiting"
MUSIC = "local_stream://moh"
PLAY = (
    "sendmsg caller\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: {}\n"
    "event-uuid: {}\nevent-lock: true\n\n"
)


def made(engine: Engine, media: float) -> Switch:
    return Switch(Pace(media=media, linger=0.001), sounds=everything_exists, dialplan=shipped(engine.address))


@pytest.fixture
def switch(engine: Engine) -> Iterator[Switch]:
    """Without time of its own: who waits for the engine stands still."""
    with closing(made(engine, 0.0)) as switch:
        yield switch


@pytest.fixture
def quick(engine: Engine) -> Iterator[Switch]:
    """A second takes five milliseconds."""
    with closing(made(engine, 0.005)) as switch:
        yield switch


@pytest.fixture
def real(engine: Engine) -> Iterator[Switch]:
    """As fast as life."""
    with closing(made(engine, 1.0)) as switch:
        yield switch


def waits(switch: Switch, engine: Engine) -> tuple[Channel, Wire]:
    """A caller whom the engine has sent to the context `waiting`; the old connection is still open."""
    channel = switch.dial_in(CALL)
    wire = engine.wire
    wire.ask("connect\n\n")
    wire.execute("answer")
    until(lambda: channel.answer_state == "answered", "the call is answered")
    channel.set("socket_resume", "false")
    assert switch.run(TO_WAIT) == "+OK\n"
    until(lambda: channel.variables["current_application"] == "playback", "the caller waits")
    return channel, wire


def until(condition: object, what: str) -> None:
    with gevent.Timeout(5, AssertionError(what)):
        while not (callable(condition) and condition()):
            gevent.sleep(0.001)


def agent(switch: Switch, *variables: str) -> AgentPhone:
    phone = AgentPhone(switch, "1001", Habit(answers_after=0.0))
    words = ",".join(("origination_uuid=leg", *variables))
    assert switch.run(f"originate {{{words}}}sofia/phones/1001 &park()") == "+OK leg\n"
    until(lambda: phone.channel.parked, "the leg is parked")
    return phone


def talk(switch: Switch, engine: Engine, *variables: str) -> tuple[Channel, AgentPhone]:
    channel, wire = waits(switch, engine)
    wire.socket.close()
    phone = agent(switch, *variables)
    assert switch.run("uuid_bridge caller leg") == "+OK leg\n"
    phone.wait_talking()
    return channel, phone


def test_a_transfer_leaves_the_socket_without_a_hang_up_and_the_engine_closes_its_end(
    switch: Switch, engine: Engine
) -> None:
    channel, wire = waits(switch, engine)
    assert wire.next("reply").reply == "+OK"
    assert wire.ask("api uuid_exists caller\n\n").body == "true"
    wire.socket.close()
    gevent.sleep(0.01)
    assert (channel.cause, channel.variables["current_application_data"]) == ("", "silence_stream://10000")


def test_whoever_waits_for_nobody_comes_back_to_the_engine(quick: Switch, engine: Engine) -> None:
    channel, wire = waits(quick, engine)
    wire.socket.close()
    again = engine.next_wire()
    event = again.ask("connect\n\n").event
    assert (event["Unique-ID"], event["Answer-State"]) == ("caller", channel.answer_state)
    assert channel.timeline.now > 20


def test_applications_nest_in_the_silence_and_a_break_ends_both(
    switch: Switch, engine: Engine, clients: Clients
) -> None:
    client = clients(switch)
    client.receive()
    client.ask("event json CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE\n\n")
    waits(switch, engine)
    client.send(PLAY.format(MUSIC, "music"))
    while client.next("event").event.get("Application-UUID") != "music":
        pass
    client.send(PLAY.format(MUSIC, "never"))
    client.send("api uuid_break caller all\n\n")
    ended = [client.next("event").event for _ in range(2)]
    assert [event["Application-Data"] for event in ended] == [MUSIC, "silence_stream://10000"]
    assert client.next("event").event["Event-Name"] == "CHANNEL_EXECUTE"


def test_an_agent_who_hangs_up_sends_the_caller_to_the_engine_once(switch: Switch, engine: Engine) -> None:
    channel, phone = talk(switch, engine)
    channel.set("transfer_after_bridge", "95598:XML:trunks")
    phone.hang_up()
    event = engine.next_wire().ask("connect\n\n").event
    assert (event["Unique-ID"], event["Caller-Context"]) == ("caller", "trunks")
    assert "variable_transfer_after_bridge" not in event


def test_a_caller_who_hangs_up_leaves_the_agent_to_its_variables(switch: Switch, engine: Engine) -> None:
    channel, phone = talk(switch, engine, "transfer_after_bridge=agent:XML:waiting")
    channel.hang_up(by_caller=True)
    leg = phone.channel
    until(lambda: leg.parked, "the agent's leg is parked")
    assert (leg.profile.context, leg.cause) == ("waiting", "")


def test_park_after_bridge_is_forgotten_by_whoever_is_parked_with_a_timeout(switch: Switch, engine: Engine) -> None:
    channel, phone = talk(switch, engine, "park_timeout=40", "park_after_bridge=true")
    channel.hang_up(by_caller=True)
    phone.wait_idle()


def test_a_parked_leg_is_dropped_after_its_time_with_its_cause(quick: Switch) -> None:
    phone = agent(quick, "park_timeout=40:allotted_timeout")
    leg = phone.channel
    phone.wait_idle()
    assert (leg.cause, 40 <= leg.timeline.now < 60) == ("ALLOTTED_TIMEOUT", True)


def test_both_sides_of_a_talk_can_be_sent_apart(switch: Switch, engine: Engine) -> None:
    channel, phone = talk(switch, engine)
    assert switch.run("uuid_dual_transfer caller waiting/XML/waiting agent/XML/waiting") == "+OK\n"
    until(lambda: phone.channel.parked, "the agent's leg is parked")
    until(lambda: channel.variables["current_application"] == "playback", "the caller waits")
    assert switch.run("uuid_bridge caller leg") == "+OK leg\n"
    phone.wait_talking()


def test_a_caller_is_connected_to_another_agent_and_the_first_leg_is_dropped(switch: Switch, engine: Engine) -> None:
    channel, phone = talk(switch, engine)
    other = AgentPhone(switch, "1002", Habit(answers_after=0.0))
    switch.run("originate {origination_uuid=other}sofia/phones/1002 &park()")
    assert switch.run("uuid_bridge caller other") == "+OK other\n"
    other.wait_talking()
    phone.wait_idle()
    assert channel.talk is not None


def test_an_agent_who_is_connected_elsewhere_leaves_the_caller_to_its_variables(switch: Switch, engine: Engine) -> None:
    channel, phone = talk(switch, engine)
    channel.set("transfer_after_bridge", "waiting:XML:waiting")
    other = AgentPhone(switch, "1002", Habit(answers_after=0.0))
    switch.run("originate {origination_uuid=other}sofia/phones/1002 &park()")
    switch.run("uuid_bridge leg other")
    other.wait_talking()
    until(lambda: channel.variables["current_application"] == "playback", "the caller waits again")
    assert phone.channel.talk is not None


@pytest.mark.parametrize(
    ("variable", "cause"), [("uuid_bridge_continue_on_cancel=true", ""), ("nothing=true", "ORIGINATOR_CANCEL")]
)
def test_an_agent_who_hangs_up_on_the_way_to_the_talk_loses_the_caller_unless_a_variable_says_otherwise(
    real: Switch, engine: Engine, variable: str, cause: str
) -> None:
    channel, _ = waits(real, engine)
    channel.set(*variable.split("="))
    phone = agent(real)
    real.run("uuid_bridge caller leg")
    until(lambda: channel.state == "CS_SOFT_EXECUTE", "the caller is on the way")
    phone.hang_up()
    until(lambda: channel.cause or channel.state == "CS_EXECUTE", "it is decided")
    assert channel.cause == cause


def test_a_caller_who_hangs_up_on_the_way_to_the_talk_leaves_the_agent_alone_for_ever(
    switch: Switch, engine: Engine
) -> None:
    channel, _ = waits(switch, engine)
    phone = agent(switch)
    switch.run("uuid_bridge caller leg")
    channel.hang_up(by_caller=True)
    until(lambda: "caller" not in switch.channels, "the caller's channel ends")
    assert switch.run("uuid_exists leg") == "true"
    assert switch.run("uuid_kill leg") == "+OK\n"
    phone.wait_idle()


def test_who_is_transferred_too_often_is_hung_up(switch: Switch, engine: Engine) -> None:
    channel, _ = waits(switch, engine)
    assert {switch.run(TO_WAIT) for _ in range(68)} == {"+OK\n"}
    assert switch.run(TO_WAIT) == "-ERR\n"
    assert channel.cause == "EXCHANGE_ROUTING_ERROR"


def test_an_extension_that_is_nowhere_is_the_end(switch: Switch, engine: Engine) -> None:
    channel, _ = waits(switch, engine)
    assert switch.run("uuid_transfer caller nowhere XML waiting") == "+OK\n"
    until(lambda: channel.cause == "NO_ROUTE_DESTINATION", "the caller is hung up")


def test_a_connection_that_closes_too_late_ends_what_parks_its_channel_elsewhere(
    switch: Switch, engine: Engine
) -> None:
    channel, wire = waits(switch, engine)
    switch.run("uuid_transfer caller agent XML waiting")
    until(lambda: channel.parked, "it is parked")
    wire.socket.close()
    until(lambda: channel.cause == "NORMAL_CLEARING", "nothing is left to do for it")


def test_with_socket_resume_a_connection_that_closes_too_late_strands_its_channel(
    switch: Switch, engine: Engine
) -> None:
    channel, wire = waits(switch, engine)
    channel.set("socket_resume", "true")
    wire.socket.close()
    until(lambda: channel.variables.get("current_application_response") == "PLAYBACK ERROR", "the silence ends")
    gevent.sleep(0.02)
    assert (channel.cause, channel.depth) == ("", 0)


def test_a_supervisor_listens_until_the_agent_is_gone_and_hears_no_commands(switch: Switch, engine: Engine) -> None:
    _, phone = talk(switch, engine)
    supervisor = AgentPhone(switch, "1002", Habit(answers_after=0.0))
    switch.run("originate {origination_uuid=boss}sofia/phones/1002 &eavesdrop(leg)")
    listening = supervisor.channel
    until(lambda: phone.channel.listeners == [listening], "the supervisor listens")
    switch.run("uuid_break boss all")
    supervisor.press("3")
    until(lambda: not listening.keys, "the key is told")
    assert phone.channel.listeners == [listening]
    phone.hang_up()
    supervisor.wait_idle()


def test_channels_are_listed(switch: Switch, engine: Engine) -> None:
    talk(switch, engine)
    answer = switch.run("show channels as json")
    assert '"row_count":2' in answer
    assert '"application":"uuid_bridge"' in answer
    assert switch.run("show channels count") == "\n2 total.\n"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("uuid_transfer nobody waiting XML waiting", "-ERR No such channel!\n"),
        ("uuid_transfer nobody", "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"),
        ("uuid_dual_transfer nobody a b", "-ERR No such channel!\n"),
        ("uuid_bridge nobody nobody", "-ERR Invalid uuid\n"),
        ("uuid_bridge nobody", "-USAGE: <uuid> <other_uuid>\n"),
        ("uuid_break nobody all", "-ERR No such channel!\n"),
        ("uuid_kill nobody", "-ERR No such channel!\n"),
        ("uuid_setvar nobody a b", "-ERR No such channel!\n"),
        ("uuid_getvar nobody a", "-ERR No such channel!\n"),
        ("uuid_send_dtmf nobody 1", "-ERR Cannot locate session!\n"),
        ("uuid_exists nobody", "false"),
        ("reloadxml", "+OK [Success]\n"),
        ("show channels as json", '{"row_count": 0}\n'),
        ("global_getvar domain", "fsapp.local"),
    ],
)
def test_commands_are_answered_as_by_the_switch(switch: Switch, command: str, answer: str) -> None:
    assert switch.run(command) == answer
