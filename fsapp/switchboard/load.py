"""A load generator: plays many calls against a listening engine at top speed, and measures the engine.

    python -m fsapp.switchboard.load --port 8084 --calls 2000 --concurrency 100 --keys "1 1234567890# hangup"

One thread, epoll, event bytes made beforehand. It prints one JSON object. Told apart by what the engine says: an engine
that asks for `event json` gets only those events, one that says `myevents` gets all of its channel in plain.
`step_ms` is from an application's completion to the engine's next command, `first_command_ms` from connecting to the
engine's first command. Where `generator_busy` comes near 1, the generator is what was measured.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from fsapp.switchboard.load_call import Script
from fsapp.switchboard.load_generator import Generator, Load


def parsed(arguments: Sequence[str]) -> Load:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m fsapp.switchboard.load", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=50, help="calls at a time; as many as --calls is a burst")
    parser.add_argument("--rate", type=float, default=0.0, help="calls per second; 0: as fast as they end")
    parser.add_argument("--app-ms", type=float, default=0.0, help="how long a prompt or a read lasts")
    parser.add_argument("--hold", type=float, default=0.0, help="seconds that every call stays in its first prompt")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds of the engine's silence that fail a call")
    parser.add_argument("--keys", default="1 1234567890# hangup", help="a word of keys for each read; hangup")
    parser.add_argument("--digits", action="append", default=[], metavar="VARIABLE=KEYS", help="keys by variable")
    given = parser.parse_args(arguments)
    script = Script(tuple(given.keys.split()), dict(pair.split("=", 1) for pair in given.digits))
    names = ("host", "port", "calls", "concurrency", "rate", "app_ms", "hold", "timeout")
    return Load(**{name: getattr(given, name) for name in names}, script=script)


def main(arguments: Sequence[str] | None = None) -> int:
    figures = Generator(parsed(sys.argv[1:] if arguments is None else arguments)).run()
    sys.stdout.write(json.dumps(figures) + "\n")
    return 1 if figures["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
