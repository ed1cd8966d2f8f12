"""The voice: what was said is remembered, what is new is made once, and what breaks heals or says so."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import numpy as np
import pytest

from fsapp.domain.errors import MediaError
from fsapp.domain.leg import Utterance
from fsapp.media import audio, catalogue
from fsapp.media.cache import words_of
from fsapp.media.catalogue import Catalogue
from fsapp.media.rendering import Rendered, Wanted, catalogue_texts, render_all
from fsapp.media.speaker import Speaker
from fsapp.media.speech import SpeechSettings, Voice
from fsapp.media.speech_pool import SpeechCounts, SpeechPool

MakeVoice = Callable[..., Voice]


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with a spoken prompt, a recorded one, and one that no program can speak."""
    folder = tmp_path_factory.mktemp("sounds")
    (folder / "en").mkdir()
    (folder / "en/prompts.yaml").write_text("hello: Hello.\nsorry: Sorry.\nfail: Please fail.")
    audio.write(tone(0.5, 22050), folder / "en/sorry.wav")
    return folder


@pytest.fixture(scope="module")
def prompts(sounds: Path) -> Catalogue:
    return catalogue.load(sounds)


def tone(seconds: float, rate: int = 8000) -> audio.Sound:
    return audio.Sound(np.sin(np.arange(int(seconds * rate)) / 5).astype(np.float32), rate)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Speaker:
    """Speaks in a tone of a second. It counts what it says in a file, fails at "fail" and hangs at "hang"."""
    folder = tmp_path_factory.mktemp("program")
    audio.write(tone(1), folder / "tone.wav")
    script = f"""
        text=$(cat)
        echo "$text" >> {folder}/said
        case "$text" in *fail*) exit 1;; *hang*) sleep 60;; *later*) sleep 0.1;; esac
        cp {folder}/tone.wav "$1"
    """
    return Speaker(engine="command", voice=str(folder / "said"), command=("/bin/sh", "-c", script, "sh"))


@pytest.fixture
def voice_in(program: Speaker, prompts: Catalogue) -> Iterator[MakeVoice]:
    voices = []

    def make(folder: Path, **settings: object) -> Voice:
        spoken = {"languages": {"en": program}, "time_limit": 5, "workers": 1, **settings}
        voices.append(Voice(SpeechSettings.model_validate(spoken), prompts, folder))
        return voices[-1]

    yield make
    for voice in voices:
        voice.close()


@pytest.fixture(scope="module")
def shared(program: Speaker, prompts: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voice]:
    """A voice for tests that break nothing: starting workers takes a third of a second."""
    settings = SpeechSettings(languages={"en": program}, time_limit=5)
    voice = Voice(settings, prompts, tmp_path_factory.mktemp("cache"))
    yield voice
    voice.close()


def wait_until(happened: Callable[[], bool]) -> None:
    with gevent.Timeout(5):
        while not happened():
            gevent.sleep(0.005)


def times_said(program: Speaker, text: str) -> int:
    return Path(program.voice).read_text().splitlines().count(text)


def test_an_utterance_is_a_file_with_its_words_beside_it(shared: Voice) -> None:
    utterance = shared.say("Good  morning,\nall.", "en")
    assert re.fullmatch(r"/[\w/.-]+/[0-9a-f]{64}\.wav", utterance.path)
    assert (utterance.text, utterance.language) == ("Good morning, all.", "en")
    assert utterance.seconds == pytest.approx(1, abs=0.01)
    assert words_of(utterance.path) == "Good morning, all."
    path = Path(utterance.path)
    for rate in audio.RATES:
        assert audio.read(path.parent / str(rate) / path.name).rate == rate


def test_what_was_said_is_remembered(shared: Voice, program: Speaker) -> None:
    first = shared.say("Once only.", "en")
    cached = shared.counts.cached
    assert shared.say("Once only.", "en") is first
    assert shared.counts.cached == cached + 1
    assert times_said(program, "Once only.") == 1


def test_what_was_said_survives_a_restart(voice_in: MakeVoice, program: Speaker, tmp_path: Path) -> None:
    first = voice_in(tmp_path).say("Still here.", "en")
    restarted = voice_in(tmp_path)
    assert restarted.say("Still here.", "en") == first
    assert restarted.counts.rendered == 0
    assert times_said(program, "Still here.") == 1


def test_half_an_utterance_on_disk_is_made_anew(voice_in: MakeVoice, program: Speaker, tmp_path: Path) -> None:
    path = Path(voice_in(tmp_path).say("Twice then.", "en").path)
    (path.parent / "8000" / path.name).unlink()
    voice_in(tmp_path).say("Twice then.", "en")
    assert times_said(program, "Twice then.") == 2


def test_what_somebody_deleted_is_made_anew_under_its_old_name(
    voice_in: MakeVoice, program: Speaker, tmp_path: Path
) -> None:
    voice = voice_in(tmp_path)
    deleted = voice.say("Deleted.", "en"), voice.prompt("hello", "en"), voice.prompt("sorry", "en")
    assert not any(map(voice.restore, deleted))
    for folder in ("8000", "16000"):
        shutil.rmtree(tmp_path / folder)
    assert all(map(voice.restore, deleted))
    assert all((tmp_path / folder / Path(each.path).name).is_file() for each in deleted for folder in ("8000", "16000"))
    assert times_said(program, "Deleted.") == 2


