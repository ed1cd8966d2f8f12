"""Runs one step as its case says: real loader, registry, runner and templates; a virtual leg; services that behave."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import Field

from fsapp.acd.settings import Announcements, QueueSettings
from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import EslError, LookupFailed, MediaError, NotAllowed, StoreError
from fsapp.domain.events import Kind
from fsapp.domain.leg import Dial, Dialled, Utterance
from fsapp.files import places
from fsapp.files.models import Settings, validated
from fsapp.flow import loader, runner
from fsapp.flow.absent import NoFaxes
from fsapp.flow.context import Context, Ports
from fsapp.flow.model import ENTRY, Flow, GoTo, RunFlow, Step
from fsapp.flow.registry import discover
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.known_caller import KnownCaller, OneCaller
from fsapp.switchboard.observer import Unobserved
from fsapp.switchboard.virtual_leg import VirtualLeg
from fsapp.switchboard.virtual_queues import VirtualQueues
from fsapp.switchboard.virtual_tickets import CalledCustomer, KnownTicket, OneCustomer, VirtualTickets

CASES = Path(__file__).parent / "cases"
KINDS = discover("fsapp.steps")
ZONE = ZoneInfo("Asia/Shanghai")
QUEUES = {
    "service": QueueSettings(announcements=Announcements(announce_frequency=30), max_wait_time=100),
    "sales": QueueSettings(moh_sound="waltz", announcements=Announcements(announce_sound="welcome", position=False)),
}
CATALOGUE = {
    "zh": {
        "welcome": "您好。",
        "enter_account": "请输入户号。",
        "nothing_pressed": "您没有按键。",
        "wrong_key": "按键有误。",
    },
    "en": {
        "welcome": "Welcome.",
        "enter_account": "Enter your account number.",
        "nothing_pressed": "You pressed nothing.",
        "wrong_key": "That is not right.",
        "leave_message": "Please leave a message.",
        "beep": "Beep.",
        "voicemail_greeting": "Nobody is here.",
        "voicemail_choices": "1, 2 or 3.",
        "rate_service": "How was it?",
        "standard_menu": "Star for the usual order.",
        "my_menu": "Which shall be first?",
        "my_menu_saved": "Saved.",
        "callback_number_is": "We will call you back at",
        "callback_choose": "Press 1 or 2.",
        "callback_enter": "Enter the number.",
    },
}


class Given(Settings):
    """The call as the step finds it. `missing` are prompts whose audio file is not there.

    Where `switch_fails`, it calls nobody, hands nobody over and records nothing.
    """

    variables: Mapping[str, Any] = Field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    language: str = "en"
    keys: str = ""
    at: str = "2026-11-18 10:00"
    lookups: Mapping[str, Mapping[str, Any] | Literal["missing", "failed"]] = Field(default_factory=dict)
    ani: str = "13800138000"
    caller: KnownCaller = KnownCaller()
    customer: CalledCustomer = CalledCustomer()
    tickets: tuple[KnownTicket, ...] | Literal["failed"] = ()
    missing: tuple[str, ...] = ()
    switch_fails: bool = False


class Expected(Settings):
    """What must come of it; what is not named may be anything. `step` are fields of StepFinished, `next` the label."""

    exit: str | None = None
    next: str | None = None
    heard: tuple[str, ...] | None = None
    variables: Mapping[str, Any] = Field(default_factory=dict)
    language: str | None = None
    step: Mapping[str, Any] = Field(default_factory=dict)
    not_noted: tuple[str, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    error: str | None = None
    cause: str | None = None
    party: str | None = None
    discarded: tuple[str, ...] | None = None
    seconds: float | None = None
    recording: tuple[str, ...] | None = None


class Case(Settings):
    """One behaviour of one step; `refused` is what the loader says of a step that is written wrong."""

    name: str
    step: Any
    given: Given = Given()
    expect: Expected = Expected()
    refused: str | None = None


class CaseFile(Settings):
    """The cases of one step."""

    cases: tuple[Case, ...]


def cases_of(step: str) -> tuple[Case, ...]:
    """The cases in the step's file."""
    return validated(CaseFile, places.load(CASES / f"{step}.yaml")).cases


@dataclass(slots=True)
class Happened:
    """What came of a case."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)
    recording: list[str] = field(default_factory=list)
    ending: tuple[str, str] = ("", "")
    variables: dict[str, Any] = field(default_factory=dict)
    sensitive: set[str] = field(default_factory=set)
    language: str = ""
    seconds: float = 0.0

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        self.events.append((str(kind), dict(fields)))

    def fields(self, kind: Kind) -> list[dict[str, Any]]:
        """The fields of each event of this kind."""
        return [fields for each, fields in self.events if each == kind]


class _Ear(Unobserved):
    def __init__(self, happened: Happened) -> None:
        self._happened = happened

    def prompt(self, utterance: Utterance) -> None:
        self._happened.heard.append(utterance.text)

    def ended(self, cause: str, party: str) -> None:
        self._happened.ending = cause, party


class _FailingLeg(VirtualLeg):
    """A leg of a switch that cannot reach anybody."""

    def dial(self, request: Dial) -> Dialled:
        raise EslError("the switch did not answer")

    def refer(self, endpoint: Endpoint) -> None:
        raise EslError("the other side refused")


class _Voice:
    """Its files are named after the prompt, or `said`; each lasts a second."""

    def say(self, text: str, language: str) -> Utterance:
        if "{" in text:
            raise MediaError(f"{text!r} cannot be said")
        return Utterance(text, language, "said", 1.0)

    def whisper(self, text: str, language: str) -> Utterance:
        return self.say(text, language)

    def prompt(self, name: str, language: str) -> Utterance:
        if name not in CATALOGUE[language]:
            raise MediaError(f"there is no prompt {name!r} in {language!r}")
        return Utterance(CATALOGUE[language][name], language, name, 1.0)

    def restore(self, utterance: Utterance) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class _Lookups:
    answers: Mapping[str, Any]
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        self.asked.append((source, arguments))
        answer = self.answers[source]
        if answer == "failed":
            raise LookupFailed(f"{source} gave no answer to {dict(arguments)} in time")
        return None if answer == "missing" else dict(answer)


class _Calendars:
    """Open from nine to five; closed in the first week of October."""

    def state(self, name: str, now: datetime) -> str:
        local = now.astimezone(ZONE)
        if (local.month, local.day) <= (10, 7) and local.month == 10:
            return "holiday"
        return "open" if name == "service" and 9 <= local.hour < 17 else "closed"


class _DialRules:
    """Numbers that begin with 0571, the caller's own, and agents 8000 to 8999."""

    def number(self, number: str, call: Call) -> Endpoint:
        if not number.startswith(("0571", call.ani)) or not number.isdecimal():
            raise NotAllowed(f"{number!r} is not allowed")
        return Endpoint(Number(number), gateway=Name("carrier"))

    def agent(self, extension: str, call: Call) -> Endpoint:
        if not extension.startswith("8"):
            raise NotAllowed(f"{extension!r} is no agent")
        return Endpoint(Number(extension), profile=Name("phones"), domain=Name("example.org"))


