"""Hold, help, keys, and what is played: an agent's talk with the caller."""

from fsapp.desk.in_talk import InTalk
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers
from fsapp.desk.speaking import Sentence
from fsapp.domain.desk import ListName
from fsapp.domain.errors import MediaError, StoreError
from fsapp.domain.talk import Refusal, Refused


def hold(seat: InTalk, _: Answers) -> Sentence:
    seat.talk.hold()
    return (Said.HELD,)


def take_back(seat: InTalk, _: Answers) -> Sentence:
    """Nothing is said: the caller is heard."""
    seat.talk.take_back()
    return ()


def ask_help(seat: InTalk, _: Answers) -> Sentence:
    supervisors = seat.supervisors
    if not supervisors:
        raise Refused(Refusal.NO_SUPERVISOR)
    seat.talk.ask_help(supervisors)
    return (Said.HELP_CALLED,)


def send_keys(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.send_keys(answers[0])
    return (Said.BEEP,)


def play_prompt(seat: InTalk, answers: Answers) -> Sentence:
    return _played(seat, ListName.PROMPT, answers[0])


def play_knowledge(seat: InTalk, answers: Answers) -> Sentence:
    return _played(seat, ListName.KNOWLEDGE, answers[0])


def fax(seat: InTalk, answers: Answers) -> Sentence:
    """Nothing is said: the agent hears music, and then the caller again."""
    document = seat.plan.choice(ListName.FAX_DOCUMENT, answers[0]).name
    try:
        found = seat.ports.faxes.document(document)
    except (StoreError, MediaError):
        raise Refused(Refusal.FAILED) from None
    if found is None:
        raise Refused(Refusal.UNKNOWN_ITEM)
    seat.talk.fax(document)
    return ()


def _played(seat: InTalk, of: ListName, number: str) -> Sentence:
    """Both hear it, in the caller's language."""
    choice = seat.plan.choice(of, number)
    try:
        utterance = seat.ports.voice.prompt(choice.name, seat.talk.language)
        seat.ports.voice.restore(utterance)
    except MediaError:
        raise Refused(Refusal.FAILED) from None
    seat.talk.play((utterance,))
    return ()
