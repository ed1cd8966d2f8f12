"""Runs a flow for one call, step by step, to its end."""

import logging
from dataclasses import dataclass

from fsapp.domain.errors import CallEnded, FaxToneHeard, FlowError, FsappError
from fsapp.domain.events import Kind
from fsapp.flow.context import Context
from fsapp.flow.model import ENTRY, End, Flow, Flows, GoTo, Outcome, Return, RunFlow, Step, Visit
from fsapp.flow.resuming import At, Resumption
from fsapp.flow.templates import ExpressionError

MAX_STEPS = 10_000
"""Steps a call may take. The checker proves that no loop is without the caller's doing; this is the net below it."""

MAX_FAILURES = 3
"""Failures after which a call is given up."""

_log = logging.getLogger("fsapp.flow")


@dataclass(slots=True)
class Position:
    """The step that comes next, and the language of the call where it was left.

    `visit`: a label was visited from here, and whoever sent the caller there may have given up waiting meanwhile.
    """

    flow: Flow
    label: str = ENTRY
    index: int = 0
    language: str = ""
    visit: bool = False


class GaveUp(FsappError):
    """The flow could not go on, nor could its `on_error` label: the caller is owed an apology."""


def run(flow: Flow, flows: Flows, context: Context, resumed: Resumption | None = None) -> None:
    """Runs `flow` until the caller is gone or the flow hangs up; returns in both cases. A `resumed` call goes on where
    it was.

    A step that fails leads to the flow's `on_error` label. Raises GaveUp where there is none, or where it fails too.
    """
    try:
        _Run(flow, flows, context, resumed).run()
    except CallEnded:
        return
    finally:
        context.leave_queue()


class _Run:
    def __init__(self, flow: Flow, flows: Flows, context: Context, resumed: Resumption | None = None) -> None:
        self._at = _position(resumed.at) if resumed else Position(flow)
        self._callers = [_position(each) for each in resumed.callers] if resumed else []
        self._flows = flows
        self._context = context
        self._steps = 0
        self._failures = 0
        self._answered = resumed is not None and resumed.answered

    def run(self) -> None:
        while True:
            step = self._next_step()
            try:
                outcome = self._perform(step)
            except CallEnded:
                self._finished(step, "hung_up", 0.0)
                raise
            except FaxToneHeard:
                self._finished(step, "fax_tone", 0.0)
                self._go_to_fax()
            except Exception as error:
                self._failed(step, error)
            else:
                self._follow(step, outcome)

    def _next_step(self) -> Step:
        """The step at the present position; a label's end hangs up."""
        self._steps += 1
        steps = self._at.flow.labels[self._at.label]
        if self._at.index >= len(steps) or self._steps > MAX_STEPS:
            if self._steps > MAX_STEPS:
                self._note_failure(f"{self._at.flow.file}:1", f"the call took more than {MAX_STEPS} steps")
            self._context.leg.hang_up("NORMAL_CLEARING")
        return steps[self._at.index]

    def _perform(self, step: Step) -> Outcome:
        context = self._context
        context.flow, context.label = self._at.flow.name, self._at.label
        context.notes.clear()
        context.changed.clear()
        if step.kind.audible and not self._answered:
            context.leg.answer()
            self._answered = True
            context.record(Kind.CALL_ANSWERED, {})
        clock = context.ports.clock
        began = clock.monotonic()
        outcome = step.kind.run(context, step.params)
        self._finished(step, _exit_name(outcome), clock.monotonic() - began)
        return outcome

    def _finished(self, step: Step, exit_name: str, seconds: float) -> None:
        at, context = self._at, self._context
        fields = {
            "flow": at.flow.name,
            "label": at.label,
            "index": at.index,
            "step": step.kind.name,
            "exit": exit_name,
            "ms": round(seconds * 1000),
            **context.notes,
        }
        if context.changed:
            fields["set"] = dict(context.changed)
        context.record(Kind.STEP_FINISHED, fields)

    def _follow(self, step: Step, outcome: Outcome) -> None:
        at = self._at
        if isinstance(outcome, str):
            label = step.on.get(outcome)
            self._at = Position(at.flow, label) if label else Position(at.flow, at.label, at.index + 1)
        elif isinstance(outcome, GoTo):
            self._at = Position(at.flow, outcome.label)
        elif isinstance(outcome, Visit):
            self._callers.append(Position(at.flow, at.label, at.index, self._context.language, visit=True))
            self._at = Position(at.flow, outcome.label)
        elif isinstance(outcome, RunFlow):
            self._callers.append(Position(at.flow, at.label, at.index + 1, self._context.language))
            self._at = Position(self._flows[outcome.flow])
            self._context.language = self._at.flow.language
        elif isinstance(outcome, Return) and self._awaited():
            self._go_back()
        else:
            self._context.leg.hang_up(outcome.cause if isinstance(outcome, End) else "NORMAL_CLEARING")

    def _go_to_fax(self) -> None:
        """On at the label that a `fax_detect` named; flows that were run since are left."""
        flow, label = self._context.fax_label or (self._at.flow.name, self._at.label)
        self._context.leave_queue()
        while self._at.flow.name != flow and self._callers:
            self._go_back()
        self._at = Position(self._at.flow, label)

    def _failed(self, step: Step, error: Exception) -> None:
        """On to the flow's apology. Raises GaveUp where that is no way out."""
        place = f"{self._at.flow.file}:{step.line}"
        self._finished(step, "failed", 0.0)
        self._note_failure(place, _sentence(error))
        if not isinstance(error, FsappError):
            _log.error("call %s, step %s at %s", self._context.call.uuid, step.kind.name, place, exc_info=error)
        self._failures += 1
        refuge = self._refuge()
        if refuge is None or self._failures > MAX_FAILURES:
            raise GaveUp(f"{place}: {error}") from error
        self._at = refuge

    def _refuge(self) -> Position | None:
        """Back to the agent who waits for the caller; else the `on_error` label of this flow or of the nearest one that
        ran it; None where we are in it already.
        """
        if self._context.awaited:
            return self._visited_from()
        while True:
            label = self._at.flow.on_error
            if label is not None:
                return None if self._at.label == label else Position(self._at.flow, label)
            if not self._callers:
                return None
            self._go_back()

    def _visited_from(self) -> Position:
        """The step whose agent waits for the caller; flows that were run since are left."""
        while not self._callers[-1].visit:
            self._callers.pop()
        self._go_back()
        return self._at

    def _awaited(self) -> bool:
        """Whether there is anywhere to return to; visits of an agent who no longer waits are forgotten."""
        while self._callers and self._callers[-1].visit and not self._context.awaited:
            self._callers.pop()
        return bool(self._callers)

    def _go_back(self) -> None:
        """To where the flow under way was run from, and to the language spoken there."""
        self._at = self._callers.pop()
        self._context.language = self._at.language

    def _note_failure(self, place: str, sentence: str) -> None:
        self._context.record(Kind.FLOW_FAILED, {"place": place, "sentence": sentence})


def _position(at: At) -> Position:
    return Position(at.flow, at.label, at.index, at.language)


def _exit_name(outcome: Outcome) -> str:
    if isinstance(outcome, str):
        return outcome
    if isinstance(outcome, GoTo | Visit):
        return outcome.label
    return {RunFlow: "entered", Return: "returned", End: "ended"}[type(outcome)]


def _sentence(error: Exception) -> str:
    if isinstance(error, FlowError):
        return error.sentence
    return str(error) if isinstance(error, FsappError | ExpressionError) else f"{type(error).__name__}: {error}"
