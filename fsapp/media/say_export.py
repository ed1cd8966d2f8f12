"""The words of numbers as files: those that FreeSWITCH's `say` plays, and the vocabulary of `domain.spoken`.

zh/cn/fsapp/digits/8000/1.wav       sound_prefix zh/cn/fsapp, `say` asks for digits/1.wav
zh/cn/fsapp/words/16000/yi1.wav     our own vocabulary; words.csv says what each file is
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fsapp.domain.errors import MediaError
from fsapp.files import csv_cells
from fsapp.media import audio
from fsapp.media.say_files import FOLDERS, SAY_FILES
from fsapp.media.speech import Voice
from fsapp.media.vocabulary import VOCABULARY, file_name

VOICE = "fsapp"
"""The voice's folder, as FreeSWITCH's sound packages have one a speaker."""


@dataclass(frozen=True, slots=True)
class SayFile:
    """A file that says a word; `name` is below the voice's folder, without the rate's."""

    language: str
    name: str
    word: str

    @property
    def path(self) -> str:
        """Below the target, as FreeSWITCH is asked for it."""
        return f"{FOLDERS[self.language]}/{VOICE}/{self.name}"


def files(language: str) -> Iterator[SayFile]:
    """All of a language."""
    for name, word in SAY_FILES[language].items():
        yield SayFile(language, f"{name}.wav", word)
    for word in VOCABULARY[language]:
        yield SayFile(language, f"words/{file_name(word)}.wav", word)


def write(voice: Voice, file: SayFile, target: Path, sounds: Path) -> None:
    """Both rates, without silence at the ends. Raises MediaError and OSError."""
    for rate, sound in _sounds(voice, file, sounds):
        path = target / file.path
        written = path.parent / str(rate) / path.name
        written.parent.mkdir(parents=True, exist_ok=True)
        audio.write(audio.trimmed(sound), written)


def _sounds(voice: Voice, file: SayFile, sounds: Path) -> Iterator[tuple[int, audio.Sound]]:
    recorded = sounds / file.language / "say" / file.name
    if recorded.is_file():
        sound = audio.levelled(audio.trimmed(audio.read(recorded)))
        yield from ((rate, audio.resampled(sound, rate)) for rate in audio.RATES)
        return
    yield from ((rate, audio.read(source)) for rate, source in rendered(voice, file.word, file.language).items())


def write_index(files: Iterator[SayFile], target: Path) -> None:
    """What each file says, for whoever records them instead."""
    part = target / "words.csv.part"
    with part.open("w", encoding="utf-8-sig", newline="") as opened:
        opened.write(csv_cells.row(("language", "file", "word")))
        opened.writelines(csv_cells.row((each.language, each.path, each.word)) for each in files)
    part.replace(target / "words.csv")


def rendered(voice: Voice, text: str, language: str) -> Mapping[int, Path]:
    """The files of an utterance by the best voice, by rate. Raises MediaError."""
    voice.prepare(text, language)
    path = Path(voice.say(text, language).path)
    found = {rate: path.parent / str(rate) / path.name for rate in audio.RATES}
    if not all(file.is_file() for file in found.values()):
        raise MediaError(f"{text!r} was not made")
    return found
