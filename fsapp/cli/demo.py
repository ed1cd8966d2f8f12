"""fsapp demo: a call to the engine at the terminal, through the stand-in for FreeSWITCH, over the real wire."""

import argparse
import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.switchboard.switch import Switch
    from fsapp.switchboard.telephone import Telephone

AGENTS = {"1001": "李雷", "1002": "韩梅梅"}
"""Who is on duty, at telephones that answer by themselves."""

RING_SECONDS, TALK_SECONDS = 3.0, 20.0

START_SECONDS = 10.0

HURRY = 0.1
"""A second of a call without a person, in seconds: not less, for a caller who waits is to hear music and no end."""


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "demo",
        run,
        "Starts an engine and a stand-in for FreeSWITCH, and puts you on a call; then shows its record.",
        "fsapp demo --keys '1 1234567890# hangup'",
    )
    options.add_config(parser)
    parser.add_argument("number", nargs="?", default="95598", help="the number to call (default: the power hotline)")
    parser.add_argument("--from", dest="ani", default="13800138000", metavar="ANI", help="who calls")
    parser.add_argument("--hours", action="store_true", help="keep the site's business hours; else it is always open")
    parser.add_argument("--keys", help="what the caller does, instead of a person at the terminal")


def run(given: argparse.Namespace) -> None:
    from fsapp.cli import cdr

    data = Path(tempfile.mkdtemp(prefix="fsapp-demo-"))
    url = f"sqlite:///{data}/fsapp.db"
    try:
        switch, event_socket = _switch(given, data)
        _hire(url)
        with _engine(given, data, event_socket) as address:
            _sign_in(data)
            uuid = _call(given, switch, address)
        print()
        cdr.show_call(url, uuid, options.settings(given).zone)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _switch(given: argparse.Namespace, data: Path) -> "tuple[Switch, str]":
    """The stand-in, with a telephone for each agent; and where it takes commands."""
    from fsapp.server.freeswitch_conf import esl_password
    from fsapp.switchboard.agent_phone import AgentPhone, Habit
    from fsapp.switchboard.switch import Switch
    from fsapp.switchboard.timeline import Pace

    switch = Switch(Pace(media=HURRY if given.keys is not None else 1.0))
    password = esl_password(options.settings(given).freeswitch, data)
    for agent in AGENTS:
        AgentPhone(switch, agent, Habit(answers_after=RING_SECONDS, talks=TALK_SECONDS))
    return switch, f"127.0.0.1:{switch.listen('127.0.0.1', 0, password)}"


def _always_open(given: argparse.Namespace, data: Path) -> Path:
    """The site's calendars, without closing hours: whoever tries the demo at night wants to talk to an agent too."""
    from fsapp.files.calendars import load_calendars

    settings = options.settings(given)
    always = f"{{time_zone: {settings.timezone}, hours: {{mon-sun: 00:00-24:00}}}}"
    file = data / "calendars.yaml"
    file.write_text("".join(f"{name}: {always}\n" for name in load_calendars(settings.calendars).names))
    return file


def _hire(url: str) -> None:
    """Two agents who serve every queue of the site's."""
    from fsapp.domain.admin import Act
    from fsapp.domain.agent import AgentRecord, QueuePlace
    from fsapp.store.agents import Agents
    from fsapp.store.database import upgrade_at

    upgrade_at(url)
    queues = {name: QueuePlace() for name in ("service", "sales")}
    staff = [AgentRecord(agent, name, extension=agent, queues=queues) for agent, name in AGENTS.items()]
    Agents(url).add(Act("demo", 0), *staff)


def _sign_in(data: Path) -> None:
    from fsapp.server.control_socket import request

    for agent in AGENTS:
        until = time.monotonic() + START_SECONDS
        while agent not in _known(data) and time.monotonic() < until:
            time.sleep(0.02)
        request(data, "agent_state", {"agent": agent, "state": "in", "by": "demo"}, START_SECONDS)


def _known(data: Path) -> set[str]:
    """The agents whom the engine has read by now."""
    from fsapp.server.control_socket import request

    return {each["agent"] for each in request(data, "floor", {}, START_SECONDS)["agents"]}


@contextmanager
def _engine(given: argparse.Namespace, data: Path, event_socket: str) -> Iterator[str]:
    """A running engine that writes to `data`; where it listens. It is stopped, all records kept, at the end."""
    command = [sys.executable, "-m", "fsapp", "serve", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]
    command += ["--data", str(data), "--event-socket", event_socket]
    command += ["--config", str(given.config)] if given.config else []
    command += [] if given.hours else ["--calendars", str(_always_open(given, data))]
    command += [] if _can_speak() else ["--mute"]
    with (
        (data / "log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as engine,
    ):
        try:
            yield _address(engine.stdout.readline() if engine.stdout else "", data / "log")
        finally:
            engine.terminate()


def _can_speak() -> bool:
    """Whether the library is there that pyttsx3 speaks with."""
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        return False
    return True


def _address(ready_line: str, log: Path) -> str:
    """From `fsapp ready: … listening on HOST:PORT, …`. Raises FsappError."""
    _, found, rest = ready_line.partition("listening on ")
    if not found:
        raise FsappError(f"the engine did not start:\n{log.read_text(encoding='utf-8')}")
    return rest.partition(",")[0]


def _call(given: argparse.Namespace, switch: "Switch", engine: str) -> str:
    """Calls, as through a FreeSWITCH with the shipped dialplan, and waits until the call is over; its uuid."""
    from fsapp.switchboard.dialplan import shipped
    from fsapp.switchboard.switch import CallParameters

    switch.dialplan = shipped(engine)
    parameters = CallParameters(given.ani, given.number)
    channel = switch.dial_in(parameters, telephone=_telephone(given.keys))
    switch.wait(channel)
    return channel.uuid


def _telephone(keys: str | None) -> "Telephone":
    """A person at the terminal, or a key script that is shown there too."""
    from fsapp.media.cache import words_of
    from fsapp.switchboard.key_script import KeyScript
    from fsapp.switchboard.terminal import ShownScript, TerminalCaller

    return TerminalCaller(words_of) if keys is None else ShownScript(KeyScript(keys), words_of)
