"""fsapp test: the flow tests beside the flows."""

import argparse
import time
from pathlib import Path

from fsapp.cli import options, rehearsing
from fsapp.cli.options import Commands

__test__ = False  # not a module of pytest's


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "test",
        run,
        "Runs the *.test.yaml beside the flows. One line a failure; exit code 1 if there is one.",
        "fsapp test ivr_flows/power_hotline.test.yaml",
    )
    options.add_config(parser)
    options.add_flows(parser)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders (default: the flows')")


def run(given: argparse.Namespace) -> int:
    from fsapp.cli.commands import FINDINGS
    from fsapp.switchboard import flowtest

    settings = options.settings(given)
    site = rehearsing.site(settings)
    began = time.monotonic()
    findings = [
        finding
        for file in flowtest.test_files(options.existing(given.paths) or [settings.flows])
        for finding in flowtest.run_file(file, site)
    ]
    for problem in (problem for finding in findings for problem in finding.problems):
        print(problem)
    failed = sum(bool(finding.problems) for finding in findings)
    print(f"{len(findings)} tests, {failed} failed, {time.monotonic() - began:.2f} s")
    return FINDINGS if failed else 0
