"""A recording from anywhere becomes a prompt, or a sentence says why not, and nothing half-made is left."""

import random
import sys
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

from fsapp.domain.errors import MediaError
from fsapp.media import audio, importer, importing
from fsapp.media.loudness import SPEECH, Samples


def speech(seconds: float, rate: int, level: float = 0.1, seed: int = 1) -> Samples:
    """Noise in syllables."""
    noise = np.random.default_rng(seed)
    count = int(seconds * rate)
    envelope = np.repeat(noise.random(int(seconds * 8) + 1) > 0.3, rate // 8 + 1)[:count]
    envelope[: rate // 8] = envelope[-rate // 8 :] = True
    return np.asarray(noise.normal(0, level, count) * envelope, np.float32)


def silence(seconds: float, rate: int) -> Samples:
    return np.zeros(int(seconds * rate), np.float32)


def taken(path: Path, samples: Samples, rate: int) -> Path:
    """A file as a studio sends it."""
    soundfile.write(path, samples, rate)
    return path


def loudness(path: Path) -> float:
    samples, rate = soundfile.read(path)
    return float(pyloudnorm.Meter(rate).integrated_loudness(samples))


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.flac", "a.ogg", "a.aiff"])
@pytest.mark.parametrize("level", [0.003, 0.2])
def test_a_recording_of_any_format_is_as_loud_as_speech(tmp_path: Path, name: str, level: float) -> None:
    source = taken(tmp_path / name, speech(3, 44100, level), 44100)
    seconds = importing.imported(source, tmp_path / "prompt.wav")
    assert seconds == pytest.approx(3, abs=0.3)
    assert loudness(tmp_path / "prompt.wav") == pytest.approx(SPEECH, abs=0.5)


def test_the_file_is_what_the_engine_plays(tmp_path: Path) -> None:
    importing.imported(taken(tmp_path / "a.flac", speech(1, 48000), 48000), tmp_path / "prompt.wav")
    about = soundfile.info(tmp_path / "prompt.wav")
    assert (about.format, about.subtype, about.samplerate, about.channels) == ("WAV", "PCM_16", 16000, 1)
    assert audio.read(tmp_path / "prompt.wav").seconds == pytest.approx(1, abs=0.2)


def test_silence_before_and_after_goes_and_pauses_stay(tmp_path: Path) -> None:
    parts = [silence(2, 16000), speech(1, 16000), silence(1.5, 16000), speech(1, 16000), silence(3, 16000)]
    source = taken(tmp_path / "a.wav", np.concatenate(parts), 16000)
    assert importing.imported(source, tmp_path / "prompt.wav") == pytest.approx(3.5 + 0.12, abs=0.05)


def test_the_hush_of_a_room_is_no_speech(tmp_path: Path) -> None:
    hush = np.random.default_rng(2).normal(0, 0.001, 16000 * 6).astype(np.float32)
    hush[32000:48000] += speech(1, 16000)
    source = taken(tmp_path / "a.wav", hush, 16000)
    assert importing.imported(source, tmp_path / "prompt.wav") == pytest.approx(1.12, abs=0.05)


def test_channels_are_mixed(tmp_path: Path) -> None:
    left = np.stack([speech(1, 8000), silence(1, 8000)], axis=1)
    importing.imported(taken(tmp_path / "a.wav", left, 8000), tmp_path / "prompt.wav")
    assert loudness(tmp_path / "prompt.wav") == pytest.approx(SPEECH, abs=0.5)


def test_a_short_word_is_as_loud_as_the_others(tmp_path: Path) -> None:
    importing.imported(taken(tmp_path / "a.wav", speech(0.2, 16000), 16000), tmp_path / "prompt.wav")
    word, _ = soundfile.read(tmp_path / "prompt.wav")
    assert pyloudnorm.Meter(16000).integrated_loudness(np.tile(word, 6)) == pytest.approx(SPEECH, abs=1.5)


def test_a_prompt_begins_and_ends_without_a_click(tmp_path: Path) -> None:
    importing.imported(taken(tmp_path / "a.wav", speech(1, 16000, 0.3), 16000), tmp_path / "prompt.wav")
    samples = audio.read(tmp_path / "prompt.wav").samples
    assert abs(samples[0]) < 0.001
    assert abs(samples[-1]) < 0.001


def cut_short(tmp_path: Path) -> bytes:
    return taken(tmp_path / "whole.wav", speech(2, 8000), 8000).read_bytes()[:-8000]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no sound that can be read"),
        (b"RIFF", "is no sound that can be read"),
        (b"no sound, but text\n" * 100, "is no sound that can be read"),
        (b"\xff\xfb\x90\x00" + b"\0" * 400, "nothing is heard|is no sound"),
    ],
)
def test_garbage_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    with pytest.raises(MediaError, match=sentence):
        importing.imported(tmp_path / "a.mp3", tmp_path / "prompt.wav")


