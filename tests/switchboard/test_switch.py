"""What a real FreeSWITCH does that no capture shows, or that an engine must survive."""

import json

import pytest

from fsapp.switchboard.callers import ScriptCaller
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.sounds import everything_exists, on_disk, seconds_of
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.telephone import SilentTelephone, Telephone, caller_hangs_up
from fsapp.switchboard.timeline import Pace
from tests.switchboard.wire_bench import Clients, Engine, Message, Wire, breathe

CALL = CallParameters("13800138000", "95598", "Zhang Wei")
MUSIC = "local_stream://moh"


def a_switch(pace: Pace | None = None) -> Switch:
    return Switch(pace or Pace(linger=0.001), sounds=everything_exists)


def opened(engine: Engine, switch: Switch, call: CallParameters = CALL, telephone: Telephone | None = None) -> Wire:
    """A call that has reached the engine, which hears its completions, keys and end in JSON."""
    switch.call(engine.address, call, telephone)
    wire = engine.wire
    wire.send("connect\n\nlinger 10\n\n")
    uuid = wire.next("reply").event["Unique-ID"]
    assert wire.next("reply").reply == "+OK will linger 10 seconds"
    wire.send(f"filter Unique-ID {uuid}\n\n")
    wire.send("event json CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE DTMF\n\n")
    assert wire.next("reply").reply == f"+OK filter added. [Unique-ID]=[{uuid}]"
    assert wire.next("reply").reply == "+OK event listener enabled json"
    return wire


def only_channel(switch: Switch) -> Channel:
    (channel,) = switch.channels.values()
    return channel


def completed(wire: Wire) -> dict[str, str]:
    return next(message for message in wire.until("CHANNEL_EXECUTE_COMPLETE") if message.name).event


def names(messages: list[Message]) -> list[str]:
    return [message.name for message in messages if message.name]


def playing(wire: Wire, switch: Switch, sound: str = MUSIC) -> Channel:
    """A channel that plays, with the lock."""
    wire.execute("playback", sound)
    assert wire.next("reply").reply == "+OK"
    channel = only_channel(switch)
    while channel.variables["current_application"] != "playback":
        breathe()
    return channel


def test_an_event_in_json_carries_what_the_plain_one_does(engine: Engine) -> None:
    wire = opened(engine, a_switch())
    wire.execute("set", "a=b c", uuid="my-id")
    event = wire.until("CHANNEL_EXECUTE_COMPLETE")[-1]
    assert "text/event-json" in event.text
    assert event.event["Application-UUID"] == "my-id"
    assert event.event["variable_a"] == "b c"


def test_applications_without_the_lock_nest_and_the_inner_one_completes_first(engine: Engine) -> None:
    wire = opened(engine, a_switch())
    wire.send(f"sendmsg\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: {MUSIC}\n\n")
    wire.send("sendmsg\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: x=1\n\n")
    assert completed(wire)["Application"] == "set"


def test_applications_with_the_lock_run_one_after_another(engine: Engine) -> None:
    switch = a_switch()
    wire = opened(engine, switch)
    channel = playing(wire, switch)
    wire.execute("set", "x=1")
    assert wire.next("reply").reply == "+OK"
    assert switch.run(f"uuid_break {channel.uuid}") == "+OK\n"
    assert [completed(wire)["Application"] for _ in range(2)] == ["playback", "set"]


def test_a_playback_that_is_broken_off_says_that_it_was_played(engine: Engine) -> None:
    switch = a_switch()
    wire = opened(engine, switch)
    switch.run(f"uuid_break {playing(wire, switch).uuid} all")
    assert completed(wire)["Application-Response"] == "FILE PLAYED"


def test_after_the_hangup_a_command_is_accepted_and_dropped(engine: Engine) -> None:
    switch = a_switch(Pace(linger=1))
    wire = opened(engine, switch)
    caller_hangs_up(only_channel(switch))
    wire.until("CHANNEL_HANGUP_COMPLETE")
    wire.execute("playback", "/s/a.wav")
    assert wire.next("reply").reply == "+OK"
    assert "linger" in wire.next("notice").text


