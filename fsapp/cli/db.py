"""fsapp db: the database's schema, and its copies."""

import argparse
from datetime import datetime
from pathlib import Path

from fsapp.cli import options
from fsapp.cli.options import Commands


def add(commands: Commands) -> None:
    group = options.group(commands, "db", "The database of call records: its schema, its copies.", "fsapp db upgrade")
    upgrade = options.command(
        group,
        "upgrade",
        run,
        "Brings the schema up to date; the engine does it too, before it writes its first record.",
        "fsapp db upgrade --data /var/lib/fsapp",
    )
    backup = options.command(
        group,
        "backup",
        run_backup,
        "Copies the database, which may be in use, to a file with its checksum beside it; in a folder to one of today.",
        "fsapp db backup /var/backups/fsapp",
    )
    restore = options.command(
        group,
        "restore",
        run_restore,
        "Makes the database what a copy is. The engine must not run; what was there is kept beside it.",
        "fsapp db restore /var/backups/fsapp/fsapp-2026-11-24.db",
    )
    backup.add_argument("target", type=Path, metavar="FILE", help="a file, or a folder that exists")
    restore.add_argument("copy", type=Path, metavar="FILE", help="what `fsapp db backup` wrote")
    for parser in (upgrade, backup, restore):
        options.add_config(parser)
        options.add_data(parser)


def run(given: argparse.Namespace) -> None:
    from fsapp.server.databases import own_url
    from fsapp.store import database

    settings = options.settings(given)
    settings.data.mkdir(mode=0o770, parents=True, exist_ok=True)
    applied = database.upgrade_at(own_url(settings))
    print(f"applied: {', '.join(applied)}" if applied else "the schema is up to date")


def run_backup(given: argparse.Namespace) -> None:
    from fsapp.cli.progress import bar
    from fsapp.server.databases import own_url
    from fsapp.store.backups import backup

    settings = options.settings(given)
    target: Path = given.target
    if target.is_dir():
        target /= f"fsapp-{datetime.now(settings.zone):%Y-%m-%d}.db"
    size = backup(own_url(settings), target, bar("pages"))
    print(f"{target}: {size / 1_000_000:.1f} MB")


def run_restore(given: argparse.Namespace) -> None:
    from fsapp.server.control import PidFile
    from fsapp.server.databases import own_url
    from fsapp.store.backups import restore

    settings = options.settings(given)
    settings.data.mkdir(mode=0o770, parents=True, exist_ok=True)
    no_engine = PidFile(settings.data)
    try:
        former = restore(own_url(settings), given.copy)
    finally:
        no_engine.close()
    print(f"restored {given.copy}" + (f"; what was there is in {former}" if former else ""))
