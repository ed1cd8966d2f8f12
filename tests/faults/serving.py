"""The engine as it is run, `fsapp serve`, in processes beside the stand-in: they can be killed, stopped and starved."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import gevent

from fsapp.domain.admin import Act
from fsapp.domain.agent import AgentRecord, QueuePlace
from fsapp.server.freeswitch_conf import esl_password
from fsapp.server.freeswitch_settings import FreeswitchSettings
from fsapp.store.agents import Agents
from fsapp.store.database import upgrade_at
from fsapp.switchboard.agent_phone import Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.dialplan import shipped
from fsapp.switchboard.parameters import CallParameters
from fsapp.switchboard.sounds import on_disk
from fsapp.switchboard.switch import Switch
from fsapp.switchboard.timeline import Pace
from tests.faults.checker import Evidence
from tests.faults.cutting import ANSWERS, FLOW
from tests.faults.house import stored, until
from tests.faults.people import Customer, DeskPhone

ROOT = Path(__file__).parents[2]
START_SECONDS = 40.0
PROMPTS = (
    *("ask_menu", "ask_account", "ask_rating", "goodbye", "nothing_pressed", "wrong_key"),
    *("sorry", "all_lines_busy", "number_not_in_service"),
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


QUICK_SECONDS = 1.0
"""What the engine's modules take to be imported where nothing else runs, and somewhat more."""


def slowness() -> float:
    """How many times slower than it should be this machine is at the moment: 1.0 and more."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import fsapp.app"], cwd=ROOT, check=True)
    return max(1.0, (time.monotonic() - began) / QUICK_SECONDS)


class Process:
    """One engine of a site; it may be started again."""

    def __init__(self, site: Path, name: str, settings: Mapping[str, Any]) -> None:
        self.metrics: str = settings["metrics"]
        self._child: subprocess.Popen[bytes] | None = None
        self._settings = site / f"{name}.yaml"
        self._settings.write_text(json.dumps(settings, default=str))  # JSON is YAML
        self._log = site / f"{name}.log"
        self._log.touch()

    def start(
        self,
        *options: str,
        descriptors: int = 0,
        environment: Mapping[str, str] | None = None,
        errors: IO[bytes] | None = None,
    ) -> None:
        """Waits until it serves calls, or stands by. It may open so many `descriptors`, if that is no 0; its log may go
        to `errors`.
        """
        said = self._said()
        limited = ["prlimit", f"--nofile={descriptors}:{descriptors}"] if descriptors else []
        command = [*limited, sys.executable, "-m", "fsapp", "serve", "--mute", "--config", str(self._settings)]
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                [*command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=errors or log,
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
            )
        assert until(lambda: self._said() > said or self.ended, START_SECONDS), self.log
        assert not self.ended, self.log

    @property
    def ended(self) -> bool:
        return self._child is None or self._child.poll() is not None

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")[-6000:]

    @property
    def cpu_seconds(self) -> float:
        """Of the process's whole life."""
        assert self._child is not None
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    @property
    def descriptors(self) -> int:
        assert self._child is not None
        return sum(1 for _ in Path(f"/proc/{self._child.pid}/fd").iterdir())

    def kill(self) -> None:
        """As a crash would."""
        assert self._child is not None
        self._child.kill()
        self._child.wait(10)

    def tell(self, number: int) -> None:
        assert self._child is not None
        self._child.send_signal(number)

    def stop(self) -> None:
        """As systemd would; hurries what takes long."""
        if self.ended:
            return
        self.tell(signal.SIGTERM)
        if not until(lambda: self.ended, 1.0):
            self.tell(signal.SIGTERM)
        if not until(lambda: self.ended, 15.0):
            self.kill()

    def health(self) -> Mapping[str, Any]:
        request = f"http://{self.metrics}/health"
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                said: Mapping[str, Any] = json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = json.loads(error.read())
        return said

    @property
    def serves(self) -> int:
        """How often it began to serve calls."""
        return self._count("fsapp ready")

    def _said(self) -> int:
        return self.serves + self._count("fsapp stands by")

    def _count(self, words: str) -> int:
        return self._log.read_text(errors="replace").count(words)


