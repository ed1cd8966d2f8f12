"""Kinds of tickets and their forms, as far as they can be proved before any caller meets them."""

import pytest

from fsapp.flow.checker import Surroundings, check
from fsapp.flow.loader import parse
from fsapp.flow.registry import discover

KINDS = discover("fsapp.steps")
SURROUNDINGS = Surroundings(ticket_forms={"fault": {"address": True, "meter": False}, "complaint": {}})

FLOW = """version: 1
flow: hotline
language: zh
main:
- ticket: {%s, on: {failed: bye}}
- say: "您的工单号是{{ ticket | digits }}。"
- ticket_state: {number: "{{ ticket }}", into: asked, on: {missing: bye, failed: bye}}
- ticket_urge: {number: "{{ asked.number }}", on: {failed: bye}}
- goto: bye
bye:
- hangup
"""


def sentences(step: str) -> list[str]:
    flow = parse((FLOW % step).encode(), "hotline.yaml", KINDS)
    return [problem.sentence for problem in check({flow.name: flow}, SURROUNDINGS)]


@pytest.mark.parametrize(
    "step",
    [
        "kind: complaint",
        'kind: fault, fields: {address: "{{ customer.address }}"}',
        "kind: fault, fields: {address: x, meter: 1}, level: urgent, text: x",
    ],
)
def test_a_form_that_is_filled_in_has_no_problem(step: str) -> None:
    assert sentences(step) == []


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("kind: falt", "there is no kind of ticket 'falt'; did you mean 'fault'?"),
        ("kind: fault", "a 'fault' wants the field 'address'; write `fields: {address: …}`"),
        ("kind: fault, fields: {address: x, metre: 1}", "a 'fault' has no field 'metre'; did you mean 'meter'?"),
        ("kind: complaint, fields: {x: 1}", "a 'complaint' has no field 'x'; there is none"),
    ],
)
def test_a_form_that_is_not_is_told(step: str, sentence: str) -> None:
    assert sentences(step) == [sentence]


VOICEMAIL = """version: 1
flow: hotline
language: zh
main:
- voicemail: {%s, into: ticket, greeting: "请留言。", beep: null, choices: "请选择。", on: {empty: bye}}
- if: {test: ticket, on: {no: bye}}
- say: "您的工单号是{{ ticket | digits }}。"
- goto: bye
bye:
- hangup
"""


@pytest.mark.parametrize(
    ("mailbox", "found"),
    [
        ("ticket: complaint", []),
        ("ticket: fault, fields: {address: x}", []),
        ("ticket: complain", ["there is no kind of ticket 'complain'; did you mean 'complaint'?"]),
        ("ticket: fault", ["a 'fault' wants the field 'address'; write `fields: {address: …}`"]),
    ],
)
def test_a_mailbox_of_tickets_is_of_a_kind_that_there_is(mailbox: str, found: list[str]) -> None:
    flow = parse((VOICEMAIL % mailbox).encode(), "hotline.yaml", KINDS)
    problems = list(check({flow.name: flow}, SURROUNDINGS))
    assert [each.sentence for each in problems] == found
    assert {(each.file, each.line) for each in problems} <= {("hotline.yaml", 5)}


def test_a_number_is_certain_only_where_a_ticket_was_made() -> None:
    text = FLOW % "kind: complaint" + '\n- say: "{{ ticket }}"\n'
    flow = parse(text.replace("bye:\n- hangup\n", "bye:").encode(), "hotline.yaml", KINDS)
    found = [problem.sentence for problem in check({flow.name: flow}, SURROUNDINGS)]
    assert any("'ticket' is read here, but it is not always set" in sentence for sentence in found)
