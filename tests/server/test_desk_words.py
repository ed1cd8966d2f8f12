"""dialplan/agents.py: what is read from it, and what is said of what is wrong, with file and line."""

from pathlib import Path

import pytest

from fsapp.desk.plan import DeskPlan
from fsapp.desk.planning import Surroundings, plan
from fsapp.desk.prompts import NAMES
from fsapp.domain.agent import AgentRecord
from fsapp.domain.desk import ListName
from fsapp.domain.errors import ConfigError
from fsapp.server import dialplan

HEAD = "from fsapp.domain.desk import *\n"
AROUND = Surroundings(
    queues={"service", "sales"},
    prompts={"zh": {*NAMES, "hours"}, "en": {*NAMES, "hours"}},
    flow_numbers={"95598": "hotline", "*99": "lab"},
    profiles={"phones"},
)


def read(folder: Path, text: str, around: Surroundings = AROUND, name: str = "agents") -> DeskPlan:
    (folder / f"{name}.py").write_text(HEAD + text)
    return plan(dialplan.load(folder, None).desk, around)


def problems(folder: Path, text: str, around: Surroundings = AROUND) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        read(folder, text, around)
    return [f"{Path(each.file).name}:{each.line}: {each.sentence}" for each in raised.value.problems]


def test_a_line_gives_a_code_other_keys_and_the_others_keep_theirs(tmp_path: Path) -> None:
    read_plan = read(tmp_path, 'code("*0", "sign_in")\n')
    assert read_plan.keys_of("sign_in") == "*0"
    assert read_plan.keys_of("ready") == "*12"


def test_a_site_can_do_without_a_code(tmp_path: Path) -> None:
    assert read(tmp_path, 'without("fax")\n').keys_of("fax") == ""


def test_lists_are_read_by_number(tmp_path: Path) -> None:
    read_plan = read(
        tmp_path, 'break_reason(1, "lunch", zh="用餐", en="lunch")\nqueue(12, "sales", zh="业务", en="sales")\n'
    )
    assert read_plan.choice(ListName.BREAK_REASON, "1").name == "lunch"
    assert read_plan.choice(ListName.QUEUE, "12").name == "sales"


def test_words_count_wherever_they_stand_at_the_top_of_any_file(tmp_path: Path) -> None:
    text = """
lunch = break_reason(1, "lunch", zh="用餐", en="lunch")
for number, name in ((2, "rest"), (3, "training")):
    break_reason(number, name, zh="休息", en=name)
more = [break_reason(4, "meeting", zh="会议", en="meeting")]
if more:
    times(between_keys=2)
"""
    read_plan = read(tmp_path, text, name="other")
    assert list(read_plan.lists[ListName.BREAK_REASON]) == ["1", "2", "3", "4"]
    assert read_plan.times.between_keys == 2


def test_words_in_a_function_that_nobody_calls_mean_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, 'def later():\n    without("fax")\n').codes == ()


