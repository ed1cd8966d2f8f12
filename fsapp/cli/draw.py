"""fsapp draw: a flow as a picture."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.flow.model import Flow


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "draw",
        run,
        "Draws a flow: labels as boxes, exits as arrows. SVG for a browser, or Mermaid text.",
        "fsapp draw power_hotline -o power_hotline.svg",
    )
    options.add_config(parser)
    options.add_flows(parser)
    parser.add_argument("flow", metavar="FLOW", help="a flow's name, or its file")
    parser.add_argument("--mermaid", action="store_true", help="Mermaid text instead of SVG")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of printing")


def run(given: argparse.Namespace) -> None:
    from fsapp.flow.draw import svg
    from fsapp.flow.mermaid import mermaid

    flow = _flow(given)
    picture = mermaid(flow) if given.mermaid else svg(flow)
    if given.output:
        given.output.write_text(picture, encoding="utf-8")
    else:
        options.write_out(picture.encode())


def _flow(given: argparse.Namespace) -> "Flow":
    """By name or by file. A flow that does not pass every check can be drawn, if only it can be read."""
    from fsapp.app import step_kinds
    from fsapp.flow import loader

    file = Path(given.flow)
    if file.is_file():
        return loader.load(file, step_kinds())
    flows = loader.load_directory(options.settings(given).flows, step_kinds())
    if given.flow not in flows:
        raise FsappError(f"there is no flow {given.flow!r}; known: {', '.join(sorted(flows)) or 'none'}")
    return flows[given.flow]
