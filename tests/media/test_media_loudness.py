"""Loudness, compared with pyloudnorm's."""

import math
import warnings

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapp.media.loudness import Samples, loudness

RATES = (8000, 16000, 22050, 48000)


def pyloudnorms(samples: Samples, rate: int) -> float:
    with warnings.catch_warnings(action="ignore"):
        return float(pyloudnorm.Meter(rate).integrated_loudness(samples.astype(np.float64)))


def syllables(seconds: float, rate: int, level: float, seed: int) -> Samples:
    """Noise that comes and goes as speech does."""
    noise = np.random.default_rng(seed)
    count = int(seconds * rate)
    envelope = np.repeat(noise.random(int(seconds * 10) + 1) > 0.4, rate // 10 + 1)[:count]
    return np.asarray(noise.normal(0, level, count) * envelope, np.float32)


@given(
    rate=st.sampled_from(RATES),
    seconds=st.floats(1, 6),
    level=st.floats(0.003, 0.3),
    seed=st.integers(0, 2**32),
)
@settings(deadline=None, max_examples=60)
def test_speech_is_as_loud_as_pyloudnorm_says(rate: int, seconds: float, level: float, seed: int) -> None:
    samples = syllables(seconds, rate, level, seed)
    assert loudness(samples, rate) == pytest.approx(pyloudnorms(samples, rate), abs=0.5)


def test_a_full_tone_of_997_hertz_is_at_minus_three() -> None:
    """The standard's own example: 0 dB FS in one channel."""
    tone = np.sin(2 * np.pi * 997 * np.arange(48000 * 3) / 48000).astype(np.float32)
    assert loudness(tone, 48000) == pytest.approx(-3.01, abs=0.05)


def test_a_word_shorter_than_a_block_has_a_loudness() -> None:
    word = syllables(1, 16000, 0.1, 1)[:3000]
    assert -40 < loudness(word, 16000) < -10


@pytest.mark.parametrize("count", [0, 1, 16000])
def test_silence_has_none(count: int) -> None:
    assert loudness(np.zeros(count, np.float32), 16000) == -math.inf


def test_pauses_make_nothing_quieter() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 32000).astype(np.float32)
    pause = np.zeros(64000, np.float32)
    assert loudness(np.concatenate([noise, pause]), 16000) == pytest.approx(loudness(noise, 16000), abs=0.6)
