"""A caller's number is a hint: anybody can call with any, and nothing private may follow from it alone."""

from pathlib import Path

import pytest

from fsapp.flow import loader
from fsapp.flow.model import Step
from fsapp.flow.registry import discover
from fsapp.flow.templates import Text

FLOWS = loader.load_directory(Path(__file__).parents[2] / "ivr_flows", discover("fsapp.steps"))
HINTS = {"call", "caller", "customer"}

LOOKUPS = [
    pytest.param(step, id=f"{name}:{step.line}")
    for name, flow in FLOWS.items()
    for steps in flow.labels.values()
    for step in steps
    if step.kind.name == "lookup"
]


def test_there_are_look_ups_to_judge() -> None:
    assert LOOKUPS


@pytest.mark.parametrize("step", LOOKUPS)
def test_no_shipped_flow_looks_anything_up_by_the_callers_number_alone(step: Step) -> None:
    texts = (step.params.__pydantic_extra__ or {}).values()
    assert not any(isinstance(text, Text) and text.reads & HINTS for text in texts)
