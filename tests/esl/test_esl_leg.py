"""The leg, against scripts and against captured calls of a real switch."""

import logging
from collections.abc import Callable, Iterator

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.leg import (
    CollectKeys,
    Dial,
    DialEnd,
    Dialled,
    KeysCollected,
    KeysEnd,
    MessageRecorded,
    PlayEnd,
    RecordMessage,
    Utterance,
)
from fsapp.esl import keys
from fsapp.esl.ending import Party
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.flow.ports import Leg
from tests.esl.fake_switch import (
    CHANNEL_DATA,
    UUID,
    FakeSwitch,
    Replay,
    Said,
    accounted,
    completed,
    hangup,
    hung_up,
    key,
    leg_of,
    played,
)

ONE = Utterance("one", "en", "/srv/pbx/en/sounds/one.wav", 1.0)
TWO = Utterance("two", "en", "/srv/pbx/en/sounds/two.wav", 0.5)
LONG = Utterance("long", "en", "/srv/pbx/en/sounds/long.wav", 5.0)
MISSING = Utterance("missing", "en", "/srv/pbx/en/sounds/missing.wav", 1.0)
FULL, TERMINATOR, TIMEOUT, NOTHING = KeysEnd.FULL, KeysEnd.TERMINATOR, KeysEnd.TIMEOUT, KeysEnd.NOTHING


@pytest.fixture
def switch() -> Iterator[FakeSwitch]:
    switch = FakeSwitch()
    yield switch
    switch.close()


@pytest.fixture
def leg(switch: FakeSwitch) -> EslLeg:
    return leg_of(switch)


def as_a_flow_sees_it(leg: EslLeg) -> Leg:
    """mypy proves that the leg is what flows need."""
    return leg


def then_key(digit: str) -> Callable[[Said], bytes]:
    return lambda said: key(digit) + played(said)


def read(pressed: str = "", **variables: str) -> Callable[[Said], bytes]:
    return lambda said: b"".join(map(key, pressed)) + completed(said, **variables)


# Playing.


