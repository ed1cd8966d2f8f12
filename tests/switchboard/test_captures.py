"""The stand-in against the real switch: the engine's side of each wire capture is sent, the switch's side compared.

Compared are replies, notices and events, each kind in its order: replies and notices to the letter; of events the kind,
the names of the headers, the order of those that are no variables, the size within a tenth, and the values that
engines read. Not compared:

- the order between replies, notices and events (the switch itself varies), and CHANNEL_PARK right after `connect`;
- what the far end's SIP stack adds at a moment of its own choosing: `sip_to_tag`, `sip_cseq` (with the ACK);
- codec of a leg that records (the switch shows its internal one), and lengths of the audio files, which are not here.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

import pytest
from gevent.socket import create_connection

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd
from fsapp.switchboard.callers import ScriptCaller
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.key_script import FarEnd, KeyScript
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.telephone import SilentTelephone, Telephone, caller_hangs_up, hang_up_after, press_keys
from fsapp.switchboard.timeline import Pace
from tests.switchboard.wire_bench import Engine, Message, Wire, capture

CALL = CallParameters("13800138000", "95598", "Zhang Wei")
LENGTHS = {"bye": 1.543, "welcome": 4.0, "enter": 2.0, "invalid": 2.104, "leave": 2.059}
RACES = {"variable_sip_to_tag", "variable_sip_cseq"}
BY_ENGINE = {
    f"variable_{name}"
    for name in (
        "current_loop",
        "total_loops",
        "socket_host",
        "park_after_bridge",
        "hangup_after_bridge",
        "current_application_data",
        "current_application_response",
        "last_arg",
    )
}
CHANGING = {"Application-Data", "variable_current_application_data", "variable_last_arg"}  # the engine's port


def sounds(path: str) -> float | None:
    return LENGTHS.get(path.rpartition("/")[2].removesuffix(".wav"))


class HangsUpInMidPrompt(SilentTelephone):
    def playing(self, channel: Channel, sound: str, seconds: float) -> None:
        hang_up_after(channel, 1.03)


class TalksTwoSeconds(SilentTelephone):
    def dialling(self, channel: Channel, destination: str) -> FarEnd | None:
        if destination == "agent":
            hang_up_after(channel, 3.0)
        return None


class PressesWhileRecording(SilentTelephone):
    def recording(self, channel: Channel) -> float:
        press_keys(channel, "#", 1.77)
        return 0.0


def caller(name: str) -> Telephone:
    return {
        "menu": ScriptCaller(KeyScript("2 12345# 9 -")),
        "caller_hangup": HangsUpInMidPrompt(),
        "bridge_app": TalksTwoSeconds(),
        "record": PressesWhileRecording(),
    }.get(name, SilentTelephone())


def outside(name: str, event: str, switch: Switch, channel: Channel) -> None:
    """What neither engine nor telephone does, just before the switch tells of it."""
    if name == "caller_cancels_before_answer" and event == "CHANNEL_HANGUP":
        caller_hangs_up(channel)
    if name == "rxfax" and event == "CHANNEL_HANGUP":
        caller_hangs_up(channel)
    if name == "queue_bridge" and event == "CHANNEL_UNBRIDGE":
        agent = channel.variables["bridge_uuid"]
        assert switch.run(f"uuid_kill {agent}") == "+OK\n"


def matches(message: Message, wanted: dict[str, Any]) -> None:
    if "switch" in wanted:
        assert _without_ids(message.text) == _without_ids(wanted["switch"])
        assert message.body == wanted["body"]
        return
    assert message.name == wanted["event"]
    names, theirs = set(message.event), set(wanted["names"])
    assert names - RACES == theirs - RACES
    assert [name for name in message.event if not name.startswith("variable_")] == [
        name for name in wanted["names"] if not name.startswith("variable_")
    ]
    values = {name: value for name, value in wanted["values"].items() if name not in CHANGING}
    assert {name: message.event.get(name) for name in values} == values
    assert message.size == pytest.approx(wanted["size"], rel=0.1)


def _without_ids(text: str) -> str:
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)


def kind_of(line: dict[str, Any]) -> str:
    return "event" if line.get("event", "CHANNEL_DATA") != "CHANNEL_DATA" else _kind_of_text(line)


def _kind_of_text(line: dict[str, Any]) -> str:
    return "notice" if "disconnect-notice" in line.get("switch", "") else "reply"


def script_of(name: str) -> Iterator[dict[str, Any]]:
    opening = True
    for line in capture(name):
        opening = opening and "execute" not in line.get("values", {}).get("Event-Name", "").lower()
        if not (opening and line.get("event") == "CHANNEL_PARK"):
            yield line


def prepare(name: str, switch: Switch, channel: Channel, line: dict[str, Any]) -> None:
    if name == "queue_bridge" and line.get("values", {}).get("Application-Response") == "PLAYBACK ERROR":
        if line["values"]["Application"] == "playback":
            answer = switch.run("originate {origination_caller_id_number=13800138000}sofia/internal/agent@h &park()")
            assert switch.run(f"uuid_bridge {channel.uuid} {answer.split()[1]}").startswith("+OK ")
    elif "event" in line:
        outside(name, line["event"], switch, channel)


@pytest.mark.parametrize(
    "name",
    [
        "menu",
        "caller_hangup",
        "caller_cancels_before_answer",
        "unknown_app",
        "record",
        "bridge_app",
        "queue_bridge",
        "rxfax",
    ],
)
def test_the_stand_in_answers_as_the_switch_did(name: str) -> None:
    engine = Engine()
    switch = Switch(Pace(linger=0.05), sounds=sounds, phones=partial(phones, endless=name == "queue_bridge"))
    channel = switch.call(engine.address, CALL, caller(name))
    wire = engine.wire
    for number, line in enumerate(script_of(name)):
        if "engine" in line:
            wire.send(line["engine"])
            continue
        prepare(name, switch, channel, line)
        try:
            matches(wire.next(kind_of(line)), line)
        except AssertionError as error:
            error.add_note(f"{name}, message {number}: {line.get('event', line.get('switch'))}")
            raise
    engine.close()


def phones(destination: str, endless: bool) -> FarEnd:
    ends = {"busy": FarEnd(DialEnd.BUSY, Cause.USER_BUSY), "ring": FarEnd(DialEnd.NO_ANSWER, Cause.NO_ANSWER)}
    return ends.get(destination, FarEnd(DialEnd.ANSWERED, Cause.NORMAL_CLEARING, float("inf") if endless else 60.0))


class Feed:
    """The events on a client connection, leg by leg, and jobs by their command."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._waiting: dict[str, deque[Message]] = defaultdict(deque)

    def next(self, line: dict[str, Any]) -> Message:
        wanted = line["leg"] or line["values"]["Job-Command-Arg"]
        while not self._waiting[wanted]:
            message = self._wire.next("event")
            leg = message.event.get("Unique-ID", "")[:8] or message.event["Job-Command-Arg"]
            self._waiting[leg].append(message)
        return self._waiting[wanted].popleft()


