"""Every outcome of every request, on a virtual clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded
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
from fsapp.flow.ports import Leg
from fsapp.switchboard.key_script import PATIENCE, KeyScript
from fsapp.switchboard.observer import HIDDEN_KEY, Unobserved
from fsapp.switchboard.sounds import spoken_seconds
from fsapp.switchboard.virtual_leg import RING_SECONDS, VirtualLeg

WELCOME = Utterance("welcome", "en", "/s/welcome.wav", 4.0)
MENU = Utterance("menu", "en", "/s/menu.wav", 6.0)
AGENT = Dial(Endpoint(Number("1001"), profile=Name("internal"), domain=Name("site")), ring_timeout=20)
DIGIT = CollectKeys((MENU,), 1)
ACCOUNT = CollectKeys((), 10)


class Witness(Unobserved):
    """Remembers what it sees."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def answered(self) -> None:
        self.seen.append("answered")

    def prompt(self, utterance: Utterance) -> None:
        self.seen.append(utterance.text)

    def pressed(self, keys: str) -> None:
        self.seen.append(("pressed", keys))

    def dialled(self, request: Dial, result: Dialled) -> None:
        self.seen.append(result.end)

    def ended(self, cause: str, party: str) -> None:
        self.seen.append((cause, party))


class Stage:
    """A leg with its script, clock and witness."""

    def __init__(self, script: str, missing: tuple[str, ...] = ()) -> None:
        self.clock = VirtualClock(datetime(2026, 10, 1, tzinfo=UTC))
        self.witness = Witness()
        self.leg = VirtualLeg(KeyScript(script), self.clock, self.witness, missing)

    @property
    def seconds(self) -> float:
        return round(self.clock.monotonic(), 3)


def test_it_is_a_leg() -> None:
    leg: Leg = Stage("").leg
    leg.answer()


@pytest.mark.parametrize(
    ("script", "request_", "collected", "seconds"),
    [
        ("1", DIGIT, KeysCollected("1", KeysEnd.FULL, ""), 6.0),
        ("!1", DIGIT, KeysCollected("1", KeysEnd.FULL, ""), 0.0),
        ("wait:2 1", DIGIT, KeysCollected("1", KeysEnd.FULL, ""), 8.0),
        ("-", DIGIT, KeysCollected("", KeysEnd.NOTHING, ""), 11.0),
        ("#", DIGIT, KeysCollected("", KeysEnd.TERMINATOR, "#"), 6.0),
        ("123#", ACCOUNT, KeysCollected("123", KeysEnd.TERMINATOR, "#"), 0.9),
        ("123", ACCOUNT, KeysCollected("123", KeysEnd.TIMEOUT, ""), 3.6),
        ("1234567890", ACCOUNT, KeysCollected("1234567890", KeysEnd.FULL, ""), 2.7),
        ("wait:9 1", ACCOUNT, KeysCollected("", KeysEnd.NOTHING, ""), 5.0),
    ],
)
def test_keys_end_as_the_caller_presses(
    script: str, request_: CollectKeys, collected: KeysCollected, seconds: float
) -> None:
    stage = Stage(script)
    assert stage.leg.collect(request_) == collected
    assert stage.seconds == seconds


def test_a_missing_prompt_asks_nobody() -> None:
    stage = Stage("1", missing=(MENU.path,))
    assert stage.leg.collect(DIGIT).end is KeysEnd.UNPLAYABLE
    assert stage.leg.play([MENU], barge_in=False) is PlayEnd.UNPLAYABLE
    assert stage.witness.seen == []


def test_a_key_over_a_prompt_ends_it_and_counts_for_the_next_request() -> None:
    stage = Stage("!1")
    assert stage.leg.play([WELCOME, WELCOME], barge_in=True) is PlayEnd.BARGED_IN
    assert stage.leg.collect(DIGIT).digits == "1"
    assert stage.seconds == 0.0


def test_a_key_over_a_prompt_that_must_be_heard_is_lost() -> None:
    stage = Stage("!1 2")
    assert stage.leg.play([WELCOME], barge_in=False) is PlayEnd.PLAYED
    assert stage.leg.collect(DIGIT).digits == "2"


def test_keys_beyond_the_request_stay_typed_ahead() -> None:
    stage = Stage("12 3")
    assert [stage.leg.collect(DIGIT).digits for _ in range(3)] == ["1", "2", "3"]


def test_a_terminator_right_after_a_full_number_still_belongs_to_it() -> None:
    stage = Stage("1234567890# 5")
    assert stage.leg.collect(ACCOUNT).end is KeysEnd.FULL
    assert stage.leg.play((MENU,), barge_in=True) is PlayEnd.PLAYED
    assert stage.leg.collect(DIGIT).digits == "5"


def test_keys_during_a_pause_count() -> None:
    stage = Stage("12")
    stage.leg.collect(CollectKeys((), 1))
    stage.leg.pause(2.0)
    assert stage.leg.collect(DIGIT).digits == "2"


def test_a_key_that_comes_too_late_for_one_request_counts_for_the_next() -> None:
    stage = Stage("wait:7 1")
    assert stage.leg.collect(ACCOUNT).end is KeysEnd.NOTHING
    assert stage.leg.collect(ACCOUNT).digits == "1"


def test_sensitive_keys_are_hidden_from_the_observer() -> None:
    stage = Stage("4711#")
    assert stage.leg.collect(CollectKeys((), 8, sensitive=True)).digits == "4711"
    assert stage.witness.seen == [("pressed", HIDDEN_KEY * 5)]


