"""fsapp agents card: the codes of the phone, as every agent should have them at hand."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.desk.plan import DeskPlan
    from fsapp.server.settings import EngineSettings


def add(group: Commands) -> None:
    parser = options.command(
        group,
        "card",
        run,
        "Prints the card of codes: the engine's, with what this site's dialplan/agents.py says. HTML is a page of A5.",
        "fsapp agents card --language en --format html -o card.html",
    )
    options.add_config(parser)
    parser.add_argument("--language", choices=("zh", "en"), help="of the card (default: the site's first)")
    parser.add_argument("--format", choices=("text", "html"), default="text")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of printing")


def run(given: argparse.Namespace) -> None:
    from fsapp.desk.card import card
    from fsapp.desk.card_html import html
    from fsapp.desk.card_text import text

    settings = options.settings(given)
    printed = card(_plan(settings), given.language or _first_language(settings))
    page = html(printed) if given.format == "html" else text(printed) + "\n"
    if given.output:
        given.output.write_text(page, encoding="utf-8")
    else:
        options.write_out(page.encode())


def _plan(settings: "EngineSettings") -> "DeskPlan":
    """From the rule files alone: a card can be printed though other files are wrong."""
    from fsapp.desk.planning import Surroundings, plan
    from fsapp.server import dialplan

    found = plan(dialplan.load(settings.dialplan, None).desk, Surroundings())
    if not found.codes:
        raise FsappError(f"there is no desk: no file in {settings.dialplan} says a word of it, as agents.py does")
    return found


def _first_language(settings: "EngineSettings") -> str:
    return next((each for each in settings.languages if each in ("zh", "en")), "zh")
