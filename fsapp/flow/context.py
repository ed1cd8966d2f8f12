"""What a step sees of the call it works for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.flow.ports import Calendars, DialRules, Leg, Lookups, Recorder, Recordings, Voice

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Ports:
    """The engine's services, the same for every call."""

    voice: Voice
    lookups: Lookups
    calendars: Calendars
    dial_rules: DialRules
    recordings: Recordings
    clock: Clock
    zone: tzinfo = CHINA
    """Where the callers' clocks stand: what `now` means in a flow."""


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

    def set(self, name: str, value: Any, *, sensitive: bool = False) -> None:
        """Sets a variable of the flow; a sensitive one is never journalled, logged or put in a record."""
        self.variables[name] = value
        if sensitive:
            self.sensitive.add(name)
        self.changed[name] = "***" if name in self.sensitive else value

    def scope(self, names: frozenset[str]) -> dict[str, Any]:
        """What an expression that reads `names` may see: the variables, `language`, and `now` in local time."""
        scope = {name: self.variables[name] for name in names if name in self.variables}
        scope["language"] = self.language
        if "now" in names:
            scope["now"] = self.ports.clock.now().astimezone(self.ports.zone)
        return scope

    def note(self, **fields: Any) -> None:
        """Adds fields to the journal's entry of this step."""
        self.notes.update(fields)

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Journals an event of its own."""
        self.recorder.record(kind, fields)
