"""Commands in whatever others control, in every way that a flow, the desk and the queues use it, on a real switch.

Each payload would touch a file. No file may appear, and the switch must have run no command.
"""

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import gevent
import orjson
import pytest
from gevent.pool import Pool

from tests.live.bare_phones import BarePhone
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.office import PASSWORD as PHONE_PASSWORD
from tests.live.office import PIN, Office
from tests.live.sip import RawCaller
from tests.live.switch import Switch

AGENT = "2801"
SAID, QUEUED = "7066", "7067"
AT_ONCE = 4
"""Calls, as each has a sentence of its own spoken."""

PAYLOADS = [
    "${system touch CANARY}",
    "${system(touch CANARY)}",
    "$${system touch CANARY}",
    "\\${system touch CANARY}",
    "\\\\${system touch CANARY}",
    "%{system touch CANARY}",
    "$%7Bsystem touch CANARY%7D",
    "%24%7Bsystem%20touch%20CANARY%7D",
    "x%0A%0Aapi system touch CANARY%0A%0A",
    "x%0Acall-command: execute%0Aexecute-app-name: system%0Aexecute-app-arg: touch CANARY",
    "1,execute_on_answer=system touch CANARY",
    "1',execute_on_answer='system touch CANARY",
    "1}{execute_on_answer=system touch CANARY}1",
    "[execute_on_answer=system:touch$IFSCANARY]1",
    "<execute_on_answer=system touch CANARY>1",
    "^^:execute_on_answer=system touch CANARY:a=b",
    "%[execute_on_answer=system touch CANARY]1",
    "1,loopback/app=system:touch CANARY",
    "1|&system(touch CANARY)",
    "&system(touch CANARY)",
    "shell_stream://touch CANARY",
    "file_string://a!shell_stream://touch CANARY",
    "`touch CANARY`$(touch CANARY);touch CANARY",
    "'; SELECT 1; ATTACH 'CANARY' AS x; --",
    "{{ ''.__class__ }}${system touch CANARY}",
]


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((AGENT, "--queue", "live_canary:1"),)


@pytest.fixture
def canary() -> Iterator[Path]:
    """A short path: whatever holds it is spoken too."""
    with tempfile.TemporaryDirectory(prefix="c", dir="/tmp") as folder:
        yield Path(folder) / "c"


@pytest.fixture(autouse=True)
def silence(switch: Switch, canary: Path) -> Iterator[None]:
    """No canary sings, and the switch has run nothing."""
    before = len(switch.log)
    yield
    assert not canary.exists()
    assert not re.search("Executing command", switch.log[before:])


def armed(payload: str, canary: Path) -> str:
    return payload.replace("CANARY", str(canary))


def answers(engine: Engine, payloads: list[str]) -> list[str]:
    """Has the look-up of bills answer with these; gives the accounts that get them."""
    accounts = [f"66{number:08}" for number in range(len(payloads))]
    with sqlite3.connect(engine.data.parent / "engine" / "power.db") as bills:
        bills.execute("DELETE FROM bill WHERE account LIKE '66%'")
        bills.executemany(
            "INSERT INTO bill VALUES (?, ?, ?, ?)", [(a, p, p, p) for a, p in zip(accounts, payloads, strict=True)]
        )
    bills.close()
    return accounts


def channel_of(switch: Switch, number: str) -> str:
    """The channel of the caller with this number; empty where there is none."""
    rows = orjson.loads(switch.api("show channels as json")).get("rows", [])
    return next((str(row["uuid"]) for row in rows if row["cid_num"] == number), "")


def wait_for_step(engine: Engine, switch: Switch, number: str, label: str) -> str:
    """Until the call is at this label; gives its channel."""
    until(lambda: label in _path(engine, channel_of(switch, number)), 60, f"{label} in the call of {number}")
    return channel_of(switch, number)


def _path(engine: Engine, uuid: str) -> str:
    """The labels of a call under way, the one that it is at included."""
    try:
        events = engine.record(uuid).events if uuid else ()
    except LookupError:
        return ""
    return " ".join(str(event.fields.get("label", "")) + ">" + str(event.fields.get("exit", "")) for event in events)


