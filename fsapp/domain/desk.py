"""The desk of agents who have nothing but a phone, in the words in which dialplan/agents.py sets it up:

code("*11", "sign_in")
without("announce")
break_reason(1, "lunch", zh="午餐", en="lunch")
queue(1, "service", zh="人工服务", en="general service")
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """The keys of a code at this site; empty where the site does without it."""

    name: str
    keys: str


def code(keys: str, name: str) -> CodeKeys:
    """Gives a code other keys than it has by itself."""
    return CodeKeys(name, keys)


def without(name: str) -> CodeKeys:
    """The site has no such code."""
    return CodeKeys(name, "")


class ListName(StrEnum):
    """The lists from which an agent chooses by number."""

    BREAK_REASON = "break_reason"
    QUEUE = "queue"
    PROMPT = "prompt"
    KNOWLEDGE = "knowledge"
    DISPOSITION = "disposition"
    WRAP_UP_CODE = "wrap_up_code"
    TICKET_KIND = "ticket_kind"
    FAX_DOCUMENT = "fax_document"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list: the number that is keyed, the name in the records, and how it is said."""

    of: ListName
    number: int
    name: str
    zh: str
    en: str


def break_reason(number: int, name: str, *, zh: str, en: str) -> Choice:
    """Why an agent is away."""
    return Choice(ListName.BREAK_REASON, number, name, zh, en)


def queue(number: int, name: str, *, zh: str, en: str) -> Choice:
    """A queue that can be named on the phone."""
    return Choice(ListName.QUEUE, number, name, zh, en)


def prompt(number: int, name: str, *, zh: str, en: str) -> Choice:
    """A prompt of the catalogue that can be played to a caller."""
    return Choice(ListName.PROMPT, number, name, zh, en)


def knowledge(number: int, name: str, *, zh: str, en: str) -> Choice:
    """A knowledge item that can be played to a caller: a prompt of the catalogue too."""
    return Choice(ListName.KNOWLEDGE, number, name, zh, en)


def disposition(number: int, name: str, *, zh: str, en: str) -> Choice:
    """What came of a call."""
    return Choice(ListName.DISPOSITION, number, name, zh, en)


def wrap_up_code(number: int, name: str, *, zh: str, en: str) -> Choice:
    """What a call was about."""
    return Choice(ListName.WRAP_UP_CODE, number, name, zh, en)


def ticket_kind(number: int, name: str, *, zh: str, en: str) -> Choice:
    """A kind of ticket that an agent can open on the phone."""
    return Choice(ListName.TICKET_KIND, number, name, zh, en)


def fax_document(number: int, name: str, *, zh: str, en: str) -> Choice:
    """A document that an agent can send to the caller's fax machine."""
    return Choice(ListName.FAX_DOCUMENT, number, name, zh, en)


def skill(number: int, name: str, *, zh: str, en: str) -> Choice:
    """A skill that a supervisor can give and take on the phone."""
    return Choice(ListName.SKILL, number, name, zh, en)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Something of a call's data that is said when the last caller's data are read back."""

    name: str
    zh: str
    en: str


def read_back(name: str, *, zh: str, en: str) -> ReadBack:
    """Says `name` of the call's data to the agent who asks for the last caller."""
    return ReadBack(name, zh, en)


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """Times of the desk, in seconds."""

    between_keys: float = 4.0
    """After a key in a talk without a further one, a code or number is complete."""
    wrap_up_extension: float = 60.0
    """How much longer wrap-up lasts, each time that an agent asks for it."""


def times(*, between_keys: float = 4.0, wrap_up_extension: float = 60.0) -> DeskTimes:
    """Other times than these."""
    return DeskTimes(between_keys, wrap_up_extension)


Word = CodeKeys | Choice | ReadBack | DeskTimes


@dataclass(frozen=True, slots=True)
class Placed:
    """A word of the desk, and where it stands."""

    word: Word
    file: str
    line: int
