"""What the engine counts. No label ever holds a number, a name or an id, so the series stay few."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate

import gevent
from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from fsapp.domain.events import Event, Kind

_STEP_MS = (5, 20, 100, 500, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000)


class Metrics:
    """The engine's own registry, and a sink of events that counts them."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no types; a second series each, unread
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._arrived = Counter("fsapp_calls_arrived_total", "Calls that reached the engine.", registry=registry)
        self._refused = Counter("fsapp_calls_refused_total", "Calls nobody served.", ["reason"], registry=registry)
        self._ended = Counter("fsapp_calls_ended_total", "Calls over, by who hung up.", ["party"], registry=registry)
        self._chosen = Counter("fsapp_flows_chosen_total", "Calls that a flow served.", ["flow"], registry=registry)
        self._failures = Counter("fsapp_step_failures_total", "Steps that failed in mid-call.", registry=registry)
        self._legs = Counter("fsapp_legs_total", "B-legs placed, by their end.", ["end"], registry=registry)
        self._faxes = Counter("fsapp_faxes_total", "Faxes, by way and outcome.", ["way", "outcome"], registry=registry)
        self._steps = StepCounts()
        registry.register(self._steps)
        self._problems = Counter(
            "fsapp_problems_total", "Warnings and errors logged.", ["source", "level"], registry=registry
        )
        self._rejected = Counter(
            "fsapp_connections_rejected_total", "Connections that were no call.", ["reason"], registry=registry
        )
        self._reloads = Counter("fsapp_reloads_total", "Reloads, by outcome.", ["outcome"], registry=registry)
        self._by_kind: Mapping[str, Callable[[Event], None]] = {
            Kind.STEP_FINISHED: self._count_step,
            Kind.CALL_ARRIVED: lambda _: self._arrived.inc(),
            Kind.CALL_REFUSED: lambda event: self._refused.labels(event.fields["reason"]).inc(),
            Kind.FLOW_CHOSEN: lambda event: self._chosen.labels(event.fields["flow"]).inc(),
            Kind.FLOW_FAILED: lambda _: self._failures.inc(),
            Kind.LEG_ENDED: lambda event: self._legs.labels(event.fields["end"]).inc(),
            Kind.FAX_RECEIVED: lambda event: self._faxes.labels("in", _received(event)).inc(),
            Kind.FAX_SENT: lambda event: self._faxes.labels("in_call", _sent(event)).inc(),
            Kind.FAX_ATTEMPTED: lambda event: self._faxes.labels("attempt", event.fields["outcome"]).inc(),
            Kind.FAX_ENDED: lambda event: self._faxes.labels("out", event.fields["state"]).inc(),
            Kind.CALL_HUNG_UP: lambda event: self._ended.labels(event.fields["party"]).inc(),
        }

    def __call__(self, event: Event) -> None:
        """Counts an event of a call."""
        count = self._by_kind.get(event.kind)
        if count is not None:
            count(event)

    def count_problem(self, source: str, level: str) -> None:
        """Counts a warning or an error in the log."""
        self._problems.labels(source, level).inc()

    def reject(self, reason: str) -> None:
        """Counts a connection that was closed because it was no call, or not from a peer."""
        self._rejected.labels(reason).inc()

    def count_reload(self, outcome: str) -> None:
        """Counts a reload, `done` or `refused`."""
        self._reloads.labels(outcome).inc()

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Shows a value that is read when somebody looks."""
        Gauge(name, text, registry=self.registry).set_function(read)

    def _count_step(self, event: Event) -> None:
        fields = event.fields
        self._steps.count(fields["step"], fields["exit"], fields["ms"])


def _received(event: Event) -> str:
    if event.fields["partial"]:
        return "partial"
    return "received" if event.fields["document"] else "failed"


def _sent(event: Event) -> str:
    return "sent" if event.fields["success"] else "failed"


class StepCounts(Collector):
    """Steps by exit, and how long they took. Steps are the engine's daily bread: its own cells cost a tenth of a
    Histogram's, and the series look the same.
    """

    def __init__(self) -> None:
        self._exits: dict[tuple[str, str], int] = {}
        self._cells: dict[str, list[int]] = {}
        self._milliseconds: dict[str, int] = {}

    def count(self, step: str, exit_name: str, milliseconds: int) -> None:
        """Counts one step done."""
        key = step, exit_name
        self._exits[key] = self._exits.get(key, 0) + 1
        cells = self._cells.get(step)
        if cells is None:
            cells = self._cells[step] = [0] * (len(_STEP_MS) + 1)
        cells[bisect_left(_STEP_MS, milliseconds)] += 1
        self._milliseconds[step] = self._milliseconds.get(step, 0) + milliseconds

    def collect(self) -> Iterator[Metric]:
        """The series, in Prometheus's form: buckets count what took no longer than their bound."""
        steps = CounterMetricFamily("fsapp_steps_total", "Steps done.", labels=["step", "exit"])
        for key, number in list(self._exits.items()):
            steps.add_metric(key, number)
        yield steps
        seconds = HistogramMetricFamily("fsapp_step_seconds", "How long steps took.", labels=["step"])
        for step, cells in list(self._cells.items()):
            bounds = [*(str(bound / 1000) for bound in _STEP_MS), "+Inf"]
            buckets = list(zip(bounds, accumulate(cells), strict=True))
            seconds.add_metric([step], buckets, self._milliseconds[step] / 1000)
        yield seconds


class LookupCounts(Collector):
    """What became of look-ups, by source; `read` gives its numbers by outcome."""

    def __init__(self, read: Callable[[], Mapping[str, Mapping[str, int]]]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily("fsapp_lookups_total", "Look-ups, by outcome.", labels=["source", "outcome"])
        for source, outcomes in self._read().items():
            for outcome, number in outcomes.items():
                family.add_metric([source, outcome], number)
        yield family


class PopCounts(Collector):
    """What became of screen pops; `read` gives its numbers by outcome."""

    def __init__(self, read: Callable[[], Mapping[str, int]]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily("fsapp_screen_pops_total", "Screen pops, by outcome.", labels=["outcome"])
        for outcome, number in self._read().items():
            family.add_metric([outcome], number)
        yield family


class HubPause:
    """The hub's longest pause: how long no greenlet had its turn, in the last one to two minutes."""

    EVERY = 0.025
    WINDOW = 60.0

    def __init__(self) -> None:
        self._now = self._before = 0.0

    def seconds(self) -> float:
        """Right to within EVERY seconds."""
        return max(self._now, self._before)

    def run(self) -> None:
        """Measures until killed."""
        window_ends = time.monotonic() + self.WINDOW
        while True:
            began = time.monotonic()
            gevent.sleep(self.EVERY)
            woken = time.monotonic()
            self._now = max(self._now, woken - began - self.EVERY)
            if woken > window_ends:
                self._before, self._now = self._now, 0.0
                window_ends = woken + self.WINDOW
