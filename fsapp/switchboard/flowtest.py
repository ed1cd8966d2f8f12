"""Flow tests: the `*.test.yaml` beside the flows. A caller, a date, keys and look-up answers; what must come of them.

tests:
  - name: 电费按户号查询
    call: "95598"                       # or  flow: power_hotline
    from: "13800138000"
    at: 2026-11-18 10:00                # local time
    keys: 1 1234567890# hangup          # as in `fsapp call --keys`
    caller: {calls: 3}                  # what is known of the caller: see known_caller
    customer: {name: 李雷, level: gold}  # and tickets, or `tickets: failed`: see virtual_tickets
    lookups:
      billing:
        - {given: {account: "1234567890"}, answer: {amount: 312.5}}
        - {answer: missing}             # or failed
    expect:
      heard: [三百一十二元五角]           # parts of what is heard, in this order
      not_heard: [请稍后再拨]
      route: main > bill > main
      variables: {account: "1234567890"}
      cdr: {flow: power_hotline, hangup_party: caller}
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path as FilePath
from typing import Any, Literal

from pydantic import Field

from fsapp.acd.settings import Queues
from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.dialplan import Dialplan
from fsapp.domain.errors import ConfigError, LookupFailed, Problem
from fsapp.files import places
from fsapp.files.models import Settings, validated
from fsapp.flow.absent import NoQueues
from fsapp.flow.context import Ports
from fsapp.flow.loader import TEST_SUFFIX
from fsapp.flow.ports import Calendars, DialRules, Voice
from fsapp.flow.reception import Plan
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.known_caller import KnownCaller, OneCaller, Written
from fsapp.switchboard.rehearsal import Rehearsal, rehearse
from fsapp.switchboard.virtual_tickets import CalledCustomer, KnownTicket, OneCustomer, VirtualTickets

DEFAULT_AT = "2026-11-18 10:00"
"""A working Wednesday in China: the time of a test that does not say one."""

Value = str | int | float | bool | None | list[Any] | dict[str, Any]


class Answer(Settings):
    """One answer of a look-up source: to arguments `given`, or to any."""

    given: Mapping[str, Written] = Field(default_factory=dict)
    answer: Mapping[str, Value] | Literal["missing", "failed"]


class Expected(Settings):
    """What must come of the call; what is not named may be anything."""

    heard: tuple[str, ...] = ()
    not_heard: tuple[str, ...] = ()
    route: str | None = None
    variables: Mapping[str, Value] = Field(default_factory=dict)
    cdr: Mapping[str, Value] = Field(default_factory=dict)


class FlowTest(Settings):
    """One call and what must come of it."""

    name: str
    call: Written = "1000"
    flow: str | None = None
    ani: Written = Field("13800138000", alias="from")
    at: str = DEFAULT_AT
    keys: Written = ""
    lookups: Mapping[str, tuple[Answer, ...]] = Field(default_factory=dict)
    caller: KnownCaller = KnownCaller()
    customer: CalledCustomer = CalledCustomer()
    tickets: tuple[KnownTicket, ...] | Literal["failed"] = ()
    expect: Expected = Expected()


class TestFile(Settings):
    """A file of flow tests."""

    __test__ = False  # not a test of pytest's

    tests: tuple[FlowTest, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What is in force where the tests are run. Look-ups, clock and recordings are the tests' own."""

    plan: Plan
    voice: Voice
    calendars: Calendars
    dial_rules: DialRules
    zone: tzinfo
    languages: tuple[str, ...]
    queues: Queues


@dataclass(frozen=True, slots=True)
class Finding:
    """One test and what was wrong with it; an empty tuple is a pass."""

    test: str
    problems: tuple[Problem, ...]


def test_files(paths: Iterable[FilePath]) -> list[FilePath]:
    """The files of flow tests among, below and beside `paths`, in a fixed order; a flow has its tests beside it."""
    found = (path.rglob(f"*{TEST_SUFFIX}") if path.is_dir() else [_tests_of(path)] for path in paths)
    return sorted({path for several in found for path in several})


def _tests_of(path: FilePath) -> FilePath:
    return path if path.name.endswith(TEST_SUFFIX) else path.with_suffix(TEST_SUFFIX)


test_files.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


