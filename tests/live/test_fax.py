"""Faxes of the whole engine on the real switch: those that come, those that callers ask for, those that wait."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fsapp.domain.events import Kind
from fsapp.domain.fax import Document, DocumentKind, FaxJob, JobState
from fsapp.fax import tiff
from fsapp.fax.settings import FaxSettings
from fsapp.server.faxes import library
from fsapp.store.documents import DocumentFilter, Documents
from fsapp.store.fax_jobs import FaxJobs
from tests.live import switch as real
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.fax_carrier import FaxCarrier
from tests.live.fax_machine import T38, Machine, document, pixels
from tests.live.switch import Switch

pytestmark = pytest.mark.timeout(300)

FAX, ON_DEMAND, VOICE = "7201", "7202", "7203"
WITHIN = 150
"""Seconds for a fax of a few pages, on a machine that others keep busy."""


class FaxEngine(Engine):
    """An engine that tries again soon, and leaves what came in a folder."""

    @property
    def left(self) -> Path:
        """Where orders are left."""
        return self.data / "orders"

    def documents(self, caller: str) -> tuple[Document, ...]:
        """What came from this number."""
        wanted = DocumentFilter(DocumentKind.RECEIVED, caller=caller)
        return Documents(f"sqlite:///{self.data / 'fsapp.db'}").list(wanted)

    def fax_of(self, document: Document) -> Path:
        return library(self.data / "fax", FaxSettings()).fax(document.sha256)

    def job(self, name: str) -> FaxJob:
        job = FaxJobs(f"sqlite:///{self.data / 'fsapp.db'}").get(name)
        assert job is not None
        return job

    def send(self, number: str, what: object, *options: str) -> str:
        """Queues a fax; gives its id."""
        return str(json.loads(self.command("fax", "send", number, str(what), "--json", *options))["id"])

    def attempts(self, job: str) -> list[dict[str, Any]]:
        """What the journal says of a job's attempts."""
        return [dict(each.fields) for each in self._records.events(f"fax:{job}") if each.kind == Kind.FAX_ATTEMPTED]

    def is_over(self, job: str) -> bool:
        return self.job(job).state not in (JobState.WAITING, JobState.SENDING)

    def _written(self, switch: Switch) -> dict[str, object]:
        sending = {"busy_delay": 0.5, "no_answer_delay": 0.5, "failed_delay": 0.5, "ring_timeout": 20}
        deliver = [{"category": "orders", "folder": str(self.left)}]
        fax = {"station_id": "+86 571 8888", "deliver": deliver, "sending": sending}
        return {**super()._written(switch), "fax": fax}


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int) -> Iterator[FaxEngine]:
    started = FaxEngine(switch, engine_port)
    started.start()
    started.command("fax", "list")  # the database is there from then on
    yield started
    started.stop()


@pytest.fixture(scope="module")
def carrier(switch: Switch, carrier_port: int, root: Path) -> Iterator[FaxCarrier]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    program = real.binary()
    assert program is not None
    started = FaxCarrier(program, root / "carrier", carrier_port, 40000 + 200 * worker)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def machine(switch: Switch, number: str) -> Machine:
    return Machine(switch, number)


@pytest.fixture
def far_number(number: str) -> str:
    """A fax machine's number that no other test has, and that the dialplan allows."""
    return f"0571{number[-8:]}"


def test_a_fax_that_comes_is_a_document_dot_by_dot(engine: FaxEngine, machine: Machine, tmp_path: Path) -> None:
    sent = document(tmp_path / "sent.tif", 2)
    machine.sends(sent, FAX, fax_ident="0571 1234", **T38)
    cdr = engine.cdr(machine.number, WITHIN)
    assert cdr.disposition == "faxed"
    until(lambda: bool(engine.documents(machine.number)), 10, "document")
    (came,) = engine.documents(machine.number)
    assert (came.pages, came.partial, came.category) == (2, False, "orders")
    assert (came.call, came.called, came.station_id, came.result) == (cdr.uuid, FAX, "0571 1234", "OK")
    assert pixels(engine.fax_of(came)) == pixels(sent)
    until(lambda: engine.documents(machine.number)[0].delivered_at is not None, 10, "delivery")
    (left,) = engine.left.glob(f"*{machine.number}*")
    assert left.read_bytes().startswith(b"%PDF")
    (ticket,) = map(json.loads, engine.command("tickets", "list", "--customer", machine.number, "--json").splitlines())
    assert (ticket["kind"], ticket["channel"], ticket["call"]) == ("business", "fax", cdr.uuid)
    assert ticket["attachments"] == [came.id]
    assert came.id in engine.command("tickets", "show", ticket["number"])
    assert json.loads(engine.command("fax", "documents", "show", came.id, "--json"))["tickets"] == [ticket["number"]]


