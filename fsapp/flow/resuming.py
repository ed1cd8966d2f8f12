"""A call that lost its engine goes on where the journal says that it was: same step, variables and stay in the queue.

The journal tells each step that was finished, and by which exit; the step that follows is the one to do, or do again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fsapp.domain.events import Event, Kind
from fsapp.flow.model import ENTRY, Flow, Flows, GoTo, Return, RunFlow, Step
from fsapp.flow.sensitive import HIDDEN

UNFINISHED = ("hung_up",)
"""The exit of a step that the engine did not see to its end."""

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class At:
    """A step of a flow, and the language spoken there."""

    flow: Flow
    label: str
    index: int
    language: str


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where a call goes on. `callers` are where the flows under way return to, the innermost last.

    `waited_since` is when the caller's waiting in a queue began, where the caller waits still.
    """

    at: At
    callers: tuple[At, ...]
    variables: Mapping[str, Any]
    answered: bool
    waited_since: datetime | None = None


@dataclass(slots=True)
class _Reading:
    flows: Flows
    at: At
    callers: list[At] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, tuple[At, tuple[At, ...]]] = field(default_factory=dict)
    """Where each value was asked for that no journal keeps."""
    answered: bool = False


def resumption(flows: Flows, events: Sequence[Event]) -> Resumption | None:
    """Where the call of these events goes on; None where it has to begin anew: it had no flow yet, or its flow is
    another by now.
    """
    ordered = sorted(events, key=lambda event: event.seq)
    chosen = next((event for event in reversed(ordered) if event.kind == Kind.FLOW_CHOSEN), None)
    if chosen is None:
        return None
    flow = flows.get(str(chosen.fields.get("flow", "")))
    if flow is None or flow.hash != chosen.fields.get("hash"):
        return None
    reading = _Reading(flows, At(flow, ENTRY, 0, flow.language))
    for event in ordered:
        if event.seq > chosen.seq and not _take(reading, event):
            return None
    return _rewound(reading)


def queued(resumed: Resumption, waited_since: datetime | None, served_by: str) -> Resumption:
    """The same, with what the queue log knows: since when the caller waits, or which agent the caller has talked to
    meanwhile; that stay in the queue is over then.
    """
    step = _step(resumed.at)
    if step is None or step.kind.name != "enqueue":
        return resumed
    if not served_by:
        return replace(resumed, waited_since=waited_since)
    talked = {**resumed.variables, "agent": served_by, "talk_seconds": 0.0}
    return replace(resumed, at=_answered(resumed.at, step), variables=talked)


def dialled(resumed: Resumption) -> Resumption:
    """The same, for a caller who has talked on a dialled leg meanwhile: that step is done."""
    step = _step(resumed.at)
    if step is None or step.kind.name != "dial":
        return resumed
    return replace(resumed, at=_answered(resumed.at, step))


def _step(at: At) -> Step | None:
    """The step to do; None at the end of a label."""
    steps = at.flow.labels[at.label]
    return steps[at.index] if at.index < len(steps) else None


def _answered(at: At, step: Step) -> At:
    """What follows a talk."""
    label = step.on.get("answered")
    return replace(at, label=label, index=0) if label else replace(at, index=at.index + 1)


def _take(reading: _Reading, event: Event) -> bool:
    """Follows the call by one event; False where that leads nowhere that is known."""
    if event.kind == Kind.CALL_ANSWERED:
        reading.answered = True
    if event.kind != Kind.STEP_FINISHED or event.fields.get("exit") in UNFINISHED:
        return True
    at = _placed(reading, event.fields)
    if at is None:
        return False
    reading.at = at
    _note_variables(reading, event.fields.get("set") or {})
    step = at.flow.labels[at.label][at.index]
    if event.fields.get("visit"):  # the label's `return` leads back to this very step
        reading.callers.append(at)
    following = _following(reading, step, str(event.fields.get("exit", "")))
    if following is None:
        return False
    reading.at = following
    return True


def _placed(reading: _Reading, fields: Mapping[str, Any]) -> At | None:
    """The step that an event is of, if there is such a step still."""
    flow = reading.flows.get(str(fields.get("flow", "")))
    label, index = str(fields.get("label", "")), fields.get("index")
    if flow is None or not isinstance(index, int) or not 0 <= index < len(flow.labels.get(label, ())):
        return None
    return At(flow, label, index, reading.at.language)


def _note_variables(reading: _Reading, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if value == HIDDEN:
            reading.asked.setdefault(name, (reading.at, tuple(reading.callers)))
        else:
            reading.variables[name] = value
    language = changed.get("language")
    if isinstance(language, str):
        reading.at = replace(reading.at, language=language)


def _following(reading: _Reading, step: Step, exit_name: str) -> At | None:
    """The step after one that was left by this exit."""
    at = reading.at
    if exit_name == FAILED and FAILED not in step.on:
        return _refuge(reading)
    jump = next((exit.jump for exit in step.kind.exits(step.params) if exit.jump is not None), None)
    match exit_name, jump:
        case "entered", RunFlow(name):
            reading.callers.append(replace(at, index=at.index + 1))
            flow = reading.flows.get(name)
            return At(flow, ENTRY, 0, flow.language) if flow else None
        case "returned", Return():
            return reading.callers.pop() if reading.callers else None
        case _ if exit_name in step.on:
            return replace(at, label=step.on[exit_name], index=0)
        case _ if exit_name in _jumps(step):
            return replace(at, label=exit_name, index=0)
    return replace(at, index=at.index + 1)


def _jumps(step: Step) -> Iterator[str]:
    for way in step.kind.exits(step.params):
        if isinstance(way.jump, GoTo):
            yield way.jump.label


def _refuge(reading: _Reading) -> At | None:
    """The `on_error` label of the flow under way, or of the nearest one that ran it."""
    at = reading.at
    while at.flow.on_error is None and reading.callers:
        at = reading.callers.pop()
    return None if at.flow.on_error is None else replace(at, label=at.flow.on_error, index=0)


def _rewound(reading: _Reading) -> Resumption:
    """What the caller keyed in secret is lost with the engine: if the label under way wants it, it is asked again."""
    at, callers = reading.at, tuple(reading.callers)
    wanted = {name for step in at.flow.labels[at.label][at.index :] for name in step.reads}
    lost = [place for name, place in reading.asked.items() if name in wanted and name not in reading.variables]
    if lost:
        at, callers = lost[0]
    return Resumption(at, callers, reading.variables, reading.answered)
