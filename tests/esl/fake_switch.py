"""The far end of an event socket, for tests: it keeps what the engine says and does what a test wants."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event as Signal

from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session

UUID = "11111111-2222-3333-4444-555555555555"
CORE = "c0c0c0c0-0000-0000-0000-000000000000"
CAPTURES = Path(__file__).parent / "captures"
CHANNEL_DATA = (
    f"Event-Name: CHANNEL_DATA\nCore-UUID: {CORE}\nUnique-ID: {UUID}\nAnswer-State: ringing\n"
    "Caller-Caller-ID-Name: Zhang%20Wei\nCaller-Caller-ID-Number: 13800138000\nCaller-Destination-Number: 95598\n"
    "variable_sofia_profile_name: trunks\nContent-Type: command/reply\nReply-Text: %2BOK%0A\n"
    "Socket-Mode: async\nControl: full\n\n"
).encode()
OK = b"Content-Type: command/reply\nReply-Text: +OK\n\n"
NOTICE = (
    f"Content-Type: text/disconnect-notice\nControlled-Session-UUID: {UUID}\nContent-Disposition: linger\n"
    "Channel-Name: sofia/trunks/1\nLinger-Time: 10\nContent-Length: 0\n\n"
).encode()


@dataclass(frozen=True, slots=True)
class Said:
    """One command of the engine's."""

    line: str
    headers: dict[str, str]
    body: str

    @property
    def application(self) -> str:
        return self.headers.get("execute-app-name", "")


Script = Callable[[Said], bytes]


def json_event(name: str, **headers: str) -> bytes:
    body = json.dumps({"Event-Name": name, "Core-UUID": CORE, "Unique-ID": UUID, **headers}).encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(body) + body


def refused(reason: str) -> bytes:
    return f"Content-Type: command/reply\nReply-Text: -ERR {reason}\n\n".encode()


def key(digit: str) -> bytes:
    return json_event("DTMF", **{"DTMF-Digit": digit})


def completed(said: Said, response: str = "_none_", cause: str = "", **variables: str) -> bytes:
    return json_event(
        "CHANNEL_EXECUTE_COMPLETE",
        **{
            "Application": said.application,
            "Application-Response": response,
            "Application-UUID": said.headers.get("event-uuid", ""),
            "Answer-State": "hangup" if cause else "answered",
            "Event-Date-Timestamp": "1795306877062966",
            **({"Hangup-Cause": cause} if cause else {}),
            **{f"variable_{name}": value for name, value in variables.items()},
        },
    )


def played(said: Said) -> bytes:
    return completed(said, "FILE PLAYED")


def hung_up(cause: str = "NORMAL_CLEARING") -> bytes:
    return json_event("CHANNEL_HANGUP", **{"Hangup-Cause": cause})


def accounted(cause: str = "NORMAL_CLEARING", disposition: str = "recv_bye") -> bytes:
    return json_event(
        "CHANNEL_HANGUP_COMPLETE",
        **{
            "Hangup-Cause": cause,
            "Caller-Channel-Answered-Time": "1795306809182950",
            "Caller-Channel-Hangup-Time": "1795306821622948",
            "variable_sip_hangup_disposition": disposition,
            "variable_billmsec": "12440",
            "variable_sip_call_id": "511b8aa4",
            "variable_read_codec": "PCMU",
        },
    )


def hangup(cause: str = "NORMAL_CLEARING", disposition: str = "recv_bye") -> bytes:
    return hung_up(cause) + accounted(cause, disposition)