def test_a_fax_that_breaks_off_at_page_two_is_kept_and_marked(
    engine: FaxEngine, machine: Machine, tmp_path: Path
) -> None:
    sent = document(tmp_path / "sent.tif", 3)
    machine.sends(sent, FAX, execute_on_fax_phase_d="sched_hangup +1", **T38)
    assert engine.cdr(machine.number, WITHIN).disposition in ("partial", "")
    until(lambda: bool(engine.documents(machine.number)), 10, "document")
    (came,) = engine.documents(machine.number)
    assert came.partial
    assert pixels(engine.fax_of(came))[:1] == pixels(sent)[:1]
    assert list(engine.left.glob(f"*{machine.number}-partial.pdf"))


def test_fax_on_demand(
    engine: FaxEngine, switch: Switch, machine: Machine, studio: Any, tmp_path: Path, phone: Any
) -> None:
    """The caller listens, presses a key, and then the start key of the machine."""
    asked = document(tmp_path / "tariff.tif", 2)
    engine.command("fax", "documents", "add", str(asked), "--name", "tariff", "--replace")
    uuid = switch.api("create_uuid")
    machine.calls(ON_DEMAND, "park()", origination_uuid=uuid, **T38)
    until(lambda: "park" in switch.api(f"uuid_getvar {uuid} current_application"), 15, "answer")
    switch.api(f"uuid_send_dtmf {uuid} 1")
    until(lambda: "fax_send" in _application(switch, machine.number), 30, "fax")
    switch.api(f"uuid_transfer {uuid} rxfax:{tmp_path / 'came.tif'} inline")
    assert engine.cdr(machine.number, WITHIN).disposition == "sent"
    assert pixels(tmp_path / "came.tif") == pixels(asked)


def _application(switch: Switch, caller: str) -> str:
    """What runs on the engine's channel of this caller."""
    rows = json.loads(switch.api("show channels as json")).get("rows", [])
    running = [row["application"] for row in rows if row["cid_num"] == caller and row["direction"] == "inbound"]
    return "fax_send" if "txfax" in running else ",".join(running)


def test_a_document_that_is_not_there_is_told_to_the_flow(engine: FaxEngine, switch: Switch, machine: Machine) -> None:
    uuid = switch.api("create_uuid")
    machine.calls(ON_DEMAND, "park()", origination_uuid=uuid)
    until(lambda: "park" in switch.api(f"uuid_getvar {uuid} current_application"), 15, "answer")
    switch.api(f"uuid_send_dtmf {uuid} 3")
    assert engine.cdr(machine.number, 30).disposition == "gone"


def test_a_machine_that_calls_a_voice_number_is_heard(engine: FaxEngine, machine: Machine, tmp_path: Path) -> None:
    sent = document(tmp_path / "sent.tif", 1)
    machine.sends(sent, VOICE, **T38)
    assert engine.cdr(machine.number, WITHIN).disposition == "faxed"
    until(lambda: bool(engine.documents(machine.number)), 10, "document")
    assert pixels(engine.fax_of(engine.documents(machine.number)[0])) == pixels(sent)


def test_a_fax_is_sent_dot_by_dot(engine: FaxEngine, carrier: FaxCarrier, far_number: str, tmp_path: Path) -> None:
    carrier.be()
    sent = document(tmp_path / "sent.tif", 2)
    job = engine.send(far_number, sent)
    until(lambda: engine.is_over(job), WITHIN, "end of the fax")
    over = engine.job(job)
    assert (over.state, over.attempts, over.next_page) == (JobState.SENT, 1, 3)
    (came,) = carrier.received(far_number)
    assert pixels(came) == pixels(sent)
    (attempt,) = engine.attempts(job)
    assert (attempt["outcome"], attempt["pages"], attempt["t38"], attempt["trunk"]) == ("sent", 2, True, "pstn")


