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


def chosen(contact: str, at: int, agent: str) -> Event:
    return Event("acd:1", at, T0 + at, Kind.DISPATCH_DECIDED, {"contact": contact, "call": "c", "chosen": [agent]})


@pytest.mark.parametrize(
    ("log", "last_leg", "expected"),
    [
        ([queued("c/1", 0), chosen("c/1", 1, "1001")], "1-0123", (None, "1001")),
        ([queued("c/1", 0), chosen("c/1", 1, "1001")], "", (since(0), "")),
        ([queued("c/1", 0), chosen("c/1", 1, "1001")], "2-0123", (since(0), "")),
        ([queued("c/1", 0), left("c/1", 9, "answered", "1001"), queued("c/2", 20)], "1-0123", (since(20), "")),
    ],
    ids=["talked", "was connected with nobody", "another engine's leg", "an earlier talk"],
)
def test_who_was_connected_before_the_engine_could_write_it_down_has_been_served(
    log: list[Event], last_leg: str, expected: Any
) -> None:
    assert stay(log, last_leg) == expected
