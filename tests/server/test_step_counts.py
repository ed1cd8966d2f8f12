"""Steps and look-ups in /metrics."""

from prometheus_client import CollectorRegistry, generate_latest

from fsapp.server.metrics import LookupCounts, StepCounts


def test_steps_are_counted_by_exit_and_by_how_long_they_took() -> None:
    counts, registry = StepCounts(), CollectorRegistry()
    registry.register(counts)
    for milliseconds in (0, 5, 6, 400_000):
        counts.count("menu", "1", milliseconds)
    counts.count("menu", "timeout", 100)
    shown = generate_latest(registry).decode().splitlines()
    for line in (
        'fsapp_steps_total{exit="1",step="menu"} 4.0',
        'fsapp_steps_total{exit="timeout",step="menu"} 1.0',
        'fsapp_step_seconds_bucket{le="0.005",step="menu"} 2.0',
        'fsapp_step_seconds_bucket{le="0.02",step="menu"} 3.0',
        'fsapp_step_seconds_bucket{le="0.1",step="menu"} 4.0',
        'fsapp_step_seconds_bucket{le="300.0",step="menu"} 4.0',
        'fsapp_step_seconds_bucket{le="+Inf",step="menu"} 5.0',
        'fsapp_step_seconds_count{step="menu"} 5.0',
        'fsapp_step_seconds_sum{step="menu"} 400.111',
    ):
        assert line in shown


def test_look_ups_are_counted_by_source_and_outcome() -> None:
    registry = CollectorRegistry()
    registry.register(LookupCounts(lambda: {"billing": {"found": 3, "failed": 1}}))
    shown = generate_latest(registry).decode().splitlines()
    assert 'fsapp_lookups_total{outcome="found",source="billing"} 3.0' in shown
    assert 'fsapp_lookups_total{outcome="failed",source="billing"} 1.0' in shown
