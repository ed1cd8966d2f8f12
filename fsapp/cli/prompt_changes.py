"""fsapp prompts import, record and history: recordings that come, are ordered at a telephone, and are taken back."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from fsapp.cli import options, prompt_base
from fsapp.cli.prompt_base import PromptSite
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.prompt import PromptEdit
    from fsapp.media.catalogue import Prompt

_COLUMNS = ("when", "language", "name", "what", "by", "seconds", "sha256", "from")
_DIGEST_SHOWN = 12


def run_import(given: argparse.Namespace) -> int:
    """Each file by itself: one that cannot be used leaves its prompt as it was, and the exit code is 2."""
    from fsapp.cli.commands import WRONG

    if given.name is not None and len(given.files) > 1:
        raise FsappError("--name is for one file; several are named after their prompts")
    site, failed, changed = prompt_base.site(given), 0, []
    for file in given.files:
        try:
            edit = _imported(site, file, given)
        except (FsappError, OSError) as error:
            failed += 1
            _complain(f"{file}: {_sentence(error)}")
            continue
        changed.append(edit)
        _tell(given, edit, f"{edit.seconds:.1f} s of {file.name} are now {edit.name} ({edit.language})")
    if changed:
        _say(given, prompt_base.tell_engine(site.settings, [(each.language, each.name) for each in changed]))
    return WRONG if failed else 0


def run_record(given: argparse.Namespace) -> None:
    """Prints what to dial."""
    from fsapp.media.prompt_orders import VALID_HOURS
    from fsapp.server.prompt_studio import orders_of

    site = prompt_base.site(given)
    prompts = _to_record(site, given)
    keys = _keys(site)
    names = [each.name for each in prompts]
    order = orders_of(site.settings.data).place(given.language, names, prompt_base.who(given), prompt_base.now())
    if given.json:
        told = asdict(order) | {"dial": keys + order.number}
        options.write_out(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
        return
    print(f"dial {keys}{order.number} at any phone where a supervisor is signed in, within {VALID_HOURS} hours")
    for each in prompts:
        print(f"  {each.name}: {each.text}")


def run_history(given: argparse.Namespace) -> int:
    from fsapp.cli.records import local
    from fsapp.cli.table import table

    site = prompt_base.site(given)
    if given.restore is not None or given.voice:
        return _taken_back(site, given)
    edits = site.files.history.edits(given.language or "", given.name or "")
    if given.json:
        for edit in edits:
            options.write_out(orjson.dumps(asdict(edit), option=orjson.OPT_APPEND_NEWLINE))
    elif edits:
        rows = [_row(edit, local(edit.at, site.settings.zone)) for edit in edits]
        print(table(_COLUMNS, rows))
    else:
        print("no edits")
    return 0


def _imported(site: PromptSite, file: Path, given: argparse.Namespace) -> "PromptEdit":
    from fsapp.domain.prompt import EditKind

    name = file.stem if given.name is None else given.name
    prompt = site.prompt(name, given.language)
    return site.files.accept(file, prompt, EditKind.IMPORTED, prompt_base.who(given), prompt_base.now())


def _to_record(site: PromptSite, given: argparse.Namespace) -> "Sequence[Prompt]":
    """Those that are named, or all of a class. Raises FsappError."""
    if bool(given.names) == (given.kind is not None):
        raise FsappError("say which prompts: their names, or --class")
    if given.kind is not None:
        return site.meant(given)
    return [site.prompt(name, given.language) for name in dict.fromkeys(given.names)]


def _keys(site: PromptSite) -> str:
    """The keys of the code at this site. Raises FsappError where agents' phones have no desk."""
    from fsapp.app import step_kinds
    from fsapp.server import site_files

    code = site_files.load(site.settings, step_kinds()).desk.code("record_prompts")
    if code is None:
        raise FsappError("phones have no code 'record_prompts' here: see dialplan/agents.py")
    return code.keys


def _taken_back(site: PromptSite, given: argparse.Namespace) -> int:
    if given.name is None or given.language is None:
        raise FsappError("say which prompt: its name, and --language")
    prompt, by, at = site.prompt(given.name, given.language), prompt_base.who(given), prompt_base.now()
    if given.voice:
        edit = site.files.remove(prompt, by, at)
        _tell(given, edit, f"a voice speaks {edit.name} ({edit.language}) again; the recording is kept")
    else:
        edit = site.files.restore(given.restore, prompt, by, at)
        _tell(given, edit, f"{edit.name} ({edit.language}) is {edit.sha256[:_DIGEST_SHOWN]} again")
    _say(given, prompt_base.tell_engine(site.settings, [(edit.language, edit.name)]))
    return 0


def _row(edit: "PromptEdit", when: str) -> Sequence[str]:
    seconds = f"{edit.seconds:.1f}" if edit.seconds else ""
    digest = edit.sha256[:_DIGEST_SHOWN]
    return (when, edit.language, edit.name, edit.what.value, edit.by or "?", seconds, digest, edit.source)


def _tell(given: argparse.Namespace, edit: "PromptEdit", sentence: str) -> None:
    if given.json:
        options.write_out(orjson.dumps(asdict(edit), option=orjson.OPT_APPEND_NEWLINE))
    else:
        print(sentence)


def _say(given: argparse.Namespace, sentence: str) -> None:
    if not given.json:
        print(sentence)


def _complain(sentence: str) -> None:
    print(f"fsapp prompts: {sentence}", file=sys.stderr)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    return str(error)
