"""How long audio lasts, as far as the stand-in and a leg without a network need to know."""

import re
import wave
from collections.abc import Callable
from math import inf
from pathlib import Path

from fsapp.domain.leg import Utterance, estimated_seconds

DEFAULT_SECONDS = 2.0
"""Of a file that is no WAV, or that only its name tells of."""

Sounds = Callable[[str], float | None]
"""The seconds that a file lasts; None where there is no such file."""

_PARAMETERS = re.compile(r"\A(\{[^}]*\})+")
_TONE = re.compile(r"%\((\d+),(\d+)")


def spoken_seconds(utterance: Utterance) -> float:
    """How long an utterance takes: its known length, or an estimate from its words."""
    return utterance.seconds or estimated_seconds(utterance.text, utterance.language)


def on_disk(path: str) -> float | None:
    """Looks at the file itself, first in the folder of a telephone call's rate, as mod_sndfile does."""
    wanted = Path(path)
    for file in (wanted.parent / "8000" / wanted.name, wanted):
        if file.is_file():
            return _length(file)
    return None


def _length(file: Path) -> float:
    try:
        with wave.open(str(file)) as audio:
            return float(audio.getnframes() / audio.getframerate())
    except (wave.Error, EOFError):
        return DEFAULT_SECONDS


def everything_exists(path: str) -> float | None:
    """Every file is there, with the usual length: for an engine whose prompts were never made."""
    return on_disk(path) or DEFAULT_SECONDS


def seconds_of(text: str, sounds: Sounds) -> float | None:
    """How long what `playback` is told to play lasts: files, lists of files, tones, silence, streams (inf)."""
    text = _PARAMETERS.sub("", text).partition("@@")[0]
    if text.startswith("file_string://"):
        found = [
            s for name in text.removeprefix("file_string://").split("!") if (s := seconds_of(name, sounds)) is not None
        ]
        return sum(found) if found else None
    if text.startswith("silence_stream://"):
        milliseconds = int(text.removeprefix("silence_stream://").partition(",")[0])
        return inf if milliseconds < 0 else milliseconds / 1000
    if text.startswith("tone_stream://"):
        return _tone_seconds(text)
    if text.startswith("local_stream://"):
        return inf
    return sounds(text)


def _tone_seconds(text: str) -> float:
    loops = int(text.rpartition("loops=")[2].partition(";")[0]) if "loops=" in text else 1
    once = sum(int(on) + int(off) for on, off in _TONE.findall(text)) / 1000
    return inf if loops < 0 else once * loops
