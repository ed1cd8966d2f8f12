"""What strangers send to a real FreeSWITCH with our configuration, and what reaches the engine of it."""

import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import Dial, DialEnd, Utterance
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from tests.live.conftest import CARRIER
from tests.live.sip import RawCaller
from tests.live.switch import Switch

FORGED = "x%0Avariable_pin_ok: true%0A%0AUnique-ID: forged"


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


def told_of(session: Session, caller: RawCaller) -> Mapping[str, str]:
    """What the engine is told of a call; then ends it."""
    with pytest.raises(CallEnded):
        EslLeg(session.channel).hang_up("NORMAL_CLEARING")
    caller.answer()
    return session.session_data


DECENT = {"X-Evil": "none", "User-Agent": "none"}
PLACES: dict[str, dict[str, Any]] = {
    "the display name": {"display": FORGED},
    "the caller's number": {"user": FORGED.replace(" ", "%20").replace(":", "%3A")},
    "a header of its own": {"headers": {"X-Evil": FORGED}},
    "the session description": {"sdp": FORGED},
    "the other side's device": {"headers": {"User-Agent": FORGED}},
}


@pytest.mark.parametrize("place", PLACES)
def test_an_escaped_newline_forges_no_header(switch: Switch, taken: Callable[[], Session], place: str) -> None:
    with RawCaller(switch.settings.trunks.port) as plain, RawCaller(switch.settings.trunks.port) as forger:
        plain.invite(headers=DECENT)
        expected = told_of(taken(), plain)
        forger.invite(**{"headers": DECENT, **PLACES[place]})
        forged = taken()
        assert "pin_ok" in switch.api(f"uuid_dump {forged.uuid}")  # the text did get through to the switch
        told = told_of(forged, forger)
    assert set(told) - set(expected) == set()
    assert told["Unique-ID"] != "forged"


@pytest.mark.parametrize("payload", ["${system touch CANARY}", "${system(touch CANARY)}", "$${system touch CANARY}"])
def test_no_text_of_a_caller_is_run_by_the_switch(
    switch: Switch, taken: Callable[[], Session], canary: Path, payload: str
) -> None:
    text = payload.replace("CANARY", str(canary))
    with RawCaller(switch.settings.trunks.port) as caller:
        caller.invite(display=f"{text},execute_on_answer=system touch {canary}", headers={"X-Evil": text}, sdp=text)
        session = taken()
        leg = EslLeg(session.channel)
        leg.answer()
        leg.play([Utterance("", "en", "/no/such/file.wav")], barge_in=True)
        endpoint = Endpoint(Number("1099"), profile=Name("phones"), domain=Name(switch.settings.domain))
        dialled = leg.dial(Dial(endpoint, 5, caller_number=session.session_data["Caller-Caller-ID-Name"]))
        assert dialled.end is DialEnd.FAILED
        with pytest.raises(CallEnded):
            leg.hang_up("NORMAL_CLEARING")
    assert not canary.exists()


def test_the_canary_would_sing(switch: Switch, canary: Path) -> None:
    switch.api(f"system touch {canary}")
    assert canary.exists()


@pytest.mark.parametrize("profile", ["trunks", "phones"])
def test_a_sip_message_runs_no_command(switch: Switch, canary: Path, profile: str) -> None:
    port = getattr(switch.settings, profile).port
    with RawCaller(port) as stranger:
        stranger.message(f"sip:api+system%20touch%20{canary}@127.0.0.1")
        stranger.answer()
    with RawCaller(switch.settings.phones.port) as another:
        another.invite()
        another.answer()
    assert not canary.exists()


def test_a_stranger_cannot_call_from_the_phones_side(switch: Switch) -> None:
    with RawCaller(switch.settings.phones.port) as stranger:
        stranger.invite()
        assert stranger.answer() == 407


def test_a_call_from_the_carrier_carries_the_trunks_name(switch: Switch, taken: Callable[[], Session]) -> None:
    with RawCaller(switch.settings.trunks.port, CARRIER) as carrier:
        carrier.invite()
        assert told_of(taken(), carrier)["variable_sip_acl_authed_by"] == "pstn"


def test_a_call_from_anywhere_else_is_refused_without_a_challenge(switch: Switch) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as routed:
        try:
            routed.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("this machine has no address but loopback")
        elsewhere = routed.getsockname()[0]
    with RawCaller(switch.settings.trunks.port, elsewhere) as stranger:
        stranger.invite()
        assert stranger.answer() == 403


def test_nothing_listens_beyond_loopback(switch: Switch) -> None:
    assert {address for address in listening_addresses(switch.pid)} == {"127.0.0.1"}


@pytest.mark.parametrize("password", ["ClueCon", "", "wrong"])
def test_the_event_socket_refuses_a_wrong_password(switch: Switch, password: str) -> None:
    with socket.create_connection(("127.0.0.1", switch.settings.event_socket.port), 5) as connection:
        connection.sendall(f"auth {password}\n\n".encode())
        connection.settimeout(5)
        answers = connection.makefile("rb")
        assert b"Reply-Text: -ERR invalid\n" in iter(answers.readline, b"")


def listening_addresses(pid: int) -> Iterator[str]:
    """The local addresses of every TCP and UDP socket of a process (proc(5))."""
    opened = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    inodes = {each[8:-1] for each in opened if each.startswith("socket:[")}
    for table in ("tcp", "udp", "tcp6", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes:
                address = bytes.fromhex(fields[1].partition(":")[0])
                yield socket.inet_ntoa(address[::-1]) if len(address) == 4 else address.hex()
