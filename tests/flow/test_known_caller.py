"""What a flow knows of its caller, and what that costs: one question to the records at most."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from fsapp.domain.caller_history import CallerHistory, Menu
from fsapp.flow.context import Context
from fsapp.flow.templates import Expression, ExpressionError, Text
from tests.flow.bench import a_context

KNOWN = CallerHistory(
    calls=7,
    last_at=datetime(2026, 11, 17, 18, 30, tzinfo=UTC),
    last_flow="hotline",
    last_disposition="bill_told",
    last_path="main>bill",
    last_queue="service",
    last_agent="1001",
    choices={Menu("hotline", "main"): {"1": 2, "3": 5}, Menu("other", "main"): {"9": 4}},
)


@dataclass
class Records:
    """Knows one caller, and how often it was asked. Satisfies fsapp.flow.ports.History."""

    known: CallerHistory
    asked: list[str] = field(default_factory=list)

    def of(self, ani: str) -> CallerHistory:
        self.asked.append(ani)
        return self.known

    def forget(self, ani: str) -> None: ...


def a_call(known: CallerHistory = KNOWN) -> tuple[Context, Records]:
    context, records = a_context(), Records(known)
    context.ports = replace(context.ports, history=records)
    context.flow, context.label = "hotline", "main"
    return context, records


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ caller.calls }}", "7"),
        ("{{ caller.last_agent }} in {{ caller.last_queue }}", "1001 in service"),
        ("{{ caller.last_flow }}: {{ caller.last_disposition }}", "hotline: bill_told"),
        ("{{ caller.last_at | date }}{{ caller.last_at | time }}", "二零二六年十一月十八日两点半"),
        ("{{ caller.choices.main }}", "3"),
        ("{{ caller.choices.never_used | default('none') }}", "none"),
    ],
)
def test_a_flow_reads_what_is_known(text: str, value: str) -> None:
    assert Text(text).text(a_call()[0]) == value


def test_a_test_may_ask_where_the_caller_was() -> None:
    assert Expression("caller.calls > 3 and 'bill' in caller.last_path").test(a_call()[0])


def test_of_a_caller_who_never_called_texts_are_empty_and_dates_are_none() -> None:
    context, _ = a_call(CallerHistory())
    assert Text("{{ caller.calls }}{{ caller.last_agent }}{{ caller.last_at }}").text(context) == "0"
    with pytest.raises(ExpressionError):
        Text("{{ caller.last_at | date }}").text(context)


def test_the_records_are_asked_once_in_a_call_and_not_at_all_by_a_flow_that_reads_nothing_of_it() -> None:
    context, records = a_call()
    Text("{{ language }}").text(context)
    assert records.asked == []
    for _ in range(3):
        Text("{{ caller.calls }}").text(context)
    assert records.asked == ["13800138000"]
