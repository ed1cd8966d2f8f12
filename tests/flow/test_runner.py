"""The runner: order, exits, failures, endings."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from fsapp.domain.errors import CallEnded, MediaError
from fsapp.domain.events import Kind
from fsapp.domain.queueing import News, QueueRequest
from fsapp.domain.talk import Refusal
from fsapp.flow.context import Context, Stay
from fsapp.flow.model import End, Exit, Flow, GoTo, Outcome, Params, Return, RunFlow, Step, StepKind, Visit
from fsapp.flow.runner import MAX_STEPS, GaveUp, run
from tests.flow.bench import Notes, a_context

Script = Callable[[Context], Outcome]


def step(script: Script | Outcome, *, on: Mapping[str, str] | None = None, audible: bool = False) -> Step:
    def perform(context: Context, params: Params) -> Outcome:
        return script(context) if callable(script) else script

    kind = StepKind("test", Params, perform, lambda params: (Exit("done"),), audible=audible)
    return Step(kind, Params(), on or {}, 7)


def flow(name: str = "f", on_error: str | None = None, **labels: list[Step]) -> Flow:
    return Flow(name, "zh", f"{name}.yaml", "0", {k: tuple(v) for k, v in labels.items()}, {}, (), on_error)


def journal(context: Context) -> list[tuple[str, Mapping[str, Any]]]:
    assert isinstance(context.recorder, Notes)
    return context.recorder.events


def route(context: Context) -> list[str]:
    return [f"{e['flow']}.{e['label']}.{e['index']}:{e['exit']}" for kind, e in journal(context) if "exit" in e]


def ran(first: Flow, *others: Flow, keys: str = "") -> Context:
    context = a_context(keys=keys)
    run(first, {each.name: each for each in (first, *others)}, context)
    return context


def test_steps_run_downward_and_exits_lead_to_their_labels() -> None:
    context = ran(flow(main=[step("done"), step("yes", on={"yes": "there"})], there=[step("done"), step(End())]))
    assert route(context) == ["f.main.0:done", "f.main.1:yes", "f.there.0:done", "f.there.1:ended"]


def test_an_exit_that_is_not_mapped_goes_on_to_the_next_step() -> None:
    assert route(ran(flow(main=[step("no", on={"yes": "main"}), step(End())]))) == ["f.main.0:no", "f.main.1:ended"]


def test_the_end_of_a_label_hangs_up() -> None:
    context = ran(flow(main=[step("done")]))
    with pytest.raises(CallEnded):
        context.leg.answer()


def test_another_flow_returns_to_the_step_after() -> None:
    inner = flow("g", main=[step(GoTo("deep"))], deep=[step(Return())])
    context = ran(flow(main=[step(RunFlow("g")), step(End())]), inner)
    assert route(context) == ["f.main.0:entered", "g.main.0:deep", "g.deep.0:returned", "f.main.1:ended"]


def test_another_flow_speaks_its_own_language_and_the_call_is_back_in_its_own_after() -> None:
    spoken: list[str] = []

    def noting(context: Context) -> str:
        spoken.append(context.language)
        return "done"

    inner = replace(flow("g", main=[step(noting), step(Return())]), language="en")
    ran(flow(main=[step(noting), step(RunFlow("g")), step(noting), step(End())]), inner)
    assert spoken == ["zh", "en", "zh"]


def test_a_return_with_nowhere_to_go_hangs_up() -> None:
    assert route(ran(flow(main=[step(Return())]))) == ["f.main.0:returned"]


def test_the_call_is_answered_once_before_the_first_step_that_is_heard() -> None:
    context = ran(flow(main=[step("done"), step("done", audible=True), step("done", audible=True)]))
    assert [kind for kind, _ in journal(context)] == [
        Kind.STEP_FINISHED,
        Kind.CALL_ANSWERED,
        Kind.STEP_FINISHED,
        Kind.STEP_FINISHED,
    ]


def test_what_a_step_notes_and_sets_stands_in_its_event_and_in_no_other() -> None:
    def noting(context: Context) -> str:
        context.note(said="你好")
        context.set("account", "123")
        context.set("pin", "0000", sensitive=True)
        return "done"

    context = ran(flow(main=[step(noting), step("done")]))
    first, second = (fields for _, fields in journal(context))
    assert first["said"] == "你好"
    assert first["set"] == {"account": "123", "pin": "***"}
    assert "said" not in second
    assert "set" not in second


def failing(context: Context) -> Outcome:
    raise MediaError("no voice")


def test_a_step_that_fails_leads_to_the_apology_and_says_where_and_why() -> None:
    context = ran(flow(on_error="sorry", main=[step(failing)], sorry=[step(End())]))
    assert route(context) == ["f.main.0:failed", "f.sorry.0:ended"]
    assert (Kind.FLOW_FAILED, {"place": "f.yaml:7", "sentence": "no voice"}) in journal(context)


def broken(context: Context) -> Outcome:
    raise ZeroDivisionError


def test_a_programming_error_leads_to_the_apology_too() -> None:
    context = ran(flow(on_error="sorry", main=[step(broken)], sorry=[step(End())]))
    assert route(context) == ["f.main.0:failed", "f.sorry.0:ended"]


def test_a_flow_without_apology_uses_that_of_the_flow_that_ran_it() -> None:
    outer = flow(on_error="sorry", main=[step(RunFlow("g")), step(End())], sorry=[step(End())])
    assert route(ran(outer, flow("g", main=[step(failing)]))) == [
        "f.main.0:entered",
        "g.main.0:failed",
        "f.sorry.0:ended",
    ]


def test_a_flow_that_cannot_go_on_is_given_up() -> None:
    with pytest.raises(GaveUp, match=r"f\.yaml:7: no voice"):
        ran(flow(main=[step(failing)]))
    with pytest.raises(GaveUp):
        ran(flow(on_error="sorry", main=[step(failing)], sorry=[step(failing)]))


def test_a_flow_that_fails_again_and_again_is_given_up() -> None:
    circle = flow(on_error="sorry", main=[step(failing)], sorry=[step(GoTo("main"))])
    with pytest.raises(GaveUp):
        ran(circle)


def test_a_caller_who_hangs_up_ends_the_flow_and_the_step_says_so() -> None:
    def waiting(context: Context) -> str:
        raise CallEnded("ORIGINATOR_CANCEL")

    assert route(ran(flow(main=[step(waiting), step(End())]))) == ["f.main.0:hung_up"]


def test_a_call_that_circles_for_ever_is_ended() -> None:
    context = ran(flow(main=[step(GoTo("main"))]))
    assert len(route(context)) == MAX_STEPS
    assert journal(context)[-1][1]["sentence"] == f"the call took more than {MAX_STEPS} steps"


def test_a_step_knows_its_time() -> None:
    def pausing(context: Context) -> str:
        context.leg.pause(1.5)
        return "done"

    fields = journal(ran(flow(main=[step(pausing)])))[0][1]
    assert fields["ms"] == 1500


class KeptPlace:
    """A place in a queue whose agent waits; satisfies fsapp.flow.ports.Place."""

    talking = False
    closed = False

    def next(self) -> News:
        raise NotImplementedError

    def press(self, key: str) -> None: ...
    def leave(self, by: str) -> bool:
        return True

    def resume(self, why: Refusal | None = None) -> None: ...
    def close(self) -> None:
        self.closed = True


def sending(label: str) -> Script:
    """Sends the caller to a label and waits; the second time, the talk is over."""

    def send(context: Context) -> Outcome:
        if context.awaited:
            assert context.stay is not None
            context.stay.awaited = False
            return "answered"
        request = QueueRequest(context.call, "service", "zh")
        context.stay = Stay(request, KeptPlace(), context.ports.clock.now(), "service", awaited=True)
        return Visit(label)

    return send


def test_a_visited_label_returns_to_the_very_step_that_sent_the_caller() -> None:
    context = ran(flow(main=[step(sending("pin")), step(End())], pin=[step("done"), step(Return())]))
    assert route(context) == ["f.main.0:pin", "f.pin.0:done", "f.pin.1:returned", "f.main.0:answered", "f.main.1:ended"]


def test_a_visited_label_may_run_other_flows() -> None:
    pin = [step(RunFlow("g")), step(Return())]
    context = ran(flow(main=[step(sending("pin")), step(End())], pin=pin), flow("g", main=[step(Return())]))
    assert route(context)[-3:] == ["f.pin.1:returned", "f.main.0:answered", "f.main.1:ended"]


def test_the_language_is_that_of_the_talk_again_after_a_visit() -> None:
    def changing(context: Context) -> str:
        context.language = "en"
        return "done"

    context = ran(flow(main=[step(sending("pin")), step(End())], pin=[step(changing), step(Return())]))
    assert context.language == "zh"


def test_a_step_that_fails_in_a_visit_leads_back_to_the_agent() -> None:
    pin = [step(RunFlow("g")), step(Return())]
    first = flow(on_error="sorry", main=[step(sending("pin")), step(End())], pin=pin, sorry=[step(End())])
    context = ran(first, flow("g", main=[step(failing)]))
    assert route(context)[-3:] == ["g.main.0:failed", "f.main.0:answered", "f.main.1:ended"]


def gone(context: Context) -> str:
    context.leave_queue()
    return "done"


def test_an_agent_who_no_longer_waits_is_nobody_to_return_to() -> None:
    inner = flow("g", main=[step(sending("pin")), step(End())], pin=[step(gone), step(Return())])
    context = ran(flow(main=[step(RunFlow("g")), step(End())]), inner)
    assert route(context)[-2:] == ["g.pin.1:returned", "f.main.1:ended"]


def test_a_place_in_a_queue_is_given_up_when_the_call_ends() -> None:
    context = ran(flow(main=[step(sending("pin"))], pin=[step(End())]))
    assert context.stay is not None
    assert isinstance(context.stay.place, KeptPlace)
    assert context.stay.place.closed
    assert not context.awaited
