"""What is told to mod_spandsp, and what is read from its events."""

from collections.abc import Iterator

import gevent
import pytest

from fsapp.domain.arguments import SoundPath
from fsapp.domain.errors import CallEnded, FaxToneHeard
from fsapp.domain.fax import FaxEnd, FaxLine, FaxResult, ReceiveFax, SendFax
from fsapp.domain.leg import CollectKeys, PlayEnd, Utterance
from fsapp.esl import faxing
from fsapp.esl.arguments import Application, Argument, Variable, fax, fax_tone
from fsapp.esl.commands import Execute
from fsapp.esl.events import PlainEvent
from fsapp.esl.leg import EslLeg
from tests.esl.fake_switch import UUID, FakeSwitch, Said, completed, hung_up, json_event, leg_of, played

SPOKEN = Utterance("one", "en", "/srv/sounds/one.wav", 1.0)
CAPTURE = {
    "variable_fax_success": "1",
    "variable_fax_document_transferred_pages": "2",
    "variable_fax_transfer_rate": "14400",
    "variable_fax_remote_station_id": "fstest",
    "variable_fax_ecm_used": "on",
    "variable_fax_t38_status": "off",
    "variable_fax_result_code": "0",
    "variable_fax_result_text": "OK",
    "variable_fax_bad_rows": "0",
}
"""As in ../shared/esl/rxfax.jsonl."""


def event(**changes: str) -> PlainEvent:
    return PlainEvent({**CAPTURE, **changes})


def test_a_fax_that_came_is_read() -> None:
    assert faxing.result(event()) == FaxResult(True, 2, 14400, "fstest", ecm=True, t38=False, code=0, text="OK")


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, FaxEnd.DONE),
        ({"variable_fax_success": "0"}, FaxEnd.PARTIAL),
        ({"variable_fax_success": "0", "variable_fax_document_transferred_pages": "0"}, FaxEnd.FAILED),
        ({"variable_fax_success": "1", "variable_fax_document_transferred_pages": "0"}, FaxEnd.FAILED),
        ({"variable_fax_success": "", "variable_fax_document_transferred_pages": "x"}, FaxEnd.FAILED),
    ],
)
def test_the_end_of_a_fax(changes: dict[str, str], end: FaxEnd) -> None:
    assert faxing.result(event(**changes)).end is end


def test_t38_is_told_by_what_was_agreed() -> None:
    assert faxing.result(event(variable_fax_t38_status="negotiated")).t38
    assert not faxing.result(event(variable_fax_t38_status="refused")).t38


def test_what_the_far_end_says_of_itself_is_cut_short() -> None:
    result = faxing.result(event(variable_fax_remote_station_id="\r\n" + "9" * 500))
    assert result.station_id == "9" * 20


def test_a_fax_that_did_not_even_begin_says_why() -> None:
    said = PlainEvent({"Application-Response": "Cannot send non-existant fax file"})
    assert faxing.result(said) == FaxResult(False, text="Cannot send non-existant fax file")
    assert faxing.result(PlainEvent({"Application-Response": "_none_"})).text == ""


@pytest.mark.parametrize("path", ["/a b.tif", "/a/../b.tif", "/${x}.tif", "/a;b.tif", ""])
def test_a_path_that_could_be_more_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"file path|leaves its folder"):
        fax(SoundPath(path))


@pytest.mark.parametrize("station", ["${system}", "+86,571", "1" * 21, "a", "1\n2"])
def test_a_station_id_is_digits_and_nothing_else(station: str) -> None:
    with pytest.raises(ValueError, match="is no station id"):
        FaxLine(station_id=station)


@pytest.mark.parametrize("header", ["电力", "x" * 51, "a\tb", "~"])
def test_a_header_is_plain_letters(header: str) -> None:
    with pytest.raises(ValueError, match="is no header line"):
        FaxLine(header=header)


def test_every_header_can_be_told() -> None:
    """mod_spandsp decodes it again."""
    letters = [chr(code) for code in range(32, 126)]
    for start in range(0, len(letters), 50):
        line = FaxLine("+86 571 8888", "".join(letters[start : start + 50]))
        settings = faxing._settings(line)
        assert settings[Variable.FAX_IDENT] == "%2B86%20571%208888"
        assert Argument(" ".join(settings.values()))


