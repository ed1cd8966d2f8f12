"""fsapp health: whether the engine is well, for Nagios and its kin: exit code 0, 1, 2 or 3, and one line."""

import argparse
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from math import inf
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.health import Finding, Limits, Vitals
    from fsapp.server.settings import EngineSettings

SECONDS = 5.0
"""For each answer of the engine."""


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "health",
        run,
        "Tells in one line how the engine is: exit code 0 well, 1 look at it, 2 come running, 3 it cannot be told.",
        "fsapp health --wait 120:600 --backup /var/backups/fsapp",
    )
    options.add_config(parser)
    options.add_data(parser)
    parser.add_argument("--wait", default="120:600", metavar="W:C", help="seconds a caller may wait (default: 120:600)")
    parser.add_argument("--disk", default="10:3", metavar="W:C", help="per cent of the disk to be free (default: 10:3)")
    parser.add_argument("--backup", type=Path, metavar="PATH", help="a copy of the database, or a folder of them")
    parser.add_argument("--backup-hours", type=float, default=26, metavar="N", help="how old it may be (default: 26)")


def run(given: argparse.Namespace) -> int:
    from fsapp.domain.health import Finding, Level, Limits, findings, line

    try:
        settings, limits = options.settings(given), _limits(given)
    except (FsappError, OSError) as error:
        print(line([Finding(Level.UNKNOWN, str(error))], None, Limits()))
        return Level.UNKNOWN
    broken = _store_findings(settings)
    try:
        vitals: Vitals | None = _vitals(settings, given)
    except (FsappError, OSError, HTTPException, ValueError) as error:
        broken.insert(0, Finding(Level.CRITICAL, str(error) or type(error).__name__))
        vitals = None
    found = [*broken, *(findings(vitals, limits) if vitals else ())]
    print(line(found, vitals, limits))
    return max((each.level for each in found), default=Level.OK)


def _limits(given: argparse.Namespace) -> "Limits":
    from fsapp.domain.health import Limits

    wait, disk = _pair(given.wait), _pair(given.disk)
    return Limits(
        wait_warning=wait[0],
        wait_critical=wait[1],
        disk_warning=disk[0] / 100,
        disk_critical=disk[1] / 100,
        backup_hours=given.backup_hours,
    )


def _pair(text: str) -> tuple[float, float]:
    try:
        warning, critical = map(float, text.split(":"))
    except ValueError:
        raise FsappError(f"{text!r} is not W:C, such as 120:600") from None
    return warning, critical


def _store_findings(settings: "EngineSettings") -> "list[Finding]":
    """Calls are served without the database; but somebody should look."""
    from fsapp.domain.health import Finding, Level
    from fsapp.server.databases import own_url
    from fsapp.store.connections import reporting

    try:
        with reporting(own_url(settings), SECONDS):
            return []
    except FsappError as error:
        return [Finding(Level.WARNING, str(error))]


def _vitals(settings: "EngineSettings", given: argparse.Namespace) -> "Vitals":
    """Raises FsappError, OSError, HTTPException, ValueError."""
    from fsapp.domain.health import Vitals
    from fsapp.server.control_socket import request

    floor: Mapping[str, Any] = request(settings.data, "floor", {}, SECONDS)
    queues = floor["queues"].values()
    usage = disk_usage(settings.data)
    return Vitals(
        _metrics(settings),
        waiting=sum(queue["waiting"] for queue in queues),
        longest_wait=max((queue["longest_seconds"] for queue in queues), default=0),
        on_duty=sum(agent["state"] != "offline" for agent in floor["agents"]),
        disk_free=usage.free / usage.total,
        backup_age_hours=_backup_age(given.backup) if given.backup else None,
    )


def _metrics(settings: "EngineSettings") -> Mapping[str, float]:
    """Those without labels."""
    if settings.metrics is None or not settings.metrics.port:
        return {}
    connection = HTTPConnection(*settings.metrics.pair, timeout=SECONDS)
    try:
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
    finally:
        connection.close()
    pairs = (line.split() for line in lines if line.startswith("fsapp_") and "{" not in line)
    return {name: float(value) for name, value in pairs}


def _backup_age(path: Path) -> float:
    """Hours since the newest file was written; infinite where there is none."""
    files = path.iterdir() if path.is_dir() else (path,)
    written = max((file.stat().st_mtime for file in files if file.is_file()), default=-inf)
    return (time.time() - written) / 3600
