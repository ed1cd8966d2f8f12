"""Recordings for Prometheus. `fsapp_recordings_disk_full` is the alarm: nothing is recorded while it is 1."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from fsapp.server.tape_deck import TapeDeck

REASONS = ("disk_full", "other")


class RecordingMetrics(Collector):
    """Read from the deck when somebody looks."""

    def __init__(self, deck: TapeDeck) -> None:
        self._deck = deck

    def collect(self) -> Iterator[Metric]:
        """The series of this moment."""
        deck = self._deck
        yield GaugeMetricFamily("fsapp_recordings", "Recordings under way.", len(deck.under_way))
        yield GaugeMetricFamily(
            "fsapp_recordings_disk_full", "1 while nothing is recorded for want of room.", int(deck.full)
        )
        yield CounterMetricFamily("fsapp_recordings_saved_total", "Recordings whose files are whole.", deck.saved)
        failed = CounterMetricFamily("fsapp_recordings_failed_total", "Talks that were not recorded.", labels=["why"])
        for reason in REASONS:
            failed.add_metric([reason], deck.failed[reason])
        yield failed