def test_the_tone_detector_executes_nothing_of_weight() -> None:
    assert faxing.detect_tone() == Execute(Application.SPANDSP_START_FAX_DETECT, fax_tone(faxing.TONE_SECONDS))
    assert fax_tone(40) == "set fsapp_fax_tone=true 40 cng"


# The leg.


@pytest.fixture
def switch() -> Iterator[FakeSwitch]:
    switch = FakeSwitch()
    yield switch
    switch.close()


@pytest.fixture
def leg(switch: FakeSwitch) -> EslLeg:
    return leg_of(switch)


DONE = {name.removeprefix("variable_"): value for name, value in CAPTURE.items()}
LINE = FaxLine("+86 571", "Power Service", ecm=False, t38=True, fast=False)


def faxed(said: Said) -> bytes:
    return completed(said, **DONE)


def tone() -> bytes:
    return json_event("DETECTED_TONE", **{"Detected-Fax-Tone": "true"})


def test_a_fax_is_taken_with_all_that_prepares_it_in_one_write(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["rxfax"] = faxed
    assert leg.fax_receive(ReceiveFax("/srv/fax/a.tif", LINE)).end is FaxEnd.DONE
    unset, settings, taken, after = switch.said[-4:]
    assert "fax_success" in unset.body.split()
    assert settings.body.split() == [
        "socket_resume=false",
        "fax_use_ecm=false",
        "fax_enable_t38=true",
        "fax_enable_t38_request=true",
        "fax_disable_v17=true",
        "fax_ident=%2B86%20571",
        "fax_header=Power%20Service",
    ]
    assert (taken.application, taken.body) == ("rxfax", "/srv/fax/a.tif")
    assert after.body == "socket_resume=true"


def test_a_fax_is_sent_from_its_page_on(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["txfax"] = faxed
    leg.fax_send(SendFax("/srv/fax/a.tif", FaxLine(), first_page=3))
    unset, settings, sent, _ = switch.said[-4:]
    assert "fax_start_page=2" in settings.body.split()
    assert {"fax_ident", "fax_header"} <= set(unset.body.split())
    assert sent.application == "txfax"


def test_what_came_before_the_sender_hung_up_is_given(switch: FakeSwitch, leg: EslLeg) -> None:
    broken = DONE | {"fax_success": "0", "fax_document_transferred_pages": "1"}
    switch.on["rxfax"] = lambda said: hung_up() + completed(said, cause="NORMAL_CLEARING", **broken)
    assert leg.fax_receive(ReceiveFax("/srv/fax/a.tif")).end is FaxEnd.PARTIAL
    with pytest.raises(CallEnded):
        leg.pause(0.1)


@pytest.mark.parametrize("application", ["playback", "play_and_get_digits"])
def test_a_fax_tone_cuts_short_what_is_played_or_asked(switch: FakeSwitch, leg: EslLeg, application: str) -> None:
    switch.on[application] = lambda _: tone() + tone()
    leg.listen_for_fax()
    ask = leg.collect if application != "playback" else None
    waiting = gevent.spawn(ask, CollectKeys((), 1)) if ask else gevent.spawn(leg.play, [SPOKEN], barge_in=False)
    switch.wait_for("api")
    switch.send(completed(switch.wait_for(application), "FILE PLAYED"))
    with pytest.raises(FaxToneHeard):
        waiting.get(timeout=5)
    assert {said.line for said in switch.said if said.line.startswith("api")} == {f"api uuid_break {UUID}"}


def test_a_tone_that_came_meanwhile_is_told_by_the_next_request(switch: FakeSwitch, leg: EslLeg) -> None:
    leg.listen_for_fax()
    switch.send(tone())
    switch.wait_for("spandsp_start_fax_detect")
    leg.pause(0.05)
    with pytest.raises(FaxToneHeard):
        leg.play([SPOKEN], barge_in=False)
    switch.on["rxfax"] = faxed
    assert leg.fax_receive(ReceiveFax("/srv/fax/a.tif")).end is FaxEnd.DONE


def test_a_tone_that_nobody_listens_for_changes_nothing(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = lambda said: tone() + played(said)
    assert leg.play([SPOKEN], barge_in=False) is PlayEnd.PLAYED
