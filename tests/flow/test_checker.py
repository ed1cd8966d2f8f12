"""What the checker says about flows as operators write them."""

import sys

import pytest

from fsapp.domain.errors import Problem
from fsapp.flow.checker import Surroundings, check
from fsapp.flow.loader import parse
from fsapp.flow.registry import discover

KINDS = discover("fsapp.steps")
SURROUNDINGS = Surroundings(
    prompts={"en": frozenset({"welcome", "goodbye", "nothing_pressed", "wrong_key"}), "zh": frozenset({"welcome"})},
    lookups={"billing": frozenset({"account"})},
    calendars=frozenset({"service", "night"}),
    queues=frozenset({"service"}),
)


def problems(*texts: str, surroundings: Surroundings = SURROUNDINGS) -> list[Problem]:
    flows = [parse(_with_header(text).encode(), f"{number}.yaml", KINDS) for number, text in enumerate(texts, 1)]
    return check({flow.name: flow for flow in flows}, surroundings)


def _with_header(text: str) -> str:
    """Lines are counted from the text's first one; the header stands behind."""
    header = "version: 1\n" + ("" if "\nlanguage:" in text else "language: en\n")
    return text.strip("\n") + "\n" + header + ("" if "flow:" in text.split() else "flow: hotline\n")


def lines(*texts: str, surroundings: Surroundings = SURROUNDINGS) -> list[str]:
    return [f"{problem.line}: {problem.sentence}" for problem in problems(*texts, surroundings=surroundings)]


HANGUP = "bye:\n- hangup\n"


def test_a_flow_that_uses_queues_has_no_problem() -> None:
    text = """
main:
- enqueue:
    queue: service
    sticky_agent: "{{ caller.last_agent }}"
    labels: {1: verify_pin, 2: main}
    callback_key: 2
    on: {callback: call_me, 9: message, failed: message}
- say: "{{ agent }} talked to you for {{ talk_seconds | duration }}."
- survey: {question: "How was it?", into: rating, on: {skipped: message}}
- if: {test: "rating > 3", on: {no: message}}
- hangup
verify_pin:
- collect: {into: pin, prompt: "Your PIN, please.", digits: 4, on: {failed: back}}
- goto: back
back:
- return
call_me:
- callback: {queue: service, number_is: welcome, choose: welcome, enter: welcome, on: {refused: message}}
- hangup
message:
- say: goodbye
- hangup
"""
    assert lines(text) == []


def test_a_sound_flow_has_no_problem() -> None:
    text = """
main:
- say: welcome
- hours: {calendar: service, on: {closed: closed}}
- menu: {prompt: "Press one for your bill.", on: {1: bill, failed: closed}}
bill:
- collect: {into: account, prompt: "Your account, please.", digits: 10, on: {failed: closed}}
- lookup: {source: billing, account: "{{ account }}", into: bill, on: {missing: closed, failed: closed}}
- say: "{{ bill.amount | money }}"
- goto: main
closed:
- say: goodbye
- hangup
"""
    assert lines(text) == []


