"""fsapp prompts: what callers hear (VocTool), as it is listed, recorded, exchanged and made ahead of time."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options, prompt_base, prompt_changes, prompt_export, prompt_list
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.media.rendering import Rendered

BAR = 30


def add(commands: Commands) -> None:
    group = options.group(
        commands,
        "prompts",
        "The prompt catalogue (提示音): listed, recorded, imported, taken back, exported, checked, listened to.",
        "fsapp prompts list --language zh",
    )
    _add_looking(group)
    _add_changing(group)
    rendering = options.command(
        group,
        "render",
        render,
        "Makes the audio of every prompt and every fixed text of the flows, so that no caller waits for it.",
        "fsapp prompts render --data /var/lib/fsapp",
    )
    exporting = options.command(
        group,
        "export",
        prompt_export.run,
        "Writes prompts as WAV files with a list of their words; or the words of numbers, for FreeSWITCH's say.",
        "fsapp prompts export studio --language zh --class menu",
    )
    exporting.add_argument("folder", type=Path, metavar="DIR")
    exporting.add_argument(
        "--say",
        action="store_true",
        help="the files of mod_say_zh and mod_say_en, and the vocabulary of our own numbers, instead of prompts",
    )
    prompt_base.add_choice(exporting)
    prompt_base.add_site(rendering, exporting)
    options.add_flows(rendering)


def _add_looking(group: Commands) -> None:
    listing = options.command(
        group,
        "list",
        prompt_list.run_list,
        "Lists prompts by language and name: class, recorded or spoken or missing, and who says them.",
        "fsapp prompts list --class menu --unused",
    )
    listing.add_argument("--missing", action="store_true", help="only what one language has and another has not")
    listing.add_argument("--unused", action="store_true", help="only what nobody says")
    listing.add_argument("--flow", metavar="FLOW", help="only what this flow says")
    checking = options.command(
        group,
        "check",
        prompt_list.run_check,
        "Tells what is missing in a language, cannot be played, is unused, or was changed by hand.",
        "fsapp prompts check --listen --language en",
    )
    checking.add_argument(
        "--listen", action="store_true", help="have a recogniser listen to each prompt instead (extra `listen`)"
    )
    for parser in (listing, checking):
        prompt_base.add_choice(parser)
        prompt_base.add_json(parser, "a line a prompt" if parser is listing else "")
    prompt_base.add_site(listing, checking)
    options.add_flows(listing)
    options.add_flows(checking)


def _add_changing(group: Commands) -> None:
    importing = options.command(
        group,
        "import",
        prompt_changes.run_import,
        "Makes recordings (WAV, MP3, FLAC, Ogg) prompts: silence cut off, as loud as speech; new calls hear them.",
        "fsapp prompts import goodbye.mp3 --language zh",
    )
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE", help="named after its prompt: goodbye.mp3")
    importing.add_argument("--name", metavar="NAME", help="the prompt, where the file has another name")
    recording = options.command(
        group,
        "record",
        prompt_changes.run_record,
        "Prints what to dial at a phone to record prompts there, one after another.",
        "fsapp prompts record goodbye sorry --language zh",
    )
    recording.add_argument("names", nargs="*", metavar="NAME")
    recording.add_argument("--class", dest="kind", metavar="CLASS", help="all of this class instead")
    history = options.command(
        group,
        "history",
        prompt_changes.run_history,
        "Tells who changed which prompt and when; takes an earlier recording back.",
        "fsapp prompts history goodbye --language zh --restore 3f2a91c0",
    )
    history.add_argument("name", nargs="?", metavar="NAME")
    history.add_argument("--language", metavar="LANGUAGE", help="of this language only")
    way = history.add_mutually_exclusive_group()
    way.add_argument("--restore", metavar="SHA256", help="take the recording back whose SHA-256 begins so")
    way.add_argument("--voice", action="store_true", help="have a voice speak it again, without a recording")
    for parser in (importing, recording):
        parser.add_argument("--language", required=True, metavar="LANGUAGE")
    for parser in (importing, recording, history):
        parser.add_argument("--by", metavar="WHO", help="who does it (default: you, as the system knows you)")
        prompt_base.add_json(parser, "a line an edit")
    prompt_base.add_site(importing, recording, history)


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
