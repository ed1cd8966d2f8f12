"""Keeps every event: in the database, else in the spool, else in memory. Used by one thread."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.store.journal import Journal, Unavailable
from fsapp.store.spool import Spool

FIRST_RETRY = 0.2
LAST_RETRY = 5.0
"""Seconds between attempts to reach a database that is away, doubling from the first to the last."""

FIRST_LOOK_MS = 30 * 86_400_000
LATER_LOOK_MS = 86_400_000
"""How far back is looked for what a run left open: at the start, when an engine may have been away for long; and
afterwards.
"""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How it stands. Counts are since the start; `problem` says why the database is away, or is empty."""

    written: int = 0
    spooled: int = 0
    rejected: int = 0
    lost: int = 0
    torn: int = 0
    held: int = 0
    spool_bytes: int = 0
    rejection: str = ""
    """The latest event that the database will never take, and why."""
    problem: str = ""
    retry_in: float | None = None
    """Seconds until `keep` wants to be called again, or None while all is well."""


class Keeper:
    """The database first. While it is away events go to the spool, and all later ones behind them, so that they are
    replayed in order; while the spool fails too (a full disk) they are held in memory, up to `hold` events.
    """

    def __init__(self, journal: Journal, spool: Spool, monotonic: Callable[[], float], *, hold: int = 200_000) -> None:
        self._journal = journal
        self._spool = spool
        self._monotonic = monotonic
        self._hold = hold
        self._held: list[Event] = []
        self._own: set[str] = set()
        self._written = self._spooled = self._rejected = self._lost = self._torn = 0
        self._problem = "the spool of an earlier run waits to be replayed" if spool.files() else ""
        self._rejection = ""
        self._retry_at = 0.0
        self._retry_delay = FIRST_RETRY
        self._look_back = FIRST_LOOK_MS

    def keep(self, events: Sequence[Event]) -> Keeping:
        """Takes events in; called without any it goes on with the replay."""
        self._hold_back(events)
        self._note_own(events)
        if not self._problem and self._held and self._store(self._held):
            self._held = []
        if self._problem:
            self._spool_held()
            if self._monotonic() >= self._retry_at:
                self._come_back()
        return self.standing()

    def close_orphans(self, live: Collection[str], now: int) -> tuple[str, ...]:
        """Ends the calls of the journal that nobody will end any more, and names them: those not in `live` and not of
        this run; and ends what runs of the dispatcher left open. Raises StoreError while the database is away.
        """
        self._retry_at = 0.0
        while self._problem and self._monotonic() >= self._retry_at:
            self.keep(())
        if self._problem:
            raise StoreError(self._problem)
        ends = self._journal.inferred_ends(self._own.union(live), now)
        self.keep(ends)
        if not self._problem:
            self.keep(self._journal.lost_ends(now - self._look_back, self._own))
            self._look_back = LATER_LOOK_MS
        return tuple(event.call for event in ends)

    def standing(self) -> Keeping:
        return Keeping(
            written=self._written,
            spooled=self._spooled,
            rejected=self._rejected,
            lost=self._lost,
            torn=self._torn,
            held=len(self._held),
            spool_bytes=self._spool.size if self._problem else 0,
            rejection=self._rejection,
            problem=self._problem,
            retry_in=max(0.0, self._retry_at - self._monotonic()) if self._problem else None,
        )

    def close(self) -> Keeping:
        """A last attempt for what is held in memory, then the connection goes."""
        self._retry_at = 0.0
        standing = self.keep(())
        self._journal.close()
        return standing

    def _hold_back(self, events: Sequence[Event]) -> None:
        room = self._hold - len(self._held)
        self._held.extend(events[:room])
        self._lost += max(0, len(events) - room)

    def _note_own(self, events: Sequence[Event]) -> None:
        """Remembers the calls under way in this run."""
        for event in events:
            if event.kind == Kind.CALL_HUNG_UP:
                self._own.discard(event.call)
            else:
                self._own.add(event.call)

    def _store(self, events: Sequence[Event]) -> bool:
        """Whether the events are kept; where not, the database is away from now on."""
        try:
            self._journal.append(events)
        except Unavailable as error:
            self._leave(str(error))
            return False
        except Exception as error:  # whatever one event breaks, the others go in
            return self._store_each(events, error)
        self._written += len(events)
        return True

    def _store_each(self, events: Sequence[Event], error: Exception) -> bool:
        if len(events) > 1:
            return all(self._store((event,)) for event in events)
        try:
            self._spool.reject(events)
        except OSError as full:
            self._leave(f"an event was refused and could not be put aside: {full}")
            return False
        self._rejected += 1
        self._rejection = f"{events[0]}: {type(error).__name__}: {error}"
        return True

    def _spool_held(self) -> None:
        try:
            self._spool.append(self._held)
        except OSError as error:
            self._problem = f"{self._problem.partition('; ')[0]}; and the spool: {error}"
            return
        self._spooled += len(self._held)
        self._held = []

    def _come_back(self) -> None:
        """Replays one file: new events wait no longer than that takes."""
        try:
            spooled = self._spool.oldest()
            if spooled is None:
                if self._store(self._held):
                    self._held = []
                    self._problem = ""
                return
            if self._store(spooled.events):
                self._spool.remove(spooled)
                self._torn += spooled.torn
                self._retry_delay = FIRST_RETRY
        except OSError as error:
            self._leave(f"the spool cannot be read: {error}")

    def _leave(self, problem: str) -> None:
        self._problem = problem
        self._retry_at = self._monotonic() + self._retry_delay
        self._retry_delay = min(LAST_RETRY, self._retry_delay * 2)
