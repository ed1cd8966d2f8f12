"""A call without a telephone, from arrival to CDR, on a virtual clock: what `fsapp call` and `fsapp test` run."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fsapp.domain.arguments import Endpoint
from fsapp.domain.call import Call
from fsapp.domain.cdr import Cdr, LegRecord, fold
from fsapp.domain.clock import VirtualClock
from fsapp.domain.events import Event, Kind
from fsapp.domain.leg import Dial, Dialled, MessageRecorded, RecordMessage, Utterance
from fsapp.flow.context import Ports
from fsapp.flow.reception import Plan, receive
from fsapp.flow.runner import GaveUp, run
from fsapp.switchboard.observer import Observer, Unobserved
from fsapp.switchboard.virtual_leg import Caller, VirtualLeg


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What happened: the journal, the record folded from it, what was heard, and the flow's variables at the end."""

    events: tuple[Event, ...]
    cdr: Cdr
    legs: tuple[LegRecord, ...]
    heard: tuple[str, ...]
    variables: Mapping[str, Any]


def rehearse(
    plan: Plan, ports: Ports, call: Call, caller: Caller, clock: VirtualClock, observer: Observer | None = None
) -> Rehearsal:
    """Runs one call to its end. `ports.clock` is `clock`."""
    journal = _Journal(call.uuid, clock)
    watcher = _Watcher(observer or Unobserved())
    leg = VirtualLeg(caller, clock, watcher)
    served = receive(plan, call, leg, ports, journal)
    variables: dict[str, Any] = {}
    if served is not None:
        flow, context = served
        with suppress(GaveUp):  # the journal has the reason
            run(flow, plan.flows, context)
        variables = _shown(context.variables, context.sensitive)
    cause, party = watcher.ending or ("NORMAL_TEMPORARY_FAILURE", "engine")
    journal.record(Kind.CALL_HUNG_UP, {"cause": cause, "party": party})
    cdr, legs = fold(journal.events)
    return Rehearsal(tuple(journal.events), cdr, legs, tuple(watcher.heard), variables)


def _shown(variables: Mapping[str, Any], sensitive: set[str]) -> dict[str, Any]:
    return {name: "***" if name in sensitive else value for name, value in variables.items() if name != "call"}


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
        self.ending: tuple[str, str] | None = None

    def answered(self) -> None:
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

    def referred(self, endpoint: Endpoint) -> None:
        self._observer.referred(endpoint)

    def ended(self, cause: str, party: str) -> None:
        self.ending = cause, party
        self._observer.ended(cause, party)
