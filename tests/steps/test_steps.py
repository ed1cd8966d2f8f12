"""Every step does what its case file says; and what is common to all steps."""

from typing import Any

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.domain.events import Kind
from fsapp.flow.entries import entry
from fsapp.flow.model import ENTRY, End, Exit, GoTo, Return, RunFlow
from tests.steps.step_cases import CASES, KINDS, Case, Expected, Happened, cases_of, flow_of, happens

CASES_BY_STEP = {path.stem: cases_of(path.stem) for path in sorted(CASES.glob("*.yaml"))}
ALL = [(f"{step}: {case.name}", case) for step, cases in CASES_BY_STEP.items() for case in cases]
RUN = [pytest.param(case, id=name) for name, case in ALL if case.refused is None]
REFUSED = [pytest.param(case, id=name) for name, case in ALL if case.refused is not None]


@pytest.mark.parametrize("case", RUN)
def test_a_step_does_what_its_case_says(case: Case) -> None:
    happened = happens(case.step, case.given)
    expected = case.expect
    assert _differences(expected, happened) == []
    _check_events(expected, happened)
    if expected.next is not None:
        finished = happened.fields(Kind.STEP_FINISHED)[0]
        assert _next_label(case, finished["exit"]) == expected.next


def _differences(expected: Expected, happened: Happened) -> list[str]:
    finished = happened.fields(Kind.STEP_FINISHED)[0]
    failures = [fields["sentence"] for fields in happened.fields(Kind.FLOW_FAILED)]
    pairs: list[tuple[str, Any, Any]] = [
        ("exit", expected.exit, finished["exit"]),
        ("heard", expected.heard, tuple(happened.heard)),
        ("language", expected.language, happened.language),
        ("cause", expected.cause, happened.ending[0]),
        ("party", expected.party, happened.ending[1]),
        ("discarded", expected.discarded, tuple(happened.discarded)),
        ("recording", expected.recording, tuple(happened.recording)),
        ("seconds", expected.seconds, round(happened.seconds, 1)),
        *((f"variable {name}", value, happened.variables.get(name)) for name, value in expected.variables.items()),
        *((f"noted {name}", value, finished.get(name)) for name, value in expected.step.items()),
    ]
    wrong = [f"{what} is {is_!r}, not {want!r}" for what, want, is_ in pairs if want is not None and want != is_]
    wrong += [f"{name} is noted: {finished[name]!r}" for name in expected.not_noted if name in finished]
    if bool(expected.error) != bool(failures) or (expected.error and expected.error not in failures[0]):
        wrong.append(f"the failures are {failures}, not {expected.error!r}")
    return wrong


def _check_events(expected: Expected, happened: Happened) -> None:
    """The step's own events, in order, each with at least the fields that are expected."""
    common = {Kind.STEP_FINISHED, Kind.CALL_ANSWERED, Kind.FLOW_FAILED, "GaveUp"}
    own = [{"kind": kind, **fields} for kind, fields in happened.events if kind not in common]
    shown = [{name: fields.get(name) for name in want} for want, fields in zip(expected.events, own, strict=True)]
    assert shown == [dict(want) for want in expected.events]


def _next_label(case: Case, exit_name: str) -> str | None:
    step = flow_of(case.step).labels[ENTRY][0]
    jumps = {way.jump.label for way in step.kind.exits(step.params) if isinstance(way.jump, GoTo)}
    return exit_name if exit_name in jumps else step.on.get(exit_name)


@pytest.mark.parametrize("case", REFUSED)
def test_a_step_that_is_written_wrong_is_refused_with_a_sentence(case: Case) -> None:
    with pytest.raises(ConfigError) as refusal:
        flow_of(case.step)
    assert case.refused is not None
    assert case.refused in str(refusal.value)


@pytest.mark.parametrize("case", RUN)
def test_what_is_sensitive_stands_in_no_event(case: Case) -> None:
    happened = happens(case.step, case.given)
    for name in happened.sensitive & happened.variables.keys():
        secret = str(happened.variables[name])
        assert secret not in repr(happened.events)


@pytest.mark.parametrize("case", RUN)
def test_a_step_leaves_by_an_exit_that_it_lists(case: Case) -> None:
    happened = happens(case.step, case.given)
    step = flow_of(case.step, case.given.language).labels[ENTRY][0]
    listed = {_shown_exit(way) for way in step.kind.exits(step.params)}
    finished = happened.fields(Kind.STEP_FINISHED)[0]
    assert finished["exit"] in listed | {"hung_up", "failed"}


_JUMPS = {End: "ended", Return: "returned", RunFlow: "entered"}
"""How the journal names a jump."""


def _shown_exit(way: Exit) -> str:
    if way.jump is None:
        return str(way.name)
    return way.jump.label if isinstance(way.jump, GoTo) else _JUMPS[type(way.jump)]


@pytest.mark.parametrize("case", RUN)
def test_a_step_sets_what_its_exit_promises(case: Case) -> None:
    happened = happens(case.step, case.given)
    step = flow_of(case.step, case.given.language).labels[ENTRY][0]
    finished = happened.fields(Kind.STEP_FINISHED)[0]
    for way in step.kind.exits(step.params):
        if way.name == finished["exit"] and not happened.fields(Kind.FLOW_FAILED):
            assert way.sets <= finished.get("set", {}).keys()


@pytest.mark.parametrize("keys", ["!hangup", "hangup", "wait:0.5 !hangup"])
@pytest.mark.parametrize("name", KINDS)
def test_a_caller_who_hangs_up_ends_any_step(name: str, keys: str) -> None:
    for case in CASES_BY_STEP[name]:
        if case.refused is None and case.expect.error is None:
            happened = happens(case.step, case.given.model_copy(update={"keys": keys}))
            assert happened.ending[0]
            assert happened.fields(Kind.STEP_FINISHED)


@pytest.mark.parametrize("name", KINDS)
def test_every_exit_in_the_manual_has_a_case(name: str) -> None:
    tried = {case.expect.exit for case in CASES_BY_STEP.get(name, ())}
    assert set(entry(KINDS[name]).exit_names) <= tried


def test_every_step_has_a_case_file_and_every_case_file_a_step() -> None:
    assert set(CASES_BY_STEP) == set(KINDS)
