"""Whatever text from whomever, at every builder of what FreeSWITCH is told: refused, or said as mere text."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.arguments import DisplayName, Endpoint, Name, Number, SoundPath, Uuid
from fsapp.domain.leg import Dial
from fsapp.esl import arguments, commands, dialling, originating
from fsapp.esl.arguments import Application, Argument, Read, Variable
from fsapp.esl.carriage import WayBack
from fsapp.esl.commands import Api, Command, EventName, Execute
from fsapp.esl.originating import NewLeg
from tests.security.hostile import HOSTILE

CALL = "0123abcd-0000-0000-0000-000000000001"
GATEWAY = Endpoint(Number("1"), gateway=Name("pstn"))
LEG = NewLeg(Uuid("aa"), GATEWAY, 20, Uuid("bb"), Uuid(CALL))

Build = Callable[[Any], bytes]


def run(application: Application, argument: Argument) -> bytes:
    return commands.execute(Execute(application, argument))


def leg(**asked: Any) -> bytes:
    return originating.command(replace(LEG, **asked), Uuid("dd"))


def setvar(name: str, value: str) -> bytes:
    return commands.api(Api.UUID_SETVAR, CALL, name, value)


def read(text: str, terminators: str = "#") -> bytes:
    return run(
        Application.PLAY_AND_GET_DIGITS, arguments.play_and_get_digits(Read([SoundPath(text)], 4, terminators, 5, 2))
    )


ARGUMENTS: dict[str, Build] = {
    "files: one": lambda text: run(Application.PLAYBACK, arguments.files([text])),
    "files: the second": lambda text: run(Application.PLAYBACK, arguments.files([SoundPath("/a"), text])),
    "music": lambda text: run(Application.PLAYBACK, arguments.music(text, 30.0)),
    "keys": lambda text: run(Application.RECORD, Argument(arguments.keys(text))),
    "play_and_get_digits: prompt": read,
    "play_and_get_digits: terminators": lambda text: read("/a", text),
    "record": lambda text: run(Application.RECORD, arguments.record(text, 60, 4)),
    "fax": lambda text: run(Application.RXFAX, arguments.fax(text)),
    "fax_tone": lambda text: run(Application.SPANDSP_START_FAX_DETECT, arguments.fax_tone(text)),
    "settings: value": lambda text: run(Application.MULTISET, arguments.settings({Variable.CALL_TIMEOUT: text})),
    "settings: name": lambda text: run(Application.MULTISET, arguments.settings({text: "1"})),
    "names": lambda text: run(Application.MULTIUNSET, arguments.names([text])),
    "dial_string: number": lambda text: run(Application.BRIDGE, arguments.dial_string(replace(GATEWAY, number=text))),
    "dial_string: gateway": lambda text: run(Application.BRIDGE, arguments.dial_string(replace(GATEWAY, gateway=text))),
    "dial_string: profile": lambda text: run(
        Application.BRIDGE, arguments.dial_string(Endpoint(Number("1"), profile=text, domain=Name("site")))
    ),
    "dial_string: domain": lambda text: run(
        Application.BRIDGE, arguments.dial_string(Endpoint(Number("1"), profile=Name("phones"), domain=text))
    ),
    "sip_uri: number": lambda text: run(
        Application.DEFLECT, arguments.sip_uri(replace(GATEWAY, number=text), "192.0.2.1")
    ),
    "sip_uri: domain": lambda text: run(Application.DEFLECT, arguments.sip_uri(replace(GATEWAY, domain=text))),
    "sip_uri: peer": lambda text: run(Application.DEFLECT, arguments.sip_uri(GATEWAY, text)),
    "channel": lambda text: run(Application.EAVESDROP, arguments.channel(text)),
    "cause": lambda text: run(Application.HANGUP, arguments.cause(text)),
    "milliseconds": lambda text: run(Application.SLEEP, arguments.milliseconds(text)),
}

COMMANDS: dict[str, Build] = {
    "linger": commands.linger,
    "only_channel": commands.only_channel,
    "forget_channel": commands.forget_channel,
    "only_events": commands.only_events,
    "without": commands.without,
    "listen": lambda text: commands.listen([text]),
    "auth": commands.auth,
    "message_waiting: phone": lambda text: commands.message_waiting(text, Name("phones"), Name("site"), 1, 0),
    "message_waiting: profile": lambda text: commands.message_waiting(Number("1"), text, Name("site"), 1, 0),
    "message_waiting: domain": lambda text: commands.message_waiting(Number("1"), Name("phones"), text, 1, 0),
    "execute: application": lambda text: commands.execute(Execute(text)),
    "execute: argument": lambda text: commands.execute(Execute(Application.PLAYBACK, text)),
    "execute: event": lambda text: commands.execute(Execute(Application.ANSWER), text),
    "execute: channel": lambda text: commands.execute(Execute(Application.ANSWER), None, text),
    "api: name": commands.api,
    "api: channel": lambda text: commands.api(Api.UUID_KILL, text),
    "api: cause": lambda text: commands.api(Api.UUID_KILL, CALL, text),
    "api: other channel": lambda text: commands.api(Api.UUID_BRIDGE, CALL, text),
    "api: variable": lambda text: setvar(text, "1"),
    "api: value": lambda text: setvar("park_timeout", text),
    "api: way back": lambda text: setvar("transfer_after_bridge", text),
    "api: way back, number": lambda text: setvar("transfer_after_bridge", str(WayBack(Number(text), Name("trunks")))),
    "api: variable read": lambda text: commands.api(Api.UUID_GETVAR, CALL, text),
    "api: extension": lambda text: commands.api(Api.UUID_TRANSFER, CALL, text, "XML", "trunks"),
    "api: dialplan": lambda text: commands.api(Api.UUID_TRANSFER, CALL, "1", text, "trunks"),
    "api: context": lambda text: commands.api(Api.UUID_TRANSFER, CALL, "1", "XML", text),
    "api: dual transfer": lambda text: commands.api(Api.UUID_DUAL_TRANSFER, CALL, text, "agent/XML/waiting"),
    "api: broadcast": lambda text: commands.api(Api.UUID_BROADCAST, CALL, text, "both"),
    "api: broadcast to": lambda text: commands.api(Api.UUID_BROADCAST, CALL, "/a.wav", text),
    "api: record": lambda text: commands.api(Api.UUID_RECORD, CALL, "start", text),
    "api: record what": lambda text: commands.api(Api.UUID_RECORD, CALL, text, "/a.wav"),
    "api: keys": lambda text: commands.api(Api.UUID_SEND_DTMF, CALL, text),
    "bgapi: job": lambda text: commands.bgapi(Api.STATUS, text),
    "bgapi: word": lambda text: commands.bgapi(Api.UUID_KILL, Uuid("ab"), CALL, text),
    "command: uuid": lambda text: leg(uuid=text),
    "command: engine": lambda text: leg(engine=text),
    "command: call": lambda text: leg(call=text),
    "command: caller's number": lambda text: leg(caller_number=text),
    "command: caller's name": lambda text: leg(caller_name=text),
    "command: caller's name, cleaned": lambda text: leg(caller_name=DisplayName.of(text)),
    "command: ring timeout": lambda text: leg(ring_timeout=text),
    "command: call info": lambda text: leg(call_info=text),
    "command: number": lambda text: leg(endpoint=replace(GATEWAY, number=text)),
    "call_info": lambda text: originating.call_info(text).encode(),
    "job": lambda text: originating.command(LEG, text),
}

SINKS = ARGUMENTS | COMMANDS


def commands_in(data: bytes) -> list[tuple[str, dict[str, str], bytes]]:
    """What FreeSWITCH reads in it (mod_event_socket.c, read_packet)."""
    stream, found = BytesIO(data), []
    while line := stream.readline():
        assert line.strip(), "a blank line between commands"
        headers = {}
        while header := stream.readline().strip(b"\r\n"):
            name, _, value = header.decode().partition(": ")
            assert name not in headers, "two headers of one name"
            headers[name] = value
        found.append((line.decode().strip(), headers, stream.read(int(headers.get("content-length", 0)))))
    return found


def said(sink: str, text: object) -> str | None:
    """What FreeSWITCH is told, if anything: one command, and nothing in it that means more than text."""
    try:
        data = SINKS[sink](text)
    except (ValueError, TypeError):
        return None
    if b"\n" not in data:
        return data.decode()
    ((line, headers, body),) = commands_in(data)
    told = line + "".join(headers.values()) + body.decode()
    assert sink == "auth" or not re.search(r"\$\{|\$\$|%\[|[\\`\x00-\x1f\x7f]", told), told
    assert sink in PLAIN or not re.search(r"execute_on|api_on|shell_stream|::|inline|system|\.\./", told), told
    return told


PLAIN = {
    "auth",
    "execute: argument",
    "api: value",
    "call_info",
    "command: call info",
    "command: caller's name, cleaned",
}
"""What is text to the switch too: a password, a value that is no code, an address and a name that a phone shows."""


@pytest.mark.parametrize("sink", SINKS)
def test_no_hostile_text_means_anything_to_the_switch(sink: str) -> None:
    """Quotes and braces stand only where the builder itself put them."""
    harmless = said(sink, "1")
    for text in HOSTILE:
        told = said(sink, text)
        if told is not None and harmless is not None and sink not in ("auth", "execute: argument"):
            for sign in "{}'\"|&[]<>":
                assert told.count(sign) <= max(harmless.count(sign), LEAST.get((sink, sign), 0)), (text, told)


LEAST = (
    {("command: caller's name, cleaned", "'"): 2, ("command: caller's name", "'"): 2}
    | {("command: call info", sign): count for sign, count in (("'", 2), ("<", 1), (">", 1))}
    | {("call_info", "&"): 9, ("command: call info", "&"): 9}
)


TEXT = st.text(max_size=60) | st.text(alphabet="01af-+*#/.,;:'\"{}[]()<>$%&|!@\\ \n\r\0_AX", max_size=30)


@given(TEXT, st.sampled_from(sorted(SINKS)))
def test_any_text_is_exactly_one_command_or_a_value_error(text: str, sink: str) -> None:
    try:
        data = SINKS[sink](text)
    except ValueError:
        return
    except TypeError:  # a number was asked for
        assert sink in ("milliseconds", "fax_tone")
        return
    if b"\n" in data:
        assert len(commands_in(data)) == 1


@given(TEXT)
def test_what_is_set_around_a_bridge_is_one_command_each(text: str) -> None:
    for work in dialling.before(Dial(GATEWAY, caller_number=text)):
        assert len(commands_in(commands.execute(work))) == 1


def test_every_function_that_makes_an_argument_or_a_command_is_in_the_table() -> None:
    """Whoever adds one adds it here."""
    made = {
        name
        for module in (arguments, commands, originating)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation in (Argument, Command, str)
    }
    in_table = {sink.partition(":")[0] for sink in SINKS} | {"job"}
    assert made - in_table == set()


def test_every_api_command_with_words_is_in_the_table() -> None:
    covered = "".join(inspect.getsource(build) for build in SINKS.values())
    taking_words = {each for each in Api if each.startswith("uuid_")} - {Api.UUID_BREAK, Api.UUID_EXISTS}
    assert {each.name for each in taking_words if f"Api.{each.name}" not in covered + "Api.UUID_SETVAR"} == set()


def test_no_api_command_places_a_leg_or_runs_an_application() -> None:
    for words in (("originate", "user/1", "&system(id)"), ("uuid_broadcast", CALL, "system::id"), ("system", "id")):
        with pytest.raises(ValueError, match=r"."):
            commands.api(words[0], *words[1:])  # type: ignore[arg-type]


CODE = [
    "execute_on_answer",
    "execute_on_media",
    "execute_on_ring_1",
    "api_on_answer",
    "api_hangup_hook",
    "api_reporting_hook",
    "api_after_bridge",
    "exec_after_bridge_app",
    "bridge_pre_execute_aleg_app",
    "hold_music",
    "json_cdr_base",
    "cdr_csv_base",
    "session_in_hangup_hook",
    "export_vars",
]


@pytest.mark.parametrize("variable", CODE)
def test_no_variable_that_is_code_can_be_set(variable: str) -> None:
    if variable != "session_in_hangup_hook":  # a truth value
        with pytest.raises(ValueError, match="run"):
            setvar(variable, "x")
    with pytest.raises(ValueError, match=variable):
        Variable(variable)


@pytest.mark.parametrize("way", ["1:XML:trunks inline", "system:id:inline", "1:inline:x", "::", "1:XML:a,b", "&park()"])
def test_a_way_back_is_a_number_and_a_context_of_the_dialplan(way: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        setvar("transfer_after_bridge", way)
    assert b"95598:XML:trunks" in setvar("transfer_after_bridge", "95598:XML:trunks")


def test_events_are_asked_for_by_name() -> None:
    assert all(each.isupper() for each in EventName)
