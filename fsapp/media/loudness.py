"""Loudness as people hear it, in LUFS (ITU-R BS.1770-4): of speech from the engines, so that no voice shouts.

The speech workers measure with this, where numpy is loaded anyway; tests compare it with pyloudnorm, which loads scipy.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing

Samples = np.typing.NDArray[np.float32]
Weights = np.typing.NDArray[np.float64]
Turns = np.typing.NDArray[np.complex128]

SPEECH = -23.0
"""LUFS of every prompt: the level of broadcasts (EBU R 128), some 26 dB below what a telephone line can carry."""

SILENT = -70.0
"""LUFS below which nothing is heard."""

_BLOCK_SECONDS = 0.4
_STEP_SECONDS = 0.1
_BELOW_MEAN = 10.0
_OFFSET = -0.691


def loudness(samples: Samples, rate: int) -> float:
    """LUFS of one channel; -inf where nothing is heard. Pauses do not count."""
    powers = np.array([_power(block, rate) for block in _blocks(samples, rate)])
    heard = powers[powers > 10 ** ((SILENT - _OFFSET) / 10)]
    if not len(heard):
        return -math.inf
    loud = heard[heard > heard.mean() * 10 ** (-_BELOW_MEAN / 10)]
    return float(_OFFSET + 10 * np.log10(loud.mean()))


def _blocks(samples: Samples, rate: int) -> Iterator[Samples]:
    """They overlap; what is shorter than a block is one."""
    size, step = int(_BLOCK_SECONDS * rate), int(_STEP_SECONDS * rate)
    for start in range(0, max(len(samples) - size, 0) + 1, step):
        yield samples[start : start + size]


def _power(block: Samples, rate: int) -> float:
    """The mean square of what an ear hears."""
    if not len(block):
        return 0.0
    spectrum = np.abs(np.fft.rfft(block)) * _weights(len(block), rate)
    return float(2 * np.sum(np.square(spectrum)) / len(block) ** 2)


@lru_cache(maxsize=16)
def _weights(size: int, rate: int) -> Weights:
    """The ear's filter: the shelf above 1.7 kHz raised, all below 38 Hz taken away."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    return np.asarray(np.abs(_shelf(rate, turn) * _high_pass(rate, turn)))


def _shelf(rate: int, turn: Turns) -> Turns:
    k, q, high = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    above = (high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k)
    return _response(above, (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k), turn)


def _high_pass(rate: int, turn: Turns) -> Turns:
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    first = 1 + k / q + k * k
    return _response((first, -2 * first, first), (first, 2 * (k * k - 1), 1 - k / q + k * k), turn)


def _response(above: tuple[float, ...], below: tuple[float, ...], turn: Turns) -> Turns:
    return np.asarray(np.polyval(above[::-1], turn) / np.polyval(below[::-1], turn))
