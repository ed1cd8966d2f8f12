"""Prompts recorded at the phone: heard as they are, spoken, listened to, accepted, dropped or spoken again."""

import pytest

from fsapp.domain.prompt import PromptOrder
from fsapp.domain.talk import Refusal
from tests.desk.room import BOSS, LILEI, PHONES, Room, prompts, words

ONE = PromptOrder("4711", "zh", ("goodbye",), "root", 0)
TWO = PromptOrder("4712", "en", ("goodbye", "sorry"), "root", 0)
CHECKED = ("", "desk_prompt_check")
"""The own words, and the question after them."""


def room() -> Room:
    made = Room().open().enter(BOSS).enter(LILEI)
    made.studio.orders = {"4711": ONE, "4712": TWO}
    return made


def said(*names: str, present: tuple[str, str] = ("goodbye", "zh")) -> list[str]:
    """The words of prompts by name; `""` is a recording, `=` the prompt as it is."""
    own = prompts().prompt(*present).text
    return [own if name == "=" else name and words([name], "zh")[0] for name in names]


BEGIN = ("desk_prompt_now", "=", "desk_record_prompt", "beep", *CHECKED)


def test_an_accepted_recording_is_kept() -> None:
    floor = room()
    visited = floor.dial("*934711", "talk:3 # 1", phone=PHONES[BOSS])
    assert visited.heard == said(*BEGIN, "desk_prompt_accepted", "desk_prompts_end")
    assert floor.studio.kept == [("zh", "goodbye", "/messages/prompt-1.wav", BOSS)]
    assert floor.files.discarded == ["/messages/prompt-1.wav"]
    assert visited.outcome == "done"


def test_the_number_is_asked_for() -> None:
    floor = room()
    visited = floor.dial("*93", "4711 talk:3 # 1", phone=PHONES[BOSS])
    assert visited.heard[0] == words(["desk_ask_prompt_order"], "zh")[0]
    assert len(floor.studio.kept) == 1


def test_a_recording_is_heard_again_and_spoken_again() -> None:
    floor = room()
    visited = floor.dial("*934711", "talk:3 # 3 2 talk:4 # 1", phone=PHONES[BOSS])
    again = ("desk_record_prompt", "beep", *CHECKED)
    assert visited.heard == said(*BEGIN, *CHECKED, *again, "desk_prompt_accepted", "desk_prompts_end")
    assert [path for _, _, path, _ in floor.studio.kept] == ["/messages/prompt-2.wav"]
    assert floor.files.discarded == ["/messages/prompt-1.wav", "/messages/prompt-2.wav"]


@pytest.mark.parametrize("key", ["0", "*", "-"])
def test_any_other_key_or_none_leaves_the_prompt_as_it_was(key: str) -> None:
    floor = room()
    visited = floor.dial("*934711", f"talk:3 # {key}", phone=PHONES[BOSS])
    assert visited.heard == said(*BEGIN, "desk_prompt_dropped", "desk_prompts_end")
    assert floor.studio.kept == []


@pytest.mark.parametrize("why", [Refusal.UNUSABLE])
def test_what_cannot_be_used_is_spoken_again(why: Refusal) -> None:
    floor = room()
    floor.studio.refuses = [why]
    visited = floor.dial("*934711", "talk:3 # 1 talk:3 # 1", phone=PHONES[BOSS])
    again = (f"desk_no_{why.value}", "desk_record_prompt", "beep", *CHECKED)
    assert visited.heard == said(*BEGIN, *again, "desk_prompt_accepted", "desk_prompts_end")


def test_a_breath_is_no_prompt() -> None:
    floor = room()
    visited = floor.dial("*934711", "talk:0.1 # talk:0.1 # talk:0.1 #", phone=PHONES[BOSS])
    once = ("desk_record_prompt", "beep", "desk_no_unusable")
    assert visited.heard == said("desk_prompt_now", "=", *once * 3, "desk_prompt_dropped", "desk_prompts_end")


def test_where_it_cannot_be_written_the_phone_says_so() -> None:
    floor = room()
    floor.studio.refuses = [Refusal.FAILED]
    visited = floor.dial("*934711", "talk:3 # 1", phone=PHONES[BOSS])
    assert visited.heard == said(*BEGIN, "desk_no_failed")
    assert visited.outcome == "failed"


def test_several_prompts_follow_one_another_in_their_language() -> None:
    floor = room()
    visited = floor.dial("*934712", "talk:3 # 1 talk:3 # 0", phone=PHONES[BOSS])
    first = said(*BEGIN, "desk_prompt_accepted", present=("goodbye", "en"))
    second = said(*BEGIN, "desk_prompt_dropped", present=("sorry", "en"))
    assert visited.heard == [*first, *second, *said("desk_prompts_end")]
    assert floor.studio.kept == [("en", "goodbye", "/messages/prompt-1.wav", BOSS)]


def test_who_hangs_up_has_recorded_what_was_accepted() -> None:
    floor = room()
    visited = floor.dial("*934712", "talk:3 # 1 hangup", phone=PHONES[BOSS])
    assert visited.ended
    assert [name for _, name, _, _ in floor.studio.kept] == ["goodbye"]
    assert floor.files.made == floor.files.discarded


@pytest.mark.parametrize("number", ["*931234", "*934710"])
def test_a_number_that_nobody_gave_out_is_refused(number: str) -> None:
    floor = room()
    assert floor.dial(number, phone=PHONES[BOSS]).outcome == "unknown_item"


def test_only_supervisors_record() -> None:
    floor = room()
    assert floor.dial("*934711", "talk:3 # 1", phone=PHONES[LILEI]).outcome == "not_supervisor"
    assert floor.dial("*934711", "talk:3 # 1", phone="8099").outcome == "not_signed_in"
    assert floor.studio.kept == []
