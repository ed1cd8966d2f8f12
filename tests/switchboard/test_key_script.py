"""The words of a key script, and the order in which they are spent."""

import pytest

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd
from fsapp.switchboard.key_script import Act, FarEnd, HangUp, KeyScript, Press, QueueTurn, Script, parsed


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
def test_a_word_is_an_act(text: str, acts: list[Act]) -> None:
    assert parsed(text) == Script(acts)


def test_words_for_dialled_legs_are_kept_apart_from_keys() -> None:
    script = parsed("0 busy noanswer answer:90 failed hangup")
    assert script.acts == [Press("0"), HangUp()]
    assert script.far_ends == [
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


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("agent:60", [QueueTurn("agent", talk=60)]),
        ("agent", [QueueTurn("agent")]),
        ("wait:20 agent:60", [QueueTurn("agent", 20, 60)]),
        ("wait:200 timeout", [QueueTurn("timeout", 200)]),
        ("full closed no_agents", [QueueTurn("full"), QueueTurn("closed"), QueueTurn("no_agents")]),
        ("wait:5 key:9 agent:10", [QueueTurn("key", 5, name="9"), QueueTurn("agent", talk=10)]),
        ("move:sales", [QueueTurn("move", name="sales")]),
        (
            "agent:30 send:verify agent:5 transfer:main",
            [
                QueueTurn("agent", talk=30, name="verify", returns=True),
                QueueTurn("agent", talk=5, name="main"),
            ],
        ),
    ],
)
def test_words_for_queues_are_kept_apart_from_keys(text: str, turns: list[QueueTurn]) -> None:
    script = parsed(f"0 {text} hangup")
    assert script.acts == [Press("0"), HangUp()]
    assert script.turns == turns


def test_only_an_agent_sends_a_caller_to_a_label() -> None:
    with pytest.raises(ValueError, match="'send:verify' comes after an agent's word"):
        KeyScript("timeout send:verify")


def test_in_a_queue_an_agent_answers_unless_the_script_says_otherwise() -> None:
    script = KeyScript("timeout")
    assert [script.in_queue().what for _ in range(2)] == ["timeout", "agent"]
