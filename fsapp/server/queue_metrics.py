"""Queues and agents for Prometheus: what is now, read when somebody looks; and what has been, counted from records."""

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from fsapp.acd.agents import AgentState
from fsapp.acd.service import Service
from fsapp.domain.events import Event, Kind
from fsapp.domain.figures import ANSWERED
from fsapp.domain.rollups import BINS, BOUNDS, bin_of

Labels = tuple[str, ...]


class QueueMetrics(Collector):
    """A sink of events, and a collector. Labels are names of queues, states and ends, never a number or a name."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._ends: Counter[Labels] = Counter()
        self._within: Counter[Labels] = Counter()
        self._offers: Counter[Labels] = Counter()
        self._repairs: Counter[Labels] = Counter()
        self._waits: dict[str, list[int]] = {}
        self._waited_ms: Counter[str] = Counter()
        self._talks: Counter[Labels] = Counter()
        self._talked: Counter[Labels] = Counter()
        self._spent: Counter[Labels] = Counter()

    def __call__(self, event: Event) -> None:
        """Counts an event; neither waits nor raises."""
        fields = event.fields
        match event.kind:
            case Kind.CONTACT_ENDED:
                self._ends[str(fields["queue"]), str(fields["end"])] += 1
                if fields["within"]:
                    self._within[(str(fields["queue"]),)] += 1
                if fields["end"] == ANSWERED:
                    self._waited(str(fields["queue"]), int(fields["waited_ms"]))
            case Kind.OFFER_ENDED:
                self._offers[str(fields["queue"]), str(fields["end"])] += 1
            case Kind.TALK_ENDED:
                self._talks[(str(fields["queue"]),)] += 1
                self._talked[(str(fields["queue"]),)] += event.at - int(fields["started_at"])
            case Kind.AGENT_STATE_ENDED if fields["state"] != AgentState.OFFLINE:
                self._spent[(str(fields["state"]),)] += event.at - int(fields["since"])
            case Kind.DESK_REPAIRED:
                self._repairs[(str(fields["what"]),)] += 1

    def collect(self) -> Iterator[Metric]:
        """The series of this moment."""
        yield from self._queues()
        yield self._agents()
        yield _counter("fsapp_contacts_total", "Contacts that left a queue.", ("queue", "end"), self._ends)
        yield _counter("fsapp_contacts_within_total", "Answered within the service level.", ("queue",), self._within)
        yield self._wait_histogram()
        yield _counter("fsapp_talks_total", "Talks that ended.", ("queue",), self._talks)
        yield _seconds("fsapp_talk_seconds_total", "How long they lasted.", ("queue",), self._talked)
        yield _seconds("fsapp_agent_seconds_total", "Agents' time in states that ended.", ("state",), self._spent)
        yield _counter("fsapp_offers_total", "Offers to agents.", ("queue", "end"), self._offers)
        yield _counter("fsapp_repairs_total", "What the sweeper mended.", ("what",), self._repairs)

    def _waited(self, queue: str, waited_ms: int) -> None:
        self._waits.setdefault(queue, [0] * len(BINS))[bin_of(waited_ms)] += 1
        self._waited_ms[queue] += waited_ms

    def _wait_histogram(self) -> Metric:
        """The bounds are those of the reports: 20 seconds are among them."""
        family = HistogramMetricFamily("fsapp_wait_seconds", "How long those answered had waited.", labels=["queue"])
        for queue, counted in list(self._waits.items()):
            bounds = [*(str(float(bound)) for bound in BOUNDS), "+Inf"]
            family.add_metric(
                [queue], list(zip(bounds, accumulate(counted), strict=True)), self._waited_ms[queue] / 1000
            )
        return family

    def _queues(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("fsapp_queue_waiting", "Callers who wait.", labels=["queue"])
        longest = GaugeMetricFamily("fsapp_queue_longest_wait_seconds", "The longest wait now.", labels=["queue"])
        right = GaugeMetricFamily("fsapp_queue_estimates_right", "The share of estimates that held.", labels=["queue"])
        for name in self._service.queues:
            contacts = self._service.dispatcher.waiting(name)
            waiting.add_metric([name], len(contacts))
            longest.add_metric([name], max(map(self._service.waited, contacts), default=0.0))
            right.add_metric([name], self._service.dispatcher.score(name).share)
        yield from (waiting, longest, right)

    def _agents(self) -> Metric:
        """In all queues together: an agent may serve several."""
        family = GaugeMetricFamily("fsapp_agents", "Agents, by state.", labels=["state"])
        states = Counter(each.state for each in self._service.dispatcher.agents())
        for state in AgentState:
            family.add_metric([state.value], states[state])
        return family


def _counter(name: str, text: str, labels: tuple[str, ...], counted: Counter[Labels]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, number in list(counted.items()):
        family.add_metric(values, number)
    return family


def _seconds(name: str, text: str, labels: tuple[str, ...], milliseconds: Counter[Labels]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, number in list(milliseconds.items()):
        family.add_metric(values, number / 1000)
    return family
