"""The checker against brute force: random flows, every configuration of a call walked, runner's rules and all."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fsapp.domain.errors import Problem
from fsapp.flow.checker import Surroundings, check
from fsapp.flow.model import End, Exit, Flow, GoTo, Jump, Params, Return, RunFlow, Step, StepKind

VARIABLES = ("alpha", "beta", "gamma")
DEEP = 6
"""Twice the flows: no shortest counter-example nests deeper (none of its parts repeats a flow)."""
SHALLOW = 3
MAX_CONFIGURATIONS = 4_000


class Made(Params):
    ways: tuple[Exit, ...]


def _kind(*, interactive: bool) -> StepKind:
    return StepKind("made", Made, lambda _ctx, _params: "", lambda params: params.ways, interactive=interactive)


SILENT, INTERACTIVE = _kind(interactive=False), _kind(interactive=True)


@dataclass(frozen=True)
class At:
    flow: str
    label: str
    index: int


@dataclass(frozen=True)
class Configuration:
    at: At
    callers: tuple[At, ...] = ()
    known: frozenset[str] = frozenset()


# --- random flows -----------------------------------------------------------------------------------------------


NAMES = ("one", "two", "three")
LABELS = ("main", "left", "right")

WAY = st.tuples(
    st.frozensets(st.sampled_from(VARIABLES), max_size=1),
    st.sampled_from(["next", "goto", "goto", "run_flow", "return", "end"]),
    st.integers(0, 2),
)
STEP = st.tuples(
    st.lists(WAY, min_size=1, max_size=2), st.frozensets(st.sampled_from(VARIABLES), max_size=1), st.booleans()
)
FLOW = st.tuples(
    st.lists(st.lists(STEP, min_size=1, max_size=3), min_size=1, max_size=3),
    st.booleans(),
    st.none() | st.integers(0, 2),
)


def _flows(drawn: list[Any]) -> dict[str, Flow]:
    names, lines = NAMES[: len(drawn)], count(1)
    return {name: _flow(name, names, lines, *flow) for name, flow in zip(names, drawn, strict=True)}


def _flow(
    name: str, names: tuple[str, ...], lines: Iterator[int], drawn: list[Any], numbered: bool, error: Any
) -> Flow:
    labels = LABELS[: len(drawn)]
    return Flow(
        name=name,
        language="en",
        file="made.yaml",
        hash="",
        labels={
            label: tuple(_step(next(lines), labels, names, *step) for step in steps)
            for label, steps in zip(labels, drawn, strict=True)
        },
        label_lines=dict.fromkeys(labels, 0),
        numbers=(name,) if numbered else (),
        on_error=None if error is None else labels[error % len(labels)],
    )


def _step(
    line: int, labels: tuple[str, ...], names: tuple[str, ...], ways: list[Any], reads: frozenset[str], acts: bool
) -> Step:
    made = tuple(
        Exit(f"e{number}", keys=f"L{line}e{number}", sets=sets, jump=_jump(verb, target, labels, names))
        for number, (sets, verb, target) in enumerate(ways)
    )
    return Step(INTERACTIVE if acts else SILENT, Made(ways=made), {}, line, reads)


def _jump(verb: str, target: int, labels: tuple[str, ...], names: tuple[str, ...]) -> Jump | None:
    jumps: dict[str, Jump] = {
        "goto": GoTo(labels[target % len(labels)]),
        "run_flow": RunFlow(names[target % len(names)]),
        "return": Return(),
        "end": End(),
    }
    return jumps.get(verb)


FLOWS = st.lists(FLOW, min_size=1, max_size=3).map(_flows)


# --- brute force ------------------------------------------------------------------------------------------------


def step_at(flows: dict[str, Flow], at: At) -> Step | None:
    steps = flows[at.flow].labels[at.label]
    return steps[at.index] if at.index < len(steps) else None


def moves(flows: dict[str, Flow], now: Configuration) -> Iterator[tuple[str, Configuration | None]]:
    """By each exit: where the runner goes; None where it hangs up. Deeper calls than DEEP are left out."""
    step = step_at(flows, now.at)
    assert step is not None
    for way in step.params.ways:  # type: ignore[attr-defined]  # made above
        known = now.known | way.sets
        follow = replace(now.at, index=now.at.index + 1)
        match way.jump:
            case None:
                yield way.keys, _or_end(flows, Configuration(follow, now.callers, known))
            case GoTo(label):
                yield way.keys, Configuration(At(now.at.flow, label, 0), now.callers, known)
            case RunFlow(flow):
                if len(now.callers) < DEEP:
                    yield way.keys, Configuration(At(flow, "main", 0), (*now.callers, follow), known)
            case Return() if now.callers:
                yield way.keys, _or_end(flows, Configuration(now.callers[-1], now.callers[:-1], known))
            case _:
                yield way.keys, None


def _or_end(flows: dict[str, Flow], then: Configuration) -> Configuration | None:
    return then if step_at(flows, then.at) else None


def failing(flows: dict[str, Flow], now: Configuration) -> Configuration | None:
    """Where the runner goes when the step fails: the nearest `on_error`, unless the call is in it already."""
    at, callers = now.at, now.callers
    while True:
        label = flows[at.flow].on_error
        if label is not None:
            return None if at.label == label else Configuration(At(at.flow, label, 0), callers, now.known)
        if not callers:
            return None
        at, callers = callers[-1], callers[:-1]


def roots(flows: dict[str, Flow]) -> set[str]:
    """Where calls begin: numbered flows, flows that no reached step runs, one of each circle that remains."""
    run = _runs(flows)
    found = {name for name in flows if flows[name].numbers or not any(name in called for called in run.values())}
    while missing := flows.keys() - _closed(found, run):
        found.add(min(missing))
    return found


def _runs(flows: dict[str, Flow]) -> dict[str, set[str]]:
    """Which flows each flow runs, from steps that are reached once it is entered."""
    return {
        name: {now.at.flow for now in explore(flows, {name}) if len(now.callers) == 1 and now.callers[0].flow == name}
        for name in flows
    }


def _closed(found: set[str], run: dict[str, set[str]]) -> set[str]:
    closed = set(found)
    while new := {callee for name in closed for callee in run[name]} - closed:
        closed |= new
    return closed


def explore(flows: dict[str, Flow], begun_in: set[str]) -> set[Configuration]:
    todo = deque(Configuration(At(name, "main", 0)) for name in sorted(begun_in))
    seen = set(todo)
    while todo:
        now = todo.popleft()
        targets = [target for _, target in moves(flows, now)] + [failing(flows, now)]
        new = {target for target in targets if target is not None} - seen
        seen |= new
        todo.extend(new)
        assume(len(seen) < MAX_CONFIGURATIONS)
    return seen


def without_variables(flows: dict[str, Flow]) -> dict[str, Flow]:
    """The same flows setting nothing, so that fewer configurations tell of loops and ends."""

    def bare(step: Step) -> Step:
        ways = tuple(replace(way, sets=frozenset()) for way in step.params.ways)  # type: ignore[attr-defined]
        return replace(step, params=Made(ways=ways), reads=frozenset())

    return {
        name: replace(flow, labels={label: tuple(map(bare, steps)) for label, steps in flow.labels.items()})
        for name, flow in flows.items()
    }


def line_of(flows: dict[str, Flow], now: Configuration) -> int:
    step = step_at(flows, now.at)
    assert step is not None
    return step.line


def told(problems: list[Problem], pattern: str) -> set[tuple[int, str]]:
    found = ((problem.line, re.search(pattern, problem.sentence)) for problem in problems)
    return {(line, match[1]) for line, match in found if match}


# --- what must agree --------------------------------------------------------------------------------------------

READ = r"'(\w+)',? (?:which )?is read here"
CHECKS = settings(max_examples=300, deadline=None)


@CHECKS
@given(FLOWS)
def test_variables_told_are_exactly_those_some_path_leaves_unset(flows: dict[str, Flow]) -> None:
    expected = set()
    for now in explore(flows, roots(flows)):
        step = step_at(flows, now.at)
        assert step is not None
        expected |= {(step.line, name) for name in step.reads - now.known}
    assert told(check(flows, Surroundings()), READ) == expected


@CHECKS
@given(FLOWS)
def test_the_way_told_is_a_real_way_and_no_other_is_shorter(flows: dict[str, Flow]) -> None:
    begun_in = roots(flows)
    for problem in check(flows, Surroundings()):
        match = re.search(r"'(\w+)' is read here.*the way there: (.*)", problem.sentence)
        if match and "fails" not in match[2]:
            keys = re.findall(r"L\d+e\d", match[2])
            ends = [end for name in sorted(begun_in) if (end := walk(flows, name, keys)) is not None]
            assert any(line_of(flows, end) == problem.line and match[1] not in end.known for end in ends)
            assert len(keys) == shortest(flows, begun_in, problem.line, match[1])


def walk(flows: dict[str, Flow], begun_in: str, keys: list[str]) -> Configuration | None:
    now = Configuration(At(begun_in, "main", 0))
    for key in keys:
        target = dict(moves(flows, now)).get(key)
        if target is None:
            return None
        now = target
    return now


def shortest(flows: dict[str, Flow], begun_in: set[str], line: int, name: str) -> int:
    layer = {Configuration(At(flow, "main", 0)) for flow in begun_in}
    seen = set(layer)
    for length in range(1000):
        if any(line_of(flows, now) == line and name not in now.known for now in layer):
            return length
        layer = {target for now in layer for _, target in moves(flows, now) if target is not None} - seen
        seen |= layer
    raise AssertionError("no way")


@CHECKS
@given(FLOWS)
def test_steps_told_to_be_unreached_are_exactly_those_no_path_reaches(flows: dict[str, Flow]) -> None:
    flows = without_variables(flows)
    reached = {line_of(flows, now) for now in explore(flows, roots(flows))}
    labels, steps = set(), set()
    for flow in flows.values():
        for label, listed in flow.labels.items():
            lines = [step.line for step in listed]
            if lines[0] not in reached:
                labels.add(label)
            else:
                steps |= {line for before, line in pairwise(lines) if before in reached} - reached
    problems = check(flows, Surroundings())
    assert {name for _, name in told(problems, r"nobody reaches the label '(\w+)'")} == labels
    assert {line for line, _ in told(problems, r"(this step) is never reached")} == steps


@CHECKS
@given(FLOWS)
def test_loops_told_are_those_in_which_the_caller_can_do_nothing(flows: dict[str, Flow]) -> None:
    """Each loop told is real; and once callers can act where they were told, none is left."""
    flows = without_variables(flows)
    configurations = {now for now in explore(flows, roots(flows)) if len(now.callers) <= SHALLOW}
    while True:
        real = {line_of(flows, now) for now in configurations if loops_silently(flows, now)}
        lines = {line for line, _ in told(check(flows, Surroundings()), "a loop in which (the caller) can do nothing")}
        assert lines <= real
        assert bool(lines) == bool(real)
        if not lines:
            return
        flows = _with_interactive(flows, lines)


def loops_silently(flows: dict[str, Flow], start: Configuration) -> bool:
    """Whether a call can come to this step again, as deep or deeper, through silent steps only."""
    todo, seen = [start], {start}
    while todo:
        now = todo.pop()
        step = step_at(flows, now.at)
        if step is None or step.kind is INTERACTIVE:
            continue
        for _, target in moves(flows, now):
            if target is None:
                continue
            if target.at == start.at and target.callers[: len(start.callers)] == start.callers:
                return True
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return False


def _with_interactive(flows: dict[str, Flow], lines: set[int]) -> dict[str, Flow]:
    def changed(step: Step) -> Step:
        return replace(step, kind=INTERACTIVE) if step.line in lines else step

    return {
        name: replace(flow, labels={label: tuple(map(changed, steps)) for label, steps in flow.labels.items()})
        for name, flow in flows.items()
    }


@CHECKS
@given(FLOWS)
def test_a_part_without_an_end_is_told_wherever_a_call_can_be_in_one(flows: dict[str, Flow]) -> None:
    flows = _with_interactive(without_variables(flows), set(range(1000)))  # silent loops are told otherwise
    configurations = explore(flows, roots(flows))
    ending = _ending(flows, configurations)
    shallow = {now for now in configurations if len(now.callers) <= SHALLOW}
    lines = {line for line, _ in told(check(flows, Surroundings()), "from here (no path) ends")}
    assert bool(lines) == bool(shallow - ending)
    assert not lines & {line_of(flows, now) for now in ending}


def _ending(flows: dict[str, Flow], configurations: set[Configuration]) -> set[Configuration]:
    before: dict[Configuration | None, set[Configuration]] = {}
    for now in configurations:
        for _, target in moves(flows, now):
            before.setdefault(target, set()).add(now)
    todo = deque(before.get(None, ()))
    found = set(todo)
    while todo:
        new = before.get(todo.popleft(), set()) - found
        found |= new
        todo.extend(new)
    return found
