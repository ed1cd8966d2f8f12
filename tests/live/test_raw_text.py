"""What our switch itself makes of raw text, should the engine ever let some through: its second lock.

The rows are those of ../shared/security.md, 3.1; whatever runs in spite of this lock (braces, line breaks, variables
that are code) the engine cannot say: tests/security/test_security_sinks.py.
"""

import re
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.server.freeswitch_conf import esl_password
from tests.live.caller import until
from tests.live.sip import RawCaller
from tests.live.switch import Switch


@pytest.fixture
def canary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="c", dir="/tmp") as folder:
        yield Path(folder) / "c"


@pytest.fixture(autouse=True)
def silence(switch: Switch, canary: Path) -> Iterator[None]:
    """No canary sings, and the switch has run nothing."""
    before = len(switch.log)
    yield
    assert not canary.exists()
    assert not re.search("Executing command", switch.log[before:])


RAW = {
    "1: in a header": "execute-app-name: log\nexecute-app-arg: INFO ${system touch CANARY}\n\n",
    "1: playback": "execute-app-name: playback\nexecute-app-arg: ${system touch CANARY}\n\n",
    "2: in a counted body": "execute-app-name: log\nBODY\n\nINFO ${system touch CANARY}",
    "3: set expands twice": "execute-app-name: set\nexecute-app-arg: x=${system touch CANARY}\n\n",
    "4: one backslash": "execute-app-name: log\nexecute-app-arg: INFO \\${system touch CANARY}\n\n",
    "5: set eats the escape": "execute-app-name: set\nexecute-app-arg: y=\\${system touch CANARY}\n\n",
    "8: two dollars": "execute-app-name: set\nexecute-app-arg: y=$${system touch CANARY}\n\n",
    "8: brackets": "execute-app-name: set\nexecute-app-arg: y=${system(touch CANARY)}\n\n",
    "10: without expansion, but set": "execute-app-name: multiset\nexecute-app-arg: a=${system touch CANARY} b=c\n\n",
    "19: a command in a body": "execute-app-name: log\nBODY\n\nx\n\napi system touch CANARY\n\n",
    "20: scope variables": "execute-app-name: log\nexecute-app-arg: %[api_on_answer=system touch CANARY]INFO x\n\n",
    "23: shell_stream": "execute-app-name: playback\nexecute-app-arg: shell_stream://touch CANARY\n\n",
    "23: modname": "execute-app-name: playback\nexecute-app-arg: {modname=mod_shell_stream}touch CANARY\n\n",
    "23: http": "execute-app-name: playback\nexecute-app-arg: http://127.0.0.1:9/CANARY\n\n",
    "23: file_string": "execute-app-name: playback\nexecute-app-arg: file_string://a!shell_stream://touch CANARY\n\n",
}


def told(session: Session, switch: Switch, head: str, canary: Path) -> None:
    """Sends raw text as one command about a session's channel, and waits until the channel has done it."""
    text = head.replace("CANARY", str(canary))
    body = text.partition("\n\n")[2]
    text = text.replace("BODY", f"content-type: text/plain\ncontent-length: {len(body)}")
    start = f"sendmsg {session.uuid}\ncall-command: execute\nevent-lock: true\n"
    raw(switch, start + text)
    raw(switch, start + "execute-app-name: set\nexecute-app-arg: raw_done=yes\n\n")
    until(lambda: switch.api(f"uuid_getvar {session.uuid} raw_done") == "yes", 5, "end of it")


def raw(switch: Switch, text: str) -> None:
    password = esl_password(switch.settings, switch.data)
    with socket.create_connection(("127.0.0.1", switch.settings.event_socket.port), 5) as connection:
        connection.sendall(f"auth {password}\n\n{text}".encode())
        stream = connection.makefile("rb")
        replies = 0
        while replies < 2 and (line := stream.readline()):
            replies += line.startswith(b"Reply-Text")


@pytest.mark.parametrize("row", RAW)
def test_our_switch_makes_no_command_of_raw_text(
    switch: Switch, taken: Callable[[], Session], canary: Path, row: str
) -> None:
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite()
        session = taken()
        EslLeg(session.channel).answer()
        told(session, switch, RAW[row], canary)


def test_without_the_lock_the_canary_would_sing(switch: Switch, taken: Callable[[], Session], tmp_path: Path) -> None:
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite()
        session = taken()
        EslLeg(session.channel).answer()
        switch.api("fsctl api_expansion on")
        try:
            told(session, switch, RAW["3: set expands twice"], tmp_path / "sings")
        finally:
            switch.api("fsctl api_expansion off")
        assert (tmp_path / "sings").exists()


@pytest.mark.parametrize("call", ["set w=${z}", "log INFO ${z}", "playback ${z}"])
def test_our_switch_makes_no_command_of_a_variable(
    switch: Switch, taken: Callable[[], Session], canary: Path, call: str
) -> None:
    """Row 6: stored raw, expanded again when it is used."""
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite()
        session = taken()
        EslLeg(session.channel).answer()
        switch.api(f"uuid_setvar {session.uuid} z ${{system touch {canary}}}")
        assert "system" in switch.api(f"uuid_getvar {session.uuid} z")
        name, _, argument = call.partition(" ")
        told(session, switch, f"execute-app-name: {name}\nexecute-app-arg: {argument}\n\n", canary)


def test_our_switch_sets_no_several_variables_with_commands(
    switch: Switch, taken: Callable[[], Session], canary: Path
) -> None:
    """Row 7."""
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite()
        session = taken()
        switch.api(f"uuid_setvar_multi {session.uuid} a=${{system touch {canary}}};b=c")
        assert switch.api(f"uuid_getvar {session.uuid} a") == "_undef_"


def test_the_dialplan_has_arguments_left_as_they_are(
    switch: Switch, taken: Callable[[], Session], canary: Path
) -> None:
    """Row 9: even `${name}` without a command is no more than text to an application."""
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite()
        session = taken()
        EslLeg(session.channel).answer()
        told(session, switch, "execute-app-name: log\nexecute-app-arg: NOTICE left ${caller_id_number}\n\n", canary)
        assert "left ${caller_id_number}" in switch.log
