"""The ears themselves: they know a prompt through a telephone line, and do not take another one for it."""

from pathlib import Path

import numpy as np
import pytest

from fsapp.media.speech import Voice
from tests.live import hearing
from tests.live.caller import HEARD

WELCOME = "您好，欢迎致电供电服务热线。"
SIMILAR = "您好，感谢致电供水服务热线。"
MENU = "电费查询请按一，停电公告请按二，故障报修请按三，人工服务请按零。"
BILL = "户号一二三四五六七八九零，本月电费一百二十八元五角。"
OTHER_BILL = "户号一二三四五六七八九零，本月电费三百零六元。"
ENGLISH = "Welcome. Press one for billing, two for outages."
TEXTS = ((WELCOME, "zh"), (SIMILAR, "zh"), (MENU, "zh"), (BILL, "zh"), (OTHER_BILL, "zh"), (ENGLISH, "en"))


@pytest.fixture(scope="module")
def spoken(studio: Voice) -> dict[str, hearing.Sound]:
    return {text: hearing.sound(Path(studio.say(text, language).path)) for text, language in TEXTS}


def over_a_line(samples: hearing.Sound) -> hearing.Sound:
    """What a telephone makes of it: noise, G.711's coarse steps, a packet lost and another one doubled."""
    quiet = np.zeros(hearing.RATE)
    line = np.concatenate([quiet, samples * 0.6, quiet]) + np.random.default_rng(1).normal(0, 20, len(samples) + 16000)
    steps = np.sign(line) * np.expm1(np.round(np.log1p(np.abs(line) / 32) * 24) / 24) * 32
    third = len(steps) // 3
    return np.concatenate([steps[:third], steps[third + 160 : 2 * third], steps[2 * third - 160 :]])


@pytest.mark.parametrize("text", [text for text, _ in TEXTS])
def test_a_prompt_is_known_through_a_line(spoken: dict[str, hearing.Sound], text: str) -> None:
    assert hearing.likeness(over_a_line(spoken[text]), spoken[text]) >= HEARD


@pytest.mark.parametrize("said", [text for text, _ in TEXTS])
def test_another_prompt_of_the_same_voice_is_not_taken_for_it(spoken: dict[str, hearing.Sound], said: str) -> None:
    heard = over_a_line(spoken[said])
    others = {text: hearing.likeness(heard, spoken[text]) for text, _ in TEXTS if text != said}
    assert max(others.values()) < HEARD, others


def test_half_a_prompt_is_not_the_prompt(spoken: dict[str, hearing.Sound]) -> None:
    half = spoken[MENU][: len(spoken[MENU]) // 2]
    assert hearing.likeness(over_a_line(half), spoken[MENU]) < HEARD


def test_silence_is_no_prompt(spoken: dict[str, hearing.Sound]) -> None:
    assert hearing.likeness(np.zeros(80_000), spoken[MENU]) == 0
    assert hearing.longest_silence(np.zeros(80_000)) == pytest.approx(10)


def test_a_tone_is_known_by_its_pitch() -> None:
    tone = 8000 * np.sin(2 * np.pi * 880 * np.arange(8000) / hearing.RATE)
    assert hearing.seconds_of_tone(tone, 880) == pytest.approx(1)
    assert hearing.seconds_of_tone(tone, 660) == 0
