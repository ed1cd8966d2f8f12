"""Says nothing, for about as long as the words would take: for a machine that has no speech, and for benchmarks."""

import numpy as np

from fsapp.domain.leg import estimated_seconds
from fsapp.media.audio import Sound
from fsapp.media.speaker import Speaker

_RATE = 8000


class Silence:
    """An engine without a voice."""

    def speak(self, words: str, language: str, _speaker: Speaker, /) -> Sound:
        return Sound(np.zeros(int(estimated_seconds(words, language) * _RATE), np.float32), _RATE)


ENGINE = Silence
