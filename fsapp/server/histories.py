"""Callers' histories, and customers, for calls under way: see fsapp.server.remembered."""

from collections.abc import Callable
from datetime import datetime

from fsapp.domain.caller_history import CallerHistory
from fsapp.domain.clock import Clock
from fsapp.domain.customer import KnownCustomer
from fsapp.server.remembered import LIMIT, REMEMBERED, Remembered

__all__ = ["LIMIT", "REMEMBERED", "Histories", "KnownCustomers"]


class Histories(Remembered[CallerHistory]):
    """Satisfies fsapp.flow.ports.History. `read` blocks, and may raise StoreError."""

    def __init__(self, read: Callable[[str, datetime], CallerHistory], clock: Clock, *, limit: float = LIMIT) -> None:
        super().__init__(lambda ani: read(ani, clock.now()), CallerHistory(), "a caller's history", clock, limit=limit)


class KnownCustomers(Remembered[KnownCustomer]):
    """Satisfies fsapp.flow.ports.Customers. `read` blocks, and may raise StoreError."""

    def __init__(self, read: Callable[[str], KnownCustomer], clock: Clock, *, limit: float = LIMIT) -> None:
        super().__init__(read, KnownCustomer(), "a customer", clock, limit=limit)