def test_a_whisper_leaves_no_words_and_no_name_to_guess_them_by(voice_in: MakeVoice, tmp_path: Path) -> None:
    voice = voice_in(tmp_path)
    first, second = (voice.whisper("Your PIN is 4711.", "en") for _ in range(2))
    path = Path(first.path)
    assert audio.read(path.parent / "8000" / path.name).rate == 8000
    assert first.path != second.path
    assert not voice.restore(first)
    assert [file.suffix for file in tmp_path.rglob("*") if file.is_file()] == [".wav"] * 4
    voice.close()
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_a_whisper_is_gone_after_a_while(voice_in: MakeVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsapp.media.speech.WHISPER_SECONDS", 1.0)
    voice_in(tmp_path).whisper("Your PIN is 4711.", "en")
    wait_until(lambda: not list(tmp_path.rglob("*.wav")))


def test_whispers_of_an_engine_that_was_killed_are_cleared_away(voice_in: MakeVoice, tmp_path: Path) -> None:
    audio.write(tone(0.1), (tmp_path / "left.wav"))
    (tmp_path / "whispers/8000").mkdir(parents=True)
    left = (tmp_path / "left.wav").rename(tmp_path / "whispers/8000/left.wav")
    voice_in(tmp_path).start()
    assert not left.exists()


def test_what_many_want_at_once_is_made_once(shared: Voice, program: Speaker) -> None:
    callers = [gevent.spawn(shared.say, "Many want it later.", "en") for _ in range(20)]
    gevent.joinall(callers, timeout=5)
    assert len({caller.value for caller in callers}) == 1
    assert times_said(program, "Many want it later.") == 1


def test_a_caller_who_leaves_does_not_take_the_utterance_away(shared: Voice) -> None:
    leaver, stayer = (gevent.spawn(shared.say, "Who leaves, leaves later.", "en") for _ in range(2))
    gevent.sleep(0)
    leaver.kill()
    assert stayer.get(timeout=5).seconds == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("text", "language", "sentence"),
    [
        ("Guten Tag", "de", "no voice speaks 'de'; these are spoken: en"),
        ("", "en", "nothing to say"),
        (" \n\0", "en", "nothing to say"),
        ("x" * 5001, "en", "5001 characters are too many"),
        ("It will fail.", "en", "/bin/sh ended with 1"),
    ],
)
def test_what_cannot_be_said_is_a_media_error(shared: Voice, text: str, language: str, sentence: str) -> None:
    with pytest.raises(MediaError, match=sentence):
        shared.say(text, language)


def test_a_failure_is_counted_and_not_remembered(shared: Voice, program: Speaker) -> None:
    before = shared.counts.failed
    for _ in range(2):
        with pytest.raises(MediaError):
            shared.say("Please fail again.", "en")
    assert shared.counts.failed == before + 2
    assert times_said(program, "Please fail again.") == 2


@pytest.mark.parametrize("text", ["../../etc/passwd", "/etc/passwd", "a/../../b", "${x}", "{modname=x}f", "http://h/"])
def test_no_text_leads_out_of_the_folder(shared: Voice, text: str) -> None:
    path = Path(shared.say(text, "en").path)
    assert path.parent == Path(shared.say("Hello.", "en").path).parent


