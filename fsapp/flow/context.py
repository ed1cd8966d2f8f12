"""What a step sees of the call it works for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from fsapp.domain.call import Call
from fsapp.domain.caller_history import CallerHistory
from fsapp.domain.clock import Clock
from fsapp.domain.customer import KnownCustomer
from fsapp.domain.leg import Utterance
from fsapp.domain.queueing import QueueRequest
from fsapp.flow.absent import NoCallRecorder, NoCustomers, NoFaxes, NoTickets
from fsapp.flow.known_customer import customer_variable
from fsapp.flow.ports import (
    Calendars,
    CallRecorder,
    Customers,
    DialRules,
    Faxes,
    History,
    Leg,
    Lookups,
    Place,
    Queues,
    Recorder,
    Recordings,
    Tickets,
    Voice,
)

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Ports:
    """The engine's services, the same for every call."""

    voice: Voice
    lookups: Lookups
    calendars: Calendars
    dial_rules: DialRules
    recordings: Recordings
    queues: Queues
    history: History
    clock: Clock
    zone: tzinfo = CHINA
    """Where the callers' clocks stand: what `now` means in a flow."""
    faxes: Faxes = field(default_factory=NoFaxes)
    call_recorder: CallRecorder = field(default_factory=NoCallRecorder)
    tickets: Tickets = field(default_factory=NoTickets)
    customers: Customers = field(default_factory=NoCustomers)


@dataclass(slots=True)
class Stay:
    """A stay in a queue, from asking for a place on. `queue` is the present one, or the last.

    `awaited`: an agent sent the caller to a label, and waits for the flow's `return`.
    """

    request: QueueRequest
    place: Place
    queued_at: datetime
    queue: str
    agent: str = ""
    """Who talked to the caller, if anybody did."""
    awaited: bool = False


@dataclass(slots=True)
class Context:
    """One call's state in the runner. Steps read it, act through `leg` and `ports`, and set variables by `set`.

    `variables` begin with `call` (uuid, ani, dnis, name, trunk), `language` and what a test or a journal gives.
    `notes` is what the step under way wants in its StepFinished event; the runner empties it at each step.
    """

    call: Call
    leg: Leg
    ports: Ports
    recorder: Recorder
    language: str
    variables: dict[str, Any] = field(default_factory=dict)
    sensitive: set[str] = field(default_factory=set)
    notes: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    flow: str = ""
    label: str = ""
    """Where the step under way stands."""
    stay: Stay | None = None
    """The latest stay in a queue, under way or over."""
    fax_label: tuple[str, str] | None = None
    """Flow and label where the call goes on if the caller is a fax machine."""
    whisper: Utterance | None = None
    """What the next agent is to hear before the talk."""
    waited_since: datetime | None = None
    """Since when the caller waits, where another engine began it; the next stay in a queue counts from there."""
    history: CallerHistory | None = None
    """What is known of the caller; None until somebody asks. See `known`."""
    customer: KnownCustomer | None = None
    """Whose number it is; None until somebody asks."""

    def set(self, name: str, value: Any, *, sensitive: bool = False) -> None:
        """Sets a variable of the flow; a sensitive one is never journalled, logged or put in a record."""
        self.variables[name] = value
        if sensitive:
            self.sensitive.add(name)
        self.changed[name] = "***" if name in self.sensitive else value

    def scope(self, names: frozenset[str]) -> dict[str, Any]:
        """What an expression that reads `names` may see: the variables, `language`, `caller`, `customer` and `now`."""
        scope = {name: self.variables[name] for name in names if name in self.variables}
        scope["language"] = self.language
        if "now" in names:
            scope["now"] = self.ports.clock.now().astimezone(self.ports.zone)
        if "caller" in names:
            scope["caller"] = self._caller()
        if "customer" in names and "customer" not in self.variables:
            scope["customer"] = self._customer()
        return scope

    def known(self) -> CallerHistory:
        """What is known of the caller from earlier calls; asked for once in a call."""
        if self.history is None:
            self.history = self.ports.history.of(self.call.ani)
        return self.history

    def _customer(self) -> Mapping[str, Any]:
        """The variable `customer`; asked for once in a call."""
        if self.customer is None:
            self.customer = self.ports.customers.of(self.call.ani)
        return customer_variable(self.customer)

    def _caller(self) -> Mapping[str, Any]:
        """The variable `caller`; `choices` has the key chosen most in each menu of the flow under way, by label."""
        known = self.known()
        return {
            "calls": known.calls,
            "last_at": known.last_at.astimezone(self.ports.zone) if known.last_at else "",
            "last_flow": known.last_flow,
            "last_disposition": known.last_disposition,
            "last_path": known.last_path,
            "last_queue": known.last_queue,
            "last_agent": known.last_agent,
            "choices": {menu.label: _most(keys) for menu, keys in known.choices.items() if menu.flow == self.flow},
        }

    @property
    def awaited(self) -> bool:
        """Whether an agent waits for the caller to come back from a label."""
        return self.stay is not None and self.stay.awaited

    def leave_queue(self) -> None:
        """Gives up the caller's place in a queue, if there is one."""
        if self.stay is not None:
            self.stay.awaited = False
            self.stay.place.close()

    def note(self, **fields: Any) -> None:
        """Adds fields to the journal's entry of this step."""
        self.notes.update(fields)

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Journals an event of its own."""
        self.recorder.record(kind, fields)


def _most(keys: Mapping[str, int]) -> str:
    return max(keys, key=lambda key: keys[key], default="")