def run_file(file: FilePath, site: Site) -> Iterator[Finding]:
    """Runs each test of a file; one that cannot be used is a finding too."""
    try:
        document = places.load(file)
        tests = validated(TestFile, document).tests
    except ConfigError as error:
        yield Finding(str(file), tuple(error.problems))
        return
    for index, test in enumerate(tests):
        line = document.line(("tests", index))
        yield Finding(test.name, tuple(Problem(str(file), line, sentence) for sentence in _run(test, site)))


def _run(test: FlowTest, site: Site) -> list[str]:
    try:
        clock = VirtualClock(local_time(test.at, site.zone))
        script = KeyScript(test.keys)
    except ValueError as error:
        return [f"{test.name}: {error}"]
    if test.flow is not None and test.flow not in site.plan.flows:
        return [f"{test.name}: there is no flow {test.flow!r}"]
    ports = Ports(
        site.voice,
        Answers(test.lookups),
        site.calendars,
        site.dial_rules,
        NoRecordings(),
        NoQueues(),  # the rehearsal's own take their place
        OneCaller(test.caller.history(site.zone)),
        clock,
        site.zone,
        tickets=_tickets(test, clock, site.zone),
        customers=OneCustomer(test.customer.known()),
    )
    call = Call("rehearsal", test.ani, test.call, clock.now())
    result = rehearse(_plan(test, site.plan), ports, call, script, clock, site.languages, site.queues)
    return [f"{test.name}: {sentence}" for sentence in _differences(test.expect, result)]


def _tickets(test: FlowTest, clock: VirtualClock, zone: tzinfo) -> VirtualTickets:
    if isinstance(test.tickets, str):
        return VirtualTickets(clock, zone, away=True)
    return VirtualTickets(clock, zone, test.tickets)


def local_time(text: str, zone: tzinfo) -> datetime:
    """`2026-10-01 02:00` where the site is. Raises ValueError."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise ValueError(f"{text!r} is no time such as 2026-10-01 02:00") from None


def _plan(test: FlowTest, plan: Plan) -> Plan:
    """The site's plan, or one that has the test's flow serve every number."""
    if test.flow is None:
        return plan
    dialplan = plan.dialplan
    return replace(plan, dialplan=Dialplan((), {}, dialplan.flows, dialplan.zone, test.flow))


class Answers:
    """A test's look-ups. Satisfies fsapp.flow.ports.Lookups."""

    def __init__(self, answers: Mapping[str, tuple[Answer, ...]]) -> None:
        self._answers = answers

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        for each in self._answers.get(source, ()):
            if all(arguments.get(name) == value for name, value in each.given.items()):
                if each.answer == "failed":
                    raise LookupFailed(f"{source} failed, as the test says")
                return None if each.answer == "missing" else each.answer
        raise LookupFailed(f"the test has no answer of {source} for {dict(arguments)}")


class NoRecordings:
    """Messages are left nowhere. Satisfies fsapp.flow.ports.Recordings."""

    def message_path(self, call: Call, name: str) -> str:
        return f"rehearsal/{call.uuid}-{name}.wav"

    def discard(self, path: str) -> None:
        """There is nothing to delete."""


def _differences(expected: Expected, result: Rehearsal) -> Iterator[str]:
    yield from _unheard(expected.heard, result.heard)
    for part in expected.not_heard:
        if any(part in text for text in result.heard):
            yield f"heard {part!r}, which was not to be heard"
    if expected.route is not None and _route(expected.route) != result.cdr.path:
        yield f"the route was {result.cdr.path!r}, not {_route(expected.route)!r}"
    yield from _unequal("variable", expected.variables, result.variables)
    yield from _unequal("cdr", expected.cdr, asdict(result.cdr))


def _route(text: str) -> str:
    return ">".join(label.strip() for label in text.split(">"))


def _unheard(parts: Iterable[str], heard: tuple[str, ...]) -> Iterator[str]:
    rest = iter(heard)
    for part in parts:
        if not any(part in text for text in rest):
            yield f"{part!r} was not heard (in this order); heard: {' / '.join(heard) or 'nothing'}"
            return


def _unequal(what: str, expected: Mapping[str, Value], actual: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        if name not in actual:
            yield f"{what} {name!r} is not set, but {value!r} is expected"
        elif actual[name] != value and str(actual[name]) != str(value):
            yield f"{what} {name!r} is {actual[name]!r}, not {value!r}"
