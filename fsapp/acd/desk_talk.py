"""An agent's talk as the desk of phone codes steers it. Satisfies fsapp.desk.ports.Talk."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fsapp.acd import other_calls
from fsapp.acd.helping import Help
from fsapp.acd.talks import Talk, TalkState
from fsapp.domain.call import Call
from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import Utterance
from fsapp.domain.talk import Consulted, Destination, Recording

if TYPE_CHECKING:
    from fsapp.acd.service import Service


class DeskTalk:
    """`agent` is whose keys these are: once another agent has the caller, every request raises CallEnded."""

    def __init__(self, service: "Service", talk: Talk) -> None:
        self.agent = talk.agent
        self._leg = talk.leg
        self._service = service
        self._talk = talk

    @property
    def call(self) -> Call:
        return self._talk.place.request.call

    @property
    def language(self) -> str:
        return self._talk.place.request.language

    @property
    def labels(self) -> Mapping[str, str]:
        return self._talk.place.request.labels

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        """In the caller's journal while the caller is there, and else nowhere: the call has its last event then."""
        place = self._talk.place
        if place.request.record is not None and not place.closed:
            place.request.record(kind, fields)

    def tell(self, utterances: Sequence[Utterance]) -> None:
        if not self._leg.gone:
            self._leg.tell(utterances)

    def play(self, utterances: Sequence[Utterance]) -> None:
        for utterance in utterances:
            self._service.lines.play_to_both(self._open().leg.uuid, utterance.path)

    def hold(self) -> None:
        self._open().hold()

    def take_back(self) -> None:
        self._open().take_back()

    def send(self, to: Destination) -> None:
        self._open().send(to)

    def ask(self, whom: Consulted) -> None:
        self._open().ask(whom)

    def cancel(self) -> None:
        self._open().cancel()

    def hand_over(self) -> None:
        self._open().hand_over()

    def hand_to_other_call(self, sip_call_id: str) -> None:
        other_calls.hand_over(self._service, self._open(), sip_call_id)

    def conference(self) -> None:
        self._open().conference()

    def ask_help(self, supervisors: Sequence[str]) -> None:
        Help(self._service, self._open(), supervisors).start()

    def send_keys(self, keys: str) -> None:
        self._service.lines.send_keys(self._open().place.caller, keys)

    def recording(self, what: Recording) -> None:
        self._service.recorder.asked(what, self._open())

    def fax(self, document: str) -> None:
        self._open().fax(document)

    def _open(self) -> Talk:
        """The talk, if it is this agent's still. Raises CallEnded."""
        if self._talk.state is TalkState.OVER or self._talk.leg is not self._leg:
            raise CallEnded
        return self._talk
