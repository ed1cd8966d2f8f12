"""fsapp customers import and export: the customers as a CSV file."""

import argparse
import sys
from pathlib import Path

from fsapp.cli import customer_base, options
from fsapp.cli.options import Commands


def add(group: Commands) -> None:
    """Declares them."""
    importing = options.command(
        group,
        "import",
        run_import,
        "Takes in a CSV file: new customers are added, known ones completed; all, or nothing where a row is wrong.",
        "fsapp customers import customers.csv",
    )
    exporting = options.command(
        group,
        "export",
        run_export,
        "Writes all customers as CSV, safe for spreadsheets: what they would calculate begins with an apostrophe.",
        "fsapp customers export -o customers.csv",
    )
    importing.add_argument(
        "file", type=Path, metavar="FILE", help="columns as `export` writes them, or 姓名,电话,户号 …"
    )
    importing.add_argument(
        "--take-good", action="store_true", help="takes the rows that are right, tells of the others"
    )
    exporting.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of printing")
    for parser in (importing, exporting):
        options.add_config(parser)
        options.add_data(parser)


def run_import(given: argparse.Namespace) -> int:
    from fsapp.cli.commands import FINDINGS
    from fsapp.cli.progress import bar

    admin = customer_base.admin(given)
    taken = admin.take_in(given.file, all_or_none=not given.take_good, reading=bar("reading"), writing=bar("writing"))
    for line, sentence in taken.refused:
        print(f"{given.file}:{line}: {sentence}", file=sys.stderr)
    print(f"{taken.added} added, {taken.changed} completed, {taken.same} as they were, {len(taken.refused)} not taken")
    return FINDINGS if taken.refused else 0


def run_export(given: argparse.Namespace) -> None:
    from fsapp.cli.progress import bar
    from fsapp.server.customers_csv import written

    known = customer_base.admin(given).customers
    total, show = known.count(), bar("writing")
    stream = given.output.open("wb") if given.output else sys.stdout.buffer
    try:
        for number, line in enumerate(written(known.all())):
            stream.write(line.encode())
            if not number % 1000:
                show(number, total)
        show(total, total)
    finally:
        if given.output:
            stream.close()
