"""The words of a key script, and the order in which they are spent."""

import pytest

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd
from fsapp.switchboard.key_script import FarEnd, HangUp, KeyScript, Press, parsed


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("", []),
        ("1 1234567890# hangup", [Press("1"), Press("1234567890#"), HangUp()]),
        ("- *0", [Press(""), Press("*0")]),
        ("!2 !hangup", [Press("2", over_prompt=True), HangUp(over_prompt=True)]),
        ("wait:3 1", [Press("1", wait=3)]),
        ("talk:12 #", [Press("#", talk=12)]),
        ("wait:1.5 talk:2 hangup", [HangUp(wait=1.5, talk=2)]),
        ("1 wait:9", [Press("1"), Press("", wait=9)]),
    ],
)
def test_a_word_is_an_act(text: str, acts: list[object]) -> None:
    assert parsed(text) == (acts, [])


def test_words_for_dialled_legs_are_kept_apart_from_keys() -> None:
    acts, far_ends = parsed("0 busy noanswer answer:90 failed hangup")
    assert acts == [Press("0"), HangUp()]
    assert far_ends == [
        FarEnd(DialEnd.BUSY, Cause.USER_BUSY),
        FarEnd(DialEnd.NO_ANSWER, Cause.NO_ANSWER),
        FarEnd(DialEnd.ANSWERED, Cause.NORMAL_CLEARING, 90),
        FarEnd(DialEnd.FAILED, Cause.NORMAL_TEMPORARY_FAILURE),
    ]


@pytest.mark.parametrize("word", ["one", "12x", "wait:", "wait:soon", "!-", "hang up", "!"])
def test_a_word_that_means_nothing_is_refused_by_name(word: str) -> None:
    with pytest.raises(ValueError, match="no word of a key script"):
        KeyScript(word)


def test_a_word_is_spent_at_each_request() -> None:
    script = KeyScript("1 - hangup")
    assert [script.when_asked() for _ in range(3)] == [Press("1"), Press(""), HangUp()]


def test_words_with_a_bang_are_spent_at_a_prompt_and_others_are_not() -> None:
    script = KeyScript("!1 2")
    assert script.during_prompt() == Press("1", over_prompt=True)
    assert script.during_prompt() is None
    assert script.when_asked() == Press("2")


def test_without_words_the_caller_is_silent_and_hangs_up_when_patience_ends() -> None:
    script = KeyScript("", patience=2)
    assert [script.when_asked() for _ in range(3)] == [Press(""), Press(""), HangUp()]


def test_a_dialled_leg_answers_unless_the_script_says_otherwise() -> None:
    script = KeyScript("busy")
    assert [script.far_end().end for _ in range(2)] == [DialEnd.BUSY, DialEnd.ANSWERED]


def test_hangup_after_a_busy_leg_waits_for_the_next_request() -> None:
    script = KeyScript("busy hangup")
    assert script.during_dial(script.far_end()) is None
    assert script.during_dial(script.far_end()) == HangUp()
