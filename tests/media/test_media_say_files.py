"""The files of FreeSWITCH's say: named as its sources ask for them, and spoken at both rates."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fsapp.media import audio, say_export
from fsapp.media.catalogue import Catalogue
from fsapp.media.loudness import SPEECH, loudness
from fsapp.media.say_files import SAY_FILES
from fsapp.media.speaker import Speaker
from fsapp.media.speech import SpeechSettings, Voice

SOURCES = Path("/work/fsbuild/freeswitch/src")
"""Where FreeSWITCH's sources are on the machine that builds it."""

_ASKED = re.compile(r"""say_file\((?:sh, )?"([a-z-]+/[^"]+?)(?:\.wav)?"|"(digits/(?:million|thousand))\"""")
ONE = say_export.SayFile("zh", "digits/1.wav", "一")
NOWHERE = Path("/nowhere")
"""A site without recordings of words."""

_ANY = {"%c": "[0-9]", "%d": "[0-9]+", "%s": "(?:a-m|p-m)"}


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voice]:
    """Says everything as a tone between silences."""
    folder = tmp_path_factory.mktemp("say")
    silence = np.zeros(8000, np.float32)
    tone = (0.1 * np.sin(np.arange(16000) / 5)).astype(np.float32)
    audio.write(audio.Sound(np.concatenate([silence, tone, silence]), 16000), folder / "tone.wav")
    copy = Speaker("command", command=("/bin/sh", "-c", f'cat >/dev/null; cp {folder}/tone.wav "$1"', "sh"))
    made = Voice(SpeechSettings(languages={"zh": copy, "en": copy}), Catalogue({}, ()), folder / "speech")
    made.start()
    yield made
    made.close()


@pytest.mark.skipif(not SOURCES.is_dir(), reason="FreeSWITCH's sources are not here")
@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("zh", "mod/say/mod_say_zh/mod_say_zh.c"),
        ("en", "mod/say/mod_say_en/mod_say_en.c"),
        ("zh", "switch_ivr_say.c"),
        ("en", "switch_ivr_say.c"),
    ],
)
def test_whatever_the_sources_ask_for_is_there(language: str, source: str) -> None:
    text = (SOURCES / source).read_text(errors="replace")
    asked = {found[0] or found[1] for found in _ASKED.findall(text)}
    assert len(asked) >= 4
    for pattern in asked:
        regex = re.compile(re.sub("%[cds]", lambda sign: _ANY[sign[0]], pattern) + r"\Z")
        assert any(regex.match(name) for name in SAY_FILES[language]), pattern


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_digits_days_and_letters_are_there(language: str) -> None:
    names = SAY_FILES[language]
    assert {f"digits/{digit}" for digit in range(10)} <= set(names)
    assert {f"time/day-{day}" for day in range(7)} <= set(names)
    assert {f"ascii/{code}" for code in range(97, 123)} <= set(names)
    assert {f"phonetic-ascii/{code}" for code in range(97, 123)} <= set(names)


def test_mandarin_has_what_its_numbers_are_made_of() -> None:
    zh = SAY_FILES["zh"]
    assert [zh[f"digits/{name}"] for name in (0, 2, 10, 10000, 100000000, "ordinal")] == [
        "零",
        "二",
        "十",
        "万",
        "亿",
        "第",
    ]
    assert (zh["time/2s"], zh["time/hour"], zh["time/day-0"], zh["currency/jiao"]) == ("两", "点", "星期日", "角")


def test_english_has_what_its_numbers_are_made_of() -> None:
    en = SAY_FILES["en"]
    assert (en["digits/13"], en["digits/90"], en["digits/h-3"], en["digits/h-30"]) == (
        "thirteen",
        "ninety",
        "third",
        "thirtieth",
    )
    assert (en["time/mon-0"], en["time/mon-11"], en["time/day-6"]) == ("January", "December", "Saturday")


def test_a_file_lies_where_the_switch_looks_for_it(voice: Voice, tmp_path: Path) -> None:
    say_export.write(voice, ONE, tmp_path, NOWHERE)
    assert sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.wav")) == [
        "zh/cn/fsapp/digits/16000/1.wav",
        "zh/cn/fsapp/digits/8000/1.wav",
    ]


def test_a_recorded_word_goes_before_the_voice(voice: Voice, tmp_path: Path) -> None:
    recorded = tmp_path / "sounds" / "zh" / "say" / "digits" / "1.wav"
    recorded.parent.mkdir(parents=True)
    audio.write(audio.Sound((0.01 * np.sin(np.arange(8000) / 5)).astype(np.float32), 16000), recorded)
    say_export.write(voice, ONE, tmp_path / "say", tmp_path / "sounds")
    written = audio.read(tmp_path / "say" / "zh/cn/fsapp/digits/8000/1.wav")
    assert written.seconds == pytest.approx(0.5, abs=0.02)
    assert loudness(written.samples, 8000) == pytest.approx(SPEECH, abs=1)


def test_words_that_follow_one_another_have_no_silence_between(voice: Voice, tmp_path: Path) -> None:
    file = next(iter(say_export.files("en")))
    say_export.write(voice, file, tmp_path, NOWHERE)
    for rate in audio.RATES:
        path = tmp_path / file.path
        assert audio.read(path.parent / str(rate) / path.name).seconds == pytest.approx(1.1, abs=0.02)


def test_the_list_says_what_each_file_is(tmp_path: Path) -> None:
    say_export.write_index(say_export.files("zh"), tmp_path)
    lines = (tmp_path / "words.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "language,file,word"
    assert "zh,zh/cn/fsapp/digits/100.wav,百" in lines
    assert "zh,zh/cn/fsapp/words/yao1.wav,幺" in lines
