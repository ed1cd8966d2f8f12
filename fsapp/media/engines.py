"""The engines that speak, by name. Each is made once in a worker process, when it is first asked for."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Protocol

from fsapp.media.speaker import PACKAGES, Speaker

if TYPE_CHECKING:  # the parent looks at versions only, and needs no numpy
    from fsapp.media.audio import Sound


class SpeechEngine(Protocol):
    """Words in, sound out. Raises MediaError."""

    def speak(self, words: str, language: str, speaker: Speaker, /) -> "Sound": ...


def made(name: str) -> SpeechEngine:
    """Loads an engine. Raises MediaError where it is not installed."""
    engine: SpeechEngine = import_module(f"fsapp.media.engine_{name}").ENGINE()
    return engine


def version_of(name: str) -> str:
    """What an engine's utterances depend on beside its settings; empty where it is not installed."""
    try:
        return version(PACKAGES[name]) if PACKAGES[name] else ""
    except PackageNotFoundError:
        return ""
