"""fsapp serve: the engine."""

import argparse
import gc
import resource
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.server.settings import Address

SWITCH_INTERVAL = 0.001
"""Seconds a native thread may keep the interpreter from the calls; Python's own default is 0.005."""


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "serve",
        run,
        "Serves calls until SIGTERM, which drains; SIGHUP reloads flows, dialplan and settings.",
        "fsapp serve --listen 127.0.0.1:8084 --data /var/lib/fsapp",
    )
    options.add_config(parser)
    options.add_flows(parser)
    options.add_data(parser)
    parser.add_argument("--listen", type=_address, metavar="HOST:PORT", help="where FreeSWITCH finds the engine")
    parser.add_argument("--metrics", type=_address, metavar="HOST:PORT", help="where /metrics and /health are served")
    parser.add_argument("--calendars", type=Path, metavar="FILE", help="business hours, instead of the settings'")
    parser.add_argument(
        "--event-socket", type=_address, metavar="HOST:PORT", help="where FreeSWITCH takes commands (default: settings)"
    )
    parser.add_argument(
        "--stand-by", action="store_true", help="wait while another engine works in the data folder, and go on after it"
    )
    parser.add_argument("--mute", action="store_true", help="prompts are silence, for a machine that cannot speak")


def run(given: argparse.Namespace) -> None:
    """Prints one line when it is ready, and returns when it was stopped."""
    from fsapp import app

    sys.setswitchinterval(SWITCH_INTERVAL)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a call is a socket, and 1,024 are soon in use
    read = partial(options.settings, given)
    engine = app.build(read, app.stand_by(read, partial(print, flush=True)) if given.stand_by else None)
    engine.start()
    _spare_the_collector()
    print(engine.ready_line(), flush=True)
    engine.serve_until_stopped()


def _spare_the_collector() -> None:
    """What is there by now stays: a full collection over it stops the hub for 20 to 120 ms, measured. What calls leave
    behind is young, and little of it is in circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _address(text: str) -> "Address":
    from pydantic import ValidationError

    from fsapp.server.settings import Address

    try:
        return Address.model_validate(text)
    except ValidationError:
        raise argparse.ArgumentTypeError(f"{text!r} is no host:port") from None
