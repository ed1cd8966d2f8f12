"""prompts.yaml and recordings: what is read, and what is wrong, with file and line."""

import wave
from pathlib import Path

import pytest

from fsapp.domain.errors import ConfigError, MediaError
from fsapp.media import catalogue

REPOSITORY = Path(__file__).parents[2]
AGREED = {
    *("sorry", "all_lines_busy", "goodbye", "nothing_pressed", "wrong_key", "enter_account", "account_unknown"),
    *("leave_message", "message_saved", "one_moment", "closed_now", "transfer_now", "beep"),
}


def write_wav(path: Path, *, rate: int = 8000, channels: int = 1, width: int = 2, frames: int = 4000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(b"\x01" * (frames * channels * width))


def sounds(folder: Path, **texts: str) -> Path:
    for language, text in texts.items():
        (folder / language).mkdir()
        (folder / language / "prompts.yaml").write_text(text, "utf-8")
    return folder


def sentences(error: pytest.ExceptionInfo[ConfigError], folder: Path) -> list[str]:
    return [str(problem).removeprefix(f"{folder}/") for problem in error.value.problems]


def test_prompts_are_found_by_name_and_language(tmp_path: Path) -> None:
    found = catalogue.load(sounds(tmp_path, zh="goodbye: 再见。\nsorry: 抱歉。", en="goodbye: Goodbye."))
    assert found.languages == ("en", "zh")
    assert found.names("zh") == {"goodbye", "sorry"}
    assert found.prompt("goodbye", "en").text == "Goodbye."
    assert found.prompt("sorry", "zh").line == 2


def test_an_unknown_prompt_is_a_media_error(tmp_path: Path) -> None:
    found = catalogue.load(sounds(tmp_path, en="goodbye: Goodbye."))
    with pytest.raises(MediaError, match="no prompt 'hello' for 'en'"):
        found.prompt("hello", "en")


def test_every_unusable_text_is_reported_with_its_line(tmp_path: Path) -> None:
    texts = """\
good: Good.
Bad-Name: x
empty: ""
number: 12
template: Hello {{ name }}.
chinese: 你好
nested: {a: b}
"""
    with pytest.raises(ConfigError) as error:
        catalogue.load(sounds(tmp_path, en=texts, zh="- a list"))
    assert sentences(error, tmp_path) == [
        "en/prompts.yaml:2: 'Bad-Name' is no prompt name; use small letters, digits and `_`",
        "en/prompts.yaml:3: the prompt 'empty' needs a text; put figures in quotes",
        "en/prompts.yaml:4: the prompt 'number' needs a text; put figures in quotes",
        "en/prompts.yaml:5: the prompt 'template' is a plain text; write {{ … }} in the flow that says it",
        "en/prompts.yaml:6: the prompt 'chinese' has Chinese in it, which a voice for 'en' cannot read",
        "en/prompts.yaml:7: the prompt 'nested' needs a text; put figures in quotes",
        "zh/prompts.yaml:1: this file maps names to texts, a line each: `goodbye: 再见。`",
    ]


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such folder"):
        catalogue.load(tmp_path / "nowhere")


def test_a_recording_of_any_rate_replaces_the_text(tmp_path: Path) -> None:
    folder = sounds(tmp_path, en="goodbye: Goodbye.")
    write_wav(folder / "en/goodbye.wav", rate=44100, frames=22050)
    recording = catalogue.load(folder).prompt("goodbye", "en").recording
    assert recording is not None
    assert recording.seconds == 0.5


def test_a_recording_changed_is_another_version(tmp_path: Path) -> None:
    folder = sounds(tmp_path, en="goodbye: Goodbye.")
    versions = set()
    for frames in (4000, 5000):
        write_wav(folder / "en/goodbye.wav", frames=frames)
        recording = catalogue.load(folder).prompt("goodbye", "en").recording
        versions.add(recording and recording.version)
    assert len(versions) == 2


def test_bad_recordings_are_problems_and_the_text_is_spoken_instead(tmp_path: Path) -> None:
    folder = sounds(tmp_path, en="stereo: a\neight: b\nempty: c\ntext: d\ncut: e")
    write_wav(folder / "en/stereo.wav", channels=2)
    write_wav(folder / "en/eight.wav", width=1)
    write_wav(folder / "en/empty.wav", frames=0)
    (folder / "en/text.wav").write_text("no sound")
    (folder / "en/cut.wav").write_bytes(b"")
    write_wav(folder / "en/stranger.wav")
    found = catalogue.load(folder)
    problems = [str(problem) for problem in catalogue.check(found, ["en"])]
    assert len(problems) == 6
    assert sum("not a mono 16-bit WAV" in problem for problem in problems) == 5
    assert any("stranger.wav plays nowhere; name its words here" in problem for problem in problems)
    assert all(prompt.recording is None for prompt in found.prompts.values())


def test_a_prompt_missing_in_one_language_is_a_problem(tmp_path: Path) -> None:
    found = catalogue.load(sounds(tmp_path, zh="goodbye: 再见。\nsorry: 抱歉。", en="goodbye: Goodbye."))
    (problem,) = catalogue.check(found, ["zh", "en"])
    assert str(problem) == f"{tmp_path}/en/prompts.yaml:1: the prompt 'sorry' is missing here; there is one for zh"


def test_a_language_nobody_speaks_is_a_problem_unless_recorded(tmp_path: Path) -> None:
    folder = sounds(tmp_path, de="guten_tag: Guten Tag.\ntschues: Tschüs.")
    write_wav(folder / "de/tschues.wav")
    (problem,) = catalogue.check(catalogue.load(folder), ["zh", "en"])
    assert "de/prompts.yaml:1: no voice speaks 'de': record 'guten_tag' as guten_tag.wav" in str(problem)


def test_our_own_prompts_are_complete_in_both_languages() -> None:
    found = catalogue.load(REPOSITORY / "sounds")
    assert catalogue.check(found, ["zh", "en"]) == []
    for language in ("zh", "en"):
        assert found.names(language) >= AGREED
        assert found.prompt("sorry", language).recording
        assert found.prompt("beep", language).recording
