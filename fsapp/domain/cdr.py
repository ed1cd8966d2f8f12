"""Call detail records, folded from the events of a call.

A fold depends on the set of a call's events alone: it takes them by `seq`, so that events that come twice, late or in
another order change nothing, and events that are missing leave their fields at the defaults.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from fsapp.domain.events import Event, Kind
from fsapp.domain.records import DESK_CODE, SPOOL_SEQ, Cdr, LegRecord

__all__ = ["ENGINE_LOST", "PATH_LIMIT", "Cdr", "Fold", "LegRecord", "fold"]

ENGINE_LOST = "engine_lost"
"""The hang-up cause of a call whose engine died before it could see the end."""

PATH_LIMIT = 200
"""Changes of label that a path keeps; a caller who circles for hours ends with an ellipsis."""


def fold(events: Iterable[Event]) -> tuple[Cdr, tuple[LegRecord, ...]]:
    """The record of one call's events, in any order. Raises ValueError where there is no event."""
    by_seq: dict[int, Event] = {}
    for event in events:
        by_seq.setdefault(event.seq, event)
    if not by_seq:
        raise ValueError("a call without events has no record")
    draft = _Draft()
    for event in _seen_best(by_seq):
        draft.take(event)
    return draft.cdr(), tuple(draft.legs)


def _seen_best(by_seq: Mapping[int, Event]) -> list[Event]:
    """In sequence; what FreeSWITCH alone told of a call gives way to what an engine saw of it, but for legs."""
    events = [by_seq[seq] for seq in sorted(by_seq)]
    own = [event for event in events if event.seq < SPOOL_SEQ]
    return own + [event for event in events[len(own) :] if not own or event.kind == Kind.LEG_ENDED]


class Fold:
    """The same, one event at a time: events in sequence leave nothing behind, early ones wait for those before them."""

    __slots__ = ("_draft", "_early", "_next")

    def __init__(self) -> None:
        self._draft = _Draft()
        self._early: dict[int, Event] = {}
        self._next = 0

    @property
    def whole(self) -> bool:
        """Whether no event before the latest one is missing."""
        return self._next > 0 and not self._early

    def apply(self, event: Event) -> None:
        """Takes an event of this call; one that was taken before is ignored."""
        if event.seq != self._next:
            if event.seq > self._next:
                self._early.setdefault(event.seq, event)
            return
        self._draft.take(event)
        self._next += 1
        while self._early and self._next in self._early:
            self._draft.take(self._early.pop(self._next))
            self._next += 1

    def result(self) -> tuple[Cdr, tuple[LegRecord, ...]]:
        """The record so far. Raises ValueError where there was no event."""
        draft = self._draft
        if self._early:
            draft = draft.fork()
            for seq in sorted(self._early):
                draft.take(self._early[seq])
        if not draft.uuid:
            raise ValueError("a call without events has no record")
        return draft.cdr(), tuple(draft.legs)


@dataclass(slots=True)
class _Draft:
    """A record being folded. Lists appear when they are needed: most calls need none."""

    uuid: str = ""
    arrived_at: int = 0
    last_at: int = 0
    ended_at: int | None = None
    answered_at: int | None = None
    billable_ms: int | None = None
    complete: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    steps: int = 0
    failures: int = 0
    notes: tuple[str, ...] = ()
    tags: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    legs: tuple[LegRecord, ...] = ()

    def take(self, event: Event) -> None:
        """Takes the next event by seq."""
        if not self.uuid:
            self.uuid = event.call
            self.arrived_at = event.at
        taker = _TAKERS.get(event.kind)
        if taker:
            taker(self, event)
        self.last_at = event.at

    def fork(self) -> "_Draft":
        """A draft that goes on without changing this one."""
        other = copy(self)
        other.texts, other.path = dict(self.texts), list(self.path)
        return other

    def cdr(self) -> Cdr:
        ended_at = max(self.arrived_at, self.last_at if self.ended_at is None else self.ended_at)
        return Cdr(
            uuid=self.uuid,
            arrived_at=self.arrived_at,
            ended_at=ended_at,
            answered_at=self.answered_at,
            duration_ms=ended_at - self.arrived_at,
            billable_ms=self._billable(ended_at),
            path=">".join(self.path),
            steps=self.steps,
            failures=self.failures,
            notes=self.notes,
            tags=self.tags,
            messages=self.messages,
            complete=self.complete,
            **self.texts,
        )

    def _billable(self, ended_at: int) -> int:
        """The switch's own measure where it gave one: it does not move with the wall clock."""
        if self.billable_ms is not None:
            return self.billable_ms
        return 0 if self.answered_at is None else max(0, ended_at - self.answered_at)

    def note_texts(self, fields: Mapping[str, Any], **names: str) -> None:
        """Keeps the fields that are there: `cdr_field="event_field"`."""
        for name, source in names.items():
            value = fields.get(source)
            if value is not None:
                self.texts[name] = str(value)


