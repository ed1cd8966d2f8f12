"""The leg, as flows use it, on a real switch with a real telephone at the other end."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import numpy as np
import pytest

from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.leg import CollectKeys, KeysCollected, KeysEnd, PlayEnd, RecordMessage, Utterance
from fsapp.esl.ending import Party
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.media.speech import Voice
from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.switch import Switch

MENU = "电费查询请按一，故障报修请按三，人工服务请按零。"
ASK = "请输入您的十位户号。"


@pytest.fixture
def menu(studio: Voice) -> Utterance:
    return studio.say(MENU, "zh")


@pytest.fixture
def ask(studio: Voice) -> Utterance:
    return studio.say(ASK, "zh")


def collecting(leg: EslLeg, *utterances: Utterance, **request: Any) -> "gevent.Greenlet[..., KeysCollected]":
    return gevent.spawn(leg.collect, CollectKeys(utterances, **{"max_digits": 10, **request}))


def test_the_caller_hears_the_prompt_and_no_other(leg: EslLeg, caller: Caller, menu: Utterance, ask: Utterance) -> None:
    assert leg.play([menu], barge_in=False) is PlayEnd.PLAYED
    caller.hear(Path(menu.path))
    assert not caller.has_heard(Path(ask.path))


def test_prompts_follow_one_another_without_a_gap(leg: EslLeg, caller: Caller, menu: Utterance, ask: Utterance) -> None:
    leg.play([ask, menu], barge_in=False)
    caller.hear(Path(ask.path))
    caller.hear(Path(menu.path))
    assert hearing.longest_silence(hearing.trimmed(caller.heard())) < 1


def test_keys_pressed_after_the_prompt_are_read_to_the_terminator(leg: EslLeg, caller: Caller, ask: Utterance) -> None:
    keys = collecting(leg, ask)
    caller.hear(Path(ask.path))
    caller.press("1234#")
    assert keys.get(timeout=10) == KeysCollected("1234", KeysEnd.TERMINATOR, "#")


def test_reading_ends_at_the_last_key_wanted(leg: EslLeg, caller: Caller) -> None:
    keys = collecting(leg, max_digits=3)
    caller.wait_for("answered")
    caller.press("789")
    assert keys.get(timeout=10) == KeysCollected("789", KeysEnd.FULL)


def test_a_pause_ends_a_number_that_is_too_short(leg: EslLeg, caller: Caller) -> None:
    keys = collecting(leg, digit_timeout=1.0)
    caller.wait_for("answered")
    caller.press("12")
    assert keys.get(timeout=10) == KeysCollected("12", KeysEnd.TIMEOUT)


def test_a_silent_caller_presses_nothing(leg: EslLeg) -> None:
    assert collecting(leg, first_timeout=1.0).get(timeout=10) == KeysCollected("", KeysEnd.NOTHING)


def test_a_key_breaks_into_a_prompt_and_counts(leg: EslLeg, caller: Caller, menu: Utterance) -> None:
    playing = gevent.spawn(leg.play, [menu], barge_in=True)
    until(lambda: hearing.trimmed(caller.heard()).size > hearing.RATE, 5, "second of the prompt")
    caller.press("2")
    assert playing.get(timeout=menu.seconds / 2) is PlayEnd.BARGED_IN
    assert leg.collect(CollectKeys((), 1)) == KeysCollected("2", KeysEnd.FULL)
    assert not caller.has_heard(Path(menu.path))


def test_without_barge_in_the_prompt_is_heard_to_its_end(leg: EslLeg, caller: Caller, ask: Utterance) -> None:
    playing = gevent.spawn(leg.play, [ask], barge_in=False)
    until(lambda: hearing.trimmed(caller.heard()).size > hearing.RATE, 5, "second of the prompt")
    caller.press("2")
    assert playing.get(timeout=15) is PlayEnd.PLAYED
    assert caller.has_heard(Path(ask.path))


def test_a_missing_prompt_is_told_and_nobody_waits(leg: EslLeg) -> None:
    missing = Utterance("", "zh", "/no/such/prompt.wav")
    assert leg.play([missing], barge_in=True) is PlayEnd.UNPLAYABLE
    assert collecting(leg, missing).get(timeout=5).end is KeysEnd.UNPLAYABLE


def test_a_pin_stands_in_no_log_and_no_record_of_the_switch(
    leg: EslLeg, session: Session, caller: Caller, switch: Switch
) -> None:
    switch.api("fsctl loglevel debug")
    before = len(switch.log)
    choice = collecting(leg, max_digits=1)
    caller.wait_for("answered")
    caller.press("5")
    choice.get(timeout=10)
    pin = collecting(leg, sensitive=True)
    caller.press("90817263#")
    assert pin.get(timeout=10) == KeysCollected("90817263", KeysEnd.TERMINATOR, "#")
    caller.hang_up()
    until(lambda: session.uuid in str(switch.cdrs()), 5, "record of the switch")
    switch.api(f"fsctl loglevel {switch.settings.log_level}")
    log, records = switch.log[before:], str([cdr for cdr in switch.cdrs() if session.uuid in str(cdr)])
    assert "DTMF 5" in log
    assert not re.search("DTMF [90817263]", log)
    assert "90817263" not in log + records


def test_a_message_holds_what_the_caller_said(
    phone: Callable[..., Caller], switch: Switch, taken: Callable[[], Session], tmp_path: Path
) -> None:
    speech = hearing.write(tmp_path / "speech.wav", np.random.default_rng(3).normal(0, 3000, 4 * hearing.RATE))
    caller = phone("13800138000", "--play", str(speech))
    caller.call(f"sip:95598@{switch.trunk}")
    leg = EslLeg(taken().channel)
    leg.answer()
    message = tmp_path / "message.wav"
    recording = gevent.spawn(leg.record, RecordMessage(str(message), max_seconds=20))
    until(lambda: message.exists() and message.stat().st_size > 5 * hearing.RATE * 2, 15, "five seconds of message")
    caller.press("#")
    recorded = recording.get(timeout=5)
    assert recorded.terminator == "#"
    assert recorded.seconds == pytest.approx(len(hearing.sound(message)) / hearing.RATE, abs=0.1)
    assert hearing.likeness(hearing.sound(message), hearing.sound(speech)) > 0.9


def test_a_message_that_cannot_be_written_fails(leg: EslLeg) -> None:
    with pytest.raises((EslError, CallEnded)):
        leg.record(RecordMessage("/no/such/folder/message.wav", max_seconds=5))


def recorded_then_gone(leg: EslLeg, folder: str) -> None:
    leg.record(RecordMessage(f"{folder}/m.wav"))
    leg.pause(1)


REQUESTS: dict[str, Callable[[EslLeg, Utterance, str], object]] = {
    "answer": lambda leg, _, __: leg.pause(20),
    "play": lambda leg, menu, _: leg.play([menu], barge_in=True),
    "collect": lambda leg, menu, _: leg.collect(CollectKeys((menu,), 10)),
    "wait for keys": lambda leg, _, __: leg.collect(CollectKeys((), 10, first_timeout=20)),
    "pause": lambda leg, _, __: leg.pause(20),
    "record": lambda leg, _, folder: recorded_then_gone(leg, folder),
}


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_caller_may_hang_up_in_every_request(
    leg: EslLeg, session: Session, caller: Caller, switch: Switch, menu: Utterance, tmp_path: Path, request_: str
) -> None:
    working = gevent.spawn(REQUESTS[request_], leg, menu, str(tmp_path))
    caller.wait_for("answered")
    until(lambda: caller.heard().size > hearing.RATE, 5, "second of the call")
    caller.hang_up()
    with pytest.raises(CallEnded):
        working.get(timeout=5)
    ending = leg.ending()
    assert (ending.cause, ending.party) == ("NORMAL_CLEARING", Party.CALLER)
    until(lambda: session.uuid in str(switch.cdrs()), 5, "record of the switch")
    cdr = next(each for each in switch.cdrs() if session.uuid in str(each))
    assert ending.billable_ms == int(cdr["variables"]["billmsec"])


def test_a_caller_may_hang_up_before_the_answer(session: Session, caller: Caller) -> None:
    caller.hang_up()
    leg = EslLeg(session.channel)
    with pytest.raises(CallEnded):
        leg.pause(20)
    assert (leg.ending().cause, leg.ending().billable_ms) == ("ORIGINATOR_CANCEL", 0)


@pytest.mark.parametrize(("cause", "status"), [("USER_BUSY", "486"), ("UNALLOCATED_NUMBER", "404")])
def test_the_engine_refuses_a_call_with_a_cause(session: Session, caller: Caller, cause: str, status: str) -> None:
    with pytest.raises(CallEnded):
        EslLeg(session.channel).hang_up(cause)
    assert caller.wait_for("ended") == f"ended {status}"


def test_when_the_engine_dies_in_a_prompt_the_caller_hears_a_chime_and_comes_back(
    leg: EslLeg, session: Session, caller: Caller, menu: Utterance, ask: Utterance, taken: Callable[[], Session]
) -> None:
    playing = gevent.spawn(leg.play, [menu], barge_in=True)
    until(lambda: hearing.trimmed(caller.heard()).size > hearing.RATE, 5, "second of the prompt")
    session.stop()
    with pytest.raises(EslError):
        playing.get(timeout=1)
    again = taken()
    assert again.uuid == session.uuid
    assert hearing.seconds_of_tone(caller.heard(), 880) >= 0.15
    assert not caller.has_heard(Path(menu.path))
    EslLeg(again.channel).play([ask], barge_in=False)
    caller.hear(Path(ask.path))