@dataclass(frozen=True, slots=True)
class _Recordings:
    discarded: list[str]

    def message_path(self, call: Call, name: str) -> str:
        return f"messages/{call.uuid}-{name}.wav"

    def discard(self, path: str) -> None:
        self.discarded.append(path)


@dataclass(frozen=True, slots=True)
class _Faxes(NoFaxes):
    """Every document is there but `missing`; nobody knows of `unknown`."""

    discarded: list[str]

    def nothing_received(self, path: str) -> None:
        self.discarded.append(path)

    def document(self, name: str) -> str | None:
        if name == "unknown":
            raise StoreError("the database is away")
        return None if name == "missing" else f"documents/{name}.tif"


@dataclass(frozen=True, slots=True)
class _CallRecorder:
    """Notes what is asked of it."""

    asked: list[str]
    fails: bool

    def start(self, call: Call) -> bool:
        self.asked.append("start")
        return not self.fails

    def stop(self, call: str) -> bool:
        self.asked.append("stop")
        return True

    def mask(self, call: str, by: str) -> bool:
        self.asked.append(f"mask {by}")
        return True

    def unmask(self, call: str, by: str) -> bool:
        self.asked.append(f"unmask {by}")
        return True


def flow_of(step: Any, language: str = "en") -> Flow:
    """A flow of this step alone, whose exits lead to labels that hang up. Raises ConfigError."""
    written = {"version": 1, "flow": "case", "language": language, ENTRY: [step]}
    flow = loader.parse(yaml.safe_dump(written, allow_unicode=True, sort_keys=False).encode(), "case.yaml", KINDS)
    ends: dict[str, tuple[Step, ...]] = dict.fromkeys(_labels(flow.labels[ENTRY][0]), ())
    return replace(flow, labels={**ends, **flow.labels})


def _labels(step: Step) -> list[str]:
    jumps = [way.jump.label for way in step.kind.exits(step.params) if isinstance(way.jump, GoTo)]
    return [*step.on.values(), *jumps]


def happens(step: Any, given: Given) -> Happened:
    """Runs the step in a call and tells what came of it. Raises ConfigError where the step is written wrong."""
    flow = flow_of(step, given.language)
    happened = Happened(sensitive=set(given.sensitive))
    clock = VirtualClock(datetime.fromisoformat(given.at).replace(tzinfo=ZONE))
    ear = _Ear(happened)
    leg = (_FailingLeg if given.switch_fails else VirtualLeg)(KeyScript(given.keys), clock, ear, given.missing)
    ports = Ports(
        _Voice(),
        _Lookups(given.lookups),
        _Calendars(),
        _DialRules(),
        _Recordings(happened.discarded),
        VirtualQueues(QUEUES, leg, ear),
        OneCaller(given.caller.history(ZONE)),
        clock,
        ZONE,
        faxes=_Faxes(happened.discarded),
        call_recorder=_CallRecorder(happened.recording, given.switch_fails),
        tickets=_tickets(given, clock),
        customers=OneCustomer(given.customer.known()),
    )
    call = Call("call-1", given.ani, "95598", clock.now())
    variables = {"call": {"ani": call.ani, "dnis": call.dnis}, **given.variables}
    context = Context(call, leg, ports, happened, given.language, variables, happened.sensitive)
    try:
        runner.run(flow, {**_others(flow), flow.name: flow}, context)
    except runner.GaveUp as error:
        happened.record("GaveUp", {"sentence": str(error)})
    happened.variables, happened.language = context.variables, context.language
    happened.seconds = clock.monotonic()
    return happened


def _tickets(given: Given, clock: VirtualClock) -> VirtualTickets:
    if isinstance(given.tickets, str):
        return VirtualTickets(clock, ZONE, away=True)
    return VirtualTickets(clock, ZONE, given.tickets)


def _others(flow: Flow) -> dict[str, Flow]:
    """The flow that the step runs, if it runs one: a flow that hangs up."""
    step = flow.labels[ENTRY][0]
    jumps = [way.jump for way in step.kind.exits(step.params) if isinstance(way.jump, RunFlow)]
    return {jump.flow: replace(flow, name=jump.flow, labels={ENTRY: ()}) for jump in jumps}
