"""What must be true when a fault is over: the invariants I1 to I10, on journal, records, switch and process.

    with Undisturbed() as process:
        ...                                  # a house, a fault, everybody gone again
    assert violations(evidence) + process.violations() == []

A sentence for each violation; it begins with the number of the invariant.
"""

import gc
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import gevent
from greenlet import greenlet

from fsapp.acd.agents import AgentState
from fsapp.acd.offers import OfferEnd
from fsapp.domain.cdr import fold
from fsapp.domain.events import Event, Kind
from fsapp.domain.queue_records import RUN, AgentTime, ContactRecord, OfferRecord, TalkRecord
from fsapp.domain.records import Cdr

RESTING = frozenset({AgentState.OFFLINE, AgentState.AVAILABLE, AgentState.WRAP_UP, AgentState.ON_BREAK})
SILENCE = "silence_stream://"


@dataclass(frozen=True, slots=True)
class Talked:
    """A talk as the switch had it: seconds that it lasted, and whether one of the two put down the telephone."""

    caller: str
    seconds: float
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is left when all calls are over. `calls` are those the switch had; `open_calls` lack an end in the store."""

    events: Sequence[Event]
    cdrs: Sequence[Cdr]
    open_calls: Collection[str] = ()
    contacts: Sequence[ContactRecord] = ()
    offers: Sequence[OfferRecord] = ()
    talks: Sequence[TalkRecord] = ()
    agent_times: Sequence[AgentTime] = ()
    calls: Collection[str] | None = None
    channels: Collection[str] = ()
    agents: Mapping[str, AgentState] | None = None
    talked: Sequence[Talked] = ()
    silences: Mapping[str, float] | None = None
    """The longest silence that a call's caller heard, in seconds."""
    in_order: bool = False
    """Whether all contacts of a queue want the same agents, so that they are answered in the order of arrival."""
    ring_seconds: float = 60.0
    silence_seconds: float = 3.0


def violations(found: Evidence) -> list[str]:
    """Of everything but the process."""
    checks = (_records, _owners, _offers, _agents, _strays, _silences, _order, _sums, _talks)
    return [sentence for check in checks for sentence in check(found)]


def _by_call(events: Iterable[Event]) -> dict[str, list[Event]]:
    calls: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if not event.call.startswith(RUN):
            calls[event.call].append(event)
    return {call: sorted(each, key=lambda event: event.seq) for call, each in calls.items()}


# I1: each call that reached the engine has exactly one record, of its whole journal, with an end; each contact too.


def _records(found: Evidence) -> Iterator[str]:
    counts = Counter(cdr.uuid for cdr in found.cdrs)
    records = {cdr.uuid: cdr for cdr in found.cdrs}
    for call, events in _by_call(found.events).items():
        if counts[call] != 1:
            yield f"I1: call {call} has {counts[call]} records: {_story(events)}"
            continue
        if events[-1].kind != Kind.CALL_HUNG_UP:
            yield f"I1: the journal of call {call} does not end with its end: {_story(events)}"
        if records[call] != fold(events)[0]:
            yield f"I1: the record of call {call} is not that of its journal: {records[call]}"
        for one, other in pairwise(events):
            if one.kind == other.kind == Kind.CALL_HUNG_UP:
                yield f"I1: call {call} ended twice: {_story(events)}"
    yield from (f"I1: call {call} is open still" for call in found.open_calls)
    yield from _contact_ends(found)


def _contact_ends(found: Evidence) -> Iterator[str]:
    queued = {_contact(each) for each in found.events if each.kind == Kind.CONTACT_QUEUED}
    ended = Counter(_contact(each) for each in found.events if each.kind == Kind.CONTACT_ENDED)
    for contact in queued | set(ended):
        if ended[contact] != 1:
            yield f"I1: contact {contact} ended {ended[contact]} times"
    kept = Counter(each.contact for each in found.contacts)
    if kept != ended:
        yield f"I1: contacts of the records and of the journal differ: {kept} and {ended}"


def _contact(event: Event) -> tuple[str, str] | str:
    return str(event.fields["contact"])


def _story(events: Iterable[Event]) -> str:
    return " ".join(f"{each.kind}({_word(each)})" for each in events)


def _word(event: Event) -> str:
    fields = event.fields
    return str(fields.get("cause") or fields.get("exit") or fields.get("label") or "")


# I2: no call has two owners, and no caller two places.


def _owners(found: Evidence) -> Iterator[str]:
    for call, events in _by_call(found.events).items():
        if any(one.at > other.at + 50 for one, other in pairwise(events)):
            yield f"I2: two engines wrote the journal of call {call} at a time: {_story(events)}"
    stays: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    starts = {str(each.fields["contact"]): each.at for each in found.events if each.kind == Kind.CONTACT_QUEUED}
    for contact in found.contacts:
        stays[contact.call].append((starts.get(contact.contact, contact.ended_at), contact.ended_at, contact.contact))
    for call, each in stays.items():
        for one, other in pairwise(sorted(each)):
            if other[0] < one[1]:
                yield f"I2: call {call} has two places in queues: {one} and {other}"
    for agent, talks in _by_agent(found.talks).items():
        yield from (
            f"I2: agent {agent} talks twice at a time: {one} and {other}"
            for one, other in pairwise(sorted(talks, key=lambda talk: talk.started_at))
            if other.started_at < one.ended_at
        )


