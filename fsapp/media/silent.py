"""A voice without audio, for calls at the terminal and tests of flows: the same words, and how long they would take."""

from fsapp.domain.leg import Utterance
from fsapp.media.catalogue import Catalogue

PATH = "silence"
"""The path of every utterance that has no file."""

_SECONDS_A_LETTER = 0.07
_SECONDS_A_HANZI = 0.26
_FIRST_HANZI = "\u3000"


class SilentVoice:
    """Says everything at once and makes nothing."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def say(self, text: str, language: str) -> Utterance:
        hanzi = sum(letter >= _FIRST_HANZI for letter in text)
        seconds = hanzi * _SECONDS_A_HANZI + (len(text) - hanzi) * _SECONDS_A_LETTER
        return Utterance(text, language, PATH, round(seconds, 2))

    def whisper(self, text: str, language: str) -> Utterance:
        return self.say(text, language)

    def prompt(self, name: str, language: str) -> Utterance:
        """Raises MediaError for a name that the catalogue has not."""
        return self.say(self._catalogue.prompt(name, language).text, language)

    def restore(self, utterance: Utterance) -> bool:  # noqa: ARG002  # the protocol's: what has no file lacks none
        return False