def test_nothing_that_callers_and_look_ups_say_is_run_whatever_a_flow_does_with_it(
    engine: Engine, switch: Switch, canary: Path
) -> None:
    payloads = [armed(payload, canary) for payload in PAYLOADS]
    accounts = answers(engine, payloads)

    def call(index: int) -> None:
        number, text = f"1370000{index:04}", payloads[index]
        with RawCaller(switch.settings.trunks.port) as caller:
            caller.invite(SAID, display=text.replace('"', ""), user=number, headers={"X-Evil": text})
            assert caller.answer() == 200
            until(lambda: bool(channel_of(switch, number)), 10, "channel")
            gevent.sleep(0.5)
            switch.api(f"uuid_recv_dtmf {channel_of(switch, number)} {accounts[index]}")
            uuid = wait_for_step(engine, switch, number, "message>missing")
            gevent.sleep(1)  # the words begin
            switch.api(f"uuid_recv_dtmf {uuid} 5")
            until(lambda: not channel_of(switch, number), 40, "end")

    for _ in Pool(AT_ONCE).imap_unordered(call, range(len(payloads))):
        pass
    for index, payload in enumerate(payloads):
        cdr = engine.cdr(f"1370000{index:04}")
        assert cdr.tags.get("reached") == "spoken", cdr
        assert cdr.disposition == payload  # it did get through, as text
        assert cdr.failures == 0


def test_nothing_in_a_callers_number_or_headers_is_run(engine: Engine, switch: Switch, canary: Path) -> None:
    """The switch refuses some of these; the flow uses what arrives."""
    answered = 0
    for payload in PAYLOADS:
        text = armed(payload, canary)
        with RawCaller(switch.settings.trunks.port) as caller:
            wire = text.replace("\n", "%0A")
            caller.invite(
                SAID,
                user=quote(text, safe=""),
                headers={"X-Evil": wire, "P-Evil": wire, "User-to-User": wire},
                sdp=wire,
            )
            answered += caller.answer() == 200
            caller.hang_up()
    assert answered > len(PAYLOADS) / 2
    switch.wait_empty(10)


@pytest.mark.parametrize("payload", PAYLOADS[::3])
def test_what_an_agents_phone_shows_of_a_caller_is_a_name_and_nothing_else(
    engine: Engine, office: Office, switch: Switch, canary: Path, payload: str
) -> None:
    text = armed(payload, canary)
    (account,) = answers(engine, [text])
    number = f"1370001{PAYLOADS.index(payload):04}"
    phone = BarePhone(AGENT, switch.registrar)
    try:
        phone.register(PHONE_PASSWORD)
        office.set(AGENT, "in")
        office.wait(AGENT, "available", "offered")
        with RawCaller(switch.settings.trunks.port) as caller:
            caller.invite(QUEUED, display=text.replace('"', ""), user=number)
            assert caller.answer() == 200
            until(lambda: bool(channel_of(switch, number)), 10, "channel")
            gevent.sleep(0.5)
            switch.api(f"uuid_recv_dtmf {channel_of(switch, number)} {account}")
            until(lambda: any(line.invite for line in phone.lines.values()), 30, "ringing")
            (line,) = phone.lines.values()
            assert line.invite is not None
            shown = line.invite.get("from")
            line.refuse(486)
            caller.hang_up()
    finally:
        phone.close()
    assert re.fullmatch(r'"[\w .-]*" <sip:1370001\d{4}@[\d.]+>;tag=\w+', shown), shown
    assert not re.search(r"execute|system:", " ".join(line.invite.all("call-info")))


def test_nothing_that_an_agents_phone_dials_is_run(
    engine: Engine, office: Office, switch: Switch, canary: Path
) -> None:
    for payload in PAYLOADS:
        for dialled in (armed(payload, canary), f"*11{armed(payload, canary)}", f"*9{armed(payload, canary)}#1"):
            with RawCaller(switch.settings.phones.port) as phone:
                phone.invite_as(AGENT, PHONE_PASSWORD, quote(dialled, safe="*"))
                assert phone.answer() >= 200
                phone.hang_up()
    switch.wait_empty(20)


def test_an_agents_name_is_text(engine: Engine, office: Office, canary: Path) -> None:
    for number, payload in enumerate(PAYLOADS[:3], 2850):
        office.engine.command(
            "agents", "add", str(number), "--name", armed(payload, canary), "--no-phone", "--pin-file", "-", stdin=PIN
        )
        assert engine.agent(str(number))["name"] == armed(payload, canary)
        office.engine.command("agents", "remove", str(number))
