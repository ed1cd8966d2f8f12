"""Messages that callers left: heard, kept, deleted, and called back."""

from collections.abc import Sequence
from enum import StrEnum

from fsapp.desk import calling
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers
from fsapp.desk.speaking import Sentence, Value
from fsapp.desk.visit import Visit
from fsapp.domain.errors import StoreError
from fsapp.domain.leg import Utterance
from fsapp.domain.talk import Refusal, Refused
from fsapp.domain.voicemail import Message, MessageState

HEARINGS = 10
"""How often a message is heard again at the most."""


class Key(StrEnum):
    """What may be keyed after a message; any other key, or none, keeps it and goes on."""

    AGAIN = "1"
    KEEP = "2"
    DELETE = "3"
    CALL_BACK = "4"
    END = "0"


def hear(visit: Visit, _: Answers) -> Sentence:
    """The own ones and those of the queues that the agent serves, the new ones first."""
    found = _found(visit)
    new = sum(message.state == MessageState.NEW for message in found)
    counts = (Said.MESSAGES_NEW, Value("number", new), Said.MESSAGES_SAVED, Value("number", len(found) - new))
    visit.dialogue.say(counts)
    for message in found:
        key = _heard(visit, message)
        _keep(visit, message, MessageState.DELETED if key == Key.DELETE else MessageState.SAVED)
        if key == Key.CALL_BACK:
            return calling.outside_call(visit, (message.caller,))
        if key == Key.END:
            return (Said.MESSAGE_KEPT,)
        visit.dialogue.say((Said.MESSAGE_DELETED if key == Key.DELETE else Said.MESSAGE_KEPT,))
    return (Said.MESSAGES_END,)


def _found(visit: Visit) -> Sequence[Message]:
    agent = visit.agent
    try:
        return visit.ports.mailboxes.messages(agent.id, agent.profile.tiers)
    except StoreError:
        raise Refused(Refusal.FAILED) from None


def _keep(visit: Visit, message: Message, state: MessageState) -> None:
    try:
        visit.ports.mailboxes.change(message, state, visit.agent_id)
    except StoreError:
        raise Refused(Refusal.FAILED) from None


def _heard(visit: Visit, message: Message) -> str:
    """The key pressed after hearing it, who left it first."""
    for _ in range(HEARINGS):
        key = visit.dialogue.key(_utterances(visit, message))
        if key != Key.AGAIN:
            return key
    return ""


def _utterances(visit: Visit, message: Message) -> tuple[Utterance, ...]:
    mouth = visit.dialogue.mouth
    urgent: Sentence = (Said.MESSAGE_URGENT,) if message.urgent else ()
    number = message.caller.removeprefix("+")
    caller: Sentence = (Said.LAST_CALLER_WITHHELD,)
    if number.isascii() and number.isdecimal():
        caller = (Said.LAST_CALLER, Value("phone", message.caller))
    file = Utterance("", mouth.language, message.path, message.ms / 1000)
    return (*mouth.utterances((*urgent, *caller)), file, *mouth.utterances((Said.MESSAGE_CHOICES,)))
