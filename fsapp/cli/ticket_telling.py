"""fsapp tickets tell: what cron does with tickets, see scripts/tickets-due."""

import argparse
import sys

from fsapp.cli import options, ticket_base
from fsapp.cli.options import Commands


def add(group: Commands) -> None:
    parser = options.command(
        group,
        "tell",
        run,
        "Makes tickets that calls could not make, tells owners and superiors of late ones, sends what waits. For cron.",
        "fsapp tickets tell",
    )
    parser.add_argument("--verbose", action="store_true", help="say what was done also where nothing went wrong")
    options.add_config(parser)
    options.add_data(parser)


def run(given: argparse.Namespace) -> int:
    """Exit code 1 where a ticket could not be made or somebody could not be told, each with a sentence."""
    from fsapp.cli.commands import FINDINGS
    from fsapp.server.system import SystemClock
    from fsapp.server.ticket_sending import sender

    office = ticket_base.office(given, writes=True)
    unmade = office.make_up()
    late = office.escalate()
    sending = sender(options.settings(given), SystemClock())
    try:
        counts = sending.run()
    finally:
        sending.close()
    problems = [*(f"the ticket that call {call} wants cannot be made: {why}" for call, why in unmade), *counts.problems]
    for problem in problems:
        print(problem, file=sys.stderr)
    if given.verbose:
        waiting = counts.failed + counts.skipped
        print(f"{late} late, {counts.sent} told, {waiting} to be told later, {counts.given_up} given up")
    return FINDINGS if problems else 0
