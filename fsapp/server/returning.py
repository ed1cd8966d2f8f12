"""After a restart: callers who waited come back one by one, and are served in the order of before.

Without that whoever is back first would be given an agent, past those who came earlier and hear the chime still.
"""

import logging
from time import monotonic

import gevent

from fsapp.acd.events import OffersHeld
from fsapp.acd.service import Service
from fsapp.domain.clock import Clock
from fsapp.domain.errors import EslError, StoreError
from fsapp.esl.client import Client
from fsapp.esl.lines import Lines
from fsapp.store.queue_log import QueueLog

_LOG = logging.getLogger("fsapp.acd")

HOLD_SECONDS = 3.0
"""No offer is held longer: the switch's chime lasts two seconds."""

LONGEST_SECONDS = 4 * 3600
"""No caller has waited longer, for the switch ends every call then."""

LOOK_SECONDS = 0.05


class Returning:
    """Of the calls in the database at `url`."""

    def __init__(self, client: Client, lines: Lines, service: Service, url: str, clock: Clock) -> None:
        self._client = client
        self._lines = lines
        self._service = service
        self._url = url
        self._clock = clock

    def hold(self) -> None:
        """Nothing is offered until everybody is back, or for HOLD_SECONDS; waits for that in a greenlet of its own."""
        self._service.tell(OffersHeld(HOLD_SECONDS))
        gevent.spawn(self._release)

    def _release(self) -> None:
        try:
            self._await(monotonic() + HOLD_SECONDS)
        finally:
            self._service.tell(OffersHeld(0.0))

    def _await(self, limit: float) -> None:
        missing = self._expected(limit)
        if missing:
            _LOG.info("%d callers who waited are awaited", len(missing))
        while missing and monotonic() < limit:
            gevent.sleep(LOOK_SECONDS)
            missing = missing - {place.caller for place in self._service.places()}

    def _expected(self, limit: float) -> frozenset[str]:
        """Who waited, and is in the switch still."""
        since = int((self._clock.now().timestamp() - LONGEST_SECONDS) * 1000)
        found = gevent.get_hub().threadpool.apply(_waiting, (self._url, since))
        if isinstance(found, StoreError):
            _LOG.warning("who waited before is not known: %s", found)
            return frozenset()
        if not found or not self._client.wait_connected(max(0.0, limit - monotonic())):
            return frozenset()
        try:
            return found & {seen.uuid for seen in self._lines.channels()}
        except EslError as error:
            _LOG.warning("who waits still is not known: %s", error)
            return frozenset()


def _waiting(url: str, since: int) -> frozenset[str] | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        return QueueLog(url).waiting(since)
    except StoreError as error:
        return error
