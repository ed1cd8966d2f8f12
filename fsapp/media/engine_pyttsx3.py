"""pyttsx3 with espeak-ng: always there, robotic, quick. One engine a process, and never in the engine's own.

What it needs to be safe, each point seen with pyttsx3 2.99: the first utterance of a process may return before its file
is there (nateshmbhat/pyttsx3#219), hence the warm-up and the wait for `finished-utterance`; a voice it does not know
leaves the last one in place, hence the look at what was set; espeak-ng's thread may still be busy with the last text or
a new speed when the next text comes, of which 3 in 100 were then empty and 10 spoken too fast, hence `Synchronize`; it
prints, hence a worker with standard output elsewhere.
"""

import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pyttsx3

from fsapp.domain.errors import MediaError
from fsapp.media import audio, mandarin
from fsapp.media.audio import Sound
from fsapp.media.speaker import Speaker

_POLL_SECONDS = 0.005


class Pyttsx3:
    """The one engine of this process."""

    def __init__(self) -> None:
        try:
            self._engine = pyttsx3.init("espeak")
            self._synchronize = import_module("pyttsx3.drivers._espeak").Synchronize
        except (RuntimeError, ImportError, OSError) as error:
            raise MediaError(
                f"espeak-ng does not work ({error}); install it: apt install espeak-ng libespeak-ng1"
            ) from None
        self._folder = Path(tempfile.mkdtemp(prefix="fsapp-speech-"))
        self._finished = 0
        self._engine.connect("finished-utterance", self._count)
        self._render(mandarin.pinyin("好"))

    def speak(self, words: str, language: str, speaker: Speaker) -> Sound:
        self._engine.setProperty("rate", speaker.speed)
        self._engine.setProperty("pitch", speaker.pitch)
        return audio.joined([self._say(text, voice) for text, voice in _runs(words, language, speaker)])

    def _say(self, text: str, voice: str) -> Sound:
        self._engine.setProperty("voice", voice)
        inforce = str(self._engine.getProperty("voice"))
        if inforce.rpartition("/")[2] != voice.lower().rpartition("/")[2]:
            raise MediaError(f"espeak-ng has no voice {voice!r}; `espeak-ng --voices` lists them")
        return audio.trimmed(self._render(text))

    def _render(self, text: str) -> Sound:
        path = self._folder / "utterance.wav"
        path.unlink(missing_ok=True)
        self._synchronize()
        before = self._finished
        self._engine.save_to_file(text, str(path))
        self._engine.runAndWait()
        while self._finished == before:  # the parent kills a worker that waits too long
            time.sleep(_POLL_SECONDS)
        return audio.read(path)

    def _count(self, **_event: Any) -> None:
        self._finished += 1


def _runs(words: str, language: str, speaker: Speaker) -> list[tuple[str, str]]:
    """What each voice says, in order. espeak-ng 1.51 reads hanzi badly and pinyin well; Latin words in neither."""
    if language != "zh":
        return [(words, speaker.voice)]
    parts = [
        (text, speaker.foreign) if is_latin else (mandarin.pinyin(text), speaker.voice)
        for text, is_latin in mandarin.runs(words)
    ]
    return parts or [(",", speaker.voice)]


ENGINE = Pyttsx3