def test_a_wav_that_was_cut_short_on_its_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(cut_short(tmp_path))
    with pytest.raises(MediaError, match=r"a\.wav is cut short: it promises 32044 bytes and has 24044"):
        importing.imported(tmp_path / "a.wav", tmp_path / "prompt.wav")


@pytest.mark.parametrize("samples", [silence(0, 8000), silence(3, 8000), speech(2, 8000, 0.0005)])
def test_what_nobody_hears_is_refused(tmp_path: Path, samples: Samples) -> None:
    with pytest.raises(MediaError, match=r"nothing is heard in a\.wav"):
        importing.imported(taken(tmp_path / "a.wav", samples, 8000), tmp_path / "prompt.wav")


def test_what_is_longer_than_any_prompt_is_refused(tmp_path: Path) -> None:
    source = taken(tmp_path / "a.wav", speech(importing.LONGEST + 1, 8000), 8000)
    with pytest.raises(MediaError, match=r"a\.wav is longer than 300 seconds"):
        importing.imported(source, tmp_path / "prompt.wav")


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    samples = speech(1, 8000)
    samples[100] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    with pytest.raises(MediaError, match="numbers in it that are no sound"):
        importing.imported(tmp_path / "a.wav", tmp_path / "prompt.wav")


def test_spoilt_files_are_imported_or_refused(tmp_path: Path) -> None:
    """Bytes of headers and sound changed: nothing but MediaError, and a target only where there is a prompt."""
    dice = random.Random(7)
    for name in ("a.wav", "a.mp3", "a.flac", "a.ogg"):
        whole = taken(tmp_path / name, speech(0.6, 16000), 16000).read_bytes()
        for _ in range(40):
            spoilt = bytearray(whole[: dice.randrange(len(whole)) if dice.random() < 0.3 else len(whole)])
            for _ in range(dice.randrange(1, 8)):
                if spoilt:
                    spoilt[dice.randrange(min(len(spoilt), 100 if dice.random() < 0.7 else len(spoilt)))] = (
                        dice.randrange(256)
                    )
            (tmp_path / f"spoilt-{name}").write_bytes(spoilt)
            target = tmp_path / "prompt.wav"
            target.unlink(missing_ok=True)
            try:
                assert importing.imported(tmp_path / f"spoilt-{name}", target) > 0
            except MediaError:
                assert not target.exists()
            else:
                assert audio.read(target).seconds > 0


# In a process, as commands and the engine have it.


def test_a_process_imports(tmp_path: Path) -> None:
    source = taken(tmp_path / "a.mp3", speech(2, 44100), 44100)
    assert importer.imported(source, tmp_path / "prompt.wav") == pytest.approx(2, abs=0.3)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.mp3", "prompt.wav"]


def test_a_process_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"nonsense")
    with pytest.raises(MediaError, match=r"a\.mp3 is no sound that can be read, such as WAV, MP3, FLAC or Ogg"):
        importer.imported(tmp_path / "a.mp3", tmp_path / "prompt.wav")
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp3"]


@pytest.mark.parametrize("what", ["missing.wav", ""])
def test_there_must_be_a_file(tmp_path: Path, what: str) -> None:
    with pytest.raises(MediaError, match="there is no file"):
        importer.imported(tmp_path / what, tmp_path / "prompt.wav")


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    source = taken(tmp_path / "a.wav", speech(1, 8000), 8000)
    with pytest.raises(MediaError, match=r"No such file or directory: .*/away/"):
        importer.imported(source, tmp_path / "away" / "prompt.wav")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "without an answer: the file broke it"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGALRM)", "without an answer: it took too long"),
        ("import sys; sys.exit(3)", "without an answer: exit 3"),
        ("print('hello')", "answered nonsense"),
        ("print('[]')", "answered nonsense"),
    ],
)
def test_a_process_that_dies_leaves_nothing(tmp_path: Path, script: str, sentence: str) -> None:
    source, target = taken(tmp_path / "a.wav", speech(1, 8000), 8000), tmp_path / ".prompt-1.new"
    half = f"open({str(target)!r}, 'w'); open({str(tmp_path / '.prompt-1.99.part')!r}, 'w'); {script}"
    with pytest.raises(MediaError, match=sentence):
        importer.imported(source, target, (sys.executable, "-c", half))
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]


def test_where_the_extra_is_missing_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hiding").mkdir()
    (tmp_path / "hiding" / "pyloudnorm.py").write_text("raise ModuleNotFoundError(name='pyloudnorm')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hiding"))
    source = taken(tmp_path / "a.wav", speech(1, 8000), 8000)
    with pytest.raises(MediaError, match=r"pyloudnorm is missing: pip install 'fsapp\[prompts\]'"):
        importer.imported(source, tmp_path / "prompt.wav")
