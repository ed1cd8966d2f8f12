"""fsapp prompts export: prompts as files and a list, for a studio; and the words of numbers, for FreeSWITCH's say."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import prompt_base
from fsapp.cli.prompt_base import PromptSite
from fsapp.domain.errors import FsappError, MediaError
from fsapp.files import csv_cells

if TYPE_CHECKING:
    from fsapp.media.catalogue import Prompt
    from fsapp.media.speech import Voice

LIST = "prompts.csv"
_COLUMNS = ("language", "class", "name", "audio", "file", "text")


def run(given: argparse.Namespace) -> int:
    from fsapp.cli.commands import WRONG

    site = prompt_base.site(given)
    given.folder.mkdir(parents=True, exist_ok=True)
    with voice_of(site) as voice:
        failed = _say_files(voice, site, given) if given.say else _prompts(voice, site, given)
    return WRONG if failed else 0


@contextmanager
def voice_of(site: PromptSite) -> "Iterator[Voice]":
    """Speaks as the engine does, into the same files."""
    from fsapp.media.speech import Voice

    voice = Voice(site.settings.speech, site.catalogue, site.settings.data / "speech")
    voice.start()
    try:
        yield voice
    finally:
        voice.close()


def heard(voice: "Voice", prompt: "Prompt") -> Path:
    """The file of a prompt as a telephone of wide band hears it. Raises MediaError."""
    from fsapp.media.say_export import rendered

    if prompt.recording is None:
        return rendered(voice, prompt.text, prompt.language)[16000]
    path = Path(voice.prompt(prompt.name, prompt.language).path)
    return path.parent / "16000" / path.name


def _prompts(voice: "Voice", site: PromptSite, given: argparse.Namespace) -> int:
    """Gives how many could not be had."""
    rows, failed = [], 0
    for prompt in site.meant(given):
        kind = site.catalogue.classes.of(prompt.name)
        file = f"{prompt.language}/{kind}/{prompt.name}.wav"
        try:
            _copy(heard(voice, prompt), given.folder / file)
        except MediaError as error:
            failed += _complaint(f"{prompt.name} ({prompt.language})", error)
            continue
        audio = "recorded" if prompt.recording else "spoken"
        rows.append((prompt.language, kind, prompt.name, audio, file, prompt.text))
    with (given.folder / LIST).open("w", encoding="utf-8-sig", newline="") as opened:
        opened.writelines(map(csv_cells.row, [_COLUMNS, *rows]))
    print(f"{len(rows)} prompts in {given.folder}, listed in {LIST}")
    return failed


def _say_files(voice: "Voice", site: PromptSite, given: argparse.Namespace) -> int:
    """Gives how many could not be made."""
    from fsapp.media import say_export
    from fsapp.media.say_files import FOLDERS

    languages = [given.language] if given.language else [*FOLDERS]
    strange = [each for each in languages if each not in FOLDERS]
    if strange:
        raise FsappError(f"numbers are said in {', '.join(FOLDERS)}; not in {strange[0]!r}")
    wanted = [file for language in languages for file in say_export.files(language)]
    failed = 0
    for file in wanted:
        try:
            say_export.write(voice, file, given.folder, site.settings.sounds)
        except MediaError as error:
            failed += _complaint(file.path, error)
    say_export.write_index(iter(wanted), given.folder)
    print(f"{len(wanted) - failed} files of words in {given.folder}, listed in words.csv")
    for language in languages:
        print(f"  {language}: sound_prefix {given.folder.resolve()}/{FOLDERS[language]}/{say_export.VOICE}")
    return failed


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    part.replace(target)


def _complaint(what: str, error: MediaError) -> int:
    print(f"fsapp prompts: {what}: {error}", file=sys.stderr)
    return 1
