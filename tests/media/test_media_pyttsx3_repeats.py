"""espeak-ng says the same words the same way, whatever it said before and however soon."""

import subprocess
import sys

import pytest

SCRIPT = """
import random, sys
from fsapp.media.engine_pyttsx3 import Pyttsx3
from fsapp.media.speaker import Speaker

SPEAKERS = {"zh": Speaker(voice="cmn-latn-pinyin", speed=150), "en": Speaker(voice="en-us", speed=160)}
TEXTS = [("欢迎致电。", "zh"), ("Welcome.", "en"), ("户号幺二三，四五六，电费三百元。", "zh"), ("Press one.", "en")]
engine, order = Pyttsx3(), random.Random(4)
for _ in range(60):
    text, language = order.choice(TEXTS)
    print(TEXTS.index((text, language)), engine.speak(text, language, SPEAKERS[language]).seconds, file=sys.stderr)
"""


def test_every_utterance_is_as_long_as_the_others_of_its_words() -> None:
    pytest.importorskip("pyttsx3")
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=50, check=True)
    seconds: dict[str, list[float]] = {}
    for line in done.stderr.splitlines():
        text, length = line.split()
        seconds.setdefault(text, []).append(float(length))
    assert all(max(lengths) - min(lengths) < 0.1 for lengths in seconds.values()), seconds
    assert min(map(min, seconds.values())) > 0.3
