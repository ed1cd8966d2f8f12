"""Calls from connection to record: whatever breaks, one record each, and never silence."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import gevent
import pytest

from fsapp.domain.call import Call
from fsapp.domain.dialplan import route
from fsapp.domain.events import Kind

if TYPE_CHECKING:
    from tests.server.conftest import Server, Sites

Serve = Callable[..., "Server"]

GREETING = """
main:
  - say: "您好"
  - hangup
"""


def test_a_call_is_served_by_the_flow_of_its_number(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    caller = server.call()
    caller.wait_until_closed()
    server.wait_until_empty()
    cdr = server.cdr(caller)
    assert (cdr.flow, cdr.rule, cdr.hangup_cause, cdr.hangup_party) == (
        "main",
        "number 95598",
        "NORMAL_CLEARING",
        "engine",
    )
    assert cdr.billable_ms == 1200


def test_the_rule_that_chose_the_flow_stands_in_the_record(serve: Serve, sites: "Sites") -> None:
    @route
    def gold(call: Call, now: datetime) -> str | None:
        return "main" if call.ani == "13800138000" else None

    server = serve(sites.of(GREETING, gold))
    caller = server.call("10000")
    caller.wait_until_closed()
    server.wait_until_empty()
    assert server.cdr(caller).rule == "gold"


def test_a_number_that_nobody_serves_is_told_so_in_each_language(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    caller = server.call("10000")
    caller.wait_until_closed()
    server.wait_until_empty()
    assert "/sounds/zh/number_not_in_service.wav" in caller.heard
    assert "/sounds/en/number_not_in_service.wav" in caller.heard
    assert caller.cause == "UNALLOCATED_NUMBER"
    assert server.cdr(caller).refused_reason == "no_flow"


@pytest.mark.parametrize(
    ("application", "step"),
    [
        ("playback", 'say: "您好"'),
        ("play_and_get_digits", "collect: {into: account, prompt: enter_account, digits: 4, on: {failed: main}}"),
        ("record", "record: {prompt: leave_message, on: {empty: main}}"),
    ],
)
def test_a_caller_who_hangs_up_in_a_step_has_one_record(
    serve: Serve, sites: "Sites", application: str, step: str
) -> None:
    flow = f"main:\n  - {step}\n"
    server = serve(sites.of(flow))
    caller = server.call(endless=[application])
    caller.wait_for(application)
    caller.hang_up("ORIGINATOR_CANCEL")
    server.wait_until_empty()
    cdr = server.cdr(caller)
    assert (cdr.hangup_cause, cdr.hangup_party, cdr.failures) == ("ORIGINATOR_CANCEL", "caller", 0)


LOOKUP = """
main:
  - answer
  - lookup: {source: billing, account: "1", into: bill, on: {missing: main, failed: main}}
  - say: "{{ bill.amount | money }}"
"""


def test_a_caller_who_hangs_up_interrupts_a_look_up_at_once(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(LOOKUP))
    caller = server.call()
    assert sites.lookups.asked.wait(5)
    caller.hang_up()
    server.wait_until_empty()
    assert sites.lookups.left == ["CallEnded"]
    assert server.cdr(caller).hangup_party == "caller"


def test_a_connection_that_dies_ends_the_call_as_lost(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    caller = server.call(endless=["playback"])
    caller.wait_for("playback")
    caller.disconnect()
    server.wait_until_empty()
    assert server.cdr(caller).hangup_cause == "switch_lost"


def test_a_flow_that_breaks_is_apologised_for(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of('main:\n  - say: "{{ nothing_set_this }}"\n'))
    caller = server.call()
    caller.wait_until_closed()
    server.wait_until_empty()
    assert caller.heard.endswith("/sounds/zh/sorry.wav")
    assert caller.cause == "NORMAL_TEMPORARY_FAILURE"
    assert server.cdr(caller).failures == 1


def test_what_nobody_foresaw_is_apologised_for_and_recorded(serve: Serve, sites: "Sites") -> None:
    site = sites.of(GREETING)
    object.__setattr__(site.plan, "dialplan", None)
    server = serve(site)
    caller = server.call()
    caller.wait_until_closed()
    server.wait_until_empty()
    assert "/sounds/en/sorry.wav" in caller.heard
    assert server.cdr(caller).hangup_cause == "NORMAL_TEMPORARY_FAILURE"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"Content-Type: command/reply\nReply-Text: -ERR no\n\n",
        b"Content-Type: command/reply\nReply-Text: +OK\n\n",
        b"Content-Length: 99999999999\n\n",
        b"\n" * 5000,
    ],
)
def test_what_is_no_call_leaves_nothing(serve: Serve, sites: "Sites", garbage: bytes) -> None:
    server = serve(sites.of(GREETING))
    connection = server.connect()
    connection.sendall(garbage)
    connection.shutdown(1)
    server.wait_until(lambda: server.rejected == ["no_call"])
    server.wait_until_empty()
    assert server.events == []


def test_garbage_does_not_disturb_a_call(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    caller = server.call(endless=["playback"])
    caller.wait_for("playback")
    server.connect().sendall(b"\xff" * 100_000 + b"\n\n")
    server.wait_until(lambda: server.rejected == ["no_call"])
    assert Kind.CALL_HUNG_UP not in server.kinds(caller)


def test_a_call_that_comes_back_continues_its_own_journal(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    created = (datetime.now().timestamp() - 90) * 1_000_000
    caller = server.call(**{"Answer-State": "answered", "Caller-Channel-Created-Time": str(int(created))})
    caller.wait_until_closed()
    server.wait_until_empty()
    first = next(event for event in server.events if event.call == caller.uuid)
    assert 90_000 <= first.seq < 100_000


def test_a_call_whose_end_was_told_does_not_come_back(serve: Serve, sites: "Sites") -> None:
    """A second socket may be on its way while the call ends: it would make a second end of it."""
    server = serve(sites.of(GREETING))
    caller = server.call()
    caller.wait_until_closed()
    server.wait_until_empty()
    late = server.call(uuid=caller.uuid)
    late.wait_until_closed()
    server.wait_until(lambda: server.rejected == ["over"])
    assert server.kinds(caller).count(Kind.CALL_HUNG_UP) == 1


def test_a_call_whose_connection_died_does_come_back(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    caller = server.call(endless=["playback"])
    caller.wait_for("playback")
    caller.disconnect()
    server.wait_until_empty()
    again = server.call(uuid=caller.uuid)
    again.wait_until_closed()
    assert again.cause == "NORMAL_CLEARING"


def test_calls_that_are_handed_back_are_not_hung_up(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    caller = server.call(endless=["playback"])
    caller.wait_for("playback")
    server.handler.hand_back()
    server.wait_until_empty()
    assert "hangup" not in dict(caller.executed)
    assert server.cdr(caller).hangup_cause == "handed_back"


def test_a_call_that_is_being_hung_up_is_not_handed_back_any_more(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of("main:\n  - hangup\n"))
    caller = server.call(endless=["hangup"])
    caller.wait_for("hangup")
    server.handler.hand_back()
    caller.hang_up()
    server.wait_until_empty()
    record = server.cdr(caller)
    assert (record.hangup_cause, record.billable_ms) == ("NORMAL_CLEARING", 1200)


def test_no_greenlet_is_left_when_calls_are_over(serve: Serve, sites: "Sites") -> None:
    server = serve(sites.of(GREETING))
    callers = [server.call() for _ in range(5)]
    for caller in callers:
        caller.wait_until_closed()
    server.wait_until_empty()
    gevent.joinall([caller._reader for caller in callers], timeout=5)
    assert server.handler.live == frozenset()
