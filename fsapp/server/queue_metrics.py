"""Queues and agents for Prometheus: what is now, read when somebody looks; and what has been, counted from records."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from fsapp.acd.agents import AgentState
from fsapp.acd.service import Service
from fsapp.domain.events import Event, Kind

Labels = tuple[str, ...]


class QueueMetrics(Collector):
    """A sink of events, and a collector. Labels are names of queues, states and ends, never a number or a name."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._ends: Counter[Labels] = Counter()
        self._within: Counter[Labels] = Counter()
        self._offers: Counter[Labels] = Counter()
        self._repairs: Counter[Labels] = Counter()

    def __call__(self, event: Event) -> None:
        """Counts an event; neither waits nor raises."""
        fields = event.fields
        match event.kind:
            case Kind.CONTACT_ENDED:
                self._ends[str(fields["queue"]), str(fields["end"])] += 1
                if fields["within"]:
                    self._within[(str(fields["queue"]),)] += 1
            case Kind.OFFER_ENDED:
                self._offers[str(fields["queue"]), str(fields["end"])] += 1
            case Kind.DESK_REPAIRED:
                self._repairs[(str(fields["what"]),)] += 1

    def collect(self) -> Iterator[Metric]:
        """The series of this moment."""
        yield from self._queues()
        yield self._agents()
        yield _counter("fsapp_contacts_total", "Contacts that left a queue.", ("queue", "end"), self._ends)
        yield _counter("fsapp_contacts_within_total", "Answered within the service level.", ("queue",), self._within)
        yield _counter("fsapp_offers_total", "Offers to agents.", ("queue", "end"), self._offers)
        yield _counter("fsapp_repairs_total", "What the sweeper mended.", ("what",), self._repairs)

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
