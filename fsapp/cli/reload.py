"""fsapp reload: flows, dialplan, prompts, calendars and settings anew, without losing a call."""

import argparse

from fsapp.cli import options
from fsapp.cli.options import Commands

LIMIT_SECONDS = 60.0


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "reload",
        run,
        "Has the running engine read everything anew. With any problem it goes on as it was, and this says why.",
        "fsapp reload --data /var/lib/fsapp",
    )
    options.add_config(parser)
    options.add_data(parser)


def run(given: argparse.Namespace) -> int:
    from fsapp.cli.commands import FINDINGS
    from fsapp.server import control_socket

    problems = control_socket.request(options.settings(given).data, "reload", {}, LIMIT_SECONDS)
    for problem in problems:
        print(problem)
    print(f"not reloaded: {len(problems)} problems; what was in force stays" if problems else "reloaded")
    return FINDINGS if problems else 0
