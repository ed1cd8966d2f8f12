"""fsapp db: the database's schema."""

import argparse

from fsapp.cli import options
from fsapp.cli.options import Commands


def add(commands: Commands) -> None:
    parser = options.group(commands, "db", "The database of call records.", "fsapp db upgrade")
    upgrade = options.command(
        parser,
        "upgrade",
        run,
        "Brings the schema up to date; the engine does it too, before it writes its first record.",
        "fsapp db upgrade --data /var/lib/fsapp",
    )
    options.add_config(upgrade)
    options.add_data(upgrade)


def run(given: argparse.Namespace) -> None:
    from fsapp.server.databases import own_url
    from fsapp.store import database

    settings = options.settings(given)
    settings.data.mkdir(mode=0o770, parents=True, exist_ok=True)
    applied = database.upgrade_at(own_url(settings))
    print(f"applied: {', '.join(applied)}" if applied else "the schema is up to date")
