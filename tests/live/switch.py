"""A real FreeSWITCH with our configuration, as a child process on free loopback ports."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from fsapp.server.freeswitch_conf import esl_password, render
from fsapp.server.freeswitch_settings import FreeswitchSettings

PHONE = """<include>
<user id="{user}">
  <params><param name="password" value="{password}"/></params>
</user>
</include>
"""


def binary() -> Path | None:
    """FREESWITCH_BIN, or the one on PATH."""
    names = [os.environ.get("FREESWITCH_BIN"), shutil.which("freeswitch")]
    return next((Path(name) for name in names if name and Path(name).exists()), None)


def free_port() -> int:
    """A port that neither UDP nor TCP uses on 127.0.0.1 at the moment."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Switch:
    """Started by `start`, surely stopped by `stop`; everything that it writes lies under `root`."""

    def __init__(
        self, program: Path, root: Path, settings: FreeswitchSettings, *, can_start_programs: bool = True
    ) -> None:
        """It `can_start_programs`, which our configuration forbids: else no canary could sing, whatever stands open."""
        self._can_start_programs = can_start_programs
        self.program = program
        self.root = root
        self.data = root / "data"
        self.settings = settings

    def start(self) -> None:
        render(self.settings, self.root / "conf", self.data)
        if self._can_start_programs:
            document = self.root / "conf" / "freeswitch.xml"
            document.write_text(document.read_text().replace("_commands=true", "_commands=false"))
        folders = {name: self.root / "freeswitch" / name for name in ("log", "db", "run")}
        for folder in folders.values():
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        options = [word for name, folder in folders.items() for word in (f"-{name}", str(folder))]
        command = [str(self.program), "-nf", "-nc", "-nonat", "-np", "-conf", str(self.root / "conf"), *options]
        with (self.root / "freeswitch" / "output").open("wb") as output:
            self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self._wait_until_ready()

    def stop(self) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(5)

    def kill(self) -> None:
        """As a crash would; it may be started again."""
        self._child.kill()
        self._child.wait(5)

    def api(self, command: str) -> str:
        """What an API command answers, by a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.settings.event_socket.port), 5) as connection:
            stream = connection.makefile("rwb")
            password = esl_password(self.settings, self.data)
            stream.write(f"auth {password}\n\napi {command}\n\n".encode())
            stream.flush()
            for _ in ("greeting", "auth", "answer"):
                body = _body(stream)
            return body.strip()

    def add_phone(self, user: str, password: str) -> None:
        file = self.root / "conf" / "directory" / "phones" / f"{user}.xml"
        file.write_text(PHONE.format(user=user, password=password))
        self.api("reloadxml")

    @property
    def ended(self) -> bool:
        return self._child.poll() is not None

    @property
    def pid(self) -> int:
        return self._child.pid

    def channels(self) -> int:
        return int(self.api("show channels count").split()[0])

    def wait_empty(self, within: float) -> None:
        """Until no channel is left. Raises TimeoutError, which names those that are."""
        limit = time.monotonic() + within
        while self.channels():
            if time.monotonic() > limit:
                raise TimeoutError(f"after {within} s there are still\n{self.api('show channels')}")
            time.sleep(0.1)

    def cdrs(self) -> list[dict[str, Any]]:
        """The records of callers' legs that FreeSWITCH wrote; a file is complete once it ends in a newline."""
        texts = [file.read_text() for file in (self.data / self.settings.cdr_dir).glob("a_*.json")]
        return [json.loads(text) for text in texts if text.endswith("\n")]

    @property
    def log(self) -> str:
        return (self.root / "freeswitch" / "log" / "freeswitch.log").read_text(errors="replace")

    def log_of(self, number: str) -> list[str]:
        """The lines about the calls from this number."""
        calls = {line.split()[0] for line in self.log.splitlines() if f"/{number}@" in line}
        return [line for line in self.log.splitlines() if line.split(maxsplit=1)[:1] and line.split()[0] in calls]

    @property
    def trunk(self) -> str:
        return f"127.0.0.1:{self.settings.trunks.port}"

    @property
    def registrar(self) -> str:
        return f"127.0.0.1:{self.settings.phones.port}"

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            if self._child.poll() is not None:
                break
            if self._is_ready():
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError("FreeSWITCH did not start:\n" + (self.root / "freeswitch" / "output").read_text())

    def _is_ready(self) -> bool:
        try:
            return self.api("sofia status").count("RUNNING") == 2
        except OSError:
            return False


def _body(stream: Any) -> str:
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    text: bytes = stream.read(length)
    return text.decode()
