"""fsapp prompts: everything that can be said ahead of time."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.media.rendering import Rendered

BAR = 30


def add(commands: Commands) -> None:
    group = options.group(commands, "prompts", "The prompt catalogue.", "fsapp prompts render")
    rendering = options.command(
        group,
        "render",
        render,
        "Makes the audio of every prompt and every fixed text of the flows, so that no caller waits for it.",
        "fsapp prompts render --data /var/lib/fsapp",
    )
    listing = options.command(group, "list", list_prompts, "Lists the prompts of the catalogue.", "fsapp prompts list")
    for parser in (rendering, listing):
        options.add_config(parser)
        options.add_data(parser)
    options.add_flows(rendering)


def render(given: argparse.Namespace) -> int:
    from fsapp.app import step_kinds
    from fsapp.cli.commands import FINDINGS
    from fsapp.media.rendering import render_all
    from fsapp.media.speech import Voice
    from fsapp.server import site_files

    settings = options.settings(given)
    files = site_files.load(settings, step_kinds())
    wanted = site_files.texts(files)
    voice = Voice(settings.speech, files.catalogue, settings.data / "speech")
    voice.start()
    try:
        results = render_all(voice, wanted, _progress(len(wanted)))
    finally:
        voice.close()
    return FINDINGS if _told(results) else 0


def list_prompts(given: argparse.Namespace) -> None:
    from fsapp.cli.table import table
    from fsapp.media.catalogue import load

    catalogue = load(options.settings(given).sounds)
    rows = [
        (prompt.language, prompt.name, "recorded" if prompt.recording else "spoken", prompt.text)
        for prompt in catalogue.prompts.values()
    ]
    print(table(("language", "name", "audio", "text"), rows))


def _progress(total: int) -> "Callable[[Rendered], None]":
    """A bar on a terminal, and nothing elsewhere."""
    done = 0

    def step(_: "Rendered") -> None:
        nonlocal done
        done += 1
        filled = BAR * done // total
        sys.stderr.write(f"\r[{'█' * filled}{' ' * (BAR - filled)}] {done}/{total}" + ("\n" if done == total else ""))
        sys.stderr.flush()

    return step if sys.stderr.isatty() else lambda _: None


def _told(results: "Sequence[Rendered]") -> int:
    """Tells what failed, and gives how many."""
    failed = [result for result in results if result.error]
    for result in failed:
        print(f"{result.wanted.origin}: {result.error}")
    made = sum(result.made for result in results)
    print(f"{made} made, {len(results) - made - len(failed)} were there already, {len(failed)} failed")
    return len(failed)
