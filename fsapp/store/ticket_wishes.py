"""Tickets that calls wanted while none could be made: to be made up for, once each."""

import json

from fsapp.domain.caller_records import TicketWish
from fsapp.store import database
from fsapp.store.connections import changing, reading
from fsapp.store.ticket_models import TicketWishRow


class TicketWishes:
    """Over connections of its own. They block. All methods raise StoreError."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def waiting(self, limit: int = 1000) -> tuple[TicketWish, ...]:
        """Those that are not made yet, the oldest first."""
        row = TicketWishRow
        query = row.select(row.call, row.seq, row.at, row.kind, row.request)
        query = query.where(row.done == False).order_by(row.at, row.call, row.seq).limit(limit)  # noqa: E712 -- peewee's way
        with reading(self._url) as connected:
            return tuple(
                TicketWish(call, seq, at, kind, json.loads(request))
                for call, seq, at, kind, request in database.select(connected, query)
            )

    def made(self, wish: TicketWish) -> None:
        """There is a ticket for it now."""
        row = TicketWishRow
        with changing(self._url) as connected:
            row.update(done=True).where(row.call == wish.call, row.seq == wish.seq).execute(connected)
