"""A call without a telephone, from arrival to CDR, on a virtual clock: what `fsapp call` and `fsapp test` run."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from fsapp.acd.settings import Queues
from fsapp.domain.arguments import Endpoint
from fsapp.domain.call import Call
from fsapp.domain.cdr import Cdr, LegRecord, fold
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded
from fsapp.domain.events import Event, Kind
from fsapp.domain.fax import FaxResult, ReceiveFax, SendFax
from fsapp.domain.leg import Dial, Dialled, MessageRecorded, RecordMessage, Utterance
from fsapp.flow.announcing import Announcer, serve
from fsapp.flow.context import Context, Ports
from fsapp.flow.reception import Plan, receive
from fsapp.flow.sensitive import HIDDEN
from fsapp.switchboard.observer import Observer, Unobserved
from fsapp.switchboard.virtual_caller import Caller
from fsapp.switchboard.virtual_leg import VirtualLeg
from fsapp.switchboard.virtual_queues import VirtualQueues


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What happened: the journal, the record folded from it, what was heard, and the flow's variables at the end."""

    events: tuple[Event, ...]
    cdr: Cdr
    legs: tuple[LegRecord, ...]
    heard: tuple[str, ...]
    variables: Mapping[str, Any]


def rehearse(
    plan: Plan,
    ports: Ports,
    call: Call,
    caller: Caller,
    clock: VirtualClock,
    languages: tuple[str, ...],
    queues: Queues,
    observer: Observer | None = None,
) -> Rehearsal:
    """Runs one call to its end. `ports.clock` is `clock`; in `languages` a caller is told that no flow serves him.

    The caller waits in virtual queues, whatever those of `ports` are.
    """
    journal = _Journal(call.uuid, clock)
    watcher = _Watcher(observer or Unobserved())
    leg = VirtualLeg(caller, clock, watcher)
    ports = replace(ports, queues=VirtualQueues(queues, leg, watcher))
    received = receive(plan, call, leg, ports, journal)
    announcer = Announcer(leg, ports.voice, journal, languages, answered=lambda: watcher.was_answered)
    with suppress(CallEnded):
        leg.hang_up(serve(received, plan.flows, announcer))
    cause, party = watcher.ending
    journal.record(Kind.CALL_HUNG_UP, {"cause": cause, "party": party})
    cdr, legs = fold(journal.events)
    variables = _shown(received[1]) if received else {}
    return Rehearsal(tuple(journal.events), cdr, legs, tuple(watcher.heard), variables)


def _shown(context: Context) -> dict[str, Any]:
    variables = context.variables.items()
    return {name: HIDDEN if name in context.sensitive else value for name, value in variables if name != "call"}


@dataclass(slots=True)
class _Journal:
    """The recorder of one call, in memory."""

    call: str
    clock: VirtualClock
    events: list[Event] = field(default_factory=list)

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        at = round(self.clock.now().timestamp() * 1000)
        self.events.append(Event(self.call, len(self.events), at, kind, dict(fields)))


class _Watcher(Unobserved):
    """Notes what was heard and how the call ended, and passes all on."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self.heard: list[str] = []
        self.ending = ("", "")
        self.was_answered = False

    def answered(self) -> None:
        self.was_answered = True
        self._observer.answered()

    def prompt(self, utterance: Utterance) -> None:
        self.heard.append(utterance.text)
        self._observer.prompt(utterance)

    def pressed(self, keys: str) -> None:
        self._observer.pressed(keys)

    def recorded(self, request: RecordMessage, result: MessageRecorded) -> None:
        self._observer.recorded(request, result)

    def dialled(self, request: Dial, result: Dialled) -> None:
        self._observer.dialled(request, result)

    def faxed(self, request: ReceiveFax | SendFax, result: FaxResult) -> None:
        self._observer.faxed(request, result)

    def referred(self, endpoint: Endpoint) -> None:
        self._observer.referred(endpoint)

    def queued(self, news: str) -> None:
        self._observer.queued(news)

    def ended(self, cause: str, party: str) -> None:
        self.ending = cause, party
        self._observer.ended(cause, party)
