"""Every command that the engine can say: its bytes, and that no text from anywhere can say another."""

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.arguments import Endpoint, Name, Number, SoundPath, Uuid
from fsapp.domain.leg import Dial
from fsapp.esl import arguments, commands, dialling
from fsapp.esl.arguments import Application, Argument, Read, Variable
from fsapp.esl.commands import Api, EventName, Execute

GATEWAY = Name("carrier")


def commands_in(data: bytes) -> list[tuple[str, dict[str, str], bytes]]:
    """What FreeSWITCH reads in it (mod_event_socket.c, read_packet)."""
    stream, found = BytesIO(data), []
    while line := stream.readline():
        assert line.strip(), "a blank line between commands"
        headers = {}
        while header := stream.readline().strip():
            name, _, value = header.decode().partition(": ")
            assert name not in headers
            headers[name] = value
        found.append((line.decode().strip(), headers, stream.read(int(headers.get("content-length", 0)))))
    return found


def test_an_execute_has_short_headers_its_argument_in_a_counted_body_and_the_event_lock() -> None:
    path = SoundPath("/sounds/welcome.wav")
    work = Execute(Application.PLAYBACK, arguments.files([path]))
    assert commands.execute(work, Uuid("ab-1")) == (
        b"sendmsg\ncall-command: execute\nexecute-app-name: playback\nevent-uuid: ab-1\nevent-lock: true\n"
        b"content-type: text/plain\ncontent-length: 19\n\n/sounds/welcome.wav"
    )


def test_an_execute_over_the_client_connection_names_its_channel() -> None:
    assert commands.execute(Execute(Application.ANSWER), None, Uuid("c0-ffee")) == (
        b"sendmsg c0-ffee\ncall-command: execute\nexecute-app-name: answer\nevent-lock: true\n\n"
    )


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (commands.CONNECT, b"connect\n\n"),
        (commands.linger(10), b"linger 10\n\n"),
        (commands.only_channel(Uuid("ab")), b"filter Unique-ID ab\n\n"),
        (commands.without(Name("multiset")), b"filter Application -multiset\n\n"),
        (commands.listen([EventName.DTMF, EventName.CHANNEL_HANGUP]), b"event json DTMF CHANNEL_HANGUP\n\n"),
        (commands.auth("s3cret!"), b"auth s3cret!\n\n"),
        (commands.api(Api.UUID_KILL, "ab-1", "USER_BUSY"), b"api uuid_kill ab-1 USER_BUSY\n\n"),
        (commands.bgapi(Api.STATUS, Uuid("ab")), b"bgapi status\nJob-UUID: ab\n\n"),
    ],
)
def test_the_bytes_of_a_command(command: bytes, data: bytes) -> None:
    assert command == data


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        (arguments.files([SoundPath("/a.wav"), SoundPath("/b.wav")]), "file_string:///a.wav!/b.wav"),
        (
            arguments.play_and_get_digits(Read([SoundPath("/a.wav")], 10, "#*", 5.0, 2.5)),
            "1 10 1 5000 #* /a.wav silence_stream://10 fsapp_keys [0-9*#A-D]+ 2500",
        ),
        (
            arguments.play_and_get_digits(Read([], 1, "", 5.0, 2.0)),
            "1 1 1 5000 none silence silence_stream://10 fsapp_keys [0-9*#A-D]+ 2000",
        ),
        (arguments.record(SoundPath("/r.wav"), 60, 4), "/r.wav 60 200 4"),
        (
            arguments.settings({Variable.SOCKET_RESUME: "false", Variable.CALL_TIMEOUT: "30"}),
            "socket_resume=false call_timeout=30",
        ),
        (arguments.names([Variable.FSAPP_KEYS, Variable.RECORD_MS]), "fsapp_keys record_ms"),
        (arguments.dial_string(Endpoint(Number("+8610"), gateway=GATEWAY)), "sofia/gateway/carrier/+8610"),
        (
            arguments.dial_string(Endpoint(Number("1001"), profile=Name("phones"), domain=Name("site"))),
            "sofia/phones/1001%site",
        ),
        (
            arguments.sip_uri(Endpoint(Number("9#"), gateway=GATEWAY, domain=Name("sip.example"))),
            "sip:9%23@sip.example",
        ),
        (arguments.cause("USER_BUSY"), "USER_BUSY"),
    ],
)
def test_the_text_of_an_argument(argument: Argument, text: str) -> None:
    assert argument == text


def test_an_agents_phone_is_not_dialled_as_user_which_needs_api_expansion() -> None:
    with pytest.raises(ValueError, match="domain"):
        arguments.dial_string(Endpoint(Number("1001"), profile=Name("phones")))


def test_greenswitchs_word_none_as_the_failure_extension_cannot_be_said() -> None:
    """Its play_and_get_digits sends eleven words, the last of them `None`: a silent caller is transferred there."""
    assert len(arguments.play_and_get_digits(Read([SoundPath("/a.wav")], 4, "#", 5, 2)).split(" ")) == 10


def test_an_empty_set_of_terminators_does_not_become_freeswitchs_default() -> None:
    assert arguments.keys("") == "none"