class FakeSwitch:
    """Answers `+OK` to everything but `connect`, and runs a test's script for an application, if there is one.

    `silent` names commands that get no reply; `reply` gives other replies by the command's first word.
    """

    def __init__(self, data: bytes = CHANNEL_DATA) -> None:
        self.engine, self.sock = socket.socketpair()
        self.said: list[Said] = []
        self.on: dict[str, Script] = {"hangup": lambda said: hangup(said.body, "send_bye")}
        self.reply: dict[str, bytes] = {"connect": data}
        self._heard = Signal()
        self._reader = gevent.spawn(self._run)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def close(self) -> None:
        self._reader.kill()
        self.sock.close()
        self.engine.close()

    def reset(self) -> None:
        """Breaks off without a farewell."""
        self.sock.shutdown(socket.SHUT_RDWR)
        self._reader.kill()
        self.sock.close()

    def wait_for(self, word: str) -> Said:
        """The command with this application or first word, once it has come."""
        with gevent.Timeout(5):
            while True:
                for said in self.said:
                    if word in (said.application, said.line.split()[0]):
                        return said
                self._heard.clear()
                self._heard.wait()

    def applications(self) -> list[str]:
        return [said.application for said in self.said if said.application]

    def _run(self) -> None:
        for said in commands(self.sock):
            self.said.append(said)
            self._heard.set()
            answer = self.reply.get(said.application or said.line.split()[0], OK)
            script = self.on.get(said.application)
            answer += script(said) if script else b""
            if answer:
                self.sock.sendall(answer)


def commands(sock: socket.socket) -> Iterator[Said]:
    """What comes off a socket, as FreeSWITCH reads it: headers up to a blank line, a counted body."""
    with sock.makefile("rb") as stream:
        while line := stream.readline():
            if not line.strip():
                continue
            headers: dict[str, str] = {}
            while header := stream.readline().strip():
                name, _, value = header.decode().partition(": ")
                headers[name] = value
            body = stream.read(int(headers.get("content-length", 0)))
            yield Said(line.decode().strip(), headers, body.decode())


def connected(switch: FakeSwitch) -> Session:
    session = Session(switch.engine)
    session.connect()
    return session


def leg_of(switch: FakeSwitch) -> EslLeg:
    return EslLeg(connected(switch).channel)


def failing(
    call: Callable[..., object], *arguments: Any, **named: Any
) -> "gevent.Greenlet[..., EslError | CallEnded | None]":
    """A call under way in a greenlet, whose value is what ends it."""

    def attempt() -> EslError | CallEnded | None:
        try:
            call(*arguments, **named)
        except (EslError, CallEnded) as error:
            return error
        return None

    return gevent.spawn(attempt)


def capture(name: str) -> list[tuple[str, bytes]]:
    """Who said what, in order: `switch` or `engine`, and the bytes."""
    lines = (CAPTURES / f"{name}.jsonl").read_text().splitlines()
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [(entry["from"], entry["text"].encode("latin-1")) for entry in entries]


def said_by_switch(name: str) -> bytes:
    return b"".join(data for who, data in capture(name) if who == "switch")


_EVENT_UUID = re.compile(rb"event-uuid: ([0-9a-f]{8})-")


class Replay:
    """A captured call, played again: it hears what was said then, or the test fails, and says what was answered.

    `heard` is what the engine said instead, if it said something else. After `cut` of the switch's messages the socket
    is closed.
    """

    def __init__(self, name: str, cut: int | None = None) -> None:
        self.engine, self._sock = socket.socketpair()
        self.heard: bytes | None = None
        self._script = capture(name)
        self._cut = cut
        self._then = next((found[1] for _, data in self._script if (found := _EVENT_UUID.search(data))), b"")
        self._now = self._then
        self._player = gevent.spawn(self._play)

    def close(self) -> None:
        self._player.kill()
        self._sock.close()
        self.engine.close()

    def _play(self) -> None:
        messages = 0
        for who, data in self._script:
            if messages == self._cut:
                break
            if who == "engine":
                self._hear(data)
            else:
                messages += 1
                self._sock.sendall(data.replace(self._then + b"-", self._now + b"-") if self._then else data)
        self._sock.shutdown(socket.SHUT_RDWR)

    def _hear(self, expected: bytes) -> None:
        heard = b""
        while len(heard) < len(expected) and (data := self._sock.recv(len(expected) - len(heard))):
            heard += data
        if found := _EVENT_UUID.search(heard):
            self._now = found[1]
        if heard.replace(self._now + b"-", self._then + b"-") != expected:
            self.heard = heard
            self._sock.shutdown(socket.SHUT_RDWR)
