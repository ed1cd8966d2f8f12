"""What the records know of a call that another engine had: read off the hub, and never for long."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

import gevent

from fsapp.domain.cdr import ENGINE_LOST
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.queue_records import RUN
from fsapp.flow.model import Flows
from fsapp.flow.resuming import Resumption, dialled, queued, resumption
from fsapp.store.cdrs import Cdrs
from fsapp.store.queue_log import LogFilter, QueueLog

_LOG = logging.getLogger("fsapp.calls")

LIMIT_SECONDS = 2.0
"""A call that waits longer for the records begins anew."""

Read = tuple[tuple[Event, ...], tuple[Event, ...]]


class Resumptions:
    """Of the calls in the database at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def of(self, call: str, flows: Flows, *, talked: bool = False, last_leg: str = "") -> Resumption | None:
        """Where a call goes on; None where it begins anew. `talked`: a leg that was dialled for it was answered;
        `last_leg` is the channel that it was connected with last.
        """
        late = StoreError(f"they did not come in {LIMIT_SECONDS:g} s")
        found: Read | StoreError
        try:
            found = gevent.get_hub().threadpool.spawn(_read, self._url, call).get(timeout=LIMIT_SECONDS) or late
        except gevent.Timeout:
            found = late
        if isinstance(found, StoreError):
            _LOG.warning("call %s begins anew, for its records cannot be read: %s", call, found)
            return None
        events, log = found
        resumed = resumption(flows, events)
        if resumed is None:
            return None
        return queued(dialled(resumed) if talked else resumed, *stay(log, last_leg))


def stay(log: Iterable[Event], last_leg: str = "") -> tuple[datetime | None, str]:
    """Since when a call waits in a queue, if it does; else the agent who answered it last, or empty.

    An engine that died in the instant of an answer had no time to write it down; but a leg of that run, the first that
    answered this call there, is what `last_leg` says the call was connected with.
    """
    waiting: dict[str, int] = {}
    answered: set[str] = set()
    agent = chosen = run = ""
    for event in log:
        if event.kind == Kind.CONTACT_QUEUED:
            waiting.setdefault(str(event.fields.get("contact", "")), event.at)
            run = event.call
        elif event.kind == Kind.DISPATCH_DECIDED:
            chosen = next(iter(event.fields.get("chosen", ())), chosen)
        elif event.kind == Kind.CONTACT_ENDED and event.fields.get("end") != ENGINE_LOST:  # that ended no wait
            waiting.clear()
            agent = str(event.fields.get("agent", ""))
            answered |= {event.call} if agent else set()
    if not waiting:
        return None, agent
    if run not in answered and run == RUN + last_leg.partition("-")[0]:
        return None, chosen
    return datetime.fromtimestamp(min(waiting.values()) / 1000, UTC), ""


def _read(url: str, call: str) -> Read | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        return Cdrs(url).events(call), tuple(QueueLog(url).events(LogFilter(call=call)))
    except StoreError as error:
        return error
