"""A caller who turns out to be a fax machine goes to the label that takes faxes, wherever the flow is."""

import pytest

from fsapp.domain.events import Kind
from fsapp.flow import checker, loader
from fsapp.flow.checker import Surroundings
from fsapp.flow.context import Context
from fsapp.flow.model import Flow
from fsapp.flow.reception import ALWAYS_SET
from fsapp.flow.registry import discover
from fsapp.flow.runner import run
from tests.flow.bench import Notes, a_context

KINDS = discover("fsapp.steps")
MAIN = """
version: 1
flow: both
language: zh
numbers: ["7203"]
main:
  - fax_detect: take_fax
  - goto: menu
menu:
  - menu: {prompt: "查询请按一。", on: {1: bill, timeout: menu, invalid: menu}}
bill:
  - say: "您没有欠费。"
  - run_flow: other
  - hangup
take_fax:
  - fax_receive: {into: fax}
  - tag: {disposition: faxed}
  - hangup
"""
OTHER = """
version: 1
flow: other
language: zh
main:
  - say: "这是另一个流程说的一段很长的话。"
  - return
"""


def flow_of(text: str) -> Flow:
    return loader.parse(text.encode(), "a.yaml", KINDS)


def ran(keys: str, text: str = MAIN) -> Context:
    context = a_context(keys=keys)
    flows = {flow.name: flow for flow in (flow_of(text), flow_of(OTHER))}
    run(flows["both"], flows, context)
    return context


def route(context: Context) -> list[str]:
    assert isinstance(context.recorder, Notes)
    finished = [fields for kind, fields in context.recorder.events if kind == Kind.STEP_FINISHED]
    return [f"{each['flow']}.{each['label']}:{each['exit']}" for each in finished]


@pytest.mark.parametrize(
    ("keys", "on_the_way"),
    [
        ("!fax", ["both.menu:fax_tone"]),
        ("fax", ["both.menu:fax_tone"]),
        ("- fax", ["both.menu:fax_tone"]),
        ("1 !fax", ["both.menu:bill", "both.bill:fax_tone"]),
    ],
)
def test_the_tone_leads_to_the_label_that_takes_faxes(keys: str, on_the_way: list[str]) -> None:
    route_taken = route(ran(keys))
    assert route_taken[-3:] == ["both.take_fax:received", "both.take_fax:done", "both.take_fax:ended"]
    assert route_taken[-4].endswith("fax_tone")
    assert len(route_taken) == 5 + len(on_the_way)


def test_a_flow_that_was_run_is_left() -> None:
    flows = MAIN.replace('  - say: "您没有欠费。"\n', "")
    context = ran("1 !fax", flows)
    assert "other.main:fax_tone" in route(context)
    assert route(context)[-3] == "both.take_fax:received"
    assert context.variables["fax"].startswith("fax-")


def test_nobody_hears_a_tone_without_listening() -> None:
    silent = MAIN.replace("  - fax_detect: take_fax\n", "")
    assert "both.take_fax:received" not in route(ran("!fax 1 hangup", silent))


def test_the_fax_label_is_a_way_that_the_checker_knows() -> None:
    prompts = {"zh": frozenset({"nothing_pressed", "wrong_key"})}
    around = Surroundings(prompts=prompts, always_set=ALWAYS_SET)
    assert checker.check({flow.name: flow for flow in (flow_of(MAIN), flow_of(OTHER))}, around) == []
    broken = flow_of(MAIN.replace("fax_detect: take_fax", "fax_detect: take_faxes"))
    (problem, *_) = checker.check({"both": broken, "other": flow_of(OTHER)}, around)
    assert "leads to the label 'take_faxes', which is not there; did you mean 'take_fax'?" in problem.sentence
