"""Prompts of the catalogue recorded at the phone: heard as they are, spoken, listened to, and accepted or not."""

from enum import StrEnum

from fsapp.desk import prompts
from fsapp.desk.dialogue import ATTEMPTS
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers
from fsapp.desk.speaking import Mouth, Sentence
from fsapp.desk.visit import Visit
from fsapp.domain.leg import RecordMessage, Utterance
from fsapp.domain.prompt import PromptOrder
from fsapp.domain.talk import Refusal, Refused

SHORTEST, LONGEST = 0.3, 180
"""Seconds of a prompt."""

HEARINGS = 10
"""How often a recording is heard again at the most."""


class Key(StrEnum):
    """What may be keyed after hearing a recording; any other key, or none, leaves the prompt as it was."""

    ACCEPT = "1"
    AGAIN = "2"
    HEAR = "3"


def record_prompts(visit: Visit, given: Answers) -> Sentence:
    """All of an order, one after another. Whoever hangs up has recorded what was accepted before."""
    order = visit.ports.studio.order(given[0])
    if order is None:
        raise Refused(Refusal.UNKNOWN_ITEM)
    for name in order.names:
        _play_present(visit, order, name)
        accepted = _accepted(visit, order, name)
        visit.dialogue.say((Said.PROMPT_ACCEPTED if accepted else Said.PROMPT_DROPPED,))
    return (Said.PROMPTS_END,)


def _play_present(visit: Visit, order: PromptOrder, name: str) -> None:
    """The prompt as callers hear it now, so that the speaker knows the words."""
    visit.dialogue.say((Said.PROMPT_NOW,))
    present = Mouth(visit.ports.voice, order.language).utterances((name,))
    if present:
        visit.dialogue.leg.play(present, barge_in=True)


def _accepted(visit: Visit, order: PromptOrder, name: str) -> bool:
    """Whether one of some attempts became the prompt."""
    for _ in range(ATTEMPTS):
        path = visit.ports.recordings.message_path(visit.call, "prompt")
        try:
            key = _verdict(visit, path, _recorded(visit, path))
            if key == Key.ACCEPT:
                visit.ports.studio.keep(order, name, path, visit.agent_id)
                return True
        except Refused as refused:
            if refused.why is not Refusal.UNUSABLE:
                raise
            key = Key.AGAIN
            visit.dialogue.say((prompts.refusal(refused.why),))
        finally:
            visit.ports.recordings.discard(path)
        if key != Key.AGAIN:
            break
    return False


def _recorded(visit: Visit, path: str) -> float:
    """Its seconds. Raises Refused."""
    visit.dialogue.say((Said.RECORD_PROMPT, Said.BEEP))
    seconds = visit.dialogue.leg.record(RecordMessage(path, LONGEST)).seconds
    if seconds < SHORTEST:
        raise Refused(Refusal.UNUSABLE)
    return seconds


def _verdict(visit: Visit, path: str, seconds: float) -> str:
    """The key pressed after hearing it, once or again."""
    mouth = visit.dialogue.mouth
    recording = Utterance("", mouth.language, path, seconds)
    for _ in range(HEARINGS):
        key = visit.dialogue.key((recording, *mouth.utterances((Said.PROMPT_CHECK,))))
        if key != Key.HEAR:
            return key
    return ""