def _by_agent(records: Iterable[Any]) -> dict[str, list[Any]]:
    agents: dict[str, list[Any]] = defaultdict(list)
    for each in records:
        agents[each.agent].append(each)
    return agents


# I3: an agent has at most one offer; it ends once, in one of five ways, in bounded time.


def _offers(found: Evidence) -> Iterator[str]:
    for offer, count in Counter(each.id for each in found.offers).items():
        if count != 1:
            yield f"I3: offer {offer} ended {count} times"
    for agent, offers in _by_agent(found.offers).items():
        for one, other in pairwise(sorted(offers, key=lambda each: (each.made_at, each.ended_at))):
            if other.made_at < one.ended_at:
                yield f"I3: agent {agent} has two offers: {one} and {other}"
    for each in found.offers:
        if each.end not in set(OfferEnd):
            yield f"I3: offer {each.id} ended as {each.end!r}"
        if each.ended_at - each.made_at > found.ring_seconds * 1000:
            yield f"I3: offer {each.id} lasted {each.ended_at - each.made_at} ms"
    yield from _states(found.agent_times)


def _states(times: Iterable[AgentTime]) -> Iterator[str]:
    """An agent is in one state at a time, and in some state all the time of a run."""
    runs: dict[tuple[str, str], list[AgentTime]] = defaultdict(list)
    for time_ in times:
        runs[time_.run, time_.agent].append(time_)
    for (run, agent), each in runs.items():
        for one, other in pairwise(sorted(each, key=lambda time_: time_.seq)):
            if one.until != other.since or one.followed_by != other.state:
                yield f"I3: agent {agent} in {run}: {one} is not followed by {other}"


# I4: nobody is busy without a channel.  I5: no channel is left without an owner.


def _agents(found: Evidence) -> Iterator[str]:
    for agent, state in (found.agents or {}).items():
        if state not in RESTING:
            yield f"I4: agent {agent} is {state} though all calls are over"


def _strays(found: Evidence) -> Iterator[str]:
    yield from (f"I5: channel {channel} is left in the switch" for channel in found.channels)


# I6: nobody hears long silence.


def _silences(found: Evidence) -> Iterator[str]:
    for call, seconds in (found.silences or {}).items():
        if seconds > found.silence_seconds:
            yield f"I6: the caller of {call} heard {seconds:.1f} s of silence"


# I7: who came first is answered first, over restarts too.


def _order(found: Evidence) -> Iterator[str]:
    if not found.in_order:
        return
    queues: dict[str, list[ContactRecord]] = defaultdict(list)
    for contact in found.contacts:
        if contact.end == "answered":
            queues[contact.queue].append(contact)
    for queue, contacts in queues.items():
        answered = sorted(contacts, key=lambda each: each.ended_at)
        for one, other in pairwise(answered):
            if other.queued_at < one.queued_at and one.ended_at != other.ended_at:
                yield f"I7: in {queue} {one.contact} went before {other.contact}, who came earlier"


# I8: the switch and the records know the same calls.


def _sums(found: Evidence) -> Iterator[str]:
    if found.calls is None:
        return
    known = {cdr.uuid for cdr in found.cdrs}
    yield from (f"I8: call {call} has no record" for call in set(found.calls) - known)
    yield from (
        f"I8: there is a record of call {call}, which the switch never had" for call in known - set(found.calls)
    )


# I10: a talk is ended by those who talk.


def _talks(found: Evidence) -> Iterator[str]:
    for talk in found.talked:
        if not talk.by_hand:
            yield f"I10: the talk of {talk.caller} was cut after {talk.seconds:.1f} s"


# I9: the process is as it was.


class Undisturbed:
    """Counts greenlets and descriptors before and after; `violations` waits for what takes its time to end."""

    def __init__(self, patience: float = 3.0) -> None:
        self._patience = patience

    def __enter__(self) -> Self:
        self._before = _greenlets(), _descriptors()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def violations(self) -> list[str]:
        limit = time.monotonic() + self._patience
        while (found := list(self._found())) and time.monotonic() < limit:
            gevent.sleep(0.02)
        return found

    def _found(self) -> Iterator[str]:
        greenlets, descriptors = self._before
        now = _greenlets()
        if len(now) > len(greenlets):
            new = [shown for name, shown in now.items() if name not in greenlets]
            yield f"I9: {len(now) - len(greenlets)} greenlets more: {new[:5]}"
        if (open_now := _descriptors()) > descriptors:
            yield f"I9: {open_now - descriptors} descriptors more"


def _greenlets() -> dict[int, str]:
    """Those alive, but for those of the hub's pool of threads, which it keeps."""
    gc.collect()
    alive = [each for each in gc.get_objects() if issubclass(type(each), greenlet) and not each.dead]
    return {id(each): repr(each)[:160] for each in alive if not _of_thread(each)}


def _of_thread(each: greenlet) -> bool:
    return "Worker" in type(each).__name__ or " main>" in repr(each)


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
