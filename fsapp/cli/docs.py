"""fsapp docs: what is written from the steps themselves, the manual and the schema for editors."""

import argparse
import json
from pathlib import Path

from fsapp.cli import options
from fsapp.cli.options import Commands

MANUAL = Path("docs/flow-language.md")
SCHEMA = "_schema.json"


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "docs",
        run,
        "Writes the manual of the flow language, and the JSON schema by which editors help to write flows.",
        "fsapp docs",
    )
    options.add_config(parser)
    options.add_flows(parser)
    parser.add_argument("--manual", type=Path, default=MANUAL, metavar="FILE", help=f"the manual (default: {MANUAL})")
    parser.add_argument("--schema", type=Path, metavar="FILE", help=f"the schema (default: {SCHEMA} beside the flows)")


def run(given: argparse.Namespace) -> None:
    from fsapp.app import step_kinds
    from fsapp.flow.manual import manual
    from fsapp.flow.schema import schema

    kinds = step_kinds()
    _write(given.manual, manual(kinds))
    _write(
        given.schema or options.settings(given).flows / SCHEMA,
        json.dumps(schema(kinds), indent=2, ensure_ascii=False) + "\n",
    )


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    print(file)