@pytest.mark.parametrize(
    ("script", "seconds", "terminator"),
    [
        ("talk:12 #", 12.0, "#"),
        ("talk:12", 12.0, ""),
        ("talk:12 5", 12.0, ""),
        ("talk:500", 120.0, ""),
        ("", 5.0, ""),
    ],
)
def test_a_recording_ends_by_key_silence_or_limit(script: str, seconds: float, terminator: str) -> None:
    stage = Stage(script)
    assert stage.leg.record(RecordMessage("/r/m.wav")) == MessageRecorded(seconds, terminator)


@pytest.mark.parametrize(
    ("script", "end", "cause", "seconds"),
    [
        ("busy", DialEnd.BUSY, "USER_BUSY", 0.0),
        ("noanswer", DialEnd.NO_ANSWER, "NO_ANSWER", 20.0),
        ("failed", DialEnd.FAILED, "NORMAL_TEMPORARY_FAILURE", 0.0),
        ("answer:90", DialEnd.ANSWERED, "NORMAL_CLEARING", RING_SECONDS + 90),
        ("", DialEnd.ANSWERED, "NORMAL_CLEARING", RING_SECONDS + 60),
    ],
)
def test_a_dialled_leg_ends_as_the_script_says(script: str, end: DialEnd, cause: str, seconds: float) -> None:
    stage = Stage(script)
    dialled = stage.leg.dial(AGENT)
    assert (dialled.end, dialled.cause, stage.seconds) == (end, cause, seconds)
    assert bool(dialled.leg) is (end is DialEnd.ANSWERED)


@pytest.mark.parametrize(
    ("script", "request_", "seconds"),
    [
        ("hangup", lambda leg: leg.collect(DIGIT), 6.0),
        ("wait:2 hangup", lambda leg: leg.collect(DIGIT), 8.0),
        ("!hangup", lambda leg: leg.play([WELCOME], barge_in=False), 0.0),
        ("wait:2 !hangup", lambda leg: leg.play([WELCOME], barge_in=True), 2.0),
        ("noanswer wait:3 hangup", lambda leg: leg.dial(AGENT), 3.0),
    ],
)
def test_a_caller_hangs_up_anywhere(script: str, request_: Callable[[Leg], object], seconds: float) -> None:
    stage = Stage(script)
    with pytest.raises(CallEnded):
        request_(stage.leg)
    assert stage.seconds == seconds
    assert stage.witness.seen[-1] == ("NORMAL_CLEARING", "caller")


@pytest.mark.parametrize(("script", "talk"), [("answer:30 hangup", 30.0), ("answer:30 wait:15 hangup", 10.0)])
def test_a_caller_who_ends_a_talk_has_talked_and_the_next_request_raises(script: str, talk: float) -> None:
    stage = Stage(script)
    dialled = stage.leg.dial(AGENT)
    assert (dialled.end, dialled.talk_seconds) == (DialEnd.ANSWERED, talk)
    with pytest.raises(CallEnded):
        stage.leg.hang_up("USER_BUSY")
    assert stage.witness.seen[-1] == ("NORMAL_CLEARING", "caller")


def test_a_caller_who_hangs_up_has_left_a_message_too() -> None:
    stage = Stage("talk:3 hangup")
    assert stage.leg.record(RecordMessage("/r/m.wav")) == MessageRecorded(3.0)
    assert stage.witness.seen[-1] == ("NORMAL_CLEARING", "caller")
    with pytest.raises(CallEnded):
        stage.leg.pause(1)


def test_nothing_is_played_to_who_has_typed_ahead() -> None:
    stage = Stage("12")
    stage.leg.collect(CollectKeys((), 1))
    stage.leg.pause(2.0)
    assert stage.leg.play([WELCOME], barge_in=True) is PlayEnd.BARGED_IN
    assert "welcome" not in stage.witness.seen


def test_keys_typed_ahead_answer_no_recording() -> None:
    stage = Stage("1# -")
    stage.leg.collect(CollectKeys((), 1))
    stage.leg.pause(2.0)
    assert stage.leg.record(RecordMessage("/r/m.wav")).terminator == ""


def test_the_engine_hangs_up_and_nothing_works_afterwards() -> None:
    stage = Stage("")
    stage.leg.answer()
    with pytest.raises(CallEnded, match="USER_BUSY"):
        stage.leg.hang_up("USER_BUSY")
    with pytest.raises(CallEnded, match="USER_BUSY"):
        stage.leg.play([WELCOME], barge_in=True)
    assert stage.witness.seen == ["answered", ("USER_BUSY", "engine")]


def test_answering_twice_is_answering_once() -> None:
    stage = Stage("")
    stage.leg.answer()
    stage.leg.answer()
    assert stage.witness.seen == ["answered"]


def test_the_length_of_words_is_estimated_by_language() -> None:
    assert spoken_seconds(Utterance("九个汉字读两秒钟呢", "zh", "")) == 2.0
    assert spoken_seconds(Utterance("fourteen chars", "en", "")) == 1.0
    assert spoken_seconds(WELCOME) == 4.0


@given(st.lists(st.text("0123456789*#", min_size=1, max_size=12)), st.integers(1, 12))
def test_no_key_is_lost_invented_or_reordered(words: list[str], max_digits: int) -> None:
    stage = Stage(" ".join(words))
    read = ""
    for _ in range(sum(map(len, words)) + PATIENCE):
        collected = stage.leg.collect(CollectKeys((MENU,), max_digits))
        read += collected.digits + collected.terminator
        if collected.end is KeysEnd.NOTHING:
            break
    assert read == "".join(without_belated(word, max_digits) for word in words)


def without_belated(word: str, max_digits: int) -> str:
    """The keys that count: all but a terminator pressed right after a number that was full."""
    counting, digits = "", 0
    for key in word:
        if key != "#" or digits < max_digits:
            counting += key
        digits = 0 if key == "#" else digits % max_digits + 1
    return counting
