"""Utterances as FreeSWITCH plays them: their files, and how long they take."""

import logging
from collections.abc import Sequence

from fsapp.domain.arguments import SoundPath
from fsapp.domain.leg import Utterance

_LOG = logging.getLogger("fsapp.esl")

UNKNOWN_SECONDS = 600.0
"""For an utterance of unknown length."""


def paths_of(utterances: Sequence[Utterance]) -> tuple[SoundPath, ...] | None:
    """The files of the utterances; None, and a line in the log, where one cannot be named to FreeSWITCH."""
    try:
        return tuple(SoundPath(utterance.path) for utterance in utterances)
    except ValueError as error:
        _LOG.warning("an utterance cannot be played: %s", error)
        return None


def length_of(utterances: Sequence[Utterance]) -> float:
    """Seconds."""
    return sum(utterance.seconds or UNKNOWN_SECONDS for utterance in utterances)
