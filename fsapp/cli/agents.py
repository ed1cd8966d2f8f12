"""fsapp agents: who works here, at which phone, in which queues, and how well."""

import argparse
from typing import TYPE_CHECKING

from fsapp.cli import agent_changes, agent_duty, agent_state, agents_card, options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.agent import AgentRecord
    from fsapp.store.agents import Agents

_COLUMNS = ("number", "name", "role", "phone", "language", "queues", "skills")


def add(commands: Commands) -> None:
    example = "fsapp agents add 1001 --name 李雷 --queue service --skill billing:5"
    group = options.group(commands, "agents", "The registry of agents.", example)
    agent_changes.add(group)
    agent_state.add(group)
    agent_duty.add(group)
    agents_card.add(group)
    listing = options.command(group, "list", run_list, "Lists the agents.", "fsapp agents list --queue service")
    showing = options.command(group, "show", run_show, "Shows one agent.", "fsapp agents show 1001 --json")
    listing.add_argument("--queue", metavar="NAME", help="only those who serve this queue")
    agent_changes.add_number(showing)
    for parser in (listing, showing):
        parser.add_argument("--json", action="store_true", help="print JSON, a line an agent")
        options.add_config(parser)
        options.add_data(parser)


def run_list(given: argparse.Namespace) -> None:
    from fsapp.cli.agent_words import shown
    from fsapp.cli.table import table

    agents = [each for each in _agents(given).all() if given.queue in (None, *each.queues)]
    if given.json:
        _print_json(*agents)
    elif agents:
        rows = [shown(each) for each in agents]
        print(table(_COLUMNS, [[row.get(column, "") for column in _COLUMNS] for row in rows]))
    else:
        print("no agents")


def run_show(given: argparse.Namespace) -> None:
    from fsapp.cli.agent_words import shown
    from fsapp.cli.table import table

    record = _agents(given).get(given.number)
    if record is None:
        raise FsappError(f"there is no agent {given.number}")
    if given.json:
        _print_json(record)
    else:
        print(table(("agent", ""), list(shown(record).items())))


def _agents(given: argparse.Namespace) -> "Agents":
    from fsapp.server.databases import own_url
    from fsapp.store.agents import Agents

    return Agents(own_url(options.settings(given)))


def _print_json(*records: "AgentRecord") -> None:
    import orjson

    from fsapp.store.agent_rows import agent_fields

    for record in records:
        options.write_out(orjson.dumps(agent_fields(record), option=orjson.OPT_APPEND_NEWLINE))
