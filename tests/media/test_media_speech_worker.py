"""The worker process as its parent meets it: real processes, real pipes, espeak-ng where it is installed."""

import ctypes.util
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fsapp.domain.errors import MediaError
from fsapp.media import audio
from fsapp.media.loudness import SPEECH, loudness
from fsapp.media.speaker import Job, Speaker
from fsapp.media.speech_process import SpeechProcess, WorkerDied

ENGLISH = Speaker(voice="en-us")
MANDARIN = Speaker(voice="cmn-latn-pinyin")

needs_espeak = pytest.mark.skipif(ctypes.util.find_library("espeak-ng") is None, reason="libespeak-ng is not installed")


@pytest.fixture(scope="module")
def worker() -> Iterator[SpeechProcess]:
    process = SpeechProcess(["pyttsx3"])
    process.wait_until_ready()
    yield process
    process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for rate in audio.RATES:
        (tmp_path / str(rate)).mkdir()
    return tmp_path


def job(folder: Path, text: str, language: str = "en", speaker: Speaker = ENGLISH, key: str = "key") -> Job:
    return Job(text, language, speaker, str(folder), key)


def rendered(folder: Path, rate: int, key: str = "key") -> audio.Sound:
    return audio.read(folder / str(rate) / f"{key}.wav")


@needs_espeak
@pytest.mark.parametrize(
    ("text", "language", "speaker"), [("Hello.", "en", ENGLISH), ("您好，VIP客户", "zh", MANDARIN)]
)
def test_speech_is_written_at_both_rates_of_a_telephone(
    worker: SpeechProcess, folder: Path, text: str, language: str, speaker: Speaker
) -> None:
    seconds = worker.render(job(folder, text, language, speaker))
    for rate in audio.RATES:
        with wave.open(str(folder / str(rate) / "key.wav")) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (rate, 1, 2)
            assert file.getnframes() / rate == pytest.approx(seconds, abs=0.01)
        assert loudness(rendered(folder, rate).samples, rate) == pytest.approx(SPEECH, abs=1)
    assert not list(folder.rglob("*.part"))


@needs_espeak
def test_latin_words_in_mandarin_are_said_by_the_foreign_voice(worker: SpeechProcess, folder: Path) -> None:
    english = worker.render(job(folder, "electricity", "en", ENGLISH))
    assert worker.render(job(folder, "electricity", "zh", MANDARIN)) == pytest.approx(english, rel=0.02)
    unlike = Speaker(voice="cmn-latn-pinyin", foreign="cmn-latn-pinyin")
    assert worker.render(job(folder, "electricity", "zh", unlike)) != pytest.approx(english, rel=0.02)


@needs_espeak
def test_a_voice_that_espeak_does_not_know_is_refused(worker: SpeechProcess, folder: Path) -> None:
    worker.render(job(folder, "您好", "zh", MANDARIN))
    with pytest.raises(MediaError, match="no voice 'klingon'"):
        worker.render(job(folder, "Hello", "en", Speaker(voice="klingon"), "other"))
    assert not (folder / "other.json").exists()


@needs_espeak
@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "one\ntwo\r\n\r\nthree",
        "🙂👍",
        "${system touch canary}",
        "$(touch canary) `touch canary`",
        '<speak><audio src="file:///etc/passwd"/></speak>',
        "[[h@'loU]]",
        "-f /etc/passwd",
        "../../etc/passwd",
        '{"error": "no"}',
        "...",
        "a\u202eb\udcff",
    ],
)
def test_any_text_is_only_text(worker: SpeechProcess, folder: Path, text: str) -> None:
    assert worker.render(job(folder, text)) > 0
    assert sorted(file.name for file in folder.rglob("*") if file.is_file()) == ["key.json", "key.wav", "key.wav"]


