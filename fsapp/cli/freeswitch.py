"""fsapp freeswitch: the configuration of the switch that serves this engine."""

import argparse
from pathlib import Path

from fsapp.cli import options
from fsapp.cli.options import Commands


def add(commands: Commands) -> None:
    group = options.group(
        commands, "freeswitch", "The switch's configuration.", "fsapp freeswitch render /etc/freeswitch"
    )
    parser = options.command(
        group,
        "render",
        run,
        "Writes a complete FreeSWITCH configuration, with what the settings say and a password nobody knows.",
        "fsapp freeswitch render /etc/freeswitch",
    )
    options.add_config(parser)
    options.add_data(parser)
    parser.add_argument("target", type=Path, metavar="DIR", help="FreeSWITCH's configuration folder")


def run(given: argparse.Namespace) -> None:
    from fsapp.server.freeswitch_conf import render

    settings = options.settings(given)
    render(settings.freeswitch, given.target, settings.data)
    # FreeSWITCH takes these three folders together or not at all.
    print(f"{given.target}: written; start the switch with: freeswitch -nonat -conf {given.target} -log DIR -db DIR")