def _arrived(draft: _Draft, event: Event) -> None:
    draft.note_texts(event.fields, ani="ani", dnis="dnis", caller_name="caller_name", trunk="trunk", source="source")


def _refused(draft: _Draft, event: Event) -> None:
    draft.note_texts(event.fields, refused_reason="reason")


def _flow_chosen(draft: _Draft, event: Event) -> None:
    draft.note_texts(event.fields, flow="flow", flow_hash="hash", language="language", rule="rule")


def _answered(draft: _Draft, event: Event) -> None:
    if draft.answered_at is None:
        draft.answered_at = event.at


def _step_finished(draft: _Draft, event: Event) -> None:
    draft.steps += 1
    flow, label = str(event.fields.get("flow", "")), str(event.fields.get("label", ""))
    place = label if flow == draft.texts.get("flow", flow) else f"{flow}/{label}"
    path = draft.path
    if len(path) < PATH_LIMIT:
        if not path or path[-1] != place:
            path.append(place)
    elif len(path) == PATH_LIMIT and path[-1] != place:
        path.append("…")


def _flow_failed(draft: _Draft, event: Event) -> None:
    draft.failures += 1
    draft.texts["last_failure"] = f"{event.fields.get('place', '')}: {event.fields.get('sentence', '')}"


def _tagged(draft: _Draft, event: Event) -> None:
    draft.note_texts(event.fields, disposition="disposition")
    if note := event.fields.get("note"):
        draft.notes = (*draft.notes, str(note))
    tags = event.fields.get("tags")
    if isinstance(tags, Mapping):
        draft.tags = {**draft.tags, **tags}


def _message_recorded(draft: _Draft, event: Event) -> None:
    draft.messages = (*draft.messages, dict(event.fields))


def _leg_ended(draft: _Draft, event: Event) -> None:
    fields = event.fields
    record = LegRecord(
        call=event.call,
        seq=event.seq,
        leg=str(fields.get("leg", "")),
        number=str(fields.get("number", "")),
        started_at=fields.get("started_at", event.at),
        answered_at=fields.get("answered_at"),
        ended_at=fields.get("ended_at", event.at),
        end=str(fields.get("end", "")),
        cause=str(fields.get("cause", "")),
    )
    draft.legs = (*draft.legs, record)


def _code_used(draft: _Draft, event: Event) -> None:
    """One that was dialled is what the call was for; those keyed in a talk are told by the queue log."""
    if "phone" in event.fields:
        draft.texts["rule"] = f"{DESK_CODE}{event.fields.get('code', '')}"


def _transferred(draft: _Draft, event: Event) -> None:
    draft.note_texts(event.fields, transferred_to="to")


def _hung_up(draft: _Draft, event: Event) -> None:
    """The end, or (`inferred`) a note made later that nobody saw it."""
    inferred = bool(event.fields.get("inferred"))
    draft.ended_at = draft.last_at if inferred else event.at
    draft.complete = not inferred
    draft.billable_ms = event.fields.get("billable_ms")
    draft.note_texts(event.fields, hangup_cause="cause", hangup_party="party", sip_call_id="sip_call_id", codec="codec")


_TAKERS: Mapping[str, Callable[[_Draft, Event], None]] = {
    Kind.CALL_ARRIVED: _arrived,
    Kind.CALL_REFUSED: _refused,
    Kind.FLOW_CHOSEN: _flow_chosen,
    Kind.CALL_ANSWERED: _answered,
    Kind.STEP_FINISHED: _step_finished,
    Kind.FLOW_FAILED: _flow_failed,
    Kind.CALL_TAGGED: _tagged,
    Kind.MESSAGE_RECORDED: _message_recorded,
    Kind.LEG_ENDED: _leg_ended,
    Kind.CODE_USED: _code_used,
    Kind.CALL_TRANSFERRED: _transferred,
    Kind.CALL_HUNG_UP: _hung_up,
}
