"""fsapp recordings, and the script that cron runs."""

import json
import os
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fsapp.cli.commands import main
from fsapp.domain.events import Event, Kind
from fsapp.server.recording_files import RecordingFiles
from fsapp.store.journal import Journal

Fsapp = Callable[..., tuple[int, str, str]]

NOW = round(datetime.now(ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
DAY = 86_400_000
QUEUES = """
kept: {record: always}
short: {record: always, record_retention_days: 10}
"""


def bare(path: Path) -> None:
    """As long as ten seconds."""
    path.write_bytes(b"RIFF\0\0\0\0WAVE".ljust(44, b"\0") + b"\1" * 320_000)


class Site:
    """Recordings and talks of a site, as an engine writes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.files = RecordingFiles(self.data / "recordings", 0)
        self._seq = 0
        (folder / "fsapp.yaml").write_text("data: data\nqueues: queues.yaml\nrecordings: {retention_days: 100}\n")
        (folder / "queues.yaml").write_text(QUEUES)
        self.rules(NOW - 200 * DAY, kept="always", short="always")

    def rules(self, at: int, **rules: str) -> None:
        """What queues said of recording from then on."""
        self._keep(at, Kind.RECORD_RULES_LOADED, {"rules": rules})

    def recording(
        self, name: str, queue: str = "kept", days: int = 1, write: Callable[[Path], object] = bare, **more: Any
    ) -> Path:
        """A talk of ten seconds, recorded."""
        relative = self.files.new(datetime(2026, 11, 1), queue, name)
        path = self.files.path(relative)
        write(path)
        account = self.files.look(relative)
        started = NOW - days * DAY
        fields = {
            **{"recording": name, "call": f"call-{name}", "contact": f"call-{name}/1", "queue": queue},
            **{"caller": "13800138000", "called": "95598", "path": relative, "by": "rule", "agent": "2001"},
            **{"agents": ["2001"], "legs": [], "started_at": started, "ms": 10_000, "size": account.size},
            **{"sha256": account.sha256, "masked": [], "why": "the talk was over", **more},
        }
        self._keep(started + 10_000, Kind.RECORDING_SAVED, fields)
        self.talk(name, queue, started)
        os.utime(path, (started / 1000 + 10, started / 1000 + 10))
        return path

    def talk(self, name: str, queue: str = "kept", started: int = NOW - DAY) -> None:
        fields = {"contact": f"call-{name}/1", "call": f"call-{name}", "queue": queue, "agent": "2001"}
        self._keep(started + 10_000, Kind.TALK_ENDED, fields | {"started_at": started})

    def _keep(self, at: int, kind: Kind, fields: dict[str, Any]) -> None:
        journal = Journal(f"sqlite:///{self.data / 'fsapp.db'}")
        journal.append([Event("acd:r1", self._seq, at, kind, fields)])
        journal.close()
        self._seq += 1

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.data / "recordings.log").read_text().splitlines()]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return Site(tmp_path)


@pytest.fixture
def recordings(capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs `fsapp recordings …`: its exit code, what it printed, and what it complained of."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["recordings", *words, "--config", "fsapp.yaml"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def found(recordings: Fsapp, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in recordings(*words, "--json")[1].splitlines()]


def test_recordings_are_listed_and_shown(site: Site, recordings: Fsapp) -> None:
    site.recording("aaa1")
    site.recording("bbb2", days=2)
    assert [each["id"] for each in found(recordings, "list", "--number", "13800138000")] == ["aaa1", "bbb2"]
    assert "10.0" in recordings("list")[1]
    (shown,) = found(recordings, "show", "bbb")
    assert (shown["ms"], shown["agents"]) == (10_000, ["2001"])
    assert "sha256" in recordings("show", "aaa1")[1]


def test_what_is_well_has_no_findings(site: Site, recordings: Fsapp) -> None:
    site.recording("aaa1")
    assert recordings("verify") == (0, "0 findings\n", "")


def test_what_is_not_well_is_found(site: Site, recordings: Fsapp) -> None:
    site.recording("gone").unlink()
    with site.recording("changed").open("ab") as file:
        file.write(b"!")
    site.recording("short", ms=2000)
    site.files.path(site.files.new(datetime(2026, 11, 1), "kept", "stranger")).write_bytes(b"?")
    site.talk("unheard")
    wrong = {each["what"]: each for each in found(recordings, "verify")}
    assert set(wrong) == {"missing", "changed", "short", "orphaned", "unrecorded"}
    assert wrong["missing"]["recording"] == "gone"
    assert "10.0 s are in no recording" in wrong["unrecorded"]["sentence"]
    assert recordings("verify")[0] == 1


def test_files_are_read_only_where_they_may_have_changed_or_somebody_asks(site: Site, recordings: Fsapp) -> None:
    path = site.recording("aaa1")
    before = path.stat().st_mtime
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    (changed,) = found(recordings, "verify")
    assert (changed["what"], changed["recording"]) == ("changed", "aaa1")
    os.utime(path, (before, before))
    assert recordings("verify")[0] == 0
    assert [each["what"] for each in found(recordings, "verify", "--deep")] == ["changed"]


def test_a_copy_of_a_file_with_another_time_is_the_same_file(site: Site, recordings: Fsapp) -> None:
    os.utime(site.recording("aaa1"))
    assert recordings("verify") == (0, "0 findings\n", "")


def test_what_a_queue_said_when_a_talk_began_decides_whether_it_should_be_recorded(
    site: Site, recordings: Fsapp
) -> None:
    site.rules(NOW - 3 * DAY, kept="on_demand")
    site.rules(NOW - 2 * DAY, kept="always")
    site.talk("before", started=NOW - 4 * DAY)
    site.talk("while_nobody_wanted_it", started=NOW - 3 * DAY + 1000)
    site.talk("after", started=NOW - 2 * DAY)
    site.talk("of_a_queue_that_nobody_knows", "gone")
    (site.folder / "queues.yaml").write_text("kept: {record: never}\n")
    unrecorded = [each["sentence"].split(",")[0] for each in found(recordings, "verify")]
    assert unrecorded == ["call call-before", "call call-after"]


def test_a_copy_is_played_out_and_logged(site: Site, recordings: Fsapp, tmp_path: Path) -> None:
    path = site.recording("aaa1")
    assert recordings("play", "aaa1", "--out", "copy.wav")[0] == 0
    assert (tmp_path / "copy.wav").read_bytes() == path.read_bytes()
    (line,) = site.log()
    assert (line["what"], line["id"]) == ("played", "aaa1")
    assert stat.S_IMODE((site.data / "recordings.log").stat().st_mode) & 0o007 == 0


def test_a_persons_recordings_are_deleted_by_number(site: Site, recordings: Fsapp) -> None:
    paths = [site.recording("aaa1"), site.recording("bbb2")]
    other = site.recording("ccc3", caller="13900139000")
    code, _, _ = recordings("delete", "--number", "13800138000", "--why", "request 7")
    assert (code, [path.exists() for path in (*paths, other)]) == (0, [False, False, True])
    assert {(line["what"], line["why"]) for line in site.log()} == {("deleted", "request 7")}
    assert recordings("verify")[0] == 0


def test_what_is_held_is_not_deleted(site: Site, recordings: Fsapp) -> None:
    path = site.recording("aaa1", "short", days=50)
    recordings("hold", "aaa1", "--why", "case 12")
    code, _, complaint = recordings("delete", "aaa1", "--why", "request 7")
    assert (code, path.exists()) == (2, True)
    assert "held" in complaint
    assert recordings("expire")[1] == "there are none\n"
    recordings("hold", "aaa1", "--release")
    assert recordings("delete", "aaa1", "--why", "request 7")[0] == 0


def test_each_queue_keeps_its_recordings_as_long_as_it_says(site: Site, recordings: Fsapp) -> None:
    old = {
        "young": site.recording("young", "short", days=9),
        "old": site.recording("old", "short", days=11),
        "longer": site.recording("longer", "kept", days=99),
        "too_long": site.recording("too_long", "kept", days=101),
    }
    assert sorted(each["id"] for each in found(recordings, "expire", "--dry-run")) == ["old", "too_long"]
    assert all(path.exists() for path in old.values())
    recordings("expire")
    assert [name for name, path in old.items() if not path.exists()] == ["old", "too_long"]
    assert {(line["id"], line["why"]) for line in site.log()} == {
        ("old", "older than 10 days"),
        ("too_long", "older than 100 days"),
    }


def test_a_recording_that_is_not_there_is_a_sentence(site: Site, recordings: Fsapp) -> None:
    site.recording("aaa1")
    code, _, complaint = recordings("show", "zzz")
    assert (code, complaint) == (2, "fsapp recordings: there is no recording zzz, or more than one begins so\n")
