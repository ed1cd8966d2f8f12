"""The desk of one site: the codes in force, and the lists that their numbers choose from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from fsapp.desk.codes import Asks, Code
from fsapp.domain.agent import LANGUAGES, AgentRecord
from fsapp.domain.desk import Choice, DeskTimes, ListName, ReadBack
from fsapp.domain.prompt import ORDER_DIGITS
from fsapp.domain.talk import Refusal, Refused

_LISTS = {Asks(name.value): name for name in ListName}

_LONGEST: Mapping[Asks, int] = MappingProxyType(
    {Asks.OWN_NUMBER: 16, Asks.PIN: 16, Asks.AGENT: 16, Asks.NUMBER: 32, Asks.KEYS: 32, Asks.TICKET: 20, Asks.LEVEL: 2}
)
_ONE_KEY = frozenset({Asks.MODE, Asks.STATE, Asks.LABEL})


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer looks like: `most` keys, and no fewer if it is `fixed`."""

    most: int
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """What is in force. Without codes there is no desk."""

    codes: tuple[Code, ...] = ()
    """In the order of the card."""
    lists: Mapping[ListName, Mapping[str, Choice]] = field(default_factory=dict)
    """By the number that is keyed."""
    read_back: tuple[ReadBack, ...] = ()
    times: DeskTimes = field(default_factory=DeskTimes)
    profiles: frozenset[str] = frozenset()
    """SIP profiles where agents' phones are."""
    languages: frozenset[str] = frozenset(LANGUAGES)
    """Those in which agents can be spoken to here."""

    @property
    def by_keys(self) -> Mapping[str, Code]:
        return {each.keys: each for each in self.codes}

    def dialled(self, number: str) -> Code | None:
        """The code that a dialled number begins with."""
        return next((each for each in self.codes if number.startswith(each.keys)), None)

    def code(self, name: str) -> Code | None:
        """A code by its name; None where this site does without it."""
        return next((each for each in self.codes if each.name == name), None)

    def keys_of(self, name: str) -> str:
        """The keys of a code; empty where this site does without it."""
        code = self.code(name)
        return code.keys if code else ""

    def shape(self, asks: Asks) -> Shape:
        """What an answer looks like: of one length where all numbers of a list are."""
        if asks in _ONE_KEY:
            return Shape(1, fixed=True)
        if asks is Asks.PROMPT_ORDER:
            return Shape(ORDER_DIGITS, fixed=True)
        if asks not in _LISTS:
            return Shape(_LONGEST[asks])
        lengths = {len(number) for number in self.lists.get(_LISTS[asks], ())}
        return Shape(max(lengths, default=1), fixed=len(lengths) == 1)

    def shapes(self, asked: Iterable[Asks]) -> Sequence[Shape]:
        return [self.shape(asks) for asks in asked]

    def choice(self, of: ListName, number: str) -> Choice:
        """What a number means. Raises Refused."""
        found = self.lists.get(of, {}).get(number)
        if found is None:
            raise Refused(Refusal.UNKNOWN_QUEUE if of is ListName.QUEUE else Refusal.UNKNOWN_ITEM)
        return found

    def language_of(self, record: AgentRecord | None, otherwise: str) -> str:
        """What an agent is spoken to in: the own language, if it is one of this site's."""
        return record.language if record is not None and record.language in self.languages else otherwise

    def spoken_name(self, of: ListName, name: str) -> Choice | None:
        """How a name of the records is said, if the site says so."""
        return next((each for each in self.lists.get(of, {}).values() if each.name == name), None)


def list_of(asks: Asks) -> ListName | None:
    """The list that an answer chooses from, if it does."""
    return _LISTS.get(asks)
