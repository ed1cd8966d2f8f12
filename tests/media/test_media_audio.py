"""Resampling without aliases, levels without clipping, files whole or not at all."""

import wave
from pathlib import Path

import numpy as np
import pytest

from fsapp.domain.errors import MediaError
from fsapp.media import audio
from fsapp.media.audio import Sound
from fsapp.media.loudness import SPEECH, loudness


def tone(hertz: float, rate: int, seconds: float = 0.5, level: float = 0.5) -> Sound:
    times = np.arange(int(rate * seconds)) / rate
    return Sound((level * np.sin(2 * np.pi * hertz * times)).astype(np.float32), rate)


def level(sound: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(sound.samples[400:-400]))))


@pytest.mark.parametrize("rate", audio.RATES)
def test_a_tone_within_the_band_keeps_its_level(rate: int) -> None:
    spoken = tone(1000, 22050)
    assert level(audio.resampled(spoken, rate)) == pytest.approx(level(spoken), rel=0.01)


def test_a_tone_above_the_band_leaves_no_alias() -> None:
    spoken = tone(6000, 22050)
    assert level(audio.resampled(spoken, 8000)) < 0.005 * level(spoken)


@pytest.mark.parametrize("level", [0.01, 0.5, 1.0, 3.0])
def test_every_sound_is_as_loud_as_speech(level: float) -> None:
    levelled = audio.levelled(tone(1000, 8000, level=level))
    assert loudness(levelled.samples, 8000) == pytest.approx(SPEECH, abs=0.01)


def test_what_is_loud_in_short_moments_only_is_not_clipped() -> None:
    clicks = np.zeros(16000, np.float32)
    clicks[::4000] = 0.03
    assert float(np.max(np.abs(audio.levelled(Sound(clicks, 16000)).samples))) == pytest.approx(0.7)


def test_silence_stays_silence() -> None:
    silence = Sound(np.zeros(800, np.float32), 8000)
    assert not audio.levelled(audio.trimmed(silence)).samples.any()


def test_silence_at_both_ends_goes() -> None:
    hush = np.zeros(8000, np.float32)
    padded = Sound(np.concatenate([hush, tone(440, 8000).samples, hush]), 8000)
    assert audio.trimmed(padded).seconds == pytest.approx(0.6, abs=0.01)


def test_sounds_of_different_rates_are_joined_at_the_first_ones() -> None:
    both = audio.joined([tone(440, 8000), tone(440, 16000)])
    assert both.rate == 8000
    assert both.seconds == pytest.approx(1.06, abs=0.001)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    spoken = tone(440, 16000)
    audio.write(spoken, tmp_path / "a.wav")
    assert np.allclose(audio.read(tmp_path / "a.wav").samples, spoken.samples, atol=1e-4)
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a wave file, but text"])
def test_a_file_that_is_no_wav_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(MediaError, match=r"a\.wav cannot be read as a WAV"):
        audio.read(tmp_path / "a.wav")


def test_stereo_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0" * 400)
    with pytest.raises(MediaError, match="not a mono 16-bit WAV"):
        audio.read(tmp_path / "a.wav")
