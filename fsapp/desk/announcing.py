"""A supervisor's own words to all who wait."""

from fsapp.desk.dialogue import ATTEMPTS
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers
from fsapp.desk.speaking import Sentence
from fsapp.desk.visit import Visit
from fsapp.domain.leg import RecordMessage, Utterance
from fsapp.domain.talk import Refusal, Refused

SHORTEST, LONGEST = 1.0, 60
"""Seconds of an announcement."""

SEND, AGAIN = "1", "2"


def announce(visit: Visit, _: Answers) -> Sentence:
    """Recorded, heard, and sent or recorded anew; anything else sends nothing."""
    for _attempt in range(ATTEMPTS):
        path, seconds = _recorded(visit)
        sent = False
        try:
            key = _verdict(visit, path, seconds)
            if key == SEND:
                visit.ports.floor.broadcast(path, seconds)
                sent = True
                return (Said.ANNOUNCEMENT_SENT,)
        finally:
            if not sent:
                visit.ports.recordings.discard(path)
        if key != AGAIN:
            break
    raise Refused(Refusal.NOT_SENT)


def _recorded(visit: Visit) -> tuple[str, float]:
    """The file, and its seconds. Raises Refused."""
    visit.dialogue.say((Said.RECORD_ANNOUNCEMENT, Said.BEEP))
    path = visit.ports.recordings.message_path(visit.call, "announcement")
    seconds = visit.dialogue.leg.record(RecordMessage(path, LONGEST)).seconds
    if seconds < SHORTEST:
        visit.ports.recordings.discard(path)
        raise Refused(Refusal.TOO_SHORT)
    return path, seconds


def _verdict(visit: Visit, path: str, seconds: float) -> str:
    """The key pressed after hearing it."""
    mouth = visit.dialogue.mouth
    recording = Utterance("", mouth.language, path, seconds)
    return visit.dialogue.key((recording, *mouth.utterances((Said.ANNOUNCEMENT_CHECK,))))
