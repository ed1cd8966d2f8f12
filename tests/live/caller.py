"""A caller at a real telephone (phone.py in a process of its own), seen from the test."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.live import hearing

_PHONE = Path(__file__).with_name("phone.py")
HEARD = 0.7
"""A prompt was heard if this share of it was. Other prompts of the same voice stay far below: test_hearing.py."""


class Caller:
    """One call at a time. Every wait has a limit and raises TimeoutError."""

    def __init__(self, number: str, folder: Path, *options: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.number = number
        self.recording = folder / f"{number}-heard.wav"
        self._forgotten = 0
        self._events = folder / f"{number}-events"
        with self._events.open("wb") as events, (folder / f"{number}-errors").open("wb") as errors:
            command = [sys.executable, str(_PHONE), number, str(self.recording), *options]
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=events, stderr=errors)
        self._say(f"# {number}")
        self.wait_for("ready")

    @property
    def port(self) -> int:
        return int(self.wait_for("ready").split()[1])

    def call(self, uri: str) -> None:
        self._say(f"call {uri}")

    def press(self, keys: str) -> None:
        self._say(f"keys {keys}")

    def answer(self) -> None:
        self._say("answer")

    def refuse(self, code: int) -> None:
        self._say(f"refuse {code}")

    def refer(self, uri: str) -> None:
        self._say(f"refer {uri}")

    def hold(self, on: bool) -> None:
        self._say("hold" if on else "unhold")

    def call_too(self, uri: str) -> None:
        """On a second line."""
        self._say(f"too {uri}")

    def connect_calls(self) -> None:
        """The other sides of both calls, by REFER."""
        self._say("connect")

    def register(self, on: bool) -> None:
        self._say("register" if on else "unregister")

    def hang_up(self) -> None:
        self._say("hangup")
        self.wait_for("ended")

    def close(self) -> None:
        if self._child.poll() is None:
            self._say("quit")
        try:
            self._child.wait(2)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(5)
        if self._child.stdin:
            self._child.stdin.close()

    def events(self, kind: str) -> list[str]:
        return [line for line in self._events.read_text().splitlines() if line.split()[0] == kind]

    def wait_for(self, kind: str, within: float = 15, count: int = 1) -> str:
        """The first event of this kind, or the `count`-th one."""
        until(lambda: len(self.events(kind)) >= count, within, f"{kind!r} number {count} at the phone")
        return self.events(kind)[count - 1]

    def hear(self, prompt: Path, within: float = 20) -> None:
        """Listens until the prompt has come to its end."""
        wanted = hearing.sound(prompt)

        def over() -> bool:
            heard = self.heard()
            match = hearing.match(heard, wanted)
            return match.share >= HEARD and (match.end <= len(heard) or self._hung_up)

        until(over, within, f"{prompt.name} in the caller's ear")

    @property
    def _hung_up(self) -> bool:
        """Whether the last call is over: the telephone keeps what came last until it is closed."""
        return self._events.read_text().splitlines()[-1].startswith("ended")

    def has_heard(self, prompt: Path) -> bool:
        return hearing.likeness(self.heard(), hearing.sound(prompt)) >= HEARD

    def heard(self) -> hearing.Sound:
        """Everything until now, or since `forget`."""
        return hearing.sound(self.recording)[self._forgotten :]

    def forget(self) -> None:
        """What was heard until now does not count any more."""
        self._forgotten += len(self.heard())

    def _say(self, line: str) -> None:
        if self._child.stdin is None or self._child.poll() is not None:
            raise RuntimeError(f"the phone is gone: {self._events.read_text()}")
        self._child.stdin.write(line.encode() + b"\n")
        self._child.stdin.flush()


def until(done: Callable[[], bool], within: float, what: str) -> None:
    """Looks again and again. Raises TimeoutError."""
    limit = time.monotonic() + within
    while not done():
        if time.monotonic() > limit:
            raise TimeoutError(f"no {what} within {within} s")
        time.sleep(0.1)