class Site:
    """A switch with phones whose agents are signed in, and engines that have the same settings."""

    def __init__(
        self, folder: Path, habits: Mapping[str, Habit], *, engines: int = 1, pace: Pace | None = None, **settings: Any
    ) -> None:
        """Where engines start slowly, telephones and chimes are as slow: the switch tries for eight of its seconds."""
        self.slowness = slowness()
        self.data = folder / "data"
        self.customers: dict[str, Customer] = {}
        self._write(folder)
        self._hire(habits)
        listen = f"127.0.0.1:{free_port()}"
        dialplan = shipped(listen)
        self.switch = Switch(pace or Pace(media=self.slowness, linger=0.1), sounds=on_disk, dialplan=dialplan)
        secret = folder / "esl-password"
        secrets = FreeswitchSettings.model_validate({"event_socket": {"password_file": secret}})
        port = self.switch.listen("127.0.0.1", 0, esl_password(secrets, folder))
        written = {**self._settings(folder, {"port": port, "password_file": secret}), "listen": listen, **settings}
        self.engines = [Process(folder, f"engine-{number}", written) for number in range(engines)]
        self.phones = {agent: DeskPhone(self.switch, agent, habit) for agent, habit in habits.items()}

    def call(self, customer: Customer, ani: str = "13800138000") -> Channel:
        channel = self.switch.dial_in(CallParameters(ani, "95598"), "trunks", customer)
        self.customers[channel.uuid] = customer
        return channel

    def arrive(self, calls: int, seconds: float) -> list[Customer]:
        """Callers come, evenly."""
        customers = []
        for _ in range(calls):
            customers.append(Customer(ANSWERS))
            self.call(customers[-1])
            gevent.sleep(seconds / calls)
        return customers

    def evidence(self, **facts: Any) -> Evidence:
        """What was written, once the engines have stopped."""
        return stored(
            self.data / "fsapp.db",
            calls=self.customers,
            channels=self.switch.channels,
            talked=[talk for phone in self.phones.values() for talk in phone.talked],
            silences={call: customer.silence for call, customer in self.customers.items()},
            **facts,
        )

    def close(self) -> None:
        for each in self.engines:
            each.stop()
        self.switch.close()

    def _write(self, folder: Path) -> None:
        for name in ("data", "flows", "dialplan", "sounds/zh"):
            (folder / name).mkdir(parents=True)
        head = 'version: 1\nflow: main\nlanguage: zh\nnumbers: ["95598"]\n'
        (folder / "flows" / "main.yaml").write_text(head + FLOW)
        (folder / "sounds/zh/prompts.yaml").write_text("".join(f"{name}: {name}\n" for name in PROMPTS))
        for name in PROMPTS:
            _write_prompt(folder / "sounds/zh" / f"{name}.wav")
        (folder / "queues.yaml").write_text(json.dumps({"service": {"wrap_up_time": 0, "ring_timeout": 10}}))

    def _hire(self, habits: Mapping[str, Habit]) -> None:
        """Agents who were signed in when an engine ended."""
        url = f"sqlite:///{self.data / 'fsapp.db'}"
        upgrade_at(url)
        records = [
            AgentRecord(agent, f"Agent {agent}", agent, queues={"service": QueuePlace()}, reject_delay_time=1.0)
            for agent in habits
        ]
        Agents(url).add(Act("test", 0), *records)
        self._sign_in(habits)

    def _sign_in(self, habits: Mapping[str, Habit]) -> None:
        present = {agent: {"phone": agent, "away": ""} for agent in habits}
        (self.data / "agents-present.json").write_text(json.dumps({"at": time.time(), "agents": present}))

    def _settings(self, folder: Path, event_socket: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            "data": self.data,
            "metrics": f"127.0.0.1:{free_port()}",
            "flows": folder / "flows",
            "dialplan": folder / "dialplan",
            "sounds": folder / "sounds",
            "queues": folder / "queues.yaml",
            "orphan_seconds": 3,
            "languages": ["zh"],
            "freeswitch": {"event_socket": event_socket, "phone_copies": None},
        }


def _write_prompt(file: Path) -> None:
    """A third of a second."""
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(b"\x10\x00" * 2667)
