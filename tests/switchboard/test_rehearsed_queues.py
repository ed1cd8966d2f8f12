"""What steps hand on to one another around a queue: rehearsed with the engine's own steps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fsapp.acd.settings import QueueSettings
from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.dialplan import Dialplan
from fsapp.domain.events import Kind
from fsapp.flow.context import Ports
from fsapp.flow.loader import parse
from fsapp.flow.reception import Plan
from fsapp.flow.registry import discover
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.observer import Unobserved
from fsapp.switchboard.rehearsal import Rehearsal, rehearse
from fsapp.switchboard.screen import Screen
from fsapp.switchboard.terminal import Person
from fsapp.switchboard.virtual_caller import Caller
from tests.flow.bench import a_context

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
KINDS = discover("fsapp.steps")
FLOW = """
version: 1
flow: hotline
language: en
main:
- whisper: "A bill."
- enqueue:
    queue: service
    skills: {billing: 3}
    priority: 4
    data: {account: "4711"}
    callback_key: 2
    on: {callback: call_me, failed: sorry}
- survey: {question: "How was it?"}
- goto: again
again:
- enqueue: {queue: sales, on: {failed: sorry}}
- hangup
call_me:
- callback: {queue: service, ask: false, on: {refused: sorry}}
- hangup
sorry:
- survey: {question: "How was it?"}
- hangup
"""
QUEUES = {"service": QueueSettings(), "sales": QueueSettings()}


class Witness(Unobserved):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def queued(self, news: str) -> None:
        self.seen.append(news)


def rehearsed(caller: Caller, witness: Witness | None = None) -> Rehearsal:
    flows = {"hotline": parse(FLOW.encode(), "hotline.yaml", KINDS)}
    plan = Plan(flows, Dialplan((), {"95598": "hotline"}, frozenset(flows), ZoneInfo("Asia/Shanghai")))
    clock = VirtualClock(NOW)
    site = a_context().ports
    ports = Ports(
        site.voice,
        site.lookups,
        site.calendars,
        site.dial_rules,
        site.recordings,
        site.queues,
        site.history,
        clock,
    )
    call = Call("call-1", "13800138000", "95598", NOW)
    return rehearse(plan, ports, call, caller, clock, ("en",), QUEUES, witness)


def fields(rehearsal: Rehearsal, kind: Kind) -> Iterator[Any]:
    return (event.fields for event in rehearsal.events if event.kind == kind)


def test_a_survey_is_about_the_agent_and_the_queue_of_the_talk() -> None:
    (answer,) = fields(rehearsed(KeyScript("agent:30 5")), Kind.SURVEY_ANSWERED)
    assert answer == {"queue": "service", "agent": "1001", "question": "How was it?", "answer": 5}


def test_a_survey_of_a_caller_whom_nobody_served_is_about_the_queue() -> None:
    (answer,) = fields(rehearsed(KeyScript("timeout 1")), Kind.SURVEY_ANSWERED)
    assert (answer["queue"], answer["agent"], answer["answer"]) == ("service", "", 1)


def test_a_callback_keeps_the_place_in_the_queue_and_what_was_asked_for() -> None:
    (request,) = fields(rehearsed(KeyScript("wait:75 key:2")), Kind.CALLBACK_REQUESTED)
    assert request["queued_at"] == round(NOW.timestamp() * 1000)
    assert (request["skills"], request["priority"]) == ({"billing": 3}, 4)


def test_a_whisper_is_for_the_next_agent_and_no_other() -> None:
    witness = Witness()
    rehearsed(KeyScript("agent:30 5 agent:20"), witness)
    assert [news for news in witness.seen if news.startswith("in the queue")] == [
        "in the queue service (billing 3, account=4711, whisper: A bill.)",
        "in the queue sales",
    ]


@pytest.mark.parametrize(
    ("typed", "script", "path"),
    [
        (["", "5", ""], "agent 5 agent", "main>again"),
        (["agent:5", "-", "-", "timeout", "-", "-"], "agent:5 - - timeout - -", "main>again>sorry"),
        (["2"], "key:2", "main>call_me"),
        (["what", "1 2", "closed", "4"], "closed 4", "main>sorry"),
        (["hangup"], "wait:1 hangup", "main"),
    ],
)
def test_a_person_at_the_terminal_says_what_becomes_of_the_queue(typed: list[str], script: str, path: str) -> None:
    lines = iter(typed)
    person = Person(Screen(lambda: 0.0, StringIO()), lambda: next(lines, "hangup"))
    rehearsal = rehearsed(person)
    assert rehearsal.cdr.path == path
    assert person.script.startswith(script)


def test_what_a_person_did_can_be_rehearsed_again() -> None:
    person = Person(Screen(lambda: 0.0, StringIO()), iter(["agent:5", "5", "wait:9 timeout", "3"]).__next__)
    first = rehearsed(person)
    assert rehearsed(KeyScript(person.script)).events == first.events
