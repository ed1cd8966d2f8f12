"""What the records know of a call that another engine had: read off the hub, and never for long."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

import gevent

from fsapp.domain.cdr import ENGINE_LOST
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
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

    def of(self, call: str, flows: Flows, *, talked: bool = False) -> Resumption | None:
        """Where a call goes on; None where it begins anew. `talked`: a leg that was dialled for it was answered."""
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
        return dialled(resumed) if talked else queued(resumed, *stay(log))


def stay(log: Iterable[Event]) -> tuple[datetime | None, str]:
    """Since when a call waits in a queue, if it does; else the agent who answered it last, or empty."""
    waiting: dict[str, int] = {}
    agent = ""
    for event in log:
        contact = str(event.fields.get("contact", ""))
        if event.kind == Kind.CONTACT_QUEUED:
            waiting.setdefault(contact, event.at)
        elif event.kind == Kind.CONTACT_ENDED and event.fields.get("end") != ENGINE_LOST:  # that ended no wait
            waiting.clear()
            agent = str(event.fields.get("agent", ""))
    if not waiting:
        return None, agent
    return datetime.fromtimestamp(min(waiting.values()) / 1000, UTC), ""


def _read(url: str, call: str) -> Read | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        return Cdrs(url).events(call), tuple(QueueLog(url).events(LogFilter(call=call)))
    except StoreError as error:
        return error