def test_exit_has_no_reply_but_a_notice_and_the_channel_goes_on_to_its_next_action(engine: Engine) -> None:
    switch = a_switch()
    wire = opened(engine, switch)
    channel = only_channel(switch)
    wire.send("exit\n\n")
    assert [message.kind for message in wire.rest()] == ["notice"]
    assert switch.wait(channel, 5)
    assert channel.cause == "NORMAL_CLEARING"


def test_an_engine_that_says_nothing_loses_the_call() -> None:
    engine = Engine()
    switch = a_switch(Pace(patience=0.0))
    channel = switch.call(engine.address, CALL)
    assert switch.wait(channel, 5)
    engine.close()


def test_a_refused_connection_falls_through_to_the_next_host_and_the_next_action(engine: Engine) -> None:
    switch = a_switch()
    nobody = "127.0.0.1:1"
    actions = (
        ("socket", f"{nobody} async full"),
        ("set", "fell=through"),
        ("socket", f"{nobody}|{engine.address} async full"),
    )
    switch.place(CALL, actions)
    assert engine.wire.ask("connect\n\n").event["variable_fell"] == "through"


@pytest.mark.parametrize(
    ("resume", "sound", "response"),
    [("true", MUSIC, "PLAYBACK ERROR"), ("false", "silence_stream://1", "FILE PLAYED")],
)
def test_socket_resume_decides_whether_a_dead_engine_interrupts(
    engine: Engine, clients: Clients, resume: str, sound: str, response: str
) -> None:
    switch = a_switch()
    watcher = clients(switch)
    watcher.receive()
    watcher.ask("event plain CHANNEL_UNPARK\n\n")
    switch.place(CALL, (("set", f"socket_resume={resume}"), ("socket", f"{engine.address} async full"), ("park", "")))
    wire = engine.wire
    wire.ask("connect\n\n")
    playing(wire, switch, sound)
    wire.socket.close()
    assert watcher.next("event").event["variable_current_application_response"] == response
    assert switch.channels


@pytest.mark.parametrize("raw", ["A%0Avariable_pin_ok: true", "A%0A%0AContent-Length: 3"])
def test_a_percent_sign_of_the_caller_is_not_encoded_again(engine: Engine, raw: str) -> None:
    switch = a_switch()
    switch.call(engine.address, CallParameters("1", "2", raw, variables={"sip_h_X-Note": raw}))
    reply = engine.wire.ask("connect\n\n")
    assert "variable_sip_h_X-Note: A%0A" in reply.text
    assert "variable_pin_ok" not in reply.event


def test_bytes_outside_utf8_are_encoded_in_events_and_raw_in_the_notice(engine: Engine) -> None:
    switch = a_switch()
    wire = opened(engine, switch, CallParameters("a\udcff\udcfe", "2"))
    caller_hangs_up(only_channel(switch))
    assert "a\udcff\udcfe@" in wire.next("notice").text


def test_braces_in_a_display_name_are_defused_but_an_argument_is_expanded(engine: Engine) -> None:
    switch = a_switch()
    wire = opened(engine, switch, CallParameters("1", "2", "${system id}"))
    assert only_channel(switch).profile.name == "%{system id}"
    wire.execute("set", "x=${system touch /tmp/canary}")
    completed(wire)
    assert switch.expanded == ["system touch /tmp/canary"]


@pytest.mark.parametrize(
    ("script", "read"),
    [
        ("12", {"variable_k": "12", "variable_read_result": "success"}),
        ("1#", {"variable_k": "1", "variable_read_terminator_used": "#", "variable_read_result": "success"}),
        ("#", {"variable_k": None, "variable_read_terminator_used": "#", "variable_read_result": "failure"}),
        ("-", {"variable_k": None, "variable_read_result": "failure"}),
        ("9*", {"variable_k": None, "variable_k_invalid": "9*", "variable_read_result": "success"}),
        ("1", {"variable_k": "1", "variable_read_result": "timeout"}),
    ],
)
def test_reading_keys_has_the_outcomes_of_the_switch(engine: Engine, script: str, read: dict[str, str | None]) -> None:
    wire = opened(engine, a_switch(), telephone=ScriptCaller(KeyScript(script)))
    wire.execute("play_and_get_digits", r"1 2 1 5000 # /s/p.wav silence_stream://10 k ^\d+$ 2000")
    event = wire.until("CHANNEL_EXECUTE_COMPLETE")[-1].event
    assert {name: event.get(name) for name in read} == read


