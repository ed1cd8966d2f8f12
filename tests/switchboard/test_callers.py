"""Callers at a terminal, on the stand-in and on a leg without a network; and time that really passes."""

import io
import os
import pty
from collections.abc import Iterator
from datetime import UTC, datetime
from math import inf

import pytest

from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import CollectKeys, KeysEnd, RecordMessage, Utterance
from fsapp.switchboard.screen import Screen
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.terminal import Person, TerminalCaller
from fsapp.switchboard.timeline import Pace, Timeline
from fsapp.switchboard.virtual_leg import VirtualLeg
from tests.switchboard.wire_bench import Engine, breathe

CALL = CallParameters("13800138000", "95598")
WORDS = {"/s/welcome.wav": "您好", "/s/menu.wav": "请按键"}
MENU = Utterance("请按一", "zh", "/s/menu.wav", 2.0)


class Keyboard:
    """What a person types, and what the person sees."""

    def __init__(self, read: int, write: int) -> None:
        self.read = read
        self._write = write
        self.screen = io.StringIO()

    def type(self, text: str) -> None:
        os.write(self._write, text.encode())

    def close(self) -> None:
        os.close(self._write)
        os.close(self.read)


@pytest.fixture(params=["lines", "terminal"])
def keyboard(request: pytest.FixtureRequest) -> Iterator[Keyboard]:
    if request.param == "lines":
        read, write = os.pipe()
    else:
        write, read = pty.openpty()
    keyboard = Keyboard(read, write)
    yield keyboard
    keyboard.close()


def test_a_person_hears_words_presses_keys_and_hangs_up(engine: Engine, keyboard: Keyboard) -> None:
    terminal = os.isatty(keyboard.read)
    caller = TerminalCaller(lambda path: WORDS.get(path, ""), keyboard.screen, keyboard.read)
    switch = Switch(Pace(linger=0.001), sounds=lambda _path: inf)
    channel = switch.call(engine.address, CALL, caller)
    wire = engine.wire
    wire.send("connect\n\nlinger\n\nmyevents\n\n")
    for _ in range(3):
        wire.next("reply")
    wire.execute("answer")
    wire.execute("set", "playback_terminators=any")
    wire.execute("playback", "file_string:///s/welcome.wav!/s/menu.wav")
    while "▶" not in keyboard.screen.getvalue():
        breathe()
    keyboard.type("5" if terminal else "5\n")
    while (event := wire.next("event").event).get("variable_playback_terminator_used") is None:
        pass
    assert event["variable_playback_terminator_used"] == "5"
    keyboard.type("\x03" if terminal else "hangup\n")
    assert switch.wait(channel, 5)
    assert channel.variables["sip_hangup_disposition"] == "recv_bye"
    lines = [line[7:].strip() for line in keyboard.screen.getvalue().splitlines()]
    assert lines[1:] == ["☎  answered", "▶  您好 请按键", "⌨  5", "✗  NORMAL_CLEARING"]


def test_the_end_of_the_input_hangs_up_once_the_call_is_answered(engine: Engine) -> None:
    read, write = os.pipe()
    os.close(write)
    switch = Switch(Pace(linger=0.001))
    channel = switch.call(engine.address, CALL, TerminalCaller(lambda _path: "", io.StringIO(), read))
    wire = engine.wire
    wire.send("connect\n\nlinger\n\n")
    for _ in range(2):
        wire.next("reply")
    wire.execute("answer")
    assert switch.wait(channel, 5)
    assert channel.variables["sip_hangup_disposition"] == "recv_bye"
    os.close(read)


def person(*lines: str) -> tuple[Person, VirtualLeg, io.StringIO]:
    clock, out, typed = VirtualClock(datetime(2026, 10, 1, tzinfo=UTC)), io.StringIO(), iter(lines)

    def read_line() -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    someone = Person(Screen(clock.monotonic, out), read_line)
    return someone, VirtualLeg(someone, clock, someone), out


def test_a_person_without_a_network_types_lines() -> None:
    someone, leg, out = person("what?", "1 2 3#", "", "q")
    assert leg.collect(CollectKeys((MENU,), 9)).digits == "123"
    assert leg.collect(CollectKeys((MENU,), 9)).end is KeysEnd.NOTHING
    with pytest.raises(CallEnded):
        leg.collect(CollectKeys((MENU,), 9))
    assert someone.script == "123# - hangup"
    assert "⌨  123#" in out.getvalue()
    assert "no word of a key script" in out.getvalue()


def test_a_person_whose_input_ends_hangs_up() -> None:
    _, leg, out = person()
    leg.record(RecordMessage("/r/m.wav"))
    assert "NORMAL_CLEARING by the caller" in out.getvalue()


def test_what_comes_from_outside_moves_no_cursor() -> None:
    out = io.StringIO()
    Screen(lambda: 61.25, out).prompt("a\x1b[2Jb")
    assert out.getvalue() == "01:01.2  ▶  a?[2Jb\n"


def test_time_may_really_pass() -> None:
    done: list[str] = []
    timeline = Timeline(scale=0.001)
    timeline.after(20.0, lambda: done.append("key"))
    timeline.pass_to(30.0)
    timeline.pass_to(30.0)
    assert (done, 20.0 <= timeline.now < 30.0) == (["key"], True)
    timeline.pass_to(30.0)
    assert timeline.now == 30.0


def test_what_nobody_waits_for_does_not_cut_an_endless_wait_short() -> None:
    timeline = Timeline(scale=0.0)
    done: list[str] = []
    timeline.after(14_400, lambda: done.append("guard"), awaited=False)
    timeline.after(3, lambda: done.append("key"))
    timeline.pass_to(inf)
    timeline.pass_to(inf)
    assert (done, timeline.now) == (["key"], 3)


def test_the_linger_notice_may_come_first(engine: Engine) -> None:
    switch = Switch(Pace(linger=0.001))
    switch.notices_first = True
    channel = switch.call(engine.address, CALL)
    wire = engine.wire
    wire.send("connect\n\nlinger\n\nevent plain CHANNEL_HANGUP_COMPLETE\n\n")
    for _ in range(3):
        wire.receive()
    assert switch.run(f"uuid_kill {channel.uuid}") == "+OK\n"
    assert [wire.receive().kind for _ in range(2)] == ["notice", "event"]
