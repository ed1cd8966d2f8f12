"""The section `speech` of the settings, as an operator writes it."""

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.files import places
from fsapp.files.models import validated
from fsapp.media.speaker import Speaker
from fsapp.media.speech import SpeechSettings


def settings(text: str) -> SpeechSettings:
    return validated(SpeechSettings, places.parse(text.encode(), "fsapp.yaml"))


def test_voices_are_chosen_by_language() -> None:
    chosen = settings("""\
languages:
  zh: {engine: kokoro, voice: voices/zf_xiaoxiao.bin, speed: 170}
  en: {engine: command, command: [flite, -voice, slt]}
live:
  zh: {voice: cmn-latn-pinyin}
time_limit: 1.5
""")
    assert chosen.languages["zh"] == Speaker("kokoro", "voices/zf_xiaoxiao.bin", speed=170)
    assert chosen.languages["en"].command == ("flite", "-voice", "slt")
    assert chosen.live == {"zh": Speaker(voice="cmn-latn-pinyin")}
    assert chosen.time_limit == 1.5


def test_without_a_word_mandarin_and_english_are_spoken() -> None:
    assert set(settings("").languages) == {"zh", "en"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("languages:\n  en: {voice: en-us}\n  zh: {engine: festival, voice: x}", "3: .*no speech engine 'festival'"),
        ("languages:\n  en:\n    voice: en-us\n    speed: 9", "9 words a minute"),
        ("languages:\n  en:\n    voice: en-us\n    pich: 3", "4: .*pich"),
        ("workers: 0", "1: 'workers'"),
        ("time_limit: 0", "1: 'time_limit'"),
    ],
)
def test_a_mistake_is_reported_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=f"fsapp.yaml:.*{problem}"):
        settings(text)
