"""How long audio lasts."""

import wave
from pathlib import Path

from fsapp.switchboard.sounds import on_disk


def a_wav(path: Path, seconds: float, rate: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as audio:
        audio.setparams((1, 2, rate, 0, "NONE", ""))
        audio.writeframes(bytes(round(seconds * rate) * 2))


def test_a_file_is_found_in_the_folder_of_the_calls_rate_first(tmp_path: Path) -> None:
    a_wav(tmp_path / "a.wav", 3, 16_000)
    assert on_disk(str(tmp_path / "a.wav")) == 3
    a_wav(tmp_path / "8000/a.wav", 1, 8_000)
    assert on_disk(str(tmp_path / "a.wav")) == 1


def test_a_file_that_is_nowhere_has_no_length(tmp_path: Path) -> None:
    assert on_disk(str(tmp_path / "a.wav")) is None
