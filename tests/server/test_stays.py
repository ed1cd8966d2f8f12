"""What the queue log says of a caller's waiting, for the engine that takes the call up."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fsapp.domain.events import Event, Kind
from fsapp.server.resuming import stay

T0 = 1_790_000_000_000


def queued(contact: str, at: int) -> Event:
    return Event("acd:1", at, T0 + at, Kind.CONTACT_QUEUED, {"contact": contact, "call": "c", "queue": "service"})


def left(contact: str, at: int, end: str, agent: str = "") -> Event:
    return Event(
        "acd:1", at, T0 + at, Kind.CONTACT_ENDED, {"contact": contact, "call": "c", "end": end, "agent": agent}
    )


def since(at: int) -> datetime:
    return datetime.fromtimestamp((T0 + at) / 1000, UTC)


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], (None, "")),
        ([queued("c/1", 0)], (since(0), "")),
        ([queued("c/1", 0), left("c/1", 9, "answered", "1001")], (None, "1001")),
        ([queued("c/1", 0), left("c/1", 9, "timeout"), queued("c/2", 50)], (since(50), "")),
        ([queued("c/1", 0), left("c/1", 9, "engine_lost")], (since(0), "")),
        ([queued("c/1", 0), left("c/1", 9, "engine_lost"), queued("c/700", 70)], (since(0), "")),
        ([queued("c/1", 0), queued("c/700", 70), left("c/700", 90, "answered", "1001")], (None, "1001")),
    ],
    ids=["no queue", "waits", "served", "waits again", "lost", "lost twice", "served after a loss"],
)
def test_who_waits_has_waited_since_the_first_queue_whatever_engines_died(log: list[Event], expected: Any) -> None:
    assert stay(log) == expected