def test_a_folder_that_the_switch_could_misread_is_refused(voice_in: MakeVoice, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no sound file path"):
        voice_in(tmp_path / "${x}")


def test_a_prompt_is_its_text_spoken(shared: Voice) -> None:
    assert shared.prompt("hello", "en") == shared.say("Hello.", "en")


def test_a_recorded_prompt_is_converted_and_keeps_its_words(shared: Voice) -> None:
    utterance = shared.prompt("sorry", "en")
    assert utterance.text == words_of(utterance.path) == "Sorry."
    assert utterance.seconds == pytest.approx(0.5, abs=0.01)
    assert shared.prompt("sorry", "en") is utterance


def test_an_unknown_prompt_is_a_media_error(shared: Voice) -> None:
    with pytest.raises(MediaError, match="no prompt 'nope' for 'en'"):
        shared.prompt("nope", "en")


def test_a_recorded_prompt_is_heard_even_where_no_worker_starts(
    voice_in: MakeVoice, tmp_path: Path, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    voice = voice_in(tmp_path)
    voice.start()
    assert voice.prompt("sorry", "en") == Utterance("Sorry.", "en", str(sounds / "en/sorry.wav"), 0.5)
    with pytest.raises(MediaError, match=r"speech does not work: .*No such file"):
        voice.say("Hello.", "en")


def test_a_reload_brings_other_prompts(voice_in: MakeVoice, tmp_path: Path) -> None:
    voice = voice_in(tmp_path / "cache")
    assert voice.prompt("hello", "en").text == "Hello."
    (tmp_path / "sounds/en").mkdir(parents=True)
    (tmp_path / "sounds/en/prompts.yaml").write_text("hello: Welcome.")
    voice.use(catalogue.load(tmp_path / "sounds"))
    assert voice.prompt("hello", "en").text == "Welcome."


def test_a_worker_killed_at_work_is_replaced_and_the_caller_hears_nothing_of_it(
    voice_in: MakeVoice, program: Speaker, tmp_path: Path
) -> None:
    voice = voice_in(tmp_path)
    voice.say("Before.", "en")
    saying = gevent.spawn(voice.say, "Killed in mid-word, made later.", "en")
    wait_until(lambda: times_said(program, "Killed in mid-word, made later.") == 1)
    for pid in voice.pids:
        os.kill(pid, signal.SIGKILL)
    assert saying.get(timeout=5).seconds == pytest.approx(1, abs=0.01)
    assert voice.counts.restarted == 1
    assert voice.counts.failed == 0


def test_workers_killed_while_idle_are_replaced(voice_in: MakeVoice, tmp_path: Path) -> None:
    voice = voice_in(tmp_path, workers=2)
    gevent.joinall([gevent.spawn(voice.say, f"Both work on this later, {n}.", "en") for n in "ab"], timeout=5)
    for pid in voice.pids:
        os.kill(pid, signal.SIGKILL)
    assert voice.say("Alive again.", "en").seconds == pytest.approx(1, abs=0.01)


def test_a_hung_worker_is_killed_when_the_limit_is_over(voice_in: MakeVoice, tmp_path: Path) -> None:
    voice = voice_in(tmp_path, time_limit=0.6)
    voice.prepare("Warm.", "en")
    (before,) = voice.pids
    with pytest.raises(MediaError, match=r"longer than 0.6 s"):
        voice.say("hang", "en")
    voice.prepare("After.", "en")
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_a_good_slow_voice_is_for_prompts_and_a_quick_one_for_calls(
    voice_in: MakeVoice, program: Speaker, tmp_path: Path
) -> None:
    quick = Speaker(engine="command", voice="quick", command=program.command)
    voice = voice_in(tmp_path, live={"en": quick})
    assert voice.prepare("Known ahead.", "en")
    assert not voice.prepare("Known ahead.", "en")
    voices = [
        Path(voice.say(text, "en").path).with_suffix(".json").read_text() for text in ("Known ahead.", "New in a call.")
    ]
    assert '"voice": "quick"' not in voices[0]
    assert '"voice": "quick"' in voices[1]


def test_old_sentences_of_calls_are_cleared_away_and_prompts_kept(voice_in: MakeVoice, tmp_path: Path) -> None:
    voice = voice_in(tmp_path)
    voice.prepare("A prompt.", "en")
    old, new = voice.say("Old.", "en"), voice.say("New.", "en")
    for sidecar in tmp_path.glob("*.json"):
        os.utime(sidecar, (0, 0) if words_of(str(sidecar)) != "New." else None)
    restarted = voice_in(tmp_path)
    assert restarted.clear_away() == 1
    assert not Path(old.path).with_suffix(".json").exists()
    assert restarted.say("New.", "en") == new
    assert not restarted.prepare("A prompt.", "en")


def test_everything_is_rendered_ahead_but_what_is_there(
    voice_in: MakeVoice, prompts: Catalogue, tmp_path: Path
) -> None:
    voice = voice_in(tmp_path)
    voice.prepare("Bill.", "en")
    wanted = [*catalogue_texts(prompts), Wanted("hotline.yaml:3", "en", "Bill."), Wanted("x.yaml:1", "de", "Tag.")]
    told: list[Rendered] = []
    results = {result.wanted.origin: result for result in render_all(voice, wanted, told.append)}
    assert len(told) == 4
    assert results["hello"].made
    assert not results["hotline.yaml:3"].made
    assert not results["hotline.yaml:3"].error
    assert results["fail"].error.startswith("/bin/sh ended with 1")
    assert results["x.yaml:1"].error.startswith("no voice speaks 'de'")


def test_a_worker_is_recycled_after_its_renders(voice_in: MakeVoice, program: Speaker, tmp_path: Path) -> None:
    counts = SpeechCounts()
    pool = SpeechPool(1, (), counts, renders=1)
    voice = voice_in(tmp_path)
    jobs = [voice.job(text, "en", program) for text in ("One.", "Two.")]
    pids: list[int] = []
    for job in jobs:
        pool.render(job)
        pids += pool.pids
    pool.close()
    assert len(set(pids)) == 2
    assert counts.restarted >= 1


def test_more_than_can_wait_is_refused_at_once(voice_in: MakeVoice, program: Speaker, tmp_path: Path) -> None:
    pool = SpeechPool(1, (), SpeechCounts(), waiting=1)
    voice = voice_in(tmp_path)
    first = gevent.spawn(pool.render, voice.job("First.", "en", program))
    gevent.sleep(0)
    with pytest.raises(MediaError, match="overloaded: 1 utterances wait"):
        pool.render(voice.job("Second.", "en", program))
    assert first.get(timeout=5) > 0
    pool.close()
    with pytest.raises(MediaError, match="shut down"):
        pool.render(voice.job("Third.", "en", program))
