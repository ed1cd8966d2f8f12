"""What an agent keeps of a contact: recording, disposition, wrap-up code, ticket."""

from collections.abc import Mapping
from types import MappingProxyType

from fsapp.desk.in_talk import InTalk
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers, Seat
from fsapp.desk.speaking import Sentence, Value, words_of
from fsapp.domain.desk import ListName
from fsapp.domain.talk import Note, Recording

_RECORDING: Mapping[Recording, Said] = MappingProxyType(
    {
        Recording.START: Said.RECORDING_START,
        Recording.MASK: Said.RECORDING_MASK,
        Recording.UNMASK: Said.RECORDING_UNMASK,
        Recording.STOP: Said.RECORDING_STOP,
    }
)


def start_recording(seat: InTalk, _: Answers) -> Sentence:
    return _recording(seat, Recording.START)


def mask_recording(seat: InTalk, _: Answers) -> Sentence:
    return _recording(seat, Recording.MASK)


def unmask_recording(seat: InTalk, _: Answers) -> Sentence:
    return _recording(seat, Recording.UNMASK)


def stop_recording(seat: InTalk, _: Answers) -> Sentence:
    return _recording(seat, Recording.STOP)


def disposition(seat: Seat, answers: Answers) -> Sentence:
    return _noted(seat, Note.DISPOSITION, ListName.DISPOSITION, answers[0])


def wrap_up_code(seat: Seat, answers: Answers) -> Sentence:
    return _noted(seat, Note.WRAP_UP_CODE, ListName.WRAP_UP_CODE, answers[0])


def ticket(seat: Seat, answers: Answers) -> Sentence:
    seat.ports.floor.note(seat.agent.id, Note.TICKET, answers[0])
    return (Said.NOTED, Value("digits", answers[0]))


def _recording(seat: InTalk, what: Recording) -> Sentence:
    seat.talk.recording(what)
    return (_RECORDING[what],)


def _noted(seat: Seat, note: Note, of: ListName, number: str) -> Sentence:
    choice = seat.plan.choice(of, number)
    seat.ports.floor.note(seat.agent.id, note, choice.name)
    return (Said.NOTED, words_of(choice))
