"""fsapp recordings: what was recorded of calls; found, heard, verified, held, deleted."""

import argparse
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.cli.recordings_packing import as_wav, run_compress
from fsapp.domain.errors import FsappError
from fsapp.domain.recording import RecordingRecord

if TYPE_CHECKING:
    from fsapp.server.recording_care import RecordingCare
    from fsapp.server.recording_files import RecordingFiles
    from fsapp.server.settings import EngineSettings
    from fsapp.store.recordings import Recordings

FINDINGS = 1
DAY = 86_400_000
_PLAYERS = (("play", "-q"), ("aplay", "-q"), ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"))
_LISTED = ("started", "seconds", "queue", "agents", "caller", "state", "hold", "id")


def add(commands: Commands) -> None:
    group = options.group(
        commands,
        "recordings",
        "What was recorded of calls: found, heard, verified, held, deleted.",
        "fsapp recordings list --number 13800138000",
    )
    _add_looking(group)
    _add_changing(group)


def _add_looking(group: Commands) -> None:
    shown = _command(
        group, "list", run_list, "Lists recordings, the newest first.", "--from 2026-11-01 --queue service"
    )
    options.add_period(shown)
    for name, what in (("queue", "NAME"), ("agent", "NUMBER"), ("number", "NUMBER"), ("call", "ID"), ("ticket", "ID")):
        shown.add_argument(f"--{name}", default="", metavar=what, help=f"of this {name} only")
    shown.add_argument("--limit", type=int, default=100, help="at most so many, 0: all (default: 100)")
    _with_id(_command(group, "show", run_show, "Tells all of a recording.", "7f3a"))
    play = _command(group, "play", run_play, "Plays a recording here, or copies it: who heard it is logged.", "7f3a")
    _with_id(play)
    play.add_argument("--out", type=Path, metavar="FILE", help="copy it there instead; a WAV, unless it ends else")
    verify = _command(
        group,
        "verify",
        run_verify,
        "Finds files that are missing, changed or orphaned, and talks that should be recorded and are not; the last"
        " seven days, where nothing else is said.",
        "--from 2026-11-01",
    )
    options.add_period(verify)
    verify.add_argument("--deep", action="store_true", help="read all files, where size and time are as they were too")


def _add_changing(group: Commands) -> None:
    hold = _command(
        group, "hold", run_hold, "Keeps a recording from being deleted: a legal hold.", "7f3a --why 'case 12'"
    )
    _with_id(hold)
    way = hold.add_mutually_exclusive_group(required=True)
    way.add_argument("--why", metavar="TEXT", help="the reason, for the log")
    way.add_argument("--release", action="store_true", help="end the hold")
    delete = _command(
        group, "delete", run_delete, "Deletes recordings; what is held stays.", "--number 13800138000 --why 'request 7'"
    )
    which = delete.add_mutually_exclusive_group(required=True)
    which.add_argument("recording", nargs="?", default="", metavar="ID", help="the recording's id, or how it begins")
    which.add_argument("--number", default="", metavar="NUMBER", help="all of calls from or to this number")
    delete.add_argument("--why", required=True, metavar="TEXT", help="the reason, for the log")
    expire = _command(group, "expire", run_expire, "Deletes what is older than its queue allows.", "--dry-run")
    expire.add_argument("--dry-run", action="store_true", help="only tell what would be deleted")
    compress = _command(
        group, "compress", run_compress, "Compresses what is over for some time, by the settings' program.", "--dry-run"
    )
    compress.add_argument("--dry-run", action="store_true", help="only tell how many would be compressed")


def run_list(given: argparse.Namespace) -> None:
    from fsapp.store.recordings import RecordingFilter

    care, zone = _care(given)
    since, until = (options.milliseconds(text, zone) for text in (given.since, given.until))
    wanted = RecordingFilter(since, until, given.queue, given.agent, given.call, given.number, given.ticket)
    _print(care.find(wanted, given.limit), given, zone)


def run_show(given: argparse.Namespace) -> None:
    from fsapp.cli.records import local

    care, zone = _care(given)
    record = care.show(given.recording)
    if given.json:
        _print_json([asdict(record)])
        return
    moments = {"started_at", "ended_at", "deleted_at"}
    for name, value in asdict(record).items():
        shown = local(value, zone) if name in moments and value is not None else value
        print(f"{name:12} {', '.join(map(str, shown)) if isinstance(shown, tuple) else shown or ''}".rstrip())


def run_play(given: argparse.Namespace) -> None:
    care, _ = _care(given)
    record = care.show(given.recording)
    file = care.file(record)
    player = next((each for each in _PLAYERS if shutil.which(each[0])), None)
    if given.out is None and player is None:
        raise FsappError(f"none of {', '.join(each[0] for each in _PLAYERS)} is installed; the file is {file}")
    care.heard(record)
    if given.out is not None and given.out.suffix == file.suffix:
        shutil.copyfile(file, given.out)
        return
    with as_wav(options.settings(given), file) as wav:
        if given.out is not None:
            shutil.copyfile(wav, given.out)
        elif player is not None:
            subprocess.run([*player, str(wav)], check=False)


def run_verify(given: argparse.Namespace) -> int:
    from fsapp.server.recording_verifying import RecordingVerifier

    recordings, files, settings = _parts(given)
    now = datetime.now(settings.zone)
    since, until = (options.milliseconds(text, settings.zone) for text in (given.since, given.until))
    until = round(now.timestamp() * 1000) if until is None else until
    verifier = RecordingVerifier(recordings, files, now, deep=given.deep)
    found = list(verifier.findings(until - 7 * DAY if since is None else since, until))
    if given.json:
        _print_json(map(asdict, found))
    else:
        for each in found:
            print(f"{each.what}: {each.recording + ': ' if each.recording else ''}{each.sentence}")
        print(f"{len(found)} findings")
    return FINDINGS if found else 0


def run_hold(given: argparse.Namespace) -> None:
    care, zone = _care(given)
    care.hold(care.show(given.recording), "" if given.release else given.why)
    _print([care.show(given.recording)], given, zone)


def run_delete(given: argparse.Namespace) -> int:
    from fsapp.store.recordings import RecordingFilter

    care, zone = _care(given)
    if given.number:
        found = [each for each in care.find(RecordingFilter(number=given.number)) if each.state != "deleted"]
    else:
        found = [care.show(given.recording)]
    left = [each for each in found if not care.delete(each, given.why)]
    _print([each for each in found if each not in left], given, zone)
    if left:
        raise FsappError(f"held, or being recorded, and not deleted: {', '.join(each.id for each in left)}")
    return 0


def run_expire(given: argparse.Namespace) -> None:
    from fsapp.server.recording_settings import RecordingSettings

    care, zone = _care(given)
    settings: RecordingSettings = options.settings(given).recordings
    old = list(care.expired(_queues(given), settings))
    if not given.dry_run:
        old = [(each, days) for each, days in old if care.delete(each, f"older than {days} days")]
    _print([each for each, _ in old], given, zone)


def _command(group: Commands, name: str, run: options.Run, summary: str, example: str) -> argparse.ArgumentParser:
    parser = options.command(group, name, run, summary, f"fsapp recordings {name} {example}")
    options.add_config(parser)
    options.add_data(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, a line each; times are UTC milliseconds")
    return parser


def _with_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recording", metavar="ID", help="the recording's id, or how it begins")


def _parts(given: argparse.Namespace) -> "tuple[Recordings, RecordingFiles, EngineSettings]":
    from fsapp.server.databases import own_url
    from fsapp.server.recording_files import RecordingFiles
    from fsapp.store.recordings import Recordings

    settings = options.settings(given)
    files = RecordingFiles(settings.data / "recordings", settings.recordings.min_free_mb)
    return Recordings(own_url(settings)), files, settings


def _care(given: argparse.Namespace) -> tuple["RecordingCare", tzinfo]:
    from fsapp.server.recording_care import RecordingCare

    recordings, files, settings = _parts(given)
    log = settings.data / "recordings.log"
    return RecordingCare(recordings, files, log, datetime.now(settings.zone)), settings.zone


def _queues(given: argparse.Namespace) -> Mapping[str, Any]:
    from fsapp.acd.settings import load_queues

    file = options.settings(given).queues
    return load_queues(file) if file.exists() else {}


def _print(records: Iterable[RecordingRecord], given: argparse.Namespace, zone: tzinfo) -> None:
    from fsapp.cli.table import table

    found = list(records)
    if given.json:
        _print_json(map(asdict, found))
        return
    print(table(_LISTED, [_row(each, zone) for each in found]) if found else "there are none")


def _row(record: RecordingRecord, zone: tzinfo) -> list[str]:
    from fsapp.cli.records import local

    seconds = f"{record.ms / 1000:.1f}"
    agents = " ".join(record.agents)
    return [
        local(record.started_at, zone),
        seconds,
        record.queue,
        agents,
        record.caller,
        record.state,
        record.hold,
        record.id,
    ]


def _print_json(found: Iterable[Mapping[str, Any]]) -> None:
    import orjson

    for each in found:
        options.write_out(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))
