"""A call arrives: the dialplan chooses its flow. The same for real calls and for rehearsals."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fsapp.domain.call import Call
from fsapp.domain.dialplan import Dialplan, Route
from fsapp.domain.events import Kind
from fsapp.flow.context import Context, Ports
from fsapp.flow.model import Flow, Flows
from fsapp.flow.ports import Leg, Recorder
from fsapp.flow.resuming import Resumption

_log = logging.getLogger("fsapp.flow")

ALWAYS_SET = frozenset({"call", "caller", "customer", "language", "now"})
"""Variables that every flow may read from its first step on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is in force together: flows and the dialplan that names them. A reload makes a new one."""

    flows: Flows
    dialplan: Dialplan


def receive(plan: Plan, call: Call, leg: Leg, ports: Ports, recorder: Recorder) -> tuple[Flow, Context] | None:
    """Chooses the flow for a call, and the context to run it in; None where no flow serves this number."""
    recorder.record(Kind.CALL_ARRIVED, arrival(call))
    choice = plan.dialplan.choose(call, ports.clock.now(), _rule_failed)
    if choice is None:
        recorder.record(Kind.CALL_REFUSED, {"reason": "no_flow"})
        return None
    flow = plan.flows[choice.flow]
    fields = {"flow": flow.name, "hash": flow.hash, "language": flow.language, "rule": choice.rule}
    recorder.record(Kind.FLOW_CHOSEN, fields)
    variables = {"call": {"uuid": call.uuid, **arrival(call)}}
    return flow, Context(call, leg, ports, recorder, flow.language, variables)


def resume(resumed: Resumption, call: Call, leg: Leg, ports: Ports, recorder: Recorder) -> tuple[Flow, Context]:
    """The flow and the context of a call that another engine had before."""
    at = resumed.at
    steps = at.flow.labels[at.label]
    step = {"step": steps[at.index].kind.name} if at.index < len(steps) else {}
    recorder.record(Kind.CALL_RESUMED, {"flow": at.flow.name, "label": at.label, "index": at.index, **step})
    variables = {**resumed.variables, "call": {"uuid": call.uuid, **arrival(call)}}
    context = Context(call, leg, ports, recorder, at.language, variables)
    context.waited_since = resumed.waited_since
    return at.flow, context


def arrival(call: Call) -> Mapping[str, Any]:
    """What CallArrived says of a call."""
    return {"ani": call.ani, "dnis": call.dnis, "caller_name": call.caller_name, "trunk": call.trunk}


def _rule_failed(rule: Route, error: Exception) -> None:
    _log.error("dialplan rule %s failed and was passed over: %s: %s", rule.name, type(error).__name__, error)
