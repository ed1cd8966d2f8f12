"""Ears: does a recording hold this prompt, a tone, or silence?

A prompt is cut into pieces of a quarter second. Each piece is looked for in the recording by normalised
cross-correlation; the prompt was heard if most pieces are found where the others say they should be. So neither a
jitter buffer's slip of a few packets nor another prompt of the same voice, which shares some sounds, misleads.
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 8000
_PIECE = RATE // 4
_SLIP = RATE * 15 // 100
_ALIKE = 0.7
_LOUD = 100.0
"""Root mean square of 16-bit samples above which something is heard."""

Sound = NDArray[np.float64]


def sound(file: Path) -> Sound:
    """The samples of a WAV of 8 or 16 kHz, at 8 kHz; also of one that the telephone is still writing."""
    if not file.exists():  # as mod_sndfile looks for it
        file = file.parent / str(RATE) / file.name
    content = file.read_bytes()
    rate = int.from_bytes(content[24:28], "little") or RATE  # the telephone writes the header last
    body = content[44:]
    samples = np.frombuffer(body[: len(body) // 2 * 2], dtype="<i2").astype(float)
    return np.asarray(soxr.resample(samples, rate, RATE)) if rate != RATE else samples


def write(file: Path, samples: Sound) -> Path:
    """Makes a WAV of 8 kHz."""
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, RATE, 0, "NONE", ""))
        opened.writeframes(np.clip(samples, -32768, 32767).astype("<i2").tobytes())
    return file


@dataclass(frozen=True, slots=True)
class Match:
    """A `share`, 0 to 1, of the prompt's pieces stand in the recording in their places; there it ends at `end`."""

    share: float
    end: int


def likeness(heard: Sound, prompt: Sound) -> float:
    """The share of the prompt that the recording holds."""
    return match(heard, prompt).share


def match(heard: Sound, prompt: Sound) -> Match:
    """Where the prompt fits the recording best, and how well."""
    prompt = trimmed(prompt)
    found = [_found(heard, piece, start) for start, piece in _pieces(prompt)]
    offsets = [offset for alike, offset in found if alike >= _ALIKE]
    agreeing = _longest_chain(offsets)
    if not agreeing:
        return Match(0.0, 0)
    return Match(len(agreeing) / len(found), agreeing[-1] + len(prompt))


def _longest_chain(offsets: list[int]) -> list[int]:
    """As many as possible of which each is near to the one before: a jitter buffer slips now and then."""
    chains: list[list[int]] = []
    for offset in offsets:
        before = max((each for each in chains if abs(each[-1] - offset) <= _SLIP), key=len, default=[])
        chains.append([*before, offset])
    return max(chains, key=len, default=[])


def trimmed(samples: Sound) -> Sound:
    """Without the silence at both ends."""
    loud = np.flatnonzero(np.abs(samples) > _LOUD)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def longest_silence(samples: Sound) -> float:
    """Seconds."""
    longest = current = 0
    for level in _levels(samples):
        current = current + 1 if level < _LOUD else 0
        longest = max(longest, current)
    return longest * 0.02


def seconds_of_tone(samples: Sound, hertz: float) -> float:
    """How long a pure tone of this pitch is heard, in pieces of 50 ms."""
    step = RATE // 20
    window = np.hanning(step)
    count = 0
    for start in range(0, len(samples) - step + 1, step):
        piece = samples[start : start + step]
        spectrum = np.abs(np.fft.rfft(piece * window)) ** 2
        near = slice(max(0, round(hertz / 20) - 2), round(hertz / 20) + 3)
        if np.sqrt(np.mean(piece**2)) > _LOUD and spectrum[near].sum() > 0.9 * spectrum.sum():
            count += 1
    return count * 0.05


def seconds_among(samples: Sound, hertz: float) -> float:
    """As `seconds_of_tone`, be it alone or among other sounds that are as loud."""
    step = RATE // 20
    frames = samples[: len(samples) // step * step].reshape(-1, step)
    spectra = np.abs(np.fft.rfft(frames * np.hanning(step), axis=1)) ** 2
    near = spectra[:, max(0, round(hertz / 20) - 2) : round(hertz / 20) + 3].sum(axis=1)
    loud = np.sqrt(np.mean(frames**2, axis=1)) > _LOUD
    return float(np.count_nonzero(loud & (near > 0.1 * spectra.sum(axis=1)))) * 0.05


def _pieces(prompt: Sound) -> list[tuple[int, Sound]]:
    cuts = ((start, prompt[start : start + _PIECE]) for start in range(0, len(prompt) - _PIECE + 1, _PIECE))
    return [(start, piece) for start, piece in cuts if np.sqrt(np.mean(piece**2)) > _LOUD]


def _found(heard: Sound, piece: Sound, start: int) -> tuple[float, int]:
    """How well the piece fits at its best place, and where that puts the prompt's beginning."""
    if len(heard) < len(piece):
        return 0.0, 0
    size = 1 << (len(heard) + len(piece) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size)), size)
    fit = product[: len(heard) - len(piece) + 1]
    energy = np.cumsum(np.concatenate([[0.0], heard**2]))
    local = np.sqrt(np.maximum(energy[len(piece) :] - energy[: -len(piece)], _LOUD**2 * len(piece)))
    alike = fit / (local * np.sqrt(np.sum(piece**2)))
    best = int(np.argmax(alike))
    return float(alike[best]), best - start


def _levels(samples: Sound) -> Sound:
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    return np.asarray(np.sqrt(np.mean(frames**2, axis=1)))
