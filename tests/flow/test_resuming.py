"""A call that lost its engine goes on: wherever the journal ends, the next step is the one that was next."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from fsapp.domain.events import Event, Kind
from fsapp.flow import loader
from fsapp.flow.context import Context
from fsapp.flow.model import Flow
from fsapp.flow.registry import discover
from fsapp.flow.resuming import Resumption, queued, resumption
from fsapp.flow.runner import run
from tests.flow.bench import Notes, a_context

MAIN = """
version: 1
flow: hotline
language: zh
on_error: sorry
main:
  - say: 您好。
  - set: {tries: "{{ 0 }}"}
  - menu: {prompt: 请选择。, on: {1: account, 2: english, 3: broken, failed: bye}}
account:
  - collect: {into: account, prompt: 户号。, digits: 4, on: {failed: bye}}
  - set: {known: "{{ account }}"}
  - collect: {into: pin, prompt: 密码。, digits: 4, sensitive: true, on: {failed: bye}}
  - if: {test: "pin == '1234'", on: {yes: right, no: bye}}
right:
  - say: 正确。
  - goto: bye
english:
  - run_flow: service
  - say: 回来了。
  - goto: bye
broken:
  - lookup: {source: nowhere, account: "1", into: bill, on: {missing: bye}}
  - goto: bye
bye:
  - say: 再见。
  - hangup
sorry:
  - say: 对不起。
  - hangup
"""

SERVICE = """
version: 1
flow: service
language: en
main:
  - say: Welcome.
  - language: en
  - menu: {prompt: Choose., on: {1: back, failed: back}}
back:
  - say: Back.
  - return
"""


@pytest.fixture(scope="module")
def flows() -> Mapping[str, Flow]:
    kinds = discover("fsapp.steps")
    parsed = (loader.parse(text.encode(), f"{index}.yaml", kinds) for index, text in enumerate((MAIN, SERVICE)))
    return {flow.name: flow for flow in parsed}


def journalled(flows: Mapping[str, Flow], keys: str) -> tuple[Context, list[Event]]:
    context = a_context(keys=keys)
    flow = flows["hotline"]
    chosen = {"flow": flow.name, "hash": flow.hash, "language": flow.language, "rule": ""}
    run(flow, flows, context)
    assert isinstance(context.recorder, Notes)
    told = [(Kind.CALL_ARRIVED, {}), (Kind.FLOW_CHOSEN, chosen), *context.recorder.events]
    return context, [Event("c", seq, 0, kind, fields) for seq, (kind, fields) in enumerate(told)]


def place(resumed: Resumption) -> tuple[str, str, int]:
    return resumed.at.flow.name, resumed.at.label, resumed.at.index


def steps(events: Sequence[Event]) -> list[int]:
    return [index for index, event in enumerate(events) if event.kind == Kind.STEP_FINISHED]


@pytest.mark.parametrize("keys", ["1 0001# 1234#", "1 0001# 9999#", "2 1", "2", "3", "hangup", "1 hangup"])
def test_wherever_the_journal_ends_the_next_step_is_the_one_that_was_next(flows: Mapping[str, Flow], keys: str) -> None:
    _, events = journalled(flows, keys)
    for index in steps(events):
        told = events[index].fields
        if "pin" in str(events[:index]) and told["step"] == "if":
            continue  # the PIN is asked for again: the next test
        resumed = resumption(flows, events[:index])
        assert resumed is not None
        assert place(resumed) == (told["flow"], told["label"], told["index"])


def test_a_resumed_call_ends_as_the_whole_one_would_have(flows: Mapping[str, Flow]) -> None:
    _, events = journalled(flows, "2 1")
    cut = next(index for index in steps(events) if events[index].fields["step"] == "menu" and index > 6)
    resumed = resumption(flows, events[:cut])
    assert resumed is not None
    again = a_context(keys="1")
    again.language = resumed.at.language
    run(resumed.at.flow, flows, again, resumed)
    assert isinstance(again.recorder, Notes)
    route = [(e["flow"], e["label"], e["step"]) for kind, e in again.recorder.events if kind == Kind.STEP_FINISHED]
    assert route == [
        (e.fields["flow"], e.fields["label"], e.fields["step"]) for e in events[cut:] if "step" in e.fields
    ]


def test_variables_come_back_with_their_values(flows: Mapping[str, Flow]) -> None:
    _, events = journalled(flows, "1 0001# hangup")
    resumed = resumption(flows, events)
    assert resumed is not None
    assert (resumed.variables["account"], resumed.variables["known"]) == ("0001", "0001")


def test_what_was_keyed_in_secret_is_asked_for_again_where_it_is_wanted(flows: Mapping[str, Flow]) -> None:
    _, events = journalled(flows, "1 0001# 1234#")
    decided = next(index for index in steps(events) if events[index].fields["step"] == "if")
    resumed = resumption(flows, events[:decided])
    assert resumed is not None
    assert place(resumed) == ("hotline", "account", 2)


def test_what_was_keyed_in_secret_is_not_asked_for_again_where_it_is_used_no_more(flows: Mapping[str, Flow]) -> None:
    _, events = journalled(flows, "1 0001# 1234#")
    said = next(index for index in steps(events) if events[index].fields["label"] == "right")
    resumed = resumption(flows, events[: said + 1])
    assert resumed is not None
    assert place(resumed) == ("hotline", "right", 1)


def test_a_call_whose_flow_is_another_by_now_begins_anew(flows: Mapping[str, Flow]) -> None:
    _, events = journalled(flows, "1")
    changed = [
        Event(e.call, e.seq, e.at, e.kind, {**e.fields, "hash": "x"} if "hash" in e.fields else e.fields)
        for e in events
    ]
    assert resumption(flows, changed) is None


def test_a_call_that_had_no_flow_begins_anew(flows: Mapping[str, Flow]) -> None:
    assert resumption(flows, []) is None


ENQUEUE = """
version: 1
flow: hotline
language: zh
main:
  - enqueue: {queue: service, on: {answered: rated, failed: main}}
rated:
  - hangup
"""


def in_the_queue() -> Resumption:
    flow = loader.parse(ENQUEUE.encode(), "q.yaml", discover("fsapp.steps"))
    chosen = Event("c", 1, 0, Kind.FLOW_CHOSEN, {"flow": flow.name, "hash": flow.hash})
    resumed = resumption({flow.name: flow}, [chosen])
    assert resumed is not None
    return resumed


def test_a_caller_in_a_queue_keeps_the_time_waited() -> None:
    since = datetime(2026, 11, 24, tzinfo=UTC)
    resumed = queued(in_the_queue(), since, "")
    assert (place(resumed), resumed.waited_since) == (("hotline", "main", 0), since)


def test_a_caller_whom_an_agent_served_meanwhile_goes_on_behind_the_queue() -> None:
    resumed = queued(in_the_queue(), None, "1001")
    assert (place(resumed), resumed.variables["agent"]) == (("hotline", "rated", 0), "1001")