def test_a_fax_is_sent_again_after_busy(
    engine: FaxEngine, carrier: FaxCarrier, far_number: str, tmp_path: Path
) -> None:
    carrier.be(busy=True)
    sent = document(tmp_path / "sent.tif", 1)
    job = engine.send(far_number, sent)
    until(lambda: bool(engine.attempts(job)), 20, "attempt")
    carrier.be()
    until(lambda: engine.is_over(job), WITHIN, "end of the fax")
    assert engine.job(job).state is JobState.SENT
    until(lambda: engine.attempts(job)[-1]["outcome"] == "sent", 5, "record of the last attempt")
    assert engine.attempts(job)[0]["outcome"] == "busy"
    assert pixels(carrier.received(far_number)[-1]) == pixels(sent)


def test_a_fax_that_breaks_off_goes_on_at_its_page(
    engine: FaxEngine, carrier: FaxCarrier, far_number: str, tmp_path: Path
) -> None:
    carrier.be(breaks=True)
    sent = document(tmp_path / "sent.tif", 3)
    job = engine.send(far_number, sent)
    until(lambda: bool(engine.attempts(job)), WITHIN, "attempt")
    carrier.be()
    until(lambda: engine.is_over(job), WITHIN, "end of the fax")
    assert engine.job(job).state is JobState.SENT
    first, *_, last = engine.attempts(job)
    assert first["outcome"] == "faxed"
    assert last["first_page"] == 1 + first["pages"] > 1
    came = [page for path in carrier.received(far_number) for page in tiff.pages(path)]
    assert {page.tobytes() for page in came} >= set(pixels(sent))


def test_a_fax_outlives_its_engine_and_no_page_goes_over_twice(
    engine: FaxEngine, carrier: FaxCarrier, switch: Switch, far_number: str, tmp_path: Path
) -> None:
    carrier.be()
    sent = document(tmp_path / "sent.tif", 3)
    job = engine.send(far_number, sent)
    until(lambda: "txfax" in switch.api("show channels as json"), 30, "fax")
    engine.kill()
    engine.start()
    until(lambda: engine.is_over(job), WITHIN, "end of the fax")
    over = engine.job(job)
    assert (over.state, over.attempts, over.next_page) == (JobState.SENT, 1, 4)
    (came,) = carrier.received(far_number)
    assert pixels(came) == pixels(sent)
    until(lambda: bool(engine.attempts(job)), 10, "record of the attempt")
    (attempt,) = engine.attempts(job)
    assert (attempt["outcome"], attempt["pages"], attempt["first_page"]) == ("sent", 3, 1)


def test_a_fax_that_breaks_off_while_no_engine_is_there_goes_on_at_its_page(
    engine: FaxEngine, carrier: FaxCarrier, switch: Switch, far_number: str, tmp_path: Path
) -> None:
    carrier.be(breaks=True)
    sent = document(tmp_path / "sent.tif", 3)
    job = engine.send(far_number, sent)
    until(lambda: "txfax" in switch.api("show channels as json"), 30, "fax")
    engine.kill()
    until(lambda: "txfax" not in switch.api("show channels as json"), WITHIN, "end of the first attempt")
    carrier.be()
    engine.start()
    until(lambda: engine.is_over(job), WITHIN, "end of the fax")
    assert engine.job(job).state is JobState.SENT
    until(lambda: len(engine.attempts(job)) > 1, 10, "records of the attempts")
    first, *_, last = engine.attempts(job)
    assert (first["outcome"], first["first_page"]) == ("faxed", 1)
    assert last["first_page"] == 1 + first["pages"] > 1


def test_a_fax_under_way_is_cancelled(engine: FaxEngine, carrier: FaxCarrier, far_number: str) -> None:
    carrier.be()
    job = engine.send(far_number, Path(__file__).parents[2] / "LICENSE", "--window", "00:00-23:59")
    until(lambda: engine.job(job).state is JobState.SENDING, 30, "attempt")
    engine.command("fax", "cancel", job)
    until(lambda: bool(engine.attempts(job)), 30, "end of the attempt")
    assert engine.job(job).state is JobState.CANCELLED
