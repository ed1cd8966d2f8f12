"""A disk that fills up under engine and switch: recordings stop first, with an alarm; records of calls never."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapp.domain.recording import RecordingRecord, RecordingState
from fsapp.domain.recording_coverage import NATURAL_ENDS
from fsapp.server.recording_files import RecordingFiles
from fsapp.store.recordings import RecordingFilter, Recordings
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.office import CALLER_TONE, Office, hears
from tests.live.switch import Switch

pytestmark = pytest.mark.timeout(240)

AGENT, RECORDED, UNRECORDED = "2501", "7031", "7032"
MEGABYTE = 1_000_000
SIZE_MB, LEAST_MB = 300, 50
FULL = "the disk is nearly full"


class SmallDisk:
    """A file system of its own, that a ballast fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def leave(self, megabytes: float) -> None:
        """So much is left from now on; what is written later goes off it."""
        self._ballast.unlink(missing_ok=True)
        free = shutil.disk_usage(self.folder).free - round(megabytes * MEGABYTE)
        with self._ballast.open("wb") as file:
            while free > 0:
                free -= file.write(bytes(min(free, MEGABYTE)))

    def fill(self) -> None:
        """To the last byte."""
        self.leave(0.1)
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                return

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "fsapp-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nobody but root mounts a small disk")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=False)


class SmallEngine(Engine):
    """An engine whose data lie on the small disk."""

    def __init__(self, switch: Switch, port: int, disk: SmallDisk) -> None:
        self._disk = disk
        super().__init__(switch, port)

    def _written(self, switch: Switch) -> dict[str, object]:
        self.data = self._disk.folder / "data"
        shutil.copytree(switch.data / "freeswitch", self.data / "freeswitch", ignore=shutil.ignore_patterns("cdr"))
        return {**super()._written(switch), "recordings": {"min_free_mb": LEAST_MB}}


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int, disk: SmallDisk) -> Iterator[SmallEngine]:
    started = SmallEngine(switch, engine_port, disk)
    started.start()
    yield started
    disk.empty()
    started.stop()


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((AGENT, "--queue", "live_recorded:1", "--queue", "live_unrecorded:1", "--wrap-up", "0"),)


@pytest.fixture(autouse=True)
def emptied(disk: SmallDisk) -> Iterator[None]:
    yield
    disk.empty()


def recording(engine: Engine, number: str) -> RecordingRecord:
    """The only recording of a caller, once its end is known."""
    recordings = Recordings(f"sqlite:///{engine.data / 'fsapp.db'}")

    def over() -> list[RecordingRecord]:
        found = recordings.find(RecordingFilter(number=number))
        return [each for each in found if each.state != RecordingState.OPEN]

    until(lambda: bool(over()), 20, f"recording of {number}")
    (found,) = over()
    return found


def hangs_up(office: Office, caller: Caller, agent: Caller) -> None:
    """And the agent goes."""
    caller.hang_up()
    agent.wait_for("ended")
    office.set(AGENT, "out")
    office.wait(AGENT, "offline")
    agent.close()


def test_recordings_end_before_the_disk_is_full_and_begin_again_when_there_is_room(
    engine: SmallEngine, office: Office, disk: SmallDisk, number: str
) -> None:
    agent, caller = office.talk(AGENT, number, RECORDED)
    hears(caller, office.tone(AGENT))
    disk.leave(LEAST_MB - 5)
    record = recording(engine, number)
    account = RecordingFiles(engine.data / "recordings", 0).look(record.path)
    assert (record.state, record.why) == ("saved", FULL)
    assert (account.problem, account.sha256, account.ms > 1000) == ("", record.sha256, True)
    assert "nothing is recorded, 1 recordings end" in engine.log
    agent.forget()
    hears(agent, CALLER_TONE)
    hangs_up(office, caller, agent)
    assert engine.cdr(number).answered_at is not None

    refused = f"{number}1"
    agent, caller = office.talk(AGENT, refused, RECORDED)
    hangs_up(office, caller, agent)
    assert engine.cdr(refused).answered_at is not None
    missing = recording(engine, refused)
    assert (missing.state, missing.why) == ("failed", FULL)

    disk.empty()
    until(lambda: "there is room again" in engine.log, 20, "room")
    again = f"{number}2"
    agent, caller = office.talk(AGENT, again, RECORDED)
    hears(caller, office.tone(AGENT))
    hangs_up(office, caller, agent)
    assert (recording(engine, again).state, recording(engine, again).why in NATURAL_ENDS) == ("saved", True)
    assert engine.command("recordings", "verify", "--deep") == "0 findings\n"


def test_no_record_of_a_call_is_lost_while_nothing_at_all_can_be_written(
    engine: SmallEngine, office: Office, disk: SmallDisk, number: str
) -> None:
    disk.fill()
    calls = [f"{number}{each}" for each in range(3)]
    for each in calls:
        agent, caller = office.talk(AGENT, each, RECORDED)
        hangs_up(office, caller, agent)
    disk.empty()
    for each in calls:
        cdr = engine.cdr(each, within=30)
        assert (cdr.answered_at is not None, cdr.hangup_cause) == (True, "NORMAL_CLEARING")
        failed = recording(engine, each)
        assert failed.state == "failed"
        assert failed.why == FULL or "FreeSWITCH does not record" in failed.why
