"""Fax machines among the callers of a queue: heard while they wait, and sent a document in the middle of a talk."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.domain.cdr import Cdr
from fsapp.domain.events import Kind
from fsapp.domain.fax import DocumentKind
from fsapp.store.documents import DocumentFilter, Documents
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.fax_machine import T38, Machine, document, pixels
from tests.live.office import Office, hears_music
from tests.live.switch import Switch

pytestmark = pytest.mark.timeout(240)

QUEUE, VOICE_AND_FAX = "7001", "7204"
AGENT = "2301"
WITHIN = 150
"""Seconds for a fax, on a machine that others keep busy."""


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((AGENT, "--queue", "live:1", "--wrap-up", "0"),)


@pytest.fixture
def machine(switch: Switch, number: str) -> Machine:
    return Machine(switch, number)


class Talking:
    """A machine whose owner talks to an agent before pressing its start key."""

    def __init__(self, office: Office, machine: Machine) -> None:
        self._switch = office.switch
        self._uuid = self._switch.api("create_uuid")
        self.agent = office.agent(AGENT)
        machine.calls(QUEUE, "park()", origination_uuid=self._uuid, **T38)
        self.agent.wait_for("from")
        self.agent.answer()
        office.wait(AGENT, "talking")

    def presses_start(self, came: Path) -> None:
        self._switch.api(f"uuid_transfer {self._uuid} rxfax:{came} inline")

    def hangs_up(self) -> None:
        self._switch.api(f"uuid_kill {self._uuid}")


@pytest.fixture
def asked(office: Office, tmp_path: Path) -> Path:
    """The document `tariff`, which is number 1 of the shipped list."""
    made = document(tmp_path / "tariff.tif", 2)
    office.engine.command("fax", "documents", "add", str(made), "--name", "tariff", "--replace")
    return made


def running(switch: Switch, caller: str) -> list[str]:
    """What the engine's channel of this caller does."""
    rows = json.loads(switch.api("show channels as json")).get("rows", [])
    return [row["application"] for row in rows if row["cid_num"] == caller and row["direction"] == "inbound"]


def faxed(engine: Engine, cdr: Cdr) -> list[dict[str, object]]:
    events = engine.record(cdr.uuid).events
    return [dict(each.fields) for each in events if each.kind == Kind.FAX_SENT]


def test_an_agent_sends_a_document_to_the_machine_of_the_caller(
    office: Office, machine: Machine, asked: Path, tmp_path: Path
) -> None:
    talking = Talking(office, machine)
    talking.agent.press("*361")
    until(lambda: "txfax" in running(office.switch, machine.number), 15, "fax")
    talking.agent.forget()
    hears_music(talking.agent)
    talking.presses_start(tmp_path / "came.tif")
    cdr = office.engine.cdr(machine.number, WITHIN)
    assert pixels(tmp_path / "came.tif") == pixels(asked)
    (sent,) = faxed(office.engine, cdr)
    assert (sent["document"], sent["success"], sent["pages"]) == ("tariff", True, 2)
    talking.agent.wait_for("ended")
    office.wait(AGENT, "available")


def test_a_document_that_is_not_there_leaves_the_talk_as_it_is(office: Office, machine: Machine) -> None:
    talking = Talking(office, machine)
    talking.agent.press("*367")
    office.hear(talking.agent, "desk_no_unknown_item")
    assert office.seen(AGENT)["state"] == "talking"
    talking.hangs_up()


def test_a_machine_that_waits_in_a_queue_is_heard(
    office: Office, machine: Machine, tmp_path: Path, phone: Callable[..., Caller]
) -> None:
    sent = document(tmp_path / "sent.tif", 1)
    machine.sends(sent, VOICE_AND_FAX, **T38)
    cdr = office.engine.cdr(machine.number, WITHIN)
    assert cdr.disposition == "faxed"
    events = office.engine.record(cdr.uuid).events
    (received,) = [dict(each.fields) for each in events if each.kind == Kind.FAX_RECEIVED]
    for each in events:
        print(each.at, each.kind, dict(each.fields))
    assert (received["pages"], received["text"]) == (1, "OK")
    documents = Documents(f"sqlite:///{office.engine.data / 'fsapp.db'}")
    wanted = DocumentFilter(DocumentKind.RECEIVED, caller=machine.number)
    until(lambda: bool(documents.list(wanted)), 10, "document")
    assert documents.list(wanted)[0].pages == 1
