"""What a recogniser understood is compared by words and syllables; the model itself where it is installed."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from fsapp.domain import spoken
from fsapp.domain.errors import MediaError
from fsapp.media import audio, listening
from fsapp.media.engine_pyttsx3 import ENGINE
from fsapp.media.listening import Listener, distance, units
from fsapp.media.speaker import Speaker

installed = pytest.mark.skipif(find_spec("faster_whisper") is None, reason="the extra `listen` is not installed")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Press 1, or wait.", "en", ["press", "one", "or", "wait"]),
        ("It's twenty-five past nine a.m.", "en", ["it's", "twenty", "five", "past", "nine", "am"]),
        ("您好，请按1。", "zh", ["nin", "hao", "qing", "an", "yi"]),
        ("請按一", "zh", ["qing", "an", "yi"]),
        ("（提示音）", "zh", ["ti", "shi", "yin"]),
        ("...", "en", []),
    ],
)
def test_units_are_words_or_syllables(text: str, language: str, expected: list[str]) -> None:
    assert units(text, language) == expected


@pytest.mark.parametrize(
    ("said", "heard", "language"),
    [
        (spoken.phone("95598", "en"), "95598.", "en"),
        (spoken.phone("13800138000", "en"), "138-0013-8000", "en"),
        (spoken.number(10086, "en"), "10,086", "en"),
        (spoken.number(2026, "en"), "2026", "en"),
        (spoken.date("2026-11-25", "en"), "November 25th, 2026.", "en"),
        (spoken.time("18:00", "en"), "6 p.m", "en"),
        (spoken.money("312.5", "en", "USD"), "$312.50", "en"),
        (spoken.percent("12.5", "en"), "12.5%", "en"),
        (spoken.digits("0042", "en"), "0042", "en"),
        (spoken.phone("95598", "zh"), "95598", "zh"),
        (spoken.digits("1234567890", "zh"), "1234567890", "zh"),
        (spoken.number(10086, "zh"), "10086", "zh"),
        (spoken.date("2026-11-25", "zh"), "2026年11月25日", "zh"),
        (spoken.money("312.5", "zh"), "312元5角", "zh"),
    ],
)
def test_figures_are_read_as_they_were_said(said: str, heard: str, language: str) -> None:
    assert listening.mistakes(units(said, language), heard, language) == 0


def test_other_figures_are_mistakes() -> None:
    assert listening.mistakes(units(spoken.phone("95598", "en"), "en"), "95599", "en") == 1


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [("abc", "abc", 0), ("abc", "axc", 1), ("abc", "ac", 1), ("abc", "abcd", 1), ("abc", "", 3), ("", "ab", 2)],
)
def test_the_distance_is_the_least_number_of_changes(said: str, heard: str, expected: int) -> None:
    assert distance(said, heard) == expected


def test_a_line_carries_speech_with_the_steps_of_g711() -> None:
    tone = audio.Sound((0.1 * np.sin(np.arange(16000) / 5)).astype(np.float32), 16000)
    heard = listening.over_a_line(tone)
    assert len(heard) == pytest.approx(32000, abs=10)
    assert np.max(np.abs(heard)) == pytest.approx(0.1, abs=0.02)


@pytest.mark.skipif(find_spec("faster_whisper") is not None, reason="the extra `listen` is installed")
def test_without_the_extra_the_sentence_says_what_to_install() -> None:
    with pytest.raises(MediaError, match=r"pip install 'fsapp\[listen\]'"):
        Listener()


@installed
def test_a_clear_sentence_is_understood(tmp_path: Path) -> None:
    text = "Thank you for calling. Goodbye."
    spoken = ENGINE().speak(text, "en", Speaker(voice="en-us"))
    audio.write(audio.levelled(spoken), tmp_path / "a.wav")
    heard = Listener().listen(tmp_path / "a.wav", text, "en")
    assert heard.said == 5
    assert heard.wrong <= 2
    other = Listener().listen(tmp_path / "a.wav", "All our lines are busy.", "en")
    assert other.wrong == other.said == 5
