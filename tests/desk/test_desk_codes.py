"""What holds for every code, every prompt and every reason to refuse."""

import re

import pytest

from fsapp.acd.agents import Rest
from fsapp.desk import matters, prompts
from fsapp.desk.codes import ASKED_FOR, CODES, Asks, Code
from fsapp.desk.planning import Surroundings, plan
from fsapp.domain.desk import CodeKeys, Placed
from fsapp.domain.talk import Refusal
from tests.desk.room import prompts as catalogue
from tests.desk.room import site_plan

HANZI = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_a_code_does_something_where_it_may_be_used_and_nowhere_else(code: Code) -> None:
    assert (code.name in matters.DIALLED) == code.dialled
    assert (code.name in matters.IN_TALK) == code.in_talk


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_a_code_is_described_in_both_languages(code: Code) -> None:
    assert HANZI.search(code.says("zh"))
    assert not HANZI.search(code.says("en"))
    assert code.says("en")


def test_the_codes_own_keys_can_be_told_apart() -> None:
    keys = [code.keys for code in CODES]
    assert not [(a, b) for i, a in enumerate(keys) for j, b in enumerate(keys) if i != j and b.startswith(a)]
    assert all(re.fullmatch(r"\*[0-9]+", each) for each in keys)


def test_names_of_codes_are_given_once() -> None:
    assert len({code.name for code in CODES}) == len(CODES)


@pytest.mark.parametrize("asks", Asks)
def test_the_card_names_whatever_is_asked_for(asks: Asks) -> None:
    assert set(ASKED_FOR[asks]) == {"zh", "en"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", prompts.NAMES)
def test_every_prompt_of_the_desk_is_in_the_catalogue(name: str, language: str) -> None:
    assert catalogue().prompt(name, language).text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_catalogue_has_no_prompt_of_the_desk_that_nobody_says(language: str) -> None:
    known = {name for name in catalogue().names(language) if name.startswith("desk_")}
    assert known <= set(prompts.NAMES)


def test_questions_refusals_and_rests_have_prompts_of_their_own() -> None:
    names = [*map(prompts.question, Asks), *map(prompts.refusal, Refusal), *map(prompts.rest, Rest)]
    assert len(set(names)) == len(names) == len(Asks) + len(Refusal) + len(Rest)


def test_this_sites_desk_has_every_code() -> None:
    assert [code.name for code in site_plan().codes] == [code.name for code in CODES]


def test_without_a_word_there_is_no_desk() -> None:
    assert plan((), Surroundings(profiles={"phones"})).codes == ()


def test_a_code_that_asks_for_a_choice_is_none_where_there_is_nothing_to_choose() -> None:
    word = Placed(CodeKeys("fax", ""), "agents.py", 1)
    names = {code.name for code in plan((word,), Surroundings()).codes}
    assert {"sign_in", "ready", "hold"} <= names
    assert names.isdisjoint({"away", "pick", "transfer_queue", "play_prompt", "agent_skill", "fax"})
