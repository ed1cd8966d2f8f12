"""The engine as operators run it, `fsapp serve`, as a child process beside the real switch."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from fsapp.domain.cdr import Cdr
from fsapp.server.control_socket import request
from fsapp.store.cdrs import CallRecord, CdrFilter, Cdrs
from tests.live.caller import until
from tests.live.switch import Switch

ROOT = Path(__file__).parents[2]
FLOWS = Path(__file__).with_name("flows")
START_SECONDS = 20
CALL_INFO = "https://crm.example/calls/"


class Engine:
    """Serves the shipped flows and those in tests/live/flows; writes below the switch's folder."""

    program: tuple[str, ...] = ("-m", "fsapp")

    def __init__(
        self, switch: Switch, port: int, *, event_socket: int | None = None, sounds: Path = ROOT / "sounds"
    ) -> None:
        """`event_socket` is the port of a wire to the switch's (wire.py); `sounds` is another catalogue's folder."""
        self._sounds = sounds
        self._event_socket = event_socket or switch.settings.event_socket.port
        self.data = switch.data
        self._folder = switch.root / "engine"
        self._output = self._folder / "output"
        self._settings = self._folder / "fsapp.yaml"
        self._port = port
        self._flows()
        self._bills()
        self._settings.write_text(json.dumps(self._written(switch), default=str))  # JSON is YAML

    def start(self) -> None:
        before = self._ready_lines()
        with self._output.open("ab") as output:
            command = [sys.executable, *self.program, "serve", "--config", str(self._settings)]
            self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=ROOT)
        limit = time.monotonic() + START_SECONDS
        while self._ready_lines() == before:
            if self._child.poll() is not None or time.monotonic() > limit:
                self.kill()
                raise RuntimeError("the engine did not start:\n" + self._output.read_text()[-4000:])
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        return self._child.pid

    def kill(self) -> None:
        """As a crash would."""
        self._child.kill()
        self._child.wait(5)

    def stop(self) -> int:
        """As systemd would; gives the exit code."""
        self._child.terminate()
        try:
            return self._child.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def command(self, *words: str, stdin: str = "") -> str:
        """What an administrator types; its output. Raises CalledProcessError."""
        command = [sys.executable, "-m", "fsapp", *words, "--config", str(self._settings)]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, check=False, timeout=30)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr}")
        return done.stdout

    def floor(self) -> Any:
        """Agents and queues as they are."""
        return request(self.data, "floor", {}, 5)

    def agent(self, number: str) -> Any:
        """An agent as the running engine has it."""
        unknown = {"agent": number, "state": "unknown"}  # it has just begun to read who there is
        return next((each for each in self.floor()["agents"] if each["agent"] == number), unknown)

    @property
    def log(self) -> str:
        return self._output.read_text(errors="replace")

    def cdr(self, ani: str, within: float = 10) -> Cdr:
        """The only record of the only call from this number, once the call is over."""
        until(lambda: bool(self.cdrs(ani)), within, f"record of the call from {ani}")
        (cdr,) = self.cdrs(ani)
        return cdr

    def cdrs(self, ani: str = "", dnis: str = "", limit: int = 1000) -> tuple[Cdr, ...]:
        return self._records.list(CdrFilter(ani=ani, dnis=dnis), limit=limit).cdrs

    def record(self, uuid: str) -> CallRecord:
        record = self._records.show(uuid)
        if record is None:
            raise LookupError(uuid)
        return record

    @property
    def _records(self) -> Cdrs:
        return Cdrs(f"sqlite:///{self.data / 'fsapp.db'}")

    def _ready_lines(self) -> int:
        return self._output.read_text(errors="replace").count("fsapp ready") if self._output.exists() else 0

    def _flows(self) -> None:
        folder = self._folder / "flows"
        folder.mkdir(parents=True, exist_ok=True)
        for file in [*(ROOT / "ivr_flows").glob("*.yaml"), *FLOWS.glob("*.yaml")]:
            shutil.copy(file, folder)

    def _bills(self) -> None:
        with sqlite3.connect(self._folder / "power.db") as bills:
            bills.execute("CREATE TABLE IF NOT EXISTS bill (account, amount, month, due)")
            bills.execute("INSERT INTO bill VALUES ('1234567890', 312.5, 10, '2026-11-30')")
        bills.close()

    def _written(self, switch: Switch) -> dict[str, object]:
        sql = {
            "url": f"sqlite:///{self._folder / 'power.db'}",
            "query": "SELECT amount, month, due FROM bill WHERE account = :account",
        }
        return {
            "listen": f"127.0.0.1:{self._port}",
            "metrics": "127.0.0.1:0",
            "data": self.data,
            "flows": self._folder / "flows",
            "dialplan": ROOT / "dialplan",
            "sounds": self._sounds,
            "calendars": ROOT / "conf" / "calendars.yaml",
            "queues": FLOWS.with_name("queues.yaml"),
            "drain_seconds": 2,
            "screen_pop": {"url": "http://127.0.0.1:9/pop", "call_info": CALL_INFO},
            "lookups": {"billing": {"sql": sql}, "outages": {"sql": {**sql, "query": "SELECT 1 AS area"}}},
            "freeswitch": {
                "event_socket": {"port": self._event_socket},
                "phone_copies": str(switch.settings.phone_copies),
                "configuration": switch.root / "conf",
            },
        }
