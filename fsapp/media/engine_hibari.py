"""hibari-tts: natural English from a 14 MB wheel, quick enough for a call (PyPI hibari-tts, Apache-2.0).

`voice` is `heart`, which the package holds; the others it names are downloaded at their first use.
"""

import numpy as np

from fsapp.domain.errors import MediaError
from fsapp.media import audio
from fsapp.media.audio import Sound
from fsapp.media.speaker import Speaker

_RATE = 24_000
_USUAL_SPEED = 160


class HibariVoice:
    """One loaded voice; another one asked for is loaded in its place."""

    def __init__(self) -> None:
        try:
            from hibari import Hibari
        except ImportError:
            raise MediaError("the engine 'hibari' is not installed; run: pip install 'fsapp[voices]'") from None
        self._load = Hibari
        self._voice = ""

    def speak(self, words: str, language: str, speaker: Speaker) -> Sound:
        if language != "en":
            raise MediaError(f"hibari speaks English, not {language!r}")
        if speaker.voice != self._voice:
            self._model = self._load(voice=speaker.voice)
            self._voice = speaker.voice
        samples = self._model(words, speed=speaker.speed / _USUAL_SPEED, seed=0)
        return audio.trimmed(Sound(np.asarray(samples, np.float32), _RATE))


ENGINE = HibariVoice