@pytest.mark.parametrize("most", [0, -1, 101])
def test_more_keys_than_freeswitchs_buffer_holds_cannot_be_asked_for(most: int) -> None:
    with pytest.raises(ValueError, match="keys"):
        Read([], most, "#", 1, 1)


@pytest.mark.parametrize(
    "attack",
    [
        "x\n\napi system id",
        "x\nloops: -1",
        "x\r",
        "x\0",
        "${system touch canary}",
        "$${base_dir}",
        "\\${system id}",
        "%[a=b]x",
        "a'b",
        'a"b',
        "a`id`",
    ],
)
def test_what_freeswitch_would_interpret_is_no_argument(attack: str) -> None:
    with pytest.raises(ValueError, match="FreeSWITCH"):
        Argument(attack)


BUILDERS: list[Callable[[str], bytes]] = [
    lambda text: commands.execute(Execute(Application.PLAYBACK, Argument(text))),
    lambda text: commands.execute(Execute(Application.PLAYBACK, arguments.files([SoundPath(text)]))),
    lambda text: commands.execute(Execute(Application.PLAYBACK, arguments.files([SoundPath("/a"), SoundPath(text)]))),
    lambda text: commands.execute(Execute(Application.RECORD, arguments.record(SoundPath(text), 1, 1))),
    lambda text: commands.execute(Execute(Application.RECORD, Argument(arguments.keys(text)))),
    lambda text: commands.execute(Execute(Application.HANGUP, arguments.cause(text))),
    lambda text: commands.execute(Execute(Application.MULTISET, arguments.settings({Variable.CALL_TIMEOUT: text}))),
    lambda text: commands.execute(Execute(Application.MULTISET, arguments.settings({Variable(text): "1"}))),
    lambda text: commands.execute(Execute(Application.MULTIUNSET, arguments.names([Variable(text)]))),
    lambda text: commands.execute(
        Execute(Application.BRIDGE, arguments.dial_string(Endpoint(Number(text), gateway=Name("gw"))))
    ),
    lambda text: commands.execute(
        Execute(Application.BRIDGE, arguments.dial_string(Endpoint(Number("1"), gateway=Name(text))))
    ),
    lambda text: commands.execute(
        Execute(Application.DEFLECT, arguments.sip_uri(Endpoint(Number("1"), gateway=Name("gw"), domain=Name(text))))
    ),
    lambda text: commands.execute(Execute(Application.ANSWER), Uuid(text)),
    lambda text: commands.execute(Execute(Application.ANSWER), None, Uuid(text)),
    lambda text: commands.execute(Execute(Application(text))),
    lambda text: commands.only_channel(Uuid(text)),
    lambda text: commands.without(Name(text)),
    lambda text: commands.listen([EventName(text)]),
    commands.auth,
    lambda text: commands.api(Api(text)),
    lambda text: commands.api(Api.UUID_KILL, text),
    lambda text: commands.bgapi(Api.STATUS, Uuid(text)),
]

TEXT = st.text(max_size=60) | st.text(alphabet="0123456789abcdef-+*#/.,;:'\"{}[]()$%&|!@\\ \n\r\0ApiX", max_size=30)


@given(TEXT, st.sampled_from(BUILDERS))
def test_any_text_gives_a_value_error_or_exactly_one_command(text: str, build: Callable[[str], bytes]) -> None:
    try:
        data = build(text)
    except ValueError:
        return
    ((line, headers, body),) = commands_in(data)
    said = line + "".join(headers.values()) + body.decode()
    assert "${" not in said
    assert "$$" not in said
    assert not set("\r\n\0") & set(said)


@given(TEXT)
def test_no_number_breaks_out_of_a_dial_string(text: str) -> None:
    try:
        said = arguments.dial_string(Endpoint(Number(text), gateway=GATEWAY))
    except ValueError:
        return
    assert said == f"sofia/gateway/carrier/{text}"
    assert not set(",|&'{}[]<>@ ") & set(said)


@given(TEXT)
def test_no_callers_number_reaches_the_settings_of_a_bridge_but_one_that_can_be_dialled(text: str) -> None:
    before = dialling.before(Dial(Endpoint(Number("1"), gateway=GATEWAY), caller_number=text))
    said = " ".join(str(work.argument) for work in before)
    expected = f" effective_caller_id_number={text}"
    assert said.endswith(expected) or "bridge_uuid effective_caller_id_number " in said


@pytest.mark.parametrize(
    "dangerous", ["execute_on_answer", "api_hangup_hook", "transfer_after_bridge", "json_cdr_base"]
)
def test_a_variable_that_is_code_to_freeswitch_cannot_be_set(dangerous: str) -> None:
    with pytest.raises(ValueError, match=dangerous):
        Variable(dangerous)


@pytest.mark.parametrize("unknown", ["nosuchapp", "system", "lua", "socket"])
def test_fact_an_unknown_application_would_hang_up_the_caller_and_cannot_be_said(unknown: str) -> None:
    with pytest.raises(ValueError, match=unknown):
        Application(unknown)


@pytest.mark.parametrize("runs_others", ["system", "expand", "eval", "sched_api", "xml_wrap", "bgapi"])
def test_an_api_command_that_runs_others_cannot_be_said(runs_others: str) -> None:
    with pytest.raises(ValueError, match=runs_others):
        Api(runs_others)
