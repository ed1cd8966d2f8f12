"""Sound as numbers: read, trim, level, resample, write. Only the worker process imports this; numpy is slow to load."""

import math
import os
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing
import soxr

from fsapp.domain.errors import MediaError
from fsapp.media.loudness import SPEECH, loudness

RATES = (8000, 16000)
"""What a telephone hears, narrow and wide band: FreeSWITCH opens `<dir>/<rate>/<file>` first (mod_sndfile.c)."""

NOT_READABLE = (OSError, EOFError, RuntimeError, wave.Error)
"""What `wave` raises for a file that is none, or is cut short; RuntimeError where a chunk ends before it begins."""

Samples = np.typing.NDArray[np.float32]

_PEAK = 0.7
_HUSH = 0.004
_EDGE_SECONDS = 0.05
_GAP_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono sound between -1 and 1, `rate` samples a second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def read(path: Path) -> Sound:
    """Reads a mono 16-bit WAV of any rate. Raises MediaError."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise MediaError(f"{path} is not a mono 16-bit WAV")
            frames, rate = file.readframes(file.getnframes()), file.getframerate()
    except NOT_READABLE as error:
        raise MediaError(f"{path} cannot be read as a WAV: {error or 'it is cut short'}") from None
    whole = frames[: len(frames) // 2 * 2]
    return Sound(np.frombuffer(whole, "<i2").astype(np.float32) / np.float32(32768), rate)


def trimmed(sound: Sound) -> Sound:
    """Without the silence at both ends, but for a twentieth of a second each."""
    loud = np.flatnonzero(np.abs(sound.samples) > _HUSH)
    if not len(loud):
        return sound
    edge = int(_EDGE_SECONDS * sound.rate)
    return Sound(sound.samples[max(0, loud[0] - edge) : loud[-1] + edge], sound.rate)


def joined(sounds: Sequence[Sound]) -> Sound:
    """One after another, with a breath between; all at the rate of the first."""
    if not sounds:
        raise MediaError("nothing was said")
    rate = sounds[0].rate
    gap = np.zeros(int(_GAP_SECONDS * rate), np.float32)
    parts = [part for sound in sounds for part in (resampled(sound, rate).samples, gap)]
    return Sound(np.concatenate(parts[:-1]), rate)


def resampled(sound: Sound, rate: int) -> Sound:
    if sound.rate == rate:
        return sound
    return Sound(soxr.resample(sound.samples, sound.rate, rate), rate)


def levelled(sound: Sound) -> Sound:
    """At the loudness of speech, so that all prompts are equally loud; no sample above 0.7 (-3 dB): none is clipped."""
    return at_level(sound, loudness(sound.samples, sound.rate))


def at_level(sound: Sound, lufs: float) -> Sound:
    """As `levelled`, of a sound that somebody has measured."""
    peak = float(np.max(np.abs(sound.samples), initial=0.0))
    if peak == 0 or not math.isfinite(lufs):
        return sound
    gain = min(10 ** ((SPEECH - lufs) / 20), _PEAK / peak)
    return Sound(sound.samples * np.float32(gain), sound.rate)


def write(sound: Sound, path: Path) -> None:
    """Writes a mono 16-bit WAV, whole or not at all. Raises OSError."""
    part = path.with_suffix(f".{os.getpid()}.part")
    with wave.open(str(part), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(np.round(np.clip(sound.samples, -1, 1) * 32767).astype("<i2").tobytes())
    part.replace(path)
