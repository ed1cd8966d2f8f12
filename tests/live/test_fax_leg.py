"""The leg's faxes on the real switch: both ends are spandsp, and every dot is compared."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.fax import FaxEnd, FaxLine, FaxResult, ReceiveFax, Resolution, SendFax
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from tests.live.fax_machine import T38, Machine, document, pixels
from tests.live.switch import Switch

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("door")]

NUMBER = "95598"
FAX_SECONDS = 120.0
ATTEMPTS = 3
"""Of a fax by G.711: modems mind a processor that others keep busy, and send again."""


@pytest.fixture
def machine(switch: Switch, number: str) -> Machine:
    return Machine(switch, number)


@pytest.fixture
def answered(taken: Callable[[], Session]) -> Iterator[Callable[[], EslLeg]]:
    """Takes the call of a machine: `answered()`. It is hung up behind the test."""
    legs: list[EslLeg] = []

    def take() -> EslLeg:
        legs.append(EslLeg(taken().channel))
        legs[-1].answer()
        return legs[-1]

    yield take
    for each in legs:
        with suppress(CallEnded, EslError):
            each.hang_up("NORMAL_CLEARING")


Answered = Callable[[], EslLeg]


def receive(leg: EslLeg, path: Path) -> FaxResult:
    return leg.fax_receive(ReceiveFax(str(path), FaxLine(), FAX_SECONDS))


def send(leg: EslLeg, path: Path, first_page: int = 1) -> FaxResult:
    return leg.fax_send(SendFax(str(path), FaxLine(), first_page, FAX_SECONDS))


def test_a_fax_comes_in_dot_by_dot(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    sent = document(tmp_path / "sent.tif", 2)
    machine.sends(sent, NUMBER, fax_ident="0571 1234", **T38)
    result = receive(answered(), tmp_path / "came.tif")
    assert (result.end, result.pages, result.t38) == (FaxEnd.DONE, 2, True)
    assert (result.station_id, result.rate, result.text) == ("0571 1234", 14400, "OK")
    assert pixels(tmp_path / "came.tif") == pixels(sent)


def test_a_fax_goes_out_dot_by_dot(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    sent = document(tmp_path / "sent.tif", 2, Resolution.FINE)
    machine.receives(tmp_path / "came.tif", NUMBER, **T38)
    result = send(answered(), sent)
    assert (result.end, result.pages) == (FaxEnd.DONE, 2)
    assert pixels(tmp_path / "came.tif") == pixels(sent)


def test_a_fax_goes_on_at_a_page(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    sent = document(tmp_path / "sent.tif", 3)
    machine.receives(tmp_path / "came.tif", NUMBER, **T38)
    assert send(answered(), sent, first_page=2).pages == 2
    assert pixels(tmp_path / "came.tif") == pixels(sent)[1:]


def test_g711_carries_the_fax_where_t38_is_refused(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    sent = document(tmp_path / "sent.tif", 1)
    for _ in range(ATTEMPTS):
        machine.sends(sent, NUMBER, fax_enable_t38="false")
        result = receive(answered(), tmp_path / "came.tif")
        if result.success:
            break
    assert (result.end, result.t38, result.ecm) == (FaxEnd.DONE, False, True)
    assert pixels(tmp_path / "came.tif") == pixels(sent)


def test_a_fax_that_breaks_off_leaves_the_pages_that_came(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    sent = document(tmp_path / "sent.tif", 3)
    machine.sends(sent, NUMBER, execute_on_fax_phase_d="sched_hangup +1", **T38)
    result = receive(answered(), tmp_path / "came.tif")
    assert result.end is FaxEnd.PARTIAL
    assert pixels(tmp_path / "came.tif")[: result.pages] == pixels(sent)[: result.pages]


def test_a_machine_that_hangs_up_at_once_sends_nothing(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    machine.calls(NUMBER, "sleep(2500)")
    result = receive(answered(), tmp_path / "came.tif")
    assert (result.end, result.pages) == (FaxEnd.FAILED, 0)
    assert result.text


def test_a_document_that_is_not_there_is_not_sent(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    machine.calls(NUMBER, "park()")
    result = send(answered(), tmp_path / "missing.tif")
    assert (result.end, result.text) == (FaxEnd.FAILED, "Cannot send non-existant fax file")


def test_a_folder_that_is_not_there_takes_no_fax(machine: Machine, answered: Answered, tmp_path: Path) -> None:
    machine.sends(document(tmp_path / "sent.tif", 1), NUMBER, **T38)
    assert receive(answered(), tmp_path / "missing" / "came.tif").end is FaxEnd.FAILED
