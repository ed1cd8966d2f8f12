"""What Prometheus is told of queues: the same figures as the reports'."""

from typing import Any

from prometheus_client import CollectorRegistry

from fsapp.domain.events import Event, Kind
from fsapp.server.queue_metrics import QueueMetrics
from tests.acd.telephones import Rig

HERE = {"contact": "u/1", "call": "u", "queue": "service", "agent": "1001"}


def told(*events: tuple[Kind, dict[str, Any]]) -> CollectorRegistry:
    metrics, registry = QueueMetrics(Rig(service={}).service), CollectorRegistry()
    registry.register(metrics)
    for seq, (kind, fields) in enumerate(events):
        metrics(Event("acd:r", seq, 100_000, kind, HERE | fields))
    return registry


def answered(waited_ms: int) -> tuple[Kind, dict[str, Any]]:
    return Kind.CONTACT_ENDED, {"end": "answered", "waited_ms": waited_ms, "within": waited_ms <= 15_000}


def test_waits_are_counted_by_the_bounds_of_the_reports() -> None:
    abandoned = (Kind.CONTACT_ENDED, {"end": "abandoned", "waited_ms": 5000, "within": False})
    registry = told(answered(5000), answered(20_000), answered(20_001), answered(700_000), abandoned)

    def bucket(bound: str) -> float | None:
        return registry.get_sample_value("fsapp_wait_seconds_bucket", {"queue": "service", "le": bound})

    assert [bucket(bound) for bound in ("5.0", "15.0", "20.0", "30.0", "600.0", "+Inf")] == [1, 1, 2, 3, 3, 4]
    assert registry.get_sample_value("fsapp_wait_seconds_sum", {"queue": "service"}) == 745.001
    assert registry.get_sample_value("fsapp_wait_seconds_count", {"queue": "service"}) == 4
    assert registry.get_sample_value("fsapp_contacts_within_total", {"queue": "service"}) == 1


def test_talks_and_times_are_added_up() -> None:
    state = {"reason": "", "followed_by": "x", "because": ""}
    registry = told(
        (Kind.TALK_ENDED, {"started_at": 40_000}),
        (Kind.TALK_ENDED, {"started_at": 70_000}),
        (Kind.AGENT_STATE_ENDED, state | {"state": "talking", "since": 40_000}),
        (Kind.AGENT_STATE_ENDED, state | {"state": "offline", "since": 0}),
    )
    assert registry.get_sample_value("fsapp_talks_total", {"queue": "service"}) == 2
    assert registry.get_sample_value("fsapp_talk_seconds_total", {"queue": "service"}) == 90
    assert registry.get_sample_value("fsapp_agent_seconds_total", {"state": "talking"}) == 60
    assert registry.get_sample_value("fsapp_agent_seconds_total", {"state": "offline"}) is None
