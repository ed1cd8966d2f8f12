"""What is kept of single wishes and answers of callers. Each record is made of one event of a call, so folding needs no
memory, and an event that comes twice makes the same record.

Times are UTC milliseconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fsapp.domain.events import Event, Kind


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """How a caller found the service; `answer` is None where there was none. (call, seq) is unique."""

    call: str
    seq: int
    at: int
    queue: str
    agent: str
    question: str
    answer: int | None


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A caller wants to be called back. `time_window` is of a day, `09:00-17:30`, or empty; (call, seq) is unique.

    `queued_at` is since when the caller's place in the queue counts.
    """

    call: str
    seq: int
    requested_at: int
    number: str
    time_window: str
    queue: str
    skills: Mapping[str, int]
    priority: int
    customer_level: str
    sticky_agent: str
    language: str
    data: Mapping[str, str]
    queued_at: int


@dataclass(frozen=True, slots=True)
class MenuSetting:
    """Which option of a menu goes first for a caller, by its key (empty: the standard menu). The latest one holds."""

    ani: str
    flow: str
    label: str
    key: str
    set_by: str
    at: int


@dataclass(frozen=True, slots=True)
class TicketWish:
    """A ticket that a call wanted and could not be given at once. (call, seq) is unique; `done` once it is made."""

    call: str
    seq: int
    at: int
    kind: str
    request: Mapping[str, Any]
    done: bool = False


CallerRecord = SurveyAnswer | CallbackRequest | MenuSetting | TicketWish


def caller_record(event: Event) -> CallerRecord | None:
    """The record that an event makes; None for most. Raises KeyError where the event lacks a field."""
    maker = _MAKERS.get(event.kind)
    return maker(event, event.fields) if maker else None


def _survey(event: Event, fields: Mapping[str, Any]) -> SurveyAnswer:
    return SurveyAnswer(
        event.call, event.seq, event.at, fields["queue"], fields["agent"], fields["question"], fields["answer"]
    )


def _callback(event: Event, fields: Mapping[str, Any]) -> CallbackRequest:
    return CallbackRequest(
        event.call,
        event.seq,
        event.at,
        number=fields["number"],
        time_window=fields["window"],
        queue=fields["queue"],
        skills=fields["skills"],
        priority=fields["priority"],
        customer_level=fields["customer_level"],
        sticky_agent=fields["sticky_agent"],
        language=fields["language"],
        data=fields["data"],
        queued_at=fields["queued_at"],
    )


def _menu(event: Event, fields: Mapping[str, Any]) -> MenuSetting:
    return MenuSetting(fields["ani"], fields["flow"], fields["label"], fields["key"], fields["by"], event.at)


def _ticket_wish(event: Event, fields: Mapping[str, Any]) -> TicketWish:
    return TicketWish(event.call, event.seq, event.at, fields["kind"], fields["request"])


_MAKERS: Mapping[str, Callable[[Event, Mapping[str, Any]], CallerRecord]] = {
    Kind.SURVEY_ANSWERED: _survey,
    Kind.CALLBACK_REQUESTED: _callback,
    Kind.MENU_SET: _menu,
    Kind.TICKET_WANTED: _ticket_wish,
}
