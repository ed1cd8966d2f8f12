"""The voice of rehearsals: the same words, no audio, a guess at their length."""

from pathlib import Path

import pytest

from fsapp.domain.errors import MediaError
from fsapp.flow.ports import Voice
from fsapp.media import catalogue
from fsapp.media.silent import PATH, SilentVoice


@pytest.fixture
def voice(tmp_path: Path) -> SilentVoice:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh/prompts.yaml").write_text("goodbye: 再见。", "utf-8")
    return SilentVoice(catalogue.load(tmp_path))


def test_it_says_text_and_prompts_without_a_file(voice: Voice) -> None:
    assert voice.prompt("goodbye", "zh") == voice.say("再见。", "zh")
    assert voice.say("Hello", "en").path == PATH


def test_a_hanzi_takes_longer_than_a_letter(voice: Voice) -> None:
    assert voice.say("电费", "zh").seconds > voice.say("ab", "en").seconds > 0


def test_an_unknown_prompt_is_a_media_error_as_in_a_call(voice: Voice) -> None:
    with pytest.raises(MediaError, match="no prompt 'hello'"):
        voice.prompt("hello", "zh")