def test_prompts_are_played_as_one_in_one_write_with_what_prepares_it(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = played
    assert leg.play([ONE, TWO], barge_in=False) is PlayEnd.PLAYED
    prepare, play = switch.said[-2:]
    assert prepare.body == "playback_terminators=none"
    assert play.body == f"file_string://{ONE.path}!{TWO.path}"


def test_the_keys_that_end_a_prompt_are_set_only_when_they_change(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = played
    for barge_in in (True, True, False, True):
        leg.play([ONE], barge_in=barge_in)
    assert switch.applications() == ["multiset", "playback", "playback", "multiset", "playback", "multiset", "playback"]


def test_a_key_ends_a_prompt_and_answers_the_next_question_without_its_prompt(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = then_key("2")
    assert leg.play([LONG], barge_in=True) is PlayEnd.BARGED_IN
    assert leg.collect(CollectKeys((LONG,), 1)) == KeysCollected("2", FULL)
    assert switch.applications() == ["multiset", "playback"]


def test_a_prompt_is_skipped_while_a_key_typed_ahead_waits(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = then_key("2")
    leg.play([LONG], barge_in=True)
    assert leg.play([LONG], barge_in=True) is PlayEnd.BARGED_IN
    assert switch.applications().count("playback") == 1


def test_keys_over_a_prompt_that_must_be_heard_are_lost(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = then_key("2")
    switch.on["play_and_get_digits"] = read("5", fsapp_keys="5", read_result="success")
    assert leg.play([ONE], barge_in=False) is PlayEnd.PLAYED
    assert leg.collect(CollectKeys((), 1)) == KeysCollected("5", FULL)


def test_fact_a_missing_file_is_unplayable(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = lambda said: completed(said, "FILE NOT FOUND")
    assert leg.play([ONE], barge_in=True) is PlayEnd.UNPLAYABLE


def test_a_path_that_cannot_be_said_is_unplayable_and_logged(
    switch: FakeSwitch, leg: EslLeg, caplog: pytest.LogCaptureFixture
) -> None:
    strange = Utterance("x", "en", "/sounds/${x}.wav")
    assert leg.play([strange], barge_in=True) is PlayEnd.UNPLAYABLE
    assert leg.collect(CollectKeys((strange,), 1)).end is KeysEnd.UNPLAYABLE
    assert switch.applications() == []
    assert "cannot be played" in caplog.text


def test_nothing_to_play_is_played_at_once(switch: FakeSwitch, leg: EslLeg) -> None:
    assert leg.play([], barge_in=True) is PlayEnd.PLAYED
    assert switch.applications() == []


# Reading keys: what FreeSWITCH says (captured), and what it means.

OUTCOMES = {
    "as many as wanted": ("1234", {"fsapp_keys": "1234", "read_result": "success"}, KeysCollected("1234", FULL)),
    "a terminator": (
        "12#",
        {"fsapp_keys": "12", "read_result": "success", "read_terminator_used": "#"},
        KeysCollected("12", TERMINATOR, "#"),
    ),
    "a terminator alone": (
        "#",
        {"read_result": "failure", "read_terminator_used": "#"},
        KeysCollected("", TERMINATOR, "#"),
    ),
    "no further key": ("12", {"fsapp_keys": "12", "read_result": "timeout"}, KeysCollected("12", TIMEOUT)),
    "silence": ("", {"read_result": "failure"}, KeysCollected("", NOTHING)),
    "a missing file": ("", {}, KeysCollected("", KeysEnd.UNPLAYABLE)),
    "keys that fit no pattern": (
        "12#",
        {"fsapp_keys_invalid": "12", "read_result": "success", "read_terminator_used": "#"},
        KeysCollected("12", TERMINATOR, "#"),
    ),
    "keys A to D in small letters": (
        "ab",
        {"fsapp_keys": "ab", "read_result": "timeout"},
        KeysCollected("AB", TIMEOUT),
    ),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_fact_the_outcomes_of_reading_are_told_apart(switch: FakeSwitch, leg: EslLeg, name: str) -> None:
    pressed, variables, expected = OUTCOMES[name]
    switch.on["play_and_get_digits"] = read(pressed, **variables)
    assert leg.collect(CollectKeys((ONE,), 4)) == expected


def test_fact_a_terminator_over_the_prompt_of_a_one_key_read_is_blanked_out(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["play_and_get_digits"] = read("*", read_result="success")
    assert leg.collect(CollectKeys((ONE,), 1, terminators="#*")) == KeysCollected("", TERMINATOR, "*")


def test_fact_variables_are_sticky_and_unset_before_each_read(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["play_and_get_digits"] = read(read_result="failure")
    leg.collect(CollectKeys((ONE,), 4))
    assert switch.applications() == ["multiunset", "play_and_get_digits"]
    assert switch.said[-2].body == "fsapp_keys fsapp_keys_invalid read_terminator_used"


def test_a_menu_may_take_star_and_hash_as_keys(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["play_and_get_digits"] = read("#", fsapp_keys="#", read_result="success")
    assert leg.collect(CollectKeys((ONE,), 1, terminators="")) == KeysCollected("#", FULL)
    assert " none " in switch.said[-1].body


def test_keys_typed_ahead_begin_the_answer_and_only_the_rest_is_read(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = then_key("1")
    switch.on["play_and_get_digits"] = read("23", fsapp_keys="23", read_result="success")
    leg.play([ONE], barge_in=True)
    assert leg.collect(CollectKeys((LONG,), 3, first_timeout=9, digit_timeout=2)) == KeysCollected("123", FULL)
    assert switch.said[-1].body.split()[:6] == ["1", "2", "1", "2000", "#", "silence"]


def test_keys_that_the_switch_heard_before_it_began_to_read_are_not_lost(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["play_and_get_digits"] = read("12345", fsapp_keys="2345", read_result="success")
    assert leg.collect(CollectKeys((ONE,), 4)) == KeysCollected("1234", FULL)
    assert leg.collect(CollectKeys((ONE,), 1)) == KeysCollected("5", FULL)


def test_keys_beyond_what_was_asked_answer_the_next_question(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["play_and_get_digits"] = lambda said: (
        key("1") + completed(said, fsapp_keys="1", read_result="success") + key("7")
    )
    assert leg.collect(CollectKeys((ONE,), 1)) == KeysCollected("1", FULL)
    assert leg.collect(CollectKeys((ONE,), 1)) == KeysCollected("7", FULL)


NUMBER = CollectKeys((ONE,), 3)


def a_full_number(switch: FakeSwitch, leg: EslLeg, *, then: bytes = b"") -> None:
    """A caller types a number of three digits; what the switch tells right after is in the same bytes."""
    number = read("123", fsapp_keys="123", read_result="success")
    switch.on["play_and_get_digits"] = lambda said: number(said) + then
    assert leg.collect(NUMBER) == KeysCollected("123", FULL)


def in_turn(*answers: Callable[[Said], bytes]) -> Callable[[Said], bytes]:
    """Answers one after another, the last one again and again."""
    left = list(answers)

    def answer(said: Said) -> bytes:
        return (left.pop(0) if len(left) > 1 else left[0])(said)

    return answer


def test_a_terminator_right_after_a_full_number_belongs_to_it(switch: FakeSwitch, leg: EslLeg) -> None:
    a_full_number(switch, leg, then=key("#"))
    switch.on["play_and_get_digits"] = read("5", fsapp_keys="5", read_result="success")
    assert leg.collect(CollectKeys((ONE,), 1, terminators="")) == KeysCollected("5", FULL)


def test_a_prompt_that_a_belated_terminator_cut_short_is_played_again(switch: FakeSwitch, leg: EslLeg) -> None:
    a_full_number(switch, leg)
    switch.on["playback"] = in_turn(then_key("#"), played)
    assert leg.play([ONE], barge_in=True) is PlayEnd.PLAYED
    assert switch.applications().count("playback") == 2


def test_a_question_that_a_belated_terminator_answered_is_asked_again(switch: FakeSwitch, leg: EslLeg) -> None:
    for stray in (
        read("#", fsapp_keys="#", read_result="success"),
        read("#", read_terminator_used="#", read_result="failure"),
    ):
        a_full_number(switch, leg)
        switch.on["play_and_get_digits"] = in_turn(stray, read("5", fsapp_keys="5", read_result="success"))
        assert leg.collect(CollectKeys((ONE,), 1, terminators="")) == KeysCollected("5", FULL)


def test_keys_after_a_belated_terminator_count(switch: FakeSwitch, leg: EslLeg) -> None:
    a_full_number(switch, leg)
    switch.on["play_and_get_digits"] = in_turn(
        read("#4", fsapp_keys="#4", read_result="success"), read("5", fsapp_keys="5", read_result="success")
    )
    assert leg.collect(CollectKeys((ONE,), 2, terminators="")) == KeysCollected("45", FULL)


def test_only_the_first_key_after_a_number_may_be_its_terminator(switch: FakeSwitch, leg: EslLeg) -> None:
    a_full_number(switch, leg, then=key("4") + key("#"))
    assert leg.collect(CollectKeys((ONE,), 3)) == KeysCollected("4", TERMINATOR, "#")


def test_a_terminator_long_after_a_full_number_means_something(
    switch: FakeSwitch, leg: EslLeg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fsapp.esl.channel.BELATED_SECONDS", -1.0)
    a_full_number(switch, leg, then=key("#"))
    assert leg.collect(CollectKeys((ONE,), 1, terminators="")) == KeysCollected("#", FULL)


def test_keys_pressed_in_a_pause_count(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.send(key("4"))
    leg.pause(0.01)
    assert leg.collect(CollectKeys((ONE,), 1)) == KeysCollected("4", FULL)


def test_without_barge_in_the_prompt_is_played_to_its_end_and_then_keys_are_read(
    switch: FakeSwitch, leg: EslLeg
) -> None:
    switch.on["playback"] = then_key("9")
    switch.on["play_and_get_digits"] = read("8", fsapp_keys="8", read_result="success")
    assert leg.collect(CollectKeys((ONE,), 1, barge_in=False)) == KeysCollected("8", FULL)
    assert " silence " in switch.said[-1].body


def test_without_barge_in_a_missing_file_asks_nobody(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = lambda said: completed(said, "FILE NOT FOUND")
    assert leg.collect(CollectKeys((ONE,), 1, barge_in=False)).end is KeysEnd.UNPLAYABLE
    assert "play_and_get_digits" not in switch.applications()


def test_sensitive_keys_are_hidden_before_and_removed_after_the_read_in_the_same_write(
    switch: FakeSwitch, leg: EslLeg, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    switch.on["play_and_get_digits"] = read(fsapp_keys="4711", read_result="success", read_terminator_used="#")
    assert leg.collect(CollectKeys((ONE,), 6, sensitive=True)) == KeysCollected("4711", TERMINATOR, "#")
    switch.wait_for("play_and_get_digits")
    leg.pause(0)
    assert [said.body for said in switch.said[-4:] if said.application != "play_and_get_digits"] == [
        "fsapp_keys fsapp_keys_invalid read_terminator_used",
        "sensitive_dtmf=true",
        "sensitive_dtmf fsapp_keys fsapp_keys_invalid read_terminator_used",
    ]
    assert "4711" not in caplog.text
    assert "4711" not in repr(vars(leg))


# Messages.


def test_a_message_has_its_length_and_the_key_that_ended_it(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["record"] = lambda said: key("#") + completed(said, record_ms="2980", playback_terminator_used="#")
    assert leg.record(RecordMessage("/m/1.wav", 60, 4)) == MessageRecorded(2.98, "#")
    assert switch.said[-1].body == "/m/1.wav 60 200 4"
    assert [said.body for said in switch.said[-3:-1]] == ["record_ms", "playback_terminators=#"]


def test_the_silence_that_ended_a_message_is_no_part_of_it(switch: FakeSwitch, leg: EslLeg) -> None:
    for recorded_ms, seconds in (("7500", 3.5), ("4000", 0.0), ("3980", 0.0)):
        switch.on["record"] = read(record_ms=recorded_ms, silence_hits_exhausted="true")
        assert leg.record(RecordMessage("/srv/m.wav", silence_seconds=4)) == MessageRecorded(seconds)


def test_a_caller_who_hangs_up_leaves_a_message_and_the_next_request_raises(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["record"] = lambda said: (
        hung_up() + completed(said, cause="NORMAL_CLEARING", record_ms="1140") + accounted()
    )
    assert leg.record(RecordMessage("/m/1.wav")) == MessageRecorded(1.14)
    with pytest.raises(CallEnded):
        leg.play([ONE], barge_in=True)


def test_a_message_that_cannot_be_written_hangs_up_and_is_an_error(switch: FakeSwitch, leg: EslLeg) -> None:
    cause = "DESTINATION_OUT_OF_ORDER"
    switch.on["record"] = lambda said: hung_up(cause) + completed(said, cause=cause) + accounted(cause, "send_bye")
    with pytest.raises(EslError, match="cannot write"):
        leg.record(RecordMessage("/m/1.wav"))


def test_keys_typed_ahead_of_a_message_do_not_answer_a_question_after_it(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on |= {"playback": then_key("1"), "record": completed, "play_and_get_digits": read(read_result="failure")}
    leg.play([ONE], barge_in=True)
    leg.record(RecordMessage("/m/1.wav"))
    assert leg.collect(CollectKeys((ONE,), 1)).end is NOTHING


# Talking.

AGENT = Endpoint(Number("1001"), profile=Name("phones"), domain=Name("site"))
DIALLED = {
    "busy": ({"originate_disposition": "USER_BUSY"}, Dialled(DialEnd.BUSY, "USER_BUSY")),
    "no answer": ({"originate_disposition": "NO_ANSWER"}, Dialled(DialEnd.NO_ANSWER, "NO_ANSWER")),
    "not registered": (
        {"originate_disposition": "USER_NOT_REGISTERED"},
        Dialled(DialEnd.FAILED, "USER_NOT_REGISTERED"),
    ),
    "nothing said": ({}, Dialled(DialEnd.FAILED)),
    "answered, but never bridged": (
        {"originate_disposition": "SUCCESS", "bridge_hangup_cause": "MEDIA_TIMEOUT"},
        Dialled(DialEnd.FAILED, "MEDIA_TIMEOUT"),
    ),
    "answered": (
        {"originate_disposition": "SUCCESS", "bridge_uuid": "b2f8", "bridge_hangup_cause": "NORMAL_CLEARING"},
        Dialled(DialEnd.ANSWERED, "NORMAL_CLEARING", "b2f8"),
    ),
}


@pytest.mark.parametrize("name", DIALLED)
def test_what_became_of_a_dialled_leg(switch: FakeSwitch, leg: EslLeg, name: str) -> None:
    variables, expected = DIALLED[name]
    switch.on["bridge"] = lambda said: completed(said, **variables)
    assert leg.dial(Dial(AGENT)) == expected


def test_fact_a_talk_survives_the_engine_and_the_caller_stays_after_it(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["bridge"] = completed
    leg.dial(Dial(AGENT, ring_timeout=20, caller_number="95598"))
    leg.pause(0)
    unset, before, bridge, after = switch.said[-4:]
    assert unset.body == "originate_disposition bridge_hangup_cause bridge_uuid"
    assert bridge.body == "sofia/phones/1001%site"
    assert after.body == "socket_resume=true"
    for setting in (
        "socket_resume=false",
        "hangup_after_bridge=false",
        "continue_on_fail=true",
        "ignore_early_media=true",
        "call_timeout=20",
        "effective_caller_id_number=95598",
    ):
        assert setting in before.body.split()


def test_a_caller_who_hangs_up_in_a_talk_has_talked_and_the_next_request_raises(
    switch: FakeSwitch, leg: EslLeg
) -> None:
    switch.on["bridge"] = lambda said: (
        hung_up() + completed(said, originate_disposition="SUCCESS", bridge_uuid="b2f8") + accounted()
    )
    assert leg.dial(Dial(AGENT)).end is DialEnd.ANSWERED
    with pytest.raises(CallEnded):
        leg.pause(1)


def test_a_caller_who_hangs_up_while_it_rings_ends_the_call(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["bridge"] = lambda said: (
        hung_up("ORIGINATOR_CANCEL") + completed(said, originate_disposition="ORIGINATOR_CANCEL") + accounted()
    )
    with pytest.raises(CallEnded):
        leg.dial(Dial(AGENT))


def referred(*answers: dict[str, str]) -> dict[str, Callable[[Said], bytes]]:
    """A switch that gives one answer after another, each time it is asked to run something."""
    rest = iter(answers)

    def answer(said: Said) -> bytes:
        return completed(said, **next(rest))

    return {"deflect": answer, "sleep": answer}


def test_an_unanswered_caller_is_redirected(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["redirect"] = completed
    leg.refer(AGENT)
    assert switch.said[-1].body == "sip:1001@site"


def test_an_answered_caller_is_referred_and_let_go_once_the_other_side_has_answered(
    switch: FakeSwitch, leg: EslLeg
) -> None:
    switch.on |= referred({}, {"sip_refer_status_code": "202"}, {"sip_refer_status_code": "202"} | TARGET_ANSWERED)
    leg.answer()
    leg.refer(AGENT)
    assert switch.applications() == ["answer", "multiunset", "multiset", "deflect", "sleep", "sleep", "hangup"]
    assert switch.wait_for("deflect").body == "sip:1001@site"
    assert (leg.ending().cause, leg.ending().party) == ("BLIND_TRANSFER", Party.ENGINE)


TARGET_ANSWERED = {"sip_refer_target_status_code": "200"}


@pytest.mark.parametrize(
    "answers",
    [
        ({"sip_refer_status_code": "603"},),
        ({"sip_refer_status_code": "202"}, {"sip_refer_status_code": "202", "sip_refer_target_status_code": "486"}),
    ],
)
def test_a_refused_refer_is_an_error_and_keeps_the_caller(
    switch: FakeSwitch, leg: EslLeg, answers: tuple[dict[str, str], ...]
) -> None:
    switch.on |= {**referred(*answers), "playback": played}
    leg.answer()
    with pytest.raises(EslError, match=r"603|486"):
        leg.refer(AGENT)
    assert leg.play([ONE], barge_in=True) is PlayEnd.PLAYED


def test_a_caller_whose_network_took_the_call_may_be_gone_before_we_let_go(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["deflect"] = lambda said: (
        hung_up() + completed(said, cause="NORMAL_CLEARING", sip_refer_status_code="202") + accounted()
    )
    leg.answer()
    leg.refer(AGENT)
    assert "hangup" not in switch.applications()


def test_a_caller_who_hangs_up_before_the_network_answers_was_not_referred(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["deflect"] = lambda said: hung_up() + completed(said, cause="NORMAL_CLEARING") + accounted()
    leg.answer()
    with pytest.raises(CallEnded):
        leg.refer(AGENT)


def test_a_number_without_a_domain_is_referred_to_where_the_call_came_from() -> None:
    switch = FakeSwitch(CHANNEL_DATA.replace(b"Control:", b"variable_sip_network_ip: 192.0.2.7\nControl:"))
    switch.on["redirect"] = completed
    leg_of(switch).refer(Endpoint(Number("8610#"), gateway=Name("carrier")))
    assert switch.said[-1].body == "sip:8610%23@192.0.2.7"
    switch.close()


def test_a_number_that_leads_nowhere_cannot_be_referred_to(leg: EslLeg) -> None:
    with pytest.raises(EslError):
        leg.refer(Endpoint(Number("8610"), gateway=Name("carrier")))


# Beginning and end.


def test_a_call_is_answered_once_and_not_waited_for(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.on["playback"] = played
    leg.answer()
    leg.answer()
    leg.play([ONE], barge_in=True)
    assert switch.applications() == ["answer", "multiset", "playback"]


def test_a_hang_up_by_the_engine_says_its_cause_waits_for_the_end_and_raises(switch: FakeSwitch, leg: EslLeg) -> None:
    with pytest.raises(CallEnded, match="USER_BUSY"):
        leg.hang_up("USER_BUSY")
    ending = leg.ending()
    assert (ending.cause, ending.party) == ("USER_BUSY", Party.ENGINE)
    assert (ending.billable_ms, ending.answered_at, ending.ended_at) == (12440, 1795306809182, 1795306821622)
    assert (ending.sip_call_id, ending.codec) == ("511b8aa4", "PCMU")


def test_a_channel_that_is_stuck_is_killed(switch: FakeSwitch, leg: EslLeg, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsapp.esl.leg.HANGUP_SECONDS", 0.01)
    switch.on["hangup"] = lambda said: b""
    switch.reply["api"] = hangup("MANAGER_REQUEST", "send_bye")
    with pytest.raises(CallEnded):
        leg.hang_up("NORMAL_CLEARING")
    assert switch.said[-1].line == f"api uuid_kill {UUID}"


def test_a_switch_that_does_not_hang_up_at_all_is_an_error(
    switch: FakeSwitch, leg: EslLeg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fsapp.esl.leg.HANGUP_SECONDS", 0.01)
    switch.on["hangup"] = lambda said: b""
    with pytest.raises(EslError, match="did not end"):
        leg.hang_up("NORMAL_CLEARING")


def test_a_hang_up_of_a_call_that_has_ended_says_nothing_and_raises(switch: FakeSwitch, leg: EslLeg) -> None:
    switch.send(hangup("ORIGINATOR_CANCEL", "recv_cancel"))
    with pytest.raises(CallEnded, match="ORIGINATOR_CANCEL"):
        leg.pause(5)
    with pytest.raises(CallEnded, match="ORIGINATOR_CANCEL"):
        leg.hang_up("NORMAL_CLEARING")
    assert switch.applications() == []
    assert leg.ending().party is Party.CALLER


@pytest.mark.parametrize(
    "request_of",
    [
        lambda leg: leg.answer(),
        lambda leg: leg.play([ONE], barge_in=True),
        lambda leg: leg.collect(CollectKeys((ONE,), 1)),
        lambda leg: leg.collect(CollectKeys((), 1, barge_in=False)),
        lambda leg: leg.pause(5),
        lambda leg: leg.record(RecordMessage("/m/1.wav")),
        lambda leg: leg.dial(Dial(AGENT)),
        lambda leg: leg.refer(AGENT),
    ],
)
def test_every_request_raises_call_ended_once_the_caller_is_gone(
    switch: FakeSwitch, leg: EslLeg, request_of: Callable[[EslLeg], object]
) -> None:
    switch.send(hangup("NORMAL_CLEARING"))
    leg.ending()
    with pytest.raises(CallEnded):
        request_of(leg)


# Captured calls.


def replayed(name: str, talk: Callable[[EslLeg], object], cut: int | None = None) -> tuple[object, EslLeg, Session]:
    """The outcome of a talk with a captured switch; a CallEnded or EslError is an outcome too."""
    replay = Replay(name, cut)
    session = Session(replay.engine)
    try:
        with gevent.Timeout(10):
            session.connect()
            leg = EslLeg(session.channel)
            try:
                outcome = talk(leg)
            except (CallEnded, EslError) as error:
                outcome = error
            leg.ending()
            assert replay.heard is None
            return outcome, leg, session
    finally:
        session.stop()
        replay.close()


def collect_talk(leg: EslLeg) -> list[KeysCollected]:
    leg.answer()
    results = [
        leg.collect(CollectKeys((ONE,), 1)),
        leg.collect(CollectKeys((ONE,), 5)),
        leg.collect(CollectKeys((TWO,), 3, first_timeout=1.0)),
        leg.collect(CollectKeys((MISSING,), 3)),
        leg.collect(CollectKeys((TWO,), 4)),
    ]
    with pytest.raises(CallEnded):
        leg.hang_up("NORMAL_CLEARING")
    return results


def test_a_captured_call_gives_all_outcomes_of_reading() -> None:
    outcome, leg, _ = replayed("collect", collect_talk)
    assert outcome == [
        KeysCollected("1", FULL),
        KeysCollected("12", TERMINATOR, "#"),
        KeysCollected("", NOTHING),
        KeysCollected("", KeysEnd.UNPLAYABLE),
        KeysCollected("", TERMINATOR, "#"),
    ]
    assert leg.ending().party is Party.ENGINE


def dial_talk(leg: EslLeg) -> list[Dialled]:
    leg.answer()
    gateway = Name("self")
    ends = [Endpoint(Number(number), gateway=gateway) for number in ("777", "778", "779")]
    ends.append(Endpoint(Number("779"), profile=Name("internal"), domain=Name("nowhere.invalid")))
    dialled = [leg.dial(Dial(end, 3, "95598" if end.gateway else "")) for end in ends]
    leg.play([TWO], barge_in=False)
    with pytest.raises(CallEnded):
        leg.hang_up("NORMAL_CLEARING")
    return dialled


def test_a_captured_call_gives_the_ends_of_dialled_legs() -> None:
    outcome, _, _ = replayed("dial", dial_talk)
    assert isinstance(outcome, list)
    assert [(dialled.end, dialled.cause) for dialled in outcome] == [
        (DialEnd.BUSY, "USER_BUSY"),
        (DialEnd.NO_ANSWER, "NO_ANSWER"),
        (DialEnd.ANSWERED, "NORMAL_CLEARING"),
        (DialEnd.FAILED, "USER_NOT_REGISTERED"),
    ]
    assert outcome[2].talk_seconds == pytest.approx(1.52, abs=0.01)


def prompt_talk(leg: EslLeg) -> object:
    leg.answer()
    return leg.play([LONG], barge_in=True)


def message_talk(leg: EslLeg) -> object:
    leg.answer()
    return leg.record(RecordMessage("/srv/pbx/rec.wav"))


def talk_talk(leg: EslLeg) -> object:
    leg.answer()
    return leg.dial(Dial(Endpoint(Number("780"), gateway=Name("self"))))


def test_a_captured_caller_hangs_up_in_a_prompt() -> None:
    outcome, leg, _ = replayed("caller_hangs_up_in_prompt", prompt_talk)
    assert isinstance(outcome, CallEnded)
    assert leg.ending().party is Party.CALLER


def test_a_captured_caller_hangs_up_in_a_talk_and_the_notice_comes_before_the_account() -> None:
    outcome, leg, _ = replayed("caller_hangs_up_in_talk", talk_talk)
    assert isinstance(outcome, Dialled)
    assert (outcome.end, round(outcome.talk_seconds, 1)) == (DialEnd.ANSWERED, 1.5)
    assert leg.ending().party is Party.CALLER
    assert leg.ending().billable_ms == 1520


def test_a_captured_caller_hangs_up_in_a_message_and_it_is_kept() -> None:
    outcome, _, _ = replayed("caller_hangs_up_in_message", message_talk)
    assert outcome == MessageRecorded(1.14)


def sensitive_talk(leg: EslLeg) -> object:
    leg.answer()
    first = leg.collect(CollectKeys((ONE,), 5, sensitive=True))
    second = leg.collect(CollectKeys((TWO,), 2, digit_timeout=1.0))
    with pytest.raises(CallEnded):
        leg.hang_up("NORMAL_CLEARING")
    return first, second


def test_a_captured_secret_stands_in_one_completion_and_nowhere_after_it() -> None:
    outcome, _, _ = replayed("sensitive", sensitive_talk)
    assert outcome == (KeysCollected("4711", TERMINATOR, "#"), KeysCollected("8", TIMEOUT))


CUTS = [(name, cut) for name, frames in (("collect", 34), ("caller_hangs_up_in_talk", 20)) for cut in range(frames)]
TALKS = {"collect": collect_talk, "caller_hangs_up_in_talk": talk_talk}


@pytest.mark.parametrize(("name", "cut"), CUTS)
def test_a_call_cut_at_any_message_ends_at_once_for_everybody(name: str, cut: int) -> None:
    replay = Replay(name, cut)
    session = Session(replay.engine)

    def call() -> None:
        session.connect()
        TALKS[name](EslLeg(session.channel))
        session.channel.check()

    with gevent.Timeout(5), pytest.raises((CallEnded, EslError)):
        call()
    session.stop()
    replay.close()
    assert session.sock.fileno() == -1
    assert session.lost is not None


# Keys, as values.


@given(st.text("0123456789*#", max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_what_was_pressed_before_a_read_is_what_its_reading_lacks(pressed: str, start: int, seen: int) -> None:
    before, consumed = pressed[:start], pressed[start:]
    assert keys.ahead(pressed, consumed) == before
    assert before.startswith(keys.ahead(before + consumed[:seen], consumed))


@given(st.text("0123456789*#", max_size=12), st.integers(1, 12), st.sampled_from(["", "#", "*#"]))
def test_reading_keys_loses_none(typed: str, most: int, terminators: str) -> None:
    reading = keys.read(typed, CollectKeys((), most, terminators))
    if reading.result is None:
        assert len(typed) < most
        assert not set(typed) & set(terminators)
    else:
        taken = reading.result.digits + reading.result.terminator
        belated = taken and reading.result.end is FULL and typed[len(taken) :][:1] in set(terminators)
        assert taken + reading.left == typed[: len(taken)] + typed[len(taken) + bool(belated) :]
        assert len(reading.result.digits) <= most
