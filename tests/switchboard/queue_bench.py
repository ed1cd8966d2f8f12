"""Replays a capture of a queue at work on the stand-in: who calls, answers, hangs up, and what the engine says.

A capture is a line a message: `engine` and `switch` on connection `conn` (1 is the client's, others are calls' own, in
order), `event` of a `leg` with the values that `changed` since that leg's last one, what the holder of a `phone` does.
Legs have names for ids. Recorded from FreeSWITCH 1.11.1 with pjsua telephones.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from gevent.socket import create_connection

from fsapp.domain.causes import Cause
from fsapp.switchboard.agent_phone import AgentPhone, Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.dialplan import Actions
from fsapp.switchboard.parameters import CallParameters
from fsapp.switchboard.switch import Switch
from fsapp.switchboard.telephone import SilentTelephone, caller_hangs_up
from fsapp.switchboard.timeline import Pace
from tests.switchboard.wire_bench import CAPTURES, Engine, Message, Wire

Line = dict[str, Any]
PASSWORD = "s3cr3t-test"
ONE_MOMENT = "tone_stream://v=-14;%(150,100,660);%(250,1500,880)"
CAUSES = {"486": Cause.USER_BUSY, "603": Cause.CALL_REJECTED, "480": Cause.NO_USER_RESPONSE}
_SECONDS = re.compile(r"silence_stream://\d+")


def lines_of(name: str) -> list[Line]:
    """A capture, each event with all of its values."""
    last: dict[str, dict[str, str]] = defaultdict(dict)
    lines = [json.loads(line) for line in (CAPTURES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        if "event" in line:
            values = last[line["leg"]] | line["changed"] if line["leg"] else line["changed"]
            line["values"] = {key: value for key, value in values.items() if value is not None}
            last[line["leg"]] = line["values"]
    return lines


class Feed:
    """The events that a client hears, leg by leg; jobs by their ids, registrations in a line of their own."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._waiting: dict[str, deque[Message]] = defaultdict(deque)

    def next(self, leg: str) -> Message:
        while not self._waiting[leg]:
            message = self._wire.next("event")
            event = message.event
            self._waiting[event.get("Unique-ID") or event.get("Job-UUID") or "registrations"].append(message)
        return self._waiting[leg].popleft()


class Stage:
    """A switch with the capture's dialplan, its phones and callers, and the engine's end of every connection."""

    def __init__(self, name: str, pace: Pace) -> None:
        self.lines = lines_of(name)
        self._server = Engine()
        self.engine = self._server.address
        self.switch = Switch(pace, dialplan=self._dialplan)
        port = self.switch.listen("127.0.0.1", 0, PASSWORD)
        self._wires = {1: Wire(create_connection(("127.0.0.1", port)))}
        self.feed = Feed(self._wires[1])
        self._legs = self._new_legs()
        self._callers: dict[str, Channel] = {}
        self.phones: dict[str, AgentPhone] = {}
        self._register()

    def close(self) -> None:
        for wire in self._wires.values():
            with suppress(OSError):
                wire.socket.close()
        self.switch.close()
        self._server.close()

    def _dialplan(self, context: str, extension: str) -> Actions | None:
        resume, socket = ("set", "socket_resume=true"), ("socket", f"{self.engine} async full")
        if context in ("trunks", "phones"):
            return (resume, socket)
        waiting = (("playback", "silence_stream://8000"), resume, ("playback", ONE_MOMENT), socket, ("hangup", ""))
        return {"waiting": waiting, "agent": (("park", ""),)}.get(extension)

    def _register(self) -> None:
        told = [line for line in self.lines if "phone" in line]
        driven = {line["phone"] for line in told if line["does"].split()[0] in ("answer", "reject", "hangup", "call")}
        for user in ("1001", "1002"):
            answers = None if user in driven or user == "1001" else 0.0
            self.phones[user] = AgentPhone(self.switch, user, Habit(answers_after=answers, auto_answers=False))

    def _new_legs(self) -> Iterator[str]:
        """The legs that come in, in order."""
        seen: set[str] = set()
        for line in self.lines:
            if line.get("event") == "CHANNEL_DATA" and line["leg"] not in seen:
                seen.add(line["leg"])
                yield line["leg"]

    def wire(self, number: int) -> Wire:
        """The engine's end of a connection."""
        while number not in self._wires:
            self._wires[len(self._wires) + 1] = self._server.next_wire()
        return self._wires[number]

    def act(self, phone: str, does: str) -> None:
        """What the holder of a telephone does."""
        verb, *words = does.split()
        number = re.sub(r"sip:(.*)@.*", r"\1", words[-1]) if words else ""
        if phone in self.phones or verb in ("register", "unregister"):
            self._act_agent(phone, verb, number)
        elif verb == "call":
            parameters = CallParameters(phone, number, phone, "trunks", uuid=next(self._legs))
            self._callers[phone] = self.switch.dial_in(parameters, "trunks", SilentTelephone())
        elif verb == "hangup":
            caller_hangs_up(self._callers[phone])
        else:
            for key in number:
                self._callers[phone].press(key)

    def _act_agent(self, user: str, verb: str, number: str) -> None:
        phone = self.phones.get(user)
        if phone is None or verb == "register":
            self._register_anew(user, verb)
        elif verb == "answer":
            phone.wait_ringing()
            phone.answer()
        elif verb == "reject":
            phone.wait_ringing()
            phone.reject(CAUSES[number])
        elif verb == "call":
            phone.dial(number, uuid=next(self._legs))
        else:
            acts = {"hangup": phone.hang_up, "hold": phone.hold, "unhold": phone.take_back}
            acts |= {"replace": phone.transfer_attended, "unregister": phone.unregister}
            if verb in acts:
                acts[verb]()
            else:
                {"keys": phone.press, "xfer": phone.transfer}[verb](number)

    def _register_anew(self, user: str, verb: str) -> None:
        if user not in self.phones:
            self.phones[user] = AgentPhone(self.switch, user)
        elif verb == "register":
            self.phones[user].register()
