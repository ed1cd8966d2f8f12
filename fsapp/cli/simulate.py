"""fsapp simulate: a day of callers and agents through the dispatcher, in seconds."""

import argparse
import json
from pathlib import Path

from fsapp.cli import options
from fsapp.cli.options import Commands

QUEUES = Path("conf/queues.yaml")


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "simulate",
        run,
        "Runs a day of arrivals, patience, agents and shifts: service level, waits, abandonment, occupancy.",
        "fsapp simulate day.yaml --queues what-if.yaml",
    )
    parser.add_argument("day", type=Path, metavar="DAY", help="the day, a YAML file")
    parser.add_argument("--queues", type=Path, default=QUEUES, metavar="FILE", help=f"the queues (default: {QUEUES})")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(given: argparse.Namespace) -> None:
    from fsapp.acd.day import load_day
    from fsapp.acd.results import as_table
    from fsapp.acd.settings import load_queues
    from fsapp.acd.simulation import simulate

    queues = load_queues(given.queues)
    result = simulate(load_day(given.day, queues), queues)
    print(json.dumps(result.as_record(), ensure_ascii=False) if given.json else as_table(result))