def test_a_missing_prompt_leaves_neither_variable(engine: Engine) -> None:
    switch = Switch(Pace(linger=0.001), sounds=on_disk)
    wire = opened(engine, switch)
    wire.execute("play_and_get_digits", r"1 2 1 5000 # /no/p.wav silence_stream://10 k \d+ 2000")
    event = completed(wire)
    assert "variable_read_result" not in event
    assert "variable_k" not in event


def test_sensitive_keys_are_told_to_nobody(engine: Engine) -> None:
    wire = opened(engine, a_switch(), telephone=ScriptCaller(KeyScript("4711# hangup")))
    wire.execute("set", "sensitive_dtmf=true")
    wire.execute("play_and_get_digits", r"1 8 1 5000 # silence silence_stream://10 pin \d+ 2000")
    wire.execute("multiunset", "pin sensitive_dtmf")
    wire.execute("play_and_get_digits", r"1 8 1 5000 # silence silence_stream://10 k \d+ 2000")
    messages = wire.until("CHANNEL_HANGUP_COMPLETE")
    assert "DTMF" not in names(messages)
    assert messages[-1].event["variable_digits_dialed"] == "none"


def test_keys_beyond_the_request_are_read_by_the_next(engine: Engine) -> None:
    wire = opened(engine, a_switch(), telephone=ScriptCaller(KeyScript("12")))
    for name in ("a", "b"):
        wire.execute("play_and_get_digits", rf"1 1 1 5000 # silence silence_stream://10 {name} \d 2000")
    seen = [message.event for message in wire.until("CHANNEL_EXECUTE_COMPLETE") if message.name][-1]
    assert seen["variable_a"] == "1"
    assert wire.until("CHANNEL_EXECUTE_COMPLETE")[-1].event["variable_b"] == "2"


def test_a_recording_leaves_a_file_of_that_length(engine: Engine, tmp_path: object) -> None:
    wire = opened(engine, a_switch(), telephone=ScriptCaller(KeyScript("talk:3 #")))
    wire.execute("set", "playback_terminators=#")
    completed(wire)
    wire.execute("record", f"{tmp_path}/m.wav 60 200 4")
    event = wire.until("CHANNEL_EXECUTE_COMPLETE")[-1].event
    assert (event["variable_record_ms"], event["variable_playback_terminator_used"]) == ("3000", "#")
    assert on_disk(f"{tmp_path}/m.wav") == 3.0


def test_time_that_nobody_waits_for_still_stands_in_the_account(engine: Engine) -> None:
    switch = a_switch()
    wire = opened(engine, switch)
    wire.execute("answer")
    wire.execute("playback", "silence_stream://90000")
    wire.execute("hangup", "NORMAL_CLEARING")
    assert wire.until("CHANNEL_HANGUP_COMPLETE")[-1].event["variable_billsec"] == "90"


def test_refer_is_answered_and_the_far_end_takes_the_caller(engine: Engine) -> None:
    switch = a_switch()
    wire = opened(engine, switch)
    wire.execute("answer")
    wire.execute("deflect", "sip:8000@site")
    event = wire.until("CHANNEL_HANGUP_COMPLETE")[-1].event
    assert switch.referred == ["sip:8000@site"]
    assert event["Hangup-Cause"] == "BLIND_TRANSFER"


def test_a_client_must_know_the_password(clients: Clients) -> None:
    assert clients(a_switch(), "ClueCon").receive().reply == "-ERR invalid"


