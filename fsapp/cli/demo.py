"""fsapp demo: a call to the engine at the terminal, through the stand-in for FreeSWITCH, over the real wire."""

import argparse
import ctypes
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.switchboard.telephone import Telephone


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
    parser.add_argument("--keys", help="what the caller does, instead of a person at the terminal")


def run(given: argparse.Namespace) -> None:
    from fsapp.cli import cdr

    data = Path(tempfile.mkdtemp(prefix="fsapp-demo-"))
    try:
        with _engine(given.config, data) as address:
            uuid = _call(given, address)
        print()
        cdr.show_call(f"sqlite:///{data}/fsapp.db", uuid, options.settings(given).zone)
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _engine(config: Path | None, data: Path) -> Iterator[str]:
    """A running engine that writes to `data`; where it listens. It is stopped, all records kept, at the end."""
    command = [sys.executable, "-m", "fsapp", "serve", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]
    command += ["--data", str(data)]
    command += ["--config", str(config)] if config else []
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


def _call(given: argparse.Namespace, engine: str) -> str:
    """Calls, and waits until the call is over; its uuid."""
    from fsapp.switchboard.switch import CallParameters, Switch
    from fsapp.switchboard.timeline import Pace

    switch = Switch(Pace(media=0.0 if given.keys is not None else 1.0))
    channel = switch.call(engine, CallParameters(given.ani, given.number), _telephone(given.keys))
    switch.wait(channel)
    return channel.uuid


def _telephone(keys: str | None) -> "Telephone":
    """A person at the terminal, or a key script that is shown there too."""
    from fsapp.media.cache import words_of
    from fsapp.switchboard.key_script import KeyScript
    from fsapp.switchboard.terminal import ShownScript, TerminalCaller

    return TerminalCaller(words_of) if keys is None else ShownScript(KeyScript(keys), words_of)
