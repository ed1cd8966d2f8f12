"""The load generator: what one call says, and a run against an engine."""

import json
import subprocess
import sys
from typing import Any

import pytest
from gevent.server import StreamServer

from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import CollectKeys, Utterance
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.switchboard.load_call import LoadCall, Script
from fsapp.switchboard.load_events import PLACEHOLDER, Templates, made
from tests.switchboard.wire_bench import Message, Reader

UUID = b"11111111-0000-4000-8000-222222222222"
MENU = Utterance("menu", "en", "/s/menu.wav", 2.0)


@pytest.fixture(scope="module")
def templates() -> dict[str, Templates]:
    return {form: made(form) for form in ("plain", "json")}


class Talk(Reader):
    """A call of the generator, without a socket."""

    def __init__(self, templates: dict[str, Templates], script: Script, opening: bytes) -> None:
        super().__init__()
        self.call = LoadCall(UUID, templates, script)
        self.told = self.say(b"connect\n\nlinger 10\n\n" + opening)

    def say(self, data: bytes) -> list[Message]:
        out = self.call.receive(data)
        while not self.call.idle and not self.call.ended:
            out += self.call.begin() + self.call.finish()
        self.pending = b"".join(out)
        assert PLACEHOLDER.encode() not in self.pending
        messages = []
        while message := self.complete():
            messages.append(message)
        return messages

    def execute(self, name: str, argument: str) -> list[Message]:
        head = f"sendmsg\ncall-command: execute\nexecute-app-name: {name}\nevent-uuid: e-1\ncontent-type: text/plain\n"
        return self.say(f"{head}content-length: {len(argument)}\n\n{argument}".encode())


JSON = b"filter Application -answer\n\nevent json CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE DTMF\n\n"
MYEVENTS = b"myevents\n\n"
READ = r"1 10 1 5000 # /s/p.wav silence_stream://10 k \d+ 2000"


def test_it_is_the_call_that_the_events_name(templates: dict[str, Templates]) -> None:
    talk = Talk(templates, Script(), JSON)
    assert talk.told[0].event["Unique-ID"] == UUID.decode()
    assert [message.reply for message in talk.told[1:3]] == ["+OK will linger 10 seconds", "+OK"]
    completed = talk.execute("playback", "/s/a.wav")[-1].event
    assert (completed["Unique-ID"], completed["Application-UUID"]) == (UUID.decode(), "e-1")
    assert completed["Core-UUID"] == talk.told[0].event["Core-UUID"]
    assert completed["Application-Response"] == "FILE PLAYED"


def test_only_what_was_asked_for_is_told(templates: dict[str, Templates]) -> None:
    assert [message.name for message in Talk(templates, Script(), JSON).execute("answer", "")] == [""]
    told = [message.name for message in Talk(templates, Script(), MYEVENTS).execute("answer", "")]
    assert told == ["", "CHANNEL_EXECUTE", "CHANNEL_ANSWER", "CHANNEL_EXECUTE_COMPLETE"]


@pytest.mark.parametrize("opening", [JSON, MYEVENTS])
@pytest.mark.parametrize(
    ("script", "digits", "terminator", "result"),
    [
        (Script(("12#",)), "12", "#", "success"),
        (Script(("12",)), "12", None, "success"),
        (Script(("-",)), None, None, "failure"),
        (Script(("9",), {"k": "77#"}), "77", "#", "success"),
    ],
)
def test_keys_come_in_order_or_by_variable(
    templates: dict[str, Templates], opening: bytes, script: Script, digits: Any, terminator: Any, result: str
) -> None:
    event = Talk(templates, script, opening).execute("play_and_get_digits", READ)[-1].event
    names = ("variable_k", "variable_read_terminator_used", "variable_read_result")
    assert tuple(event.get(name) for name in names) == (digits, terminator, result)


@pytest.mark.parametrize(("name", "argument"), [("hangup", "USER_BUSY"), ("play_and_get_digits", READ)])
def test_a_call_ends_by_the_engine_or_when_keys_run_out(
    templates: dict[str, Templates], name: str, argument: str
) -> None:
    talk = Talk(templates, Script(), JSON)
    told = talk.execute(name, argument)
    assert talk.call.ended
    assert told[-2].name == "CHANNEL_HANGUP_COMPLETE"
    assert "Content-Disposition: linger" in told[-1].text


def serve(sock: Any, _address: Any) -> None:
    session = Session(sock)
    try:
        session.connect()
        leg = EslLeg(session.channel)
        leg.answer()
        leg.play((MENU,), barge_in=False)
        while True:
            leg.collect(CollectKeys((MENU,), 1))
    except CallEnded:
        pass
    finally:
        session.stop()


def test_a_run_counts_calls_and_steps() -> None:
    server = StreamServer(("127.0.0.1", 0), serve)
    server.start()
    command = [sys.executable, "-m", "fsapp.switchboard.load", "--port", str(server.address[1])]
    arguments = ["--calls", "20", "--concurrency", "5", "--timeout", "5", "--keys", "1 2 hangup"]
    run = subprocess.run([*command, *arguments], capture_output=True, timeout=20, check=False)
    server.stop()
    figures = json.loads(run.stdout)
    assert (run.returncode, figures["done"], figures["failed"], figures["steps"]) == (0, 20, {}, 60)
    assert figures["step_ms"]["p50"] <= figures["step_ms"]["p99"]


def test_a_run_says_why_calls_failed() -> None:
    server = StreamServer(("127.0.0.1", 0), lambda sock, _address: sock.close())
    server.start()
    command = [sys.executable, "-m", "fsapp.switchboard.load", "--port", str(server.address[1]), "--calls", "3"]
    run = subprocess.run(command, capture_output=True, timeout=20, check=False)
    server.stop()
    assert run.returncode == 1
    assert sum(json.loads(run.stdout)["failed"].values()) == 3
