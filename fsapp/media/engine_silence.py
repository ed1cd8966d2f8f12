"""Says nothing, for about as long as the words would take: for a machine that has no speech, and for benchmarks."""

import numpy as np

from fsapp.media.audio import Sound
from fsapp.media.speaker import Speaker

_RATE = 8000
_CHARACTERS_A_SECOND = {"zh": 4.5, "en": 14.0}


class Silence:
    """An engine without a voice."""

    def speak(self, words: str, language: str, _speaker: Speaker, /) -> Sound:
        seconds = len(words) / _CHARACTERS_A_SECOND.get(language, 14.0)
        return Sound(np.zeros(int(seconds * _RATE), np.float32), _RATE)


ENGINE = Silence
