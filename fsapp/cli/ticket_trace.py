"""fsapp tickets trace: the path of a ticket, as text or as a picture."""

import argparse
from pathlib import Path

from fsapp.cli import options, ticket_base
from fsapp.cli.options import Commands


def add(group: Commands) -> None:
    parser = options.command(
        group,
        "trace",
        run,
        "Shows the path of a ticket: what is done, what is awaited now, what was late.",
        "fsapp tickets trace 20261124-0007 --svg -o 20261124-0007.svg",
    )
    ticket_base.add_number(parser)
    parser.add_argument("--svg", action="store_true", help="a picture for a browser")
    parser.add_argument("--language", choices=("zh", "en"), help="of the words (default: the site's first)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of printing")
    options.add_config(parser)
    options.add_data(parser)


def run(given: argparse.Namespace) -> None:
    from fsapp.cli.ticket_words import trace_text
    from fsapp.server.ticket_picture import picture

    office = ticket_base.office(given)
    languages = options.settings(given).languages
    language = given.language or (languages[0] if languages[0] in ("zh", "en") else "en")
    steps, ticket = office.trace(given.number), office.get(given.number)
    if given.svg:
        shown = picture(ticket, steps, office.plan, office.zone, language)
    else:
        shown = trace_text(steps, office, language) + "\n"
    if given.output:
        given.output.write_text(shown, encoding="utf-8")
    else:
        options.write_out(shown.encode())
