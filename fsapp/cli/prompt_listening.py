"""fsapp prompts check --listen: a recogniser hears every prompt as a caller does; what it mistakes is told."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import orjson

from fsapp.cli import options, prompt_base
from fsapp.cli.prompt_export import heard, voice_of
from fsapp.cli.table import table
from fsapp.domain.errors import MediaError

if TYPE_CHECKING:
    from fsapp.cli.prompt_base import PromptSite
    from fsapp.media.catalogue import Prompt

_COLUMNS = ("language", "voice", "prompts", "words or syllables", "misheard %", "faultless prompts")
_WORST = 10
_RECORDED = "recorded"
_TONES = ("(", "（")
"""How the words of what is no speech begin: (tone)."""


@dataclass(frozen=True, slots=True)
class Listened:
    """A prompt, whose voice says it, and what of it was misheard."""

    language: str
    voice: str
    name: str
    said: str
    heard: str
    wrong: int
    units: int

    @property
    def share(self) -> float:
        """Of its words, 0 to 1."""
        return self.wrong / max(self.units, 1)


def run(given: argparse.Namespace) -> int:
    """Exit code 0, whatever is misheard: voices are what they are."""
    site = prompt_base.site(given)
    found = []
    for each in _listened(site, site.meant(given)):
        found.append(each)
        if given.json:
            options.write_out(orjson.dumps(asdict(each), option=orjson.OPT_APPEND_NEWLINE))
    if not given.json:
        print(summary(found))
        print("\n".join(_worst(found)))
    return 0


def summary(found: Sequence[Listened]) -> str:
    """A row a language and voice."""
    return table(_COLUMNS, list(rows(found)))


def rows(found: Sequence[Listened]) -> Iterator[tuple[str, ...]]:
    """The cells of the summary."""
    for language, voice in sorted({(each.language, each.voice) for each in found}):
        of = [each for each in found if (each.language, each.voice) == (language, voice)]
        wrong, units = sum(each.wrong for each in of), sum(each.units for each in of)
        faultless = sum(each.wrong == 0 for each in of)
        share = f"{100 * wrong / max(units, 1):.1f}"
        yield language, voice, str(len(of)), str(units), share, f"{faultless} of {len(of)}"


def _listened(site: "PromptSite", prompts: "Iterable[Prompt]") -> Iterator[Listened]:
    """What cannot be heard is complained of, and left out; so is what has no words, such as a beep."""
    from fsapp.media.listening import Listener, units

    listener = Listener()
    with voice_of(site) as voice:
        for prompt in prompts:
            if prompt.text.startswith(_TONES) or not units(prompt.text, prompt.language):
                continue
            try:
                found = listener.listen(heard(voice, prompt), prompt.text, prompt.language)
            except MediaError as error:
                print(f"fsapp prompts: {prompt.name} ({prompt.language}): {error}", file=sys.stderr)
                continue
            speaker = site.settings.speech.languages.get(prompt.language)
            who = _RECORDED if prompt.recording or speaker is None else f"{speaker.engine} {speaker.voice}".strip()
            yield Listened(prompt.language, who, prompt.name, prompt.text, found.text, found.wrong, found.said)


def _worst(found: Sequence[Listened]) -> Iterator[str]:
    for each in sorted(found, key=lambda one: one.share, reverse=True)[:_WORST]:
        if each.wrong:
            yield f"{each.name} ({each.language}): {each.said} → {each.heard}"
