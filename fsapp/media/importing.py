"""A recording from anywhere becomes a prompt: read, cut to what is spoken, made as loud as speech. In the worker."""

import os
import warnings
from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile

from fsapp.domain.errors import MediaError
from fsapp.media import audio
from fsapp.media.audio import Samples, Sound

RATE = audio.RATES[-1]
"""Of a prompt's file: what a wide-band telephone hears. The engine makes the narrow band of it."""

LONGEST = 300
"""Seconds."""

SHORTEST = 0.1
"""Seconds of sound, below which there is no word."""

_FRAME_SECONDS = 0.02
_EDGE_SECONDS = 0.06
_FADE_SECONDS = 0.005
_HUSH = 10 ** (-55 / 20)
_BELOW_LOUDEST = 10 ** (-36 / 20)
_MEASURED_SECONDS = 1.0
_UNTIL_THE_END = (0, 0xFFFFFFFF)
"""Lengths in the header of a RIFF that somebody streamed."""


def imported(source: Path, target: Path) -> float:
    """Writes `target`, a mono 16-bit WAV, whole and on the disk; gives its seconds. Raises MediaError and OSError."""
    spoken = levelled(audio.resampled(cut(read(source), source.name), RATE))
    audio.write(_faded(spoken), target)
    _sync(target)
    return spoken.seconds


def read(source: Path) -> Sound:
    """All of a file, its channels mixed. Raises MediaError."""
    _check_whole(source)
    try:
        with source.open("rb") as opened, soundfile.SoundFile(opened) as file:
            rate = file.samplerate
            samples = file.read((LONGEST + 1) * rate, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError, ValueError, TypeError, AssertionError) as error:
        raise MediaError(
            f"{source.name} is no sound that can be read, such as WAV, MP3, FLAC or Ogg: {error}"
        ) from None
    if len(samples) > LONGEST * rate:
        raise MediaError(f"{source.name} is longer than {LONGEST} seconds, the most for a prompt")
    mixed = samples.mean(axis=1) if len(samples) else np.zeros(0, np.float32)
    if not np.all(np.isfinite(mixed)):
        raise MediaError(f"{source.name} has numbers in it that are no sound")
    return Sound(mixed, rate)


def cut(sound: Sound, name: str) -> Sound:
    """Without the silence, or the hush of a room, before and after. Raises MediaError where nothing is left."""
    frame = max(1, int(_FRAME_SECONDS * sound.rate))
    levels = _levels(sound.samples, frame)
    loudest = float(np.max(levels, initial=0.0))
    heard = np.flatnonzero(levels > max(_HUSH, loudest * _BELOW_LOUDEST))
    if len(heard) * _FRAME_SECONDS < SHORTEST:
        raise MediaError(f"nothing is heard in {name}: it is empty, silent or far too quiet")
    edge = int(_EDGE_SECONDS * sound.rate)
    return Sound(sound.samples[max(0, heard[0] * frame - edge) : (heard[-1] + 1) * frame + edge], sound.rate)


def levelled(sound: Sound) -> Sound:
    """At the loudness of speech. A word that is too short to be measured is measured as if it were said again."""
    times = 1 + int(_MEASURED_SECONDS / max(sound.seconds, SHORTEST))
    with warnings.catch_warnings(action="ignore"):  # of what is quieter than it measures
        lufs = pyloudnorm.Meter(sound.rate).integrated_loudness(np.tile(sound.samples, times).astype(np.float64))
    return audio.at_level(sound, float(lufs))


def _levels(samples: Samples, frame: int) -> Samples:
    """Root mean square of each frame; the last one's rest is silence."""
    frames = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame)
    return np.asarray(np.sqrt(np.mean(np.square(frames), axis=1)))


def _faded(sound: Sound) -> Sound:
    """Without a click at either end."""
    count = min(int(_FADE_SECONDS * sound.rate), len(sound.samples) // 2)
    ramp = np.linspace(0, 1, count, dtype=np.float32)
    samples = sound.samples.copy()
    samples[:count] *= ramp
    samples[len(samples) - count :] *= ramp[::-1]
    return Sound(samples, sound.rate)


def _check_whole(source: Path) -> None:
    """A WAV that promises more than it has was cut short on its way. Raises MediaError."""
    with source.open("rb") as file:
        head = file.read(8)
    promised = int.from_bytes(head[4:], "little")
    if head[:4] == b"RIFF" and promised not in _UNTIL_THE_END and promised + 8 > source.stat().st_size + 1:
        raise MediaError(
            f"{source.name} is cut short: it promises {promised + 8} bytes and has {source.stat().st_size}"
        )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