def test_a_client_may_ask(clients: Clients) -> None:
    wire = clients(a_switch())
    assert wire.receive().reply == "+OK accepted"
    assert wire.ask("api uuid_exists x\n\n").body == "false"
    assert wire.ask("api nosuch\n\n").body == "-ERR nosuch Command not found!\n"
    assert wire.ask("exit\n\n").reply == "+OK bye"


def test_a_client_may_send_an_event_to_whoever_listens(clients: Clients) -> None:
    switch = a_switch()
    watcher, sender = clients(switch), clients(switch)
    for wire in (watcher, sender):
        wire.receive()
    watcher.ask("event json MESSAGE_WAITING\n\n")
    sent = sender.ask("sendevent MESSAGE_WAITING\nMWI-Message-Account: sip:1001@h\n\n").reply
    event = watcher.next("event").event
    assert event["mwi-message-account"] == "sip:1001@h"
    assert sent == f"+OK {event['Event-UUID']}"


def test_a_client_drives_a_parked_leg_by_its_uuid(clients: Clients) -> None:
    wire = clients(a_switch())
    wire.receive()
    wire.ask("event json CHANNEL_EXECUTE_COMPLETE\n\n")
    answer = wire.ask("api originate {origination_uuid=leg-1}sofia/internal/1001@h &park()\n\n")
    assert answer.body == "+OK leg-1\n"
    wire.send("sendmsg leg-1\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: a=1\nevent-uuid: e1\n\n")
    assert wire.next("reply").reply == "+OK"
    while (event := wire.next("event").event)["Application"] != "set":
        pass
    assert event["Application-UUID"] == "e1"
    assert wire.ask("sendmsg nobody\ncall-command: hangup\n\n").reply == "-ERR invalid session id [nobody]"


@pytest.mark.parametrize(
    ("destination", "answer"),
    [
        ("sofia/internal/busy@h", "USER_BUSY"),
        ("sofia/internal/ring@h", "NO_ANSWER"),
        ("user/nobody@h", "USER_NOT_REGISTERED"),
    ],
)
def test_a_leg_that_is_not_answered_says_why(destination: str, answer: str) -> None:
    assert a_switch().run(f"originate {{originate_timeout=3}}{destination} &park()") == f"-ERR {answer}\n"


@pytest.mark.parametrize(
    ("sound", "seconds"),
    [
        ("silence_stream://1500", 1.5),
        ("silence_stream://-1", float("inf")),
        ("tone_stream://%(1000,1000,300);loops=3", 6.0),
        ("tone_stream://%(1000,1000,300);loops=-1", float("inf")),
        ("file_string:///s/a.wav!silence_stream://500", 2.5),
        ("{loops=1}/s/a.wav", 2.0),
        ("/s/missing.wav", None),
        ("file_string:///s/missing.wav!/s/missing.wav", None),
    ],
)
def test_the_length_of_what_is_played(sound: str, seconds: float | None) -> None:
    assert seconds_of(sound, lambda path: None if "missing" in path else 2.0) == seconds


def test_events_in_json_are_one_object_without_blanks(engine: Engine) -> None:
    wire = opened(engine, a_switch())
    wire.execute("set", 'quote=say "no" \\ 好')
    body = wire.until("CHANNEL_EXECUTE_COMPLETE")[-1].body
    assert json.loads(body)["variable_quote"] == 'say "no" \\ 好'
    assert body.startswith('{"Event-Name":"CHANNEL_EXECUTE_COMPLETE","Core-UUID":"')


class Watcher(SilentTelephone):
    def __init__(self) -> None:
        self.cause = ""

    def ended(self, channel: Channel, cause: str) -> None:
        self.cause = cause


def test_sched_hangup_comes_when_its_time_has_passed(engine: Engine) -> None:
    watcher = Watcher()
    wire = opened(engine, a_switch(), telephone=watcher)
    wire.execute("sched_hangup", "+60 allotted_timeout")
    wire.execute("playback", "silence_stream://61000")
    wire.until("CHANNEL_HANGUP_COMPLETE")
    assert watcher.cause == "ALLOTTED_TIMEOUT"
