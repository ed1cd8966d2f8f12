"""A call that lost its engine after, or while, an agent had sent the caller to a label."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fsapp.acd.settings import QueueSettings
from fsapp.domain.clock import VirtualClock
from fsapp.domain.events import Event, Kind
from fsapp.flow import loader
from fsapp.flow.registry import discover
from fsapp.flow.resuming import resumption
from fsapp.flow.runner import run
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.virtual_leg import VirtualLeg
from fsapp.switchboard.virtual_queues import VirtualQueues
from tests.flow.bench import NOW, Notes, a_context

FLOW = loader.parse(
    """
version: 1
flow: hotline
language: zh
main:
  - enqueue: {queue: service, labels: {1: verify, 2: other}, on: {failed: other}}
  - say: 谢谢。
  - hangup
verify:
  - collect: {into: account, prompt: 户号。, digits: 4, on: {failed: other}}
  - return
other:
  - say: 再见。
  - hangup
""".encode(),
    "hotline.yaml",
    discover("fsapp.steps"),
)


def journalled(script: str) -> Sequence[Event]:
    context = a_context()
    clock = VirtualClock(NOW)
    leg = VirtualLeg(KeyScript(script), clock)
    context.leg = leg
    queues = VirtualQueues({"service": QueueSettings()}, leg)
    context.ports = replace(context.ports, clock=clock, queues=queues)
    run(FLOW, {FLOW.name: FLOW}, context)
    assert isinstance(context.recorder, Notes)
    chosen = (Kind.FLOW_CHOSEN, {"flow": FLOW.name, "hash": FLOW.hash})
    events = [chosen, *context.recorder.events]
    return [Event("c", seq, 0, kind, fields) for seq, (kind, fields) in enumerate(events)]


@pytest.mark.parametrize("script", ["agent:9 send:verify 1234 agent:9", "agent:9 transfer:verify 1234", "agent:9"])
def test_wherever_the_journal_ends_the_next_step_is_the_one_that_was_next(script: str) -> None:
    events = journalled(script)
    for cut, event in enumerate(events):
        if event.kind == Kind.STEP_FINISHED:
            resumed = resumption({FLOW.name: FLOW}, events[:cut])
            assert resumed is not None
            assert (resumed.at.label, resumed.at.index) == (event.fields["label"], event.fields["index"])


def test_a_caller_whose_agent_was_lost_with_the_engine_goes_back_to_the_queue() -> None:
    events = journalled("agent:9 send:verify 1234 agent:9")
    cut = next(index for index, event in enumerate(events) if event.fields.get("step") == "return")
    resumed = resumption({FLOW.name: FLOW}, events[:cut])
    assert resumed is not None
    assert [(at.label, at.index) for at in resumed.callers] == [("main", 0)]
