"""The prompt catalogue: `sounds/<language>/prompts.yaml` names texts, `sounds/<language>/<name>.wav` replaces one.

A recording is a mono 16-bit WAV of any rate. It needs its text in prompts.yaml all the same: who reads a call's record,
or calls at the terminal, sees the words.
"""

import re
import wave
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fsapp.domain.arguments import SoundPath
from fsapp.domain.errors import ConfigError, MediaError, Problem
from fsapp.files import places
from fsapp.files.places import Document
from fsapp.media import prompt_classes
from fsapp.media.prompt_classes import PromptClasses

PROMPTS = "prompts.yaml"

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_TEMPLATE = re.compile(r"\{\{|\{%")
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded file; `version` changes with its content."""

    path: Path
    seconds: float
    version: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A named text of one language, its place, and the recording that replaces its synthesis."""

    name: str
    language: str
    text: str
    file: str
    line: int
    recording: Recording | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every prompt by (language, name), and what is wrong with single recordings."""

    prompts: Mapping[tuple[str, str], Prompt]
    languages: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    classes: PromptClasses = field(default_factory=PromptClasses)

    def names(self, language: str) -> frozenset[str]:
        return frozenset(name for spoken, name in self.prompts if spoken == language)

    def prompt(self, name: str, language: str) -> Prompt:
        """Raises MediaError."""
        if (language, name) not in self.prompts:
            raise MediaError(f"there is no prompt {name!r} for {language!r} in the catalogue")
        return self.prompts[language, name]


def load(folder: Path) -> Catalogue:
    """Reads the catalogue below `folder`. Raises ConfigError with every problem of its texts."""
    if not folder.is_dir():
        raise ConfigError([Problem(str(folder), 1, "there is no such folder; it holds a folder of prompts a language")])
    prompts: dict[tuple[str, str], Prompt] = {}
    broken: list[Problem] = []
    weak: list[Problem] = []
    languages = sorted(file.parent.name for file in folder.glob(f"*/{PROMPTS}"))
    for language in languages:
        try:
            document = places.load(folder / language / PROMPTS)
            broken += _text_problems(document, language)
        except ConfigError as error:
            broken += error.problems
            continue
        recordings = _recordings(folder / language, document, weak)
        for name, text in _texts(document).items():
            place = (document.file, document.line((name,)))
            prompts[language, name] = Prompt(name, language, text, *place, recordings.get(name))
    classes = PromptClasses()
    try:
        classes, document = prompt_classes.load(folder)
        weak += prompt_classes.idle(classes, document, {name for _, name in prompts})
    except ConfigError as error:
        broken += error.problems
    if broken:
        raise ConfigError(sorted(broken))
    return Catalogue(prompts, tuple(languages), tuple(weak), classes)


def refreshed(catalogue: Catalogue, folder: Path) -> Catalogue:
    """The same prompts, with the recordings that are below `folder` now; one that cannot be played is none."""
    found = {key: replace(prompt, recording=_there(folder, prompt)) for key, prompt in catalogue.prompts.items()}
    return replace(catalogue, prompts=found)


def _there(folder: Path, prompt: Prompt) -> Recording | None:
    file = folder / prompt.language / f"{prompt.name}.wav"
    try:
        return recording_at(file) if file.exists() else None
    except MediaError:
        return None


def check(catalogue: Catalogue, spoken: Collection[str]) -> list[Problem]:
    """What callers would stumble over: a prompt that one language lacks, a language nobody speaks, a bad recording."""
    return sorted([*catalogue.problems, *_missing(catalogue), *_unspoken(catalogue, spoken)])


def _text_problems(document: Document, language: str) -> Iterator[Problem]:
    for name, text in _texts(document).items():
        if not _NAME.match(name):
            yield document.problem((name,), f"{name!r} is no prompt name; use small letters, digits and `_`")
        elif sentence := _unusable(text, language):
            yield document.problem((name,), f"the prompt {name!r} {sentence}")


def _texts(document: Document) -> dict[str, Any]:
    if not isinstance(document.data, dict | None):
        raise ConfigError([document.problem((), "this file maps names to texts, a line each: `goodbye: 再见。`")])
    return document.data or {}


def _unusable(text: object, language: str) -> str:
    if not isinstance(text, str) or not text.strip():
        return "needs a text; put figures in quotes"
    if len(text) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if _TEMPLATE.search(text):
        return "is a plain text; write {{ … }} in the flow that says it"
    if language != "zh" and _HANZI.search(text):
        return f"has Chinese in it, which a voice for {language!r} cannot read"
    return ""


def _recordings(folder: Path, document: Document, weak: list[Problem]) -> dict[str, Recording]:
    """The usable recordings of a language by prompt name; what is wrong with the others goes to `weak`."""
    found = {}
    for file in sorted(folder.glob("*.wav")):
        if file.stem not in _texts(document):
            sentence = f"{file.name} plays nowhere; name its words here: `{file.stem}: …`"
            weak.append(document.problem((), sentence))
            continue
        try:
            found[file.stem] = recording_at(file)
        except MediaError as error:
            weak.append(Problem(str(file), 1, f"{error}; make it one: sox in.wav -c 1 -b 16 -e signed-integer out.wav"))
    return found


def recording_at(file: Path) -> Recording:
    """A recorded file as it is now. Raises MediaError where it cannot be played."""
    try:
        SoundPath(str(file.resolve()))
        with wave.open(str(file), "rb") as sound:
            if sound.getnchannels() != 1 or sound.getsampwidth() != 2 or not sound.getnframes():
                raise MediaError("this is not a mono 16-bit WAV with sound in it")
            seconds = sound.getnframes() / sound.getframerate()
    except (OSError, EOFError, RuntimeError, ValueError, ArithmeticError, wave.Error) as error:
        raise MediaError(f"this is not a mono 16-bit WAV ({error or 'it is cut short'})") from None
    about = file.stat()
    return Recording(file.resolve(), round(seconds, 3), f"{about.st_size}-{about.st_mtime_ns}")


def _missing(catalogue: Catalogue) -> Iterator[Problem]:
    everywhere = {name for _, name in catalogue.prompts}
    for language in catalogue.languages:
        known = catalogue.names(language)
        file = next((p.file for p in catalogue.prompts.values() if p.language == language), f"{language}/{PROMPTS}")
        for name in sorted(everywhere - known):
            others = ", ".join(other for other in catalogue.languages if (other, name) in catalogue.prompts)
            yield Problem(file, 1, f"the prompt {name!r} is missing here; there is one for {others}")


def _unspoken(catalogue: Catalogue, spoken: Collection[str]) -> Iterator[Problem]:
    for prompt in catalogue.prompts.values():
        if prompt.language not in spoken and not prompt.recording:
            sentence = (
                f"no voice speaks {prompt.language!r}: record {prompt.name!r} as {prompt.name}.wav, or set a voice"
            )
            yield Problem(prompt.file, prompt.line, sentence)
