"""fsapp prompts list and check: which prompts there are, who says them, what is missing, unused or wrong."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from fsapp.cli import options, prompt_base
from fsapp.cli.prompt_base import PromptSite
from fsapp.cli.table import table

if TYPE_CHECKING:
    from fsapp.server.prompt_uses import PromptUse

RECORDED, SPOKEN, MISSING = "recorded", "spoken", "missing"
_COLUMNS = ("language", "name", "class", "audio", "seconds", "used by", "text")
_SHOWN = 60
"""Characters of a text in a column."""


def run_list(given: argparse.Namespace) -> None:
    site = prompt_base.site(given)
    must_know = given.unused or given.flow is not None
    uses = prompt_base.uses(site.settings) if must_know else prompt_base.uses_if_known(site.settings)
    found = [each for each in rows(site, uses) if _wanted(each, given)]
    if given.json:
        for each in found:
            options.write_out(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))
    elif found:
        print(table(_COLUMNS, [_cells(each) for each in found]))
    else:
        print("no prompts")


def run_check(given: argparse.Namespace) -> int:
    """Exit code 1 where something is missing or cannot be played; what is unused is only told."""
    from fsapp.cli.commands import FINDINGS

    if given.listen:
        from fsapp.cli import prompt_listening

        return prompt_listening.run(given)
    site = prompt_base.site(given)
    uses = prompt_base.uses(site.settings)
    found = [each for each in rows(site, uses) if _of_choice(each, given)]
    problems, notes = list(_problems(site, given)), list(_notes(site, found))
    if given.json:
        told = {"problems": problems, "notes": notes}
        options.write_out(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        print("\n".join([*problems, *notes, _summary(found)]))
    return FINDINGS if problems else 0


def rows(site: PromptSite, uses: "Mapping[str, Sequence[PromptUse]] | None") -> Iterator[Mapping[str, Any]]:
    """Every name in every language, also where it is missing; `uses` is None where nobody knows."""
    catalogue = site.catalogue
    for language in catalogue.languages:
        for name in sorted({name for _, name in catalogue.prompts}):
            prompt = catalogue.prompts.get((language, name))
            recording = prompt.recording if prompt else None
            yield {
                "language": language,
                "name": name,
                "class": catalogue.classes.of(name),
                "audio": RECORDED if recording else SPOKEN if prompt else MISSING,
                "seconds": recording.seconds if recording else None,
                "file": str(recording.path) if recording else None,
                "text": prompt.text if prompt else "",
                "uses": None if uses is None else [_use(each) for each in uses.get(name, ())],
            }


def _use(use: "PromptUse") -> Mapping[str, Any]:
    return {"who": use.who, "flow": use.flow, "file": use.file, "line": use.line}


def _wanted(row: Mapping[str, Any], given: argparse.Namespace) -> bool:
    return (
        _of_choice(row, given)
        and (not given.missing or row["audio"] == MISSING)
        and (not given.unused or row["uses"] == [])
        and given.flow in (None, *(use["flow"] for use in row["uses"] or ()))
    )


def _of_choice(row: Mapping[str, Any], given: argparse.Namespace) -> bool:
    return given.language in (None, row["language"]) and given.kind in (None, row["class"])


def _cells(row: Mapping[str, Any]) -> Sequence[str]:
    seconds = "" if row["seconds"] is None else f"{row['seconds']:.1f}"
    text = row["text"] if len(row["text"]) <= _SHOWN else row["text"][: _SHOWN - 1] + "…"
    return (row["language"], row["name"], row["class"], row["audio"], seconds, _used_by(row), text)


def _used_by(row: Mapping[str, Any]) -> str:
    """The first use, and how many more; where it is written, for whoever goes there."""
    uses = row["uses"]
    if uses is None:
        return "?"
    if not uses:
        return "nobody"
    first = uses[0]
    where = f"{first['flow']}:{first['line']}" if first["flow"] else first["who"]
    return where + (f" +{len(uses) - 1}" if len(uses) > 1 else "")


def _problems(site: PromptSite, given: argparse.Namespace) -> Iterator[str]:
    """As `fsapp check` says them."""
    from fsapp.media.catalogue import check

    for problem in check(site.catalogue, site.settings.speech.languages):
        if given.language is None or f"/{given.language}/" in problem.file:
            yield str(problem)


def _notes(site: PromptSite, found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    unused = sorted({row["name"] for row in found if row["uses"] == []})
    yield from (f"unused: {name}" for name in unused)
    for row in found:
        if row["audio"] == RECORDED and site.files.changed_by_hand(site.prompt(row["name"], row["language"])):
            yield f"changed by hand: {row['file']}, since its last entry in `fsapp prompts history`"


def _summary(found: Sequence[Mapping[str, Any]]) -> str:
    counts = {audio: sum(row["audio"] == audio for row in found) for audio in (RECORDED, SPOKEN, MISSING)}
    return ", ".join(f"{count} {audio}" for audio, count in counts.items())