CASES = {
    "a required exit that is not mapped": (
        "main:\n- hours: {calendar: service}\n- hangup",
        ["2: the exit 'closed' of `hours` must lead somewhere; write `on: {closed: a_label}`"],
    ),
    "an exit that the step does not have": (
        "main:\n- if: {test: '1 == 1', on: {yess: main, yes: bye}}\n- hangup\n" + HANGUP,
        ["2: `if` has no exit 'yess'; did you mean 'yes'?"],
    ),
    "an exit that leads to a label that is not there": (
        "main:\n- if: {test: '1 == 1', on: {yes: byee, no: bye}}\n" + HANGUP,
        ["2: 'yes' leads to the label 'byee', which is not there; did you mean 'bye'?"],
    ),
    "a goto to a label that is not there": (
        "main:\n- goto: outage",
        ["2: `goto` leads to the label 'outage', which is not there; known: main"],
    ),
    "a flow that is not there": (
        "main:\n- run_flow: hotlin\n- hangup",
        ["2: `run_flow` runs the flow 'hotlin', which is not there; did you mean 'hotline'?"],
    ),
    "a flow without main": (
        "start:\n- hangup",
        ["1: the flow 'hotline' has no label 'main', where it would begin"],
    ),
    "an on_error that is not there": (
        "main:\n- hangup\non_error: sory",
        ["1: `on_error` names the label 'sory', which is not there; known: main"],
    ),
    "a label that ends without leaving": (
        "main:\n- say: welcome",
        ["2: the label 'main' ends here without leaving: it would hang up; add `hangup`, `goto` or `return`"],
    ),
    "a label that ends by one exit without leaving": (
        "main:\n- if: {test: '1 == 1', on: {yes: bye}}\n" + HANGUP,
        ["2: the label 'main' ends here by 'no' without leaving: it would hang up; add `hangup`, `goto` or `return`"],
    ),
    "a queue that is not there": (
        "main:\n- enqueue: {queue: servise, on: {failed: bye}}\n- hangup\n" + HANGUP,
        ["2: there is no queue 'servise'; did you mean 'service'?"],
    ),
    "a caller in a queue whom nobody serves": (
        "main:\n- enqueue: {queue: service, on: {timeout: bye, closed: bye, full: bye}}\n- hangup\n" + HANGUP,
        ["2: the exit 'failed' of `enqueue` must lead somewhere; write `on: {failed: a_label}`"],
    ),
    "a caller who wants to be called back": (
        "main:\n- enqueue: {queue: service, callback_key: 2, on: {failed: bye}}\n- hangup\n" + HANGUP,
        ["2: the exit 'callback' of `enqueue` must lead somewhere; write `on: {callback: a_label}`"],
    ),
    "a label for agents that is not there": (
        "main:\n- enqueue: {queue: service, labels: {1: verify, 2: by}, on: {failed: bye}}\n- hangup\n"
        "verify:\n- return\n" + HANGUP,
        ["2: `enqueue` leads to the label 'by', which is not there; did you mean 'bye'?"],
    ),
    "a variable that an agent's label reads": (
        "main:\n- enqueue: {queue: service, labels: {1: verify}, on: {failed: bye}}\n- hangup\n"
        "verify:\n- say: 'Agent {{ agent }}, {{ talk_seconds }} seconds.'\n- return\n" + HANGUP,
        ["5: 'talk_seconds' is read here, but it is not always set; the way there: (enqueue)"],
    ),
    "an option without a prompt": (
        "main:\n- menu: {prompt: welcome, options: {1: one, 2: Two.}, on: {1: bye, 2: bye, failed: bye}}\n" + HANGUP,
        [
            "2: there is no prompt 'one' for 'en'; known: goodbye, nothing_pressed, welcome, wrong_key; "
            "words to speak have a capital letter, a blank or a full stop"
        ],
    ),
    "a personal menu without its prompts": (
        "main:\n- menu: {prompt: welcome, options: {1: A., 2: B.}, order: personal, on: {1: x, 2: x, failed: x}}\n"
        "x:\n- hangup",
        [
            "2: there is no prompt 'standard_menu' for 'en'; known: goodbye, nothing_pressed, welcome, wrong_key; "
            "words to speak have a capital letter, a blank or a full stop"
        ],
    ),
    "a label that nobody reaches": (
        "main:\n- hangup\n" + HANGUP,
        ["3: nobody reaches the label 'bye': no `goto` and no exit leads to it"],
    ),
    "a step behind one that always leaves": (
        "main:\n- hangup\n- say: goodbye\n- hangup",
        ["3: this step is never reached: `hangup` on line 2 always leaves"],
    ),
    "a prompt that is not in the catalogue": (
        "main:\n- say: goodby\n- hangup",
        ["2: there is no prompt 'goodby' for 'en'; did you mean 'goodbye'?"],
    ),
    "a word that looks like a prompt's name": (
        "main:\n- say: hello\n- hangup",
        [
            "2: there is no prompt 'hello' for 'en'; known: goodbye, nothing_pressed, welcome, wrong_key; "
            "words to speak have a capital letter, a blank or a full stop"
        ],
    ),
    "a calendar that is not there": (
        "main:\n- hours: {calendar: servise, on: {closed: bye}}\n- hangup\n" + HANGUP,
        ["2: there is no calendar 'servise'; did you mean 'service'?"],
    ),
    "a look-up source that is not there": (
        "main:\n- lookup: {source: biling, into: bill, on: {missing: bye, failed: bye}}\n- hangup\n" + HANGUP,
        ["2: there is no look-up source 'biling'; did you mean 'billing'?"],
    ),
    "an argument that a look-up source does not want, and one that it does": (
        "main:\n- lookup: {source: billing, acount: 1, into: bill, on: {missing: bye}}\n- hangup\n" + HANGUP,
        [
            "2: the look-up source 'billing' has no argument 'acount'; did you mean 'account'?",
            "2: the look-up source 'billing' wants 'account'; write `account: …`",
        ],
    ),
    "nothing to say": (
        "main:\n- say: ' '\n- hangup",
        ["2: there are no words to say; write some, or a prompt's name"],
    ),
    "a language that is not there": (
        "main:\n- language: fr\n- hangup",
        ["2: there is no language 'fr'; known: en, zh"],
    ),
    "a flow in a language that is not there": (
        "main:\n- hangup\nlanguage: zz",
        ["1: there is no language 'zz'; known: en, zh"],
    ),
    "a variable that nothing sets": (
        "main:\n- set: {account: 5}\n- say: 'It is {{ acount }}.'\n- hangup",
        ["3: nothing sets 'acount', which is read here; did you mean 'account'?"],
    ),
    "a variable that is not set on every path": (
        """
main:
- menu: {prompt: "One or two?", on: {1: ask, 2: tell, failed: bye}}
ask:
- collect: {into: account, prompt: "Your account.", digits: 10, on: {failed: tell}}
- goto: tell
tell:
- say: "It is {{ account }}."
- hangup
bye:
- hangup
""",
        ["7: 'account' is read here, but it is not always set; the way there: press 2"],
    ),
    "a variable that is not certain in on_error": (
        """
main:
- set: {account: 5}
- say: welcome
- hangup
sorry:
- say: "It was {{ account }}."
- hangup
on_error: sorry
""",
        ["6: 'account' is read here, but it is not always set; the way there: (a step fails)"],
    ),
    "a loop in which the caller can do nothing": (
        """
main:
- menu: {prompt: "One?", on: {1: again, failed: bye}}
again:
- say: welcome
- goto: once_more
once_more:
- if: {test: "1 == 1", on: {yes: again, no: bye}}
bye:
- hangup
""",
        [
            "4: a loop in which the caller can do nothing: again (line 4) → once_more (line 7) → again (line 4); "
            "the way there: press 1"
        ],
    ),
    "a path that never ends": (
        """
main:
- menu: {prompt: "One or two?", on: {1: trap, 2: bye, failed: bye}}
trap:
- menu: {prompt: "One?", on: {1: trap, failed: trap}}
bye:
- hangup
""",
        [
            "4: from here no path ends: nothing in trap leads to a `hangup`, a `transfer` or a `return`; "
            "the way there: press 1"
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_it_tells(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_all_problems_are_told_at_once_and_by_line() -> None:
    text = "main:\n- say: hullo\n- say: '{{ x }}'\n- goto: nowhere\nlost:\n- say: welcome"
    told = problems(text)
    assert [problem.line for problem in told] == [2, 3, 4, 5]
    assert {problem.file for problem in told} == {"1.yaml"}


def test_a_number_is_served_by_one_flow() -> None:
    one = "main:\n- hangup\nflow: one\nnumbers: ['95598']"
    two = "main:\n- hangup\nflow: two\nnumbers: ['95598', '12', '12']"
    assert lines(one, two) == [
        "1: the number '12' stands twice in `numbers`",
        "1: the number '95598' is already served by 'one' (1.yaml)",
    ]


# --- flows that run flows ---------------------------------------------------------------------------------------

CHECK_PIN = """
main:
- collect: {into: pin, prompt: "Your PIN.", digits: 4, on: {failed: stop}}
- return
stop:
- hangup
flow: check_pin
"""


def test_what_a_flow_sets_on_every_way_back_is_set_behind_the_step_that_runs_it() -> None:
    assert lines("main:\n- run_flow: check_pin\n- say: '{{ pin }}'\n- hangup", CHECK_PIN) == []


def test_what_a_flow_sets_on_some_ways_back_is_not() -> None:
    careless = CHECK_PIN.replace("failed: stop", "failed: give_up").replace("stop:\n- hangup", "give_up:\n- return")
    assert lines("main:\n- run_flow: check_pin\n- say: '{{ pin }}'\n- hangup", careless) == [
        "3: 'pin' is read here, but it is not always set; the way there: press nothing"
    ]


def test_a_flow_that_is_run_from_several_places_can_count_on_what_all_of_them_set() -> None:
    callers = """
main:
- set: {a: 1}
- if: {test: "a == 1", on: {yes: one}}
- set: {b: 2}
- run_flow: sub
- hangup
one:
- run_flow: sub
- hangup
"""
    sub = "main:\n- say: 'So {{ a }} and {{ b }}.'\n- return\nflow: sub"
    assert lines(callers, sub) == [
        "2: 'b' is read here, but it is not always set; the way there: (if: yes)",
    ]


def test_a_flow_with_a_number_begins_with_nothing() -> None:
    sub = "main:\n- say: '{{ a }}'\n- return\nflow: sub\nnumbers: ['1']"
    assert len(lines("main:\n- set: {a: 1}\n- run_flow: sub\n- hangup", sub)) == 1


def test_a_flow_that_the_dialplan_names_begins_with_nothing() -> None:
    sub = "main:\n- say: '{{ a }}'\n- return\nflow: sub"
    caller = "main:\n- set: {a: 1}\n- run_flow: sub\n- hangup"
    assert lines(caller, sub) == []
    assert len(lines(caller, sub, surroundings=Surroundings(entered=frozenset({"sub"})))) == 1


def test_a_return_in_a_flow_that_calls_begin_in_hangs_up_and_is_right() -> None:
    assert lines("main:\n- say: welcome\n- return") == []


def test_a_step_behind_a_flow_that_never_returns_is_not_reached() -> None:
    assert lines("main:\n- run_flow: sub\n- hangup", "main:\n- hangup\nflow: sub") == [
        "3: this step is never reached: the flow 'sub', which line 2 runs, never comes back by `return`"
    ]


def test_flows_that_run_one_another_without_end_are_a_loop() -> None:
    one = "main:\n- run_flow: two\n- hangup\nflow: one\nnumbers: ['1']"
    two = "main:\n- run_flow: one\n- return\nflow: two"
    assert (
        "2: a loop in which the caller can do nothing: one: main (line 2) → two: main (line 2) → one: main (line 2); "
        "the way there: without a key pressed" in lines(one, two)
    )


def test_a_menu_in_a_flow_that_is_run_lets_the_caller_act_in_the_loop_around_it() -> None:
    loop = "main:\n- run_flow: {}\n- goto: main"
    acting = "main:\n- menu: {prompt: 'One?', on: {1: back, failed: bye}}\nback:\n- return\nbye:\n- hangup\nflow: sub"
    silent = "main:\n- say: welcome\n- return\nflow: sub"
    assert lines(loop.format("sub"), acting) == []
    assert len(lines(loop.format("sub"), silent)) == 1


# --- references -------------------------------------------------------------------------------------------------


def test_a_name_is_told_wherever_in_a_step_it_stands() -> None:
    text = "main:\n- menu: {prompt: welcom, nothing: nothin_pressed, on: {1: bye, failed: bye}}\n" + HANGUP
    assert lines(text) == [
        "2: there is no prompt 'nothin_pressed' for 'en'; did you mean 'nothing_pressed'?",
        "2: there is no prompt 'welcom' for 'en'; did you mean 'welcome'?",
    ]


def test_a_prompt_is_sought_in_the_language_of_the_flow() -> None:
    text = "main:\n- say: goodbye\n- hangup\nlanguage: zh"
    assert [line.split(";")[0] for line in lines(text)] == ["2: there is no prompt 'goodbye' for 'zh'"]


def test_a_prompt_is_needed_in_every_language_that_the_caller_may_have_chosen() -> None:
    text = """
main:
- menu: {prompt: "One or two?", on: {1: chinese, 2: english, failed: bye}}
chinese:
- language: zh
- goto: bye
english:
- say: goodbye
- goto: bye
bye:
- say: goodbye
- hangup
"""
    assert [line.split(";")[0] for line in lines(text)] == ["10: there is no prompt 'goodbye' for 'zh'"]


def test_a_prompt_of_on_error_is_needed_in_every_language_in_which_a_step_may_fail() -> None:
    text = "main:\n- language: zh\n- say: welcome\n- hangup\nsorry:\n- say: goodbye\n- hangup\non_error: sorry"
    assert [line.split(";")[0] for line in lines(text)] == ["6: there is no prompt 'goodbye' for 'zh'"]


def test_a_flow_goes_on_in_its_own_language_after_one_that_it_runs() -> None:
    sub = "main:\n- language: zh\n- say: welcome\n- return\nflow: sub\nlanguage: zh"
    assert lines("main:\n- run_flow: sub\n- say: goodbye\n- hangup", sub) == []


def test_of_a_long_way_the_beginning_and_the_end_are_told() -> None:
    asked = "".join(f"- if: {{test: '{number} > 1', on: {{yes: bye}}}}\n" for number in range(40))
    (line,) = lines(f"main:\n{asked}- say: goodby\n- set: {{a: 1}}\n- goto: bye\nbye:\n- say: '{{{{ b }}}}'\n- hangup")[
        1:
    ]
    assert line.startswith("46: nothing sets 'b'")
    (line,) = lines(f"main:\n{asked}- goto: trap\ntrap:\n- pause: 1\n- goto: trap\n" + HANGUP)
    assert line.count("(if: no)") == 24
    assert "… 16 more …" in line


# --- work -------------------------------------------------------------------------------------------------------


def calls_made(steps: int) -> int:
    """The work of checking a flow of this many steps, as calls of Python functions."""
    labels = [f"l{number}" for number in range(steps // 5)]
    text = ["main:", "- goto: l0"]
    for number, label in enumerate(labels):
        following, before = labels[(number + 1) % len(labels)], labels[max(number - 1, 0)]
        text += [
            f"{label}:",
            f"- collect: {{into: v{number}, prompt: 'Number?', digits: 4, on: {{failed: {before}}}}}",
            f"- if: {{test: 'v{number} > 1', on: {{yes: {labels[number * 7 % len(labels)]}}}}}",
            f"- say: 'It is {{{{ v{number} }}}}.'",
            f"- menu: {{prompt: 'One?', on: {{1: {following}, 2: bye, failed: {label}}}}}",
        ]
    flow = parse(_with_header("\n".join([*text, HANGUP])).encode(), "long.yaml", KINDS)
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        assert check({flow.name: flow}, SURROUNDINGS) == []
    finally:
        sys.setprofile(None)
    return calls


def test_the_work_grows_with_the_length_of_the_flow_and_not_with_its_square() -> None:
    assert calls_made(1600) / calls_made(400) < 4.4