@needs_espeak
def test_a_text_of_many_sentences_is_said_in_pieces(worker: SpeechProcess, folder: Path) -> None:
    assert worker.render(job(folder, "你好。" * 500, "zh", MANDARIN)) > 200


def test_nothing_to_say_is_refused_and_the_worker_lives_on(worker: SpeechProcess, folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(MediaError, match="nothing to say"):
            worker.render(job(folder, " "))
    assert not worker.busy


def test_an_engine_that_is_not_installed_says_what_to_install(worker: SpeechProcess, folder: Path) -> None:
    with pytest.raises(MediaError, match=r"'kokoro' is not installed .*pip install 'fsapp\[voices\]'"):
        worker.render(job(folder, "您好", "zh", Speaker(engine="kokoro", voice="x.bin")))


def test_where_espeak_is_missing_the_sentence_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiding = tmp_path / "hiding"
    hiding.mkdir()
    (hiding / "sitecustomize.py").write_text(
        "import ctypes\ndef missing(*_): raise OSError('no such library')\nctypes.cdll.LoadLibrary = missing\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(hiding))
    process = SpeechProcess(["pyttsx3"])
    try:
        process.wait_until_ready()
        with pytest.raises(MediaError, match=r"espeak-ng does not work .* apt install espeak-ng"):
            process.render(job(folder, "Hello"))
    finally:
        process.kill()


def program(script: str) -> Speaker:
    return Speaker(engine="command", command=("/bin/sh", "-c", script, "sh"))


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    audio.write(audio.Sound(np.sin(np.arange(22050) / 5).astype(np.float32), 22050), path)
    return path


def test_any_program_can_speak(worker: SpeechProcess, folder: Path, tone: Path) -> None:
    speaker = program(f'cat > {tone.parent}/heard; cp {tone} "$1"')
    assert worker.render(job(folder, "Pay 5 yuan -f", "en", speaker)) == pytest.approx(1, abs=0.01)
    assert (tone.parent / "heard").read_text() == "Pay five yuan -f"


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo no licence >&2; exit 3", "ended with 3: no licence"),
        ("true", "utterance.wav cannot be read as a WAV"),
        ('echo text > "$1"', "utterance.wav cannot be read as a WAV"),
    ],
)
def test_a_program_that_fails_is_a_media_error(worker: SpeechProcess, folder: Path, script: str, sentence: str) -> None:
    with pytest.raises(MediaError, match=sentence):
        worker.render(job(folder, "Hello", "en", program(script)))


def test_a_program_that_is_not_there_is_a_media_error(worker: SpeechProcess, folder: Path) -> None:
    with pytest.raises(MediaError, match="/no/such did not speak"):
        worker.render(job(folder, "Hello", "en", Speaker(engine="command", command=("/no/such",))))


def test_a_recording_of_any_rate_is_converted(worker: SpeechProcess, folder: Path, tone: Path) -> None:
    recording = Job("Hello", "en", ENGLISH, str(folder), "key", str(tone))
    assert worker.render(recording) == pytest.approx(1, abs=0.01)
    assert rendered(folder, 8000).rate == 8000


def test_a_folder_that_cannot_be_written_is_a_media_error(worker: SpeechProcess, tone: Path) -> None:
    with pytest.raises(MediaError, match="Not a directory"):
        worker.render(Job("Hello", "en", ENGLISH, "/dev/null", "key", str(tone)))


def test_a_worker_whose_parent_was_killed_leaves_no_scratch_files(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "half.wav").touch()
    command = [sys.executable, "-m", "fsapp.media.speech_worker", str(scratch)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=True)
    assert ended.stdout == b'{"ready": true}\n'
    assert not scratch.exists()


def test_a_killed_worker_is_noticed_and_leaves_no_scratch_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    process = SpeechProcess([])
    process.wait_until_ready()
    process.kill()
    with pytest.raises(WorkerDied):
        process.render(job(tmp_path, "Hello"))
    assert list(tmp_path.iterdir()) == []
