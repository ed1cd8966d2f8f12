"""Our own client connection against the stand-in: what queues ask of the switch."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import gevent
import pytest
from gevent.event import AsyncResult

from fsapp.domain.arguments import Endpoint, Name, Number, Uuid
from fsapp.domain.causes import Cause
from fsapp.domain.ringing import Ring, RingEnd, Rung
from fsapp.esl.client import Client
from fsapp.esl.lines import Lines
from fsapp.switchboard.agent_phone import AgentPhone, Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.dialplan import shipped
from fsapp.switchboard.sounds import everything_exists
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.timeline import Pace

CALLER = "c0000000-0000-4000-8000-000000000001"
PASSWORD = "0123456789abcdef0123456789abcdef"
AGENT = Endpoint(Number("1001"), profile=Name("phones"), domain=Name("fsapp.local"))


@pytest.fixture
def switch() -> Iterator[Switch]:
    with closing(Switch(Pace(), sounds=everything_exists, dialplan=shipped("127.0.0.1:1"))) as switch:
        yield switch


@pytest.fixture
def lines(switch: Switch) -> Iterator[Lines]:
    with ExitStack() as stack:
        client = Client("127.0.0.1", switch.listen("127.0.0.1", 0, PASSWORD), PASSWORD)
        client.start()
        stack.callback(client.stop)
        assert client.wait_connected(5)
        yield Lines(client)


def rung(lines: Lines, on_key: Callable[[str], None] = lambda _key: None) -> tuple[str, "AsyncResult[Rung]"]:
    """The id of a leg that rings now, and what will come of it."""
    leg = lines.phone(Ring(AGENT, CALLER, 20.0, "13800138000", "张伟"), on_key, lambda: None)
    result: AsyncResult[Rung] = AsyncResult()
    gevent.spawn(lambda: result.set(leg.ring()))
    return leg.uuid, result


def end_of(result: "AsyncResult[Rung]") -> RingEnd:
    rung = result.get(timeout=5)
    assert rung is not None
    return rung.end


def waiting(switch: Switch) -> Channel:
    """A caller who waits in silence."""
    channel = switch.place(CallParameters("13800138000", "95598", uuid=CALLER), (("answer", ""), ("park", "")))
    until(lambda: channel.parked, "the caller is up")
    switch.run(f"uuid_transfer {CALLER} waiting XML waiting")
    return channel


def until(condition: Callable[[], object], what: str) -> None:
    with gevent.Timeout(5, AssertionError(what)):
        while not condition():
            gevent.sleep(0.001)


def test_a_phone_is_rung_answered_connected_heard_and_parted(switch: Switch, lines: Lines) -> None:
    phone, keys = AgentPhone(switch, "1001"), list[str]()
    leg, result = rung(lines, keys.append)
    assert phone.wait_ringing().profile.name == "张伟"
    phone.answer()
    assert result.get(timeout=5) == Rung(RingEnd.ANSWERED)
    caller = waiting(switch)
    until(lambda: phone.channel.parked, "the leg is parked")
    assert lines.connect(CALLER, leg)
    phone.wait_talking()
    phone.press("*1")
    until(lambda: keys == ["*", "1"], "the keys are heard")
    lines.part(CALLER, leg)
    until(lambda: phone.channel.parked and caller.talk is None, "both are apart")
    assert [seen.application for seen in lines.channels()] == ["park", "playback"]


@pytest.mark.parametrize(
    ("habit", "end"),
    [
        (Habit(refuses=Cause.USER_BUSY), RingEnd.BUSY),
        (Habit(refuses=Cause.CALL_REJECTED), RingEnd.REJECTED),
        (Habit(answers_after=21.0), RingEnd.NO_ANSWER),
    ],
)
def test_a_phone_that_is_not_answered_says_how(switch: Switch, lines: Lines, habit: Habit, end: RingEnd) -> None:
    AgentPhone(switch, "1001", habit)
    assert end_of(rung(lines)[1]) is end


def test_a_phone_that_is_gone_is_unregistered(switch: Switch, lines: Lines) -> None:
    AgentPhone(switch, "1001").unregister()
    assert end_of(rung(lines)[1]) is RingEnd.UNREGISTERED


def test_a_caller_who_is_gone_is_not_connected(switch: Switch, lines: Lines) -> None:
    AgentPhone(switch, "1001", Habit(answers_after=0.0))
    leg, result = rung(lines)
    result.get(timeout=5)
    assert not lines.connect(CALLER, leg)
    assert lines.exists(Uuid(leg))
