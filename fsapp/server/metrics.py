"""What the engine counts. No label ever holds a number, a name or an id, so the series stay few."""

import time
from collections.abc import Callable, Mapping

import gevent
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from fsapp.domain.events import Event, Kind

_STEP_SECONDS = (0.005, 0.02, 0.1, 0.5, 2, 5, 10, 30, 60, 300)


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
        self._steps = Counter("fsapp_steps_total", "Steps done.", ["step", "exit"], registry=registry)
        self._seconds = Histogram(
            "fsapp_step_seconds", "How long steps took.", ["step"], buckets=_STEP_SECONDS, registry=registry
        )
        self._problems = Counter(
            "fsapp_problems_total", "Warnings and errors logged.", ["source", "level"], registry=registry
        )
        self._rejected = Counter(
            "fsapp_connections_rejected_total", "Connections that were no call.", ["reason"], registry=registry
        )
        self._reloads = Counter("fsapp_reloads_total", "Reloads, by outcome.", ["outcome"], registry=registry)
        self._step_children: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._by_kind: Mapping[str, Callable[[Event], None]] = {
            Kind.STEP_FINISHED: self._count_step,
            Kind.CALL_ARRIVED: lambda _: self._arrived.inc(),
            Kind.CALL_REFUSED: lambda event: self._refused.labels(event.fields["reason"]).inc(),
            Kind.FLOW_CHOSEN: lambda event: self._chosen.labels(event.fields["flow"]).inc(),
            Kind.FLOW_FAILED: lambda _: self._failures.inc(),
            Kind.LEG_ENDED: lambda event: self._legs.labels(event.fields["end"]).inc(),
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
        key = (fields["step"], fields["exit"])
        children = self._step_children.get(key)
        if children is None:
            children = self._step_children[key] = (self._steps.labels(*key), self._seconds.labels(key[0]))
        children[0].inc()
        children[1].observe(fields["ms"] / 1000)


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