def test_a_client_hears_what_it_heard_of_the_switch() -> None:
    """queue_bridge_inbound: originate to a busy, a ringing and an answering phone, uuid_bridge, uuid_kill.

    Compared leg by leg, as three phones ring at once: the headers of the caller's leg (which a dialplan drives here,
    and an engine did there), the kinds of event of the others.
    The far ends, which were on the same switch, are left out of the capture.
    """
    switch = Switch(sounds=lambda _path: inf, phones=partial(phones, endless=True))
    wire = Wire(create_connection(("127.0.0.1", switch.listen("127.0.0.1", 0, "s3cr3t-test"))))
    feed, caller_leg = Feed(wire), "6c4e8578-ac78-41dc-98a3-90cc0b68a163"
    actions = (("set", "park_after_bridge=true"), ("answer", ""), ("playback", "music"))
    for line in capture("queue_bridge_inbound"):
        if "engine" in line:
            wire.send(line["engine"])
        elif "switch" in line:
            matches(wire.next(kind_of(line)), line)
            if line["switch"].endswith("event listener enabled plain"):
                switch.place(replace(CALL, uuid=caller_leg), actions)
        else:
            if line["event"] == "CHANNEL_HANGUP" and line["leg"] == caller_leg[:8]:
                switch.run(f"uuid_kill {caller_leg}")
            message = feed.next(line)
            assert message.name == line["event"]
            if line["leg"] == caller_leg[:8]:
                assert set(message.event) - BY_ENGINE == set(line["names"]) - BY_ENGINE
    wire.socket.close()
    switch.close()
