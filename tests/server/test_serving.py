"""`fsapp serve` as a process: ready line, reload, drain, and the records that are left."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import gevent
import pytest

if TYPE_CHECKING:
    from tests.server.conftest import Caller

ROOT = Path(__file__).parents[2]
LIMIT = 20.0

FLOW = """version: 1
flow: hotline
language: zh
numbers: ["95598"]
main:
  - say: goodbye
  - hangup
"""

SETTINGS = """
listen: 127.0.0.1:0
metrics: 127.0.0.1:0
data: data
flows: flows
dialplan: dialplan
sounds: {sounds}
drain_seconds: {drain}
orphan_seconds: 0
speech: {{languages: {{zh: {{engine: command, command: [{python}, {speaker}]}}}}, workers: 1}}
languages: [zh]
"""

SPEAKER = """import sys, wave
with wave.open(sys.argv[-1], "wb") as out:
    out.setparams((1, 2, 8000, 0, "NONE", ""))
    out.writeframes(bytes(1600))
"""


COMMAND = (sys.executable, "-m", "fsapp")


def write_site(folder: Path, drain: float) -> Path:
    """A site with one flow and a speaker that needs no voice; its settings."""
    for name in ("flows", "dialplan", "sounds/zh"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "flows" / "hotline.yaml").write_text(FLOW)
    (folder / "speaker.py").write_text(SPEAKER)
    prompts = ("goodbye", "sorry", "all_lines_busy", "number_not_in_service")
    (folder / "sounds/zh/prompts.yaml").write_text("".join(f"{name}: 再见。\n" for name in prompts))
    settings = folder / "fsapp.yaml"
    speaker = folder / "speaker.py"
    text = SETTINGS.format(sounds=folder / "sounds", drain=drain, python=sys.executable, speaker=speaker)
    settings.write_text(text)
    return settings


def run(*words: str, settings: Path) -> "subprocess.CompletedProcess[str]":
    """One command to its end."""
    command = [*COMMAND, *words, "--config", str(settings)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=LIMIT, check=False)


class Engine:
    """A running `fsapp serve`."""

    def __init__(self, folder: Path, drain: float = 30.0) -> None:
        self.folder = folder
        self.settings = write_site(folder, drain)
        self.flow = folder / "flows" / "hotline.yaml"
        command = [*COMMAND, "serve", "--config", str(self.settings)]
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        self.ready = self.process.stdout.readline()

    @property
    def address(self) -> tuple[str, int]:
        found = re.search(r"listening on ([\d.]+):(\d+),", self.ready)
        assert found, self.ready + (self.folder / "log").read_text()
        return found[1], int(found[2])

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Another `fsapp` with the same settings."""
        return run(*words, settings=self.settings)

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LIMIT)
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    started = Engine(tmp_path)
    yield started
    started.close()


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Engine]:
    """An engine that does not wait for calls when it stops."""
    started = Engine(tmp_path, drain=0.0)
    yield started
    started.close()


def test_one_line_says_that_it_is_ready(engine: Engine) -> None:
    assert re.fullmatch(
        r"fsapp ready: flows 1, listening on 127\.0\.0\.1:\d+, metrics http://127\.0\.0\.1:\d+/metrics\n", engine.ready
    )


def test_a_call_is_served_logged_and_recorded(engine: Engine, calling: "Callable[..., Caller]") -> None:
    caller = calling(engine.address)
    caller.wait_until_closed()
    engine.stop()
    assert engine.process.wait(LIMIT) == 0
    listed = json.loads(engine.run("cdr", "list", "--json").stdout)
    assert (listed["uuid"], listed["flow"], listed["hangup_party"]) == (caller.uuid, "hotline", "engine")
    steps = [line for line in engine.log() if line.get("event") == "StepFinished"]
    assert [(line["call"], line["step"]) for line in steps] == [(caller.uuid, "say"), (caller.uuid, "hangup")]


def test_a_call_under_way_ends_by_itself_before_the_engine_does(
    engine: Engine, calling: "Callable[..., Caller]"
) -> None:
    caller = calling(engine.address, endless=["playback"])
    caller.wait_for("playback")
    engine.stop()
    with pytest.raises(OSError, match="refused"):
        gevent.with_timeout(LIMIT, _until_refused, calling, engine.address)
    assert engine.process.poll() is None
    caller.finish()
    caller.wait_until_closed()
    assert engine.process.wait(LIMIT) == 0
    assert caller.cause == "NORMAL_CLEARING"


def _until_refused(calling: "Callable[..., Caller]", address: tuple[str, int]) -> None:
    while True:
        calling(address)
        gevent.sleep(0.01)


def test_a_second_signal_hands_calls_back_at_once_and_keeps_their_records(
    engine: Engine, calling: "Callable[..., Caller]"
) -> None:
    caller = calling(engine.address, endless=["playback"])
    caller.wait_for("playback")
    engine.stop()
    engine.stop(signal.SIGINT)
    assert engine.process.wait(LIMIT) == 0
    assert "hangup" not in dict(caller.executed)
    assert json.loads(engine.run("cdr", "list", "--json").stdout)["hangup_cause"] == "handed_back"


def test_the_next_engine_closes_the_record_of_a_call_that_lost_its_own(
    tmp_path: Path, calling: "Callable[..., Caller]"
) -> None:
    first = Engine(tmp_path)
    caller = calling(first.address, endless=["playback"])
    caller.wait_for("playback")
    with gevent.Timeout(LIMIT):
        while first.run("cdr", "show", caller.uuid).returncode:
            gevent.sleep(0.01)  # until the journal has it
    first.stop(signal.SIGKILL)
    first.close()
    second = Engine(tmp_path)
    with gevent.Timeout(LIMIT):
        while not (listed := second.run("cdr", "list", "--json").stdout):
            gevent.sleep(0.05)
    second.close()
    record = json.loads(listed)
    assert (record["uuid"], record["hangup_cause"]) == (caller.uuid, "engine_lost")


def test_calls_that_outlast_the_drain_are_handed_back(impatient: Engine, calling: "Callable[..., Caller]") -> None:
    caller = calling(impatient.address, endless=["playback"])
    caller.wait_for("playback")
    impatient.stop()
    assert impatient.process.wait(LIMIT) == 0
    caller.wait_until_closed()
    assert caller.cause == ""


def test_a_reload_serves_new_calls_by_the_new_flow_or_says_why_not(
    engine: Engine, calling: "Callable[..., Caller]"
) -> None:
    engine.flow.write_text(FLOW.replace("say: goodbye", "say: sorry"))
    done = engine.run("reload")
    assert (done.returncode, done.stdout) == (0, "reloaded\n")
    engine.flow.write_text(FLOW.replace("hangup", "hangupp"))
    refused = engine.run("reload")
    assert refused.returncode == 1
    assert refused.stdout.startswith(f"{engine.flow}:7: there is no step 'hangupp'")
    caller = calling(engine.address)
    caller.wait_until_closed()
    record = json.loads(engine.run("cdr", "list", "--json").stdout)
    assert record["steps"] == 2


@pytest.mark.parametrize("broken", ["flows/hotline.yaml", "sounds/zh/prompts.yaml", "fsapp.yaml", "dialplan/rules.py"])
def test_a_broken_file_stops_the_start_with_a_sentence(tmp_path: Path, broken: str) -> None:
    settings = write_site(tmp_path, drain=0)
    (tmp_path / broken).write_text("a: [\n")
    ended = run("serve", settings=settings)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert str(tmp_path / broken) in ended.stderr
    assert "Traceback" not in ended.stderr
