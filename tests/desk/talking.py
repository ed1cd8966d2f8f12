"""A talk for tests: it behaves as a talk does, and remembers what was asked of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fsapp.desk.key_reader import KeyReader, Reading
from fsapp.desk.speaking import Mouth
from fsapp.desk.talk_desk import TalkDesk
from fsapp.domain.call import Call
from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import Utterance
from fsapp.domain.talk import Consulted, Destination, Recording, Refusal, Refused, ToLabel
from tests.desk.room import LILEI, Journal, Room, site_plan


@dataclass
class VirtualTalk:
    """Satisfies fsapp.desk.ports.Talk. `hooks`: whether there is recording. `on_tell` happens when told."""

    call: Call
    agent: str = LILEI
    language: str = "zh"
    labels: Mapping[str, str] = field(default_factory=lambda: {"1": "enter_pin", "9": "main"})
    hooks: bool = True
    held: bool = False
    consulted: str = ""
    """`rung`, `answered` or empty."""
    over: bool = False
    did: list[tuple[Any, ...]] = field(default_factory=list)
    journal: Journal = field(default_factory=Journal)
    heard: list[str] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    on_tell: Callable[[], object] = lambda: None

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        self.journal.record(kind, fields)

    def tell(self, utterances: Sequence[Utterance]) -> None:
        if self.over:
            raise CallEnded
        self.heard += [each.text for each in utterances]
        self.on_tell()

    def play(self, utterances: Sequence[Utterance]) -> None:
        self._ask("play")
        self.played += [each.text for each in utterances]

    def hold(self) -> None:
        if self.held:
            raise Refused(Refusal.ON_HOLD)
        self._ask("hold")
        self.held = True

    def take_back(self) -> None:
        if not self.held:
            raise Refused(Refusal.NOT_ON_HOLD)
        self._ask("take_back")
        self.held = False
        self.consulted = ""

    def send(self, to: Destination) -> None:
        self._ask("send", to)
        self.over = not (isinstance(to, ToLabel) and to.returns)

    def ask(self, whom: Consulted) -> None:
        if self.consulted:
            raise Refused(Refusal.CONSULTING)
        self._ask("ask", whom)
        self.held, self.consulted = True, "rung"

    def cancel(self) -> None:
        self._must_consult("rung", "answered")
        self._ask("cancel")
        self.held, self.consulted = False, ""

    def hand_over(self) -> None:
        self._must_consult("answered")
        self._ask("hand_over")
        self.over = True

    def hand_to_other_call(self, sip_call_id: str) -> None:
        self._ask("hand_to_other_call", sip_call_id)
        self.over = True

    def conference(self) -> None:
        self._must_consult("answered")
        self._ask("conference")

    def ask_help(self, supervisors: Sequence[str]) -> None:
        self._ask("ask_help", tuple(supervisors))

    def send_keys(self, keys: str) -> None:
        self._ask("send_keys", keys)

    def recording(self, what: Recording) -> None:
        self._must_be_set_up()
        self._ask("recording", what)

    def fax(self, document: str) -> None:
        self._ask("fax", document)

    def _ask(self, *what: Any) -> None:
        if self.over:
            raise CallEnded
        self.did.append(what)

    def _must_consult(self, *states: str) -> None:
        if self.consulted not in states:
            raise Refused(Refusal.NOT_CONSULTING)

    def _must_be_set_up(self) -> None:
        if not self.hooks:
            raise Refused(Refusal.NOT_SET_UP)


def talk_in(room: Room, **fields: Any) -> VirtualTalk:
    """A talk of the first agent's."""
    return VirtualTalk(Call("caller-1", "13800138000", "95598", room.clock.now()), **fields)


def key(room: Room, talk: VirtualTalk, keys: str) -> None:
    """The agent keys these, a third of a second apart, and then nothing."""
    mouth = Mouth(room.voice, room.language)
    desk, reader = TalkDesk(site_plan(), room.desk.ports, talk, mouth), KeyReader(site_plan())
    now = room.clock.monotonic()
    readings: list[Reading] = []
    for each in keys:
        now += 0.3
        readings += reader.press(each, now)
    for reading in [*readings, *reader.wake(now + 60.0)]:
        desk.obey(reading)