def test_the_desk_is_where_the_dialplans_phones_are(tmp_path: Path) -> None:
    assert read(tmp_path, 'without("fax")\n').profiles == {"phones"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('code("*5", "sign_on")', "there is no code 'sign_on'; did you mean 'sign_in'?"),
        ('without("faxx")', "there is no code 'faxx'; did you mean 'fax'?"),
        ('code("*1a", "sign_in")', "'*1a' cannot be keyed: a code is 1 to 8 of the keys 0-9, * and #"),
        ('code("*123456789", "sign_in")', "'*123456789' cannot be keyed"),
        ('code(11, "sign_in")', "11 cannot be keyed"),
        ('code("31", "hold")', "31 (hold) is keyed in a talk: there a code begins with *"),
        ('code("*", "hold")', "* (hold) is keyed in a talk: there ** takes back"),
        ('code("**1", "hold")', "**1 (hold) is keyed in a talk: there ** takes back"),
        ('code("*1", "sign_in")', "*1 (sign_in) is the beginning of *10 (sign_out): nobody could tell them apart"),
        ('code("*1234", "sign_in")', "*12 (ready) is the beginning of *1234 (sign_in): nobody could tell them apart"),
        ('code("*12", "sign_in")', "*12 (ready) is the beginning of *12 (sign_in): nobody could tell them apart"),
        ('code("95", "sign_in")', "95 (sign_in) is dialled, and so is 95598, which the flow 'hotline' serves"),
        ('code("*99", "sign_in")', "*99 (sign_in) is dialled, and so is *99, which the flow 'lab' serves"),
        ('break_reason("1", "lunch", zh="用餐", en="lunch")', "'1' is no number to key: write one from 0 to 9999"),
        ('break_reason(10000, "lunch", zh="用餐", en="lunch")', "10000 is no number to key"),
        ('break_reason(1, "a lunch", zh="用餐", en="lunch")', "'a lunch' is no name"),
        ('break_reason(1, "lunch", zh="", en="lunch")', "'lunch' needs words to say it in 'zh'"),
        ('break_reason(1, "lunch", zh="用餐", en="用餐")', "'lunch' has Chinese in its words for 'en'"),
        ('queue(1, "servise", zh="人工", en="service")', "there is no queue 'servise'; did you mean 'service'?"),
        ('prompt(1, "our", zh="时间", en="hours")', "there is no prompt 'our' for 'en'"),
        ('knowledge(1, "hour", zh="时间", en="hours")', "there is no prompt 'hour' for 'zh'; did you mean 'hours'?"),
        ('read_back("account", zh="户号", en="户号")', "'account' has Chinese in its words"),
        ("times(between_keys=0)", "between_keys is 0; it runs from 1 to 30 seconds"),
        ("times(wrap_up_extension=9999)", "wrap_up_extension is 9999; it runs from 5 to 3600 seconds"),
    ],
)
def test_a_wrong_word_is_told_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(tmp_path, f"\n{text}\n")
    assert all(each.startswith("agents.py:3: ") for each in found)
    assert any(each.startswith(f"agents.py:3: {expected}") for each in found), found


def test_what_is_said_twice_is_told_where_it_is_said_again(tmp_path: Path) -> None:
    text = (
        'code("*0", "sign_in")\ncode("*8", "sign_in")\nskill(1, "a", zh="一", en="a")\nskill(1, "b", zh="二", en="b")\n'
    )
    where = tmp_path / "agents.py"
    assert problems(tmp_path, text)[-2:] == [
        f"agents.py:3: the code 'sign_in' stands already in {where}:2",
        f"agents.py:5: the skill 1 stands already in {where}:4",
    ]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, 'code("x", "hold")\nwithout("nothing")\nqueue(1, "none", zh="无", en="none")\n')
    assert [each.split(": ")[0] for each in found] == ["agents.py:2", "agents.py:3", "agents.py:4"]


def test_prompts_that_a_language_lacks_are_told_where_the_desk_is_set_up(tmp_path: Path) -> None:
    lacking = Surroundings(prompts={"en": set(NAMES) - {"desk_ready", "desk_busy"}})
    expected = "agents.py:2: the desk needs prompts that are missing for 'en': desk_ready, desk_busy"
    assert problems(tmp_path, 'without("fax")\n', lacking) == [expected]


def test_rules_and_the_allow_list_stand_beside_the_desk(tmp_path: Path) -> None:
    (tmp_path / "all.py").write_text(
        "from fsapp.domain.desk import *\nfrom fsapp.domain.dialplan import *\n\n"
        "@route\ndef night(call, now):\n    return None\n\n"
        "mobiles = numbers('1.*', gateway='pstn')\nwithout('fax')\n"
    )
    files = dialplan.load(tmp_path, None)
    assert ([each.name for each in files.routes], len(files.numbers), len(files.desk)) == (["night"], 1, 1)


def test_an_agent_is_spoken_to_in_a_language_that_the_site_has(tmp_path: Path) -> None:
    chinese = read(tmp_path, 'without("fax")\n', Surroundings(prompts={"zh": NAMES}))
    english = AgentRecord("1001", "Lee", language="en")
    assert chinese.language_of(english, "zh") == "zh"
    assert read(tmp_path, 'without("fax")\n').language_of(english, "zh") == "en"
    assert chinese.language_of(None, "zh") == "zh"


def test_a_language_that_no_agent_speaks_needs_no_prompts_of_the_desk(tmp_path: Path) -> None:
    assert read(tmp_path, 'without("fax")\n', Surroundings(prompts={"zh": NAMES, "fr": ()})).codes
