"""fsapp agents state: signs an agent in or out, or sets the agent ready or busy, in the running engine."""

import argparse
import getpass

from fsapp.cli import agent_changes, options
from fsapp.cli.options import Commands

LIMIT_SECONDS = 5.0


def add(group: Commands) -> None:
    parser = options.command(
        group,
        "state",
        run,
        "Sets an agent's state in the running engine, as the agent's phone codes do; without a state shows it.",
        "fsapp agents state 1001 busy --reason lunch",
    )
    agent_changes.add_number(parser)
    parser.add_argument("state", nargs="?", choices=("in", "out", "ready", "busy"))
    parser.add_argument("--phone", default="", metavar="EXTENSION", help="where to sign in (default: the own phone)")
    parser.add_argument("--reason", default="", help="why busy, as in the site's list of reasons")
    options.add_config(parser)
    options.add_data(parser)


def run(given: argparse.Namespace) -> None:
    from fsapp.domain.errors import FsappError
    from fsapp.server.control_socket import request

    data = options.settings(given).data
    if given.state is None:
        floor = request(data, "floor", {}, LIMIT_SECONDS)
        agent = next((each for each in floor["agents"] if each["agent"] == given.number), None)
        if agent is None:
            raise FsappError(f"there is no agent {given.number}")
    else:
        fields = {"agent": given.number, "state": given.state, "phone": given.phone, "reason": given.reason}
        agent = request(data, "agent_state", fields | {"by": getpass.getuser()}, LIMIT_SECONDS)
    reason = f" ({agent['reason']})" if agent["reason"] else ""
    where = f" at phone {agent['phone']}" if agent["phone"] else ""
    print(f"agent {agent['agent']} {agent['name']}: {agent['state']}{reason}{where}")
