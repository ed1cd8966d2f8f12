"""fsapp freeswitch: the configuration of the switch that serves this engine."""

import argparse
from pathlib import Path

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError


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
    parser.add_argument(
        "target",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="FreeSWITCH's configuration folder (default: `freeswitch.configuration` of the settings)",
    )


def run(given: argparse.Namespace) -> None:
    from fsapp.server.freeswitch_conf import render

    settings = options.settings(given)
    target = given.target or settings.freeswitch.configuration
    if target is None:
        raise FsappError("name the folder, here or as `configuration` in the section `freeswitch` of the settings")
    render(settings.freeswitch, target, settings.data)
    # FreeSWITCH takes these three folders together or not at all.
    print(f"{target}: written; start the switch with: freeswitch -nonat -conf {target} -log DIR -db DIR")
