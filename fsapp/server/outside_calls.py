"""The one door to the outside: what the dialplan allows, within its limits. Flows, desk and callbacks go through it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import gevent
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from fsapp.domain.arguments import Endpoint
from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.dialplan import Outbound, destination, is_emergency, tariff
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.outside_calls import NORMAL_DAYS, LimitReached, OutsideCalls, OutsideLeg, OutsideNumber
from fsapp.domain.queue_records import RUN
from fsapp.flow.sensitive import HIDDEN

_LOG = logging.getLogger("fsapp.dialling")

ReadLegs = Callable[[int], Sequence[OutsideLeg]]
"""The legs that ended then or later (UTC milliseconds). Blocks; raises StoreError."""


class OutsideWatch(Collector):
    """Counts what goes out, whatever site is in force: asked before each call, told of each leg that is over."""

    def __init__(self, calls: OutsideCalls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._rules = Outbound()
        self._refused: Counter[str] = Counter()
        self._told: set[tuple[str, str]] = set()

    def use(self, rules: Outbound) -> "DialRules":
        """The door under these rules; what is counted stays."""
        self._rules = rules
        return DialRules(rules, self)

    def recall(self, read: ReadLegs) -> None:
        """What the journal says of today and of the weeks before. Raises nothing."""
        now = self._clock.now()
        legs = gevent.get_hub().threadpool.apply(_legs, (read, now))
        if isinstance(legs, StoreError):
            _LOG.error("outside calls are counted from nothing: %s", legs)
            return
        outside = [leg for leg in legs if not self._is_phone(leg.number)]
        today = self._calls.day_of(OutsideLeg("", None, round(now.timestamp() * 1000)))
        self._calls.recall_days(leg for leg in outside if self._calls.day_of(leg) < today)
        of_today = [leg for leg in outside if self._calls.day_of(leg) == today]
        self._calls.recall([(self._outside(leg.number), leg) for leg in of_today], self._rules.limits, now)

    def clock_set(self, ahead: timedelta) -> None:
        """The machine's clock was set."""
        self._calls.clock_set(ahead)

    def begin(self, number: str, call: Call, rules: Outbound) -> None:
        """A call is about to dial an outside number. Raises LimitReached."""
        now = self._clock.now()
        try:
            self._calls.begin(call.uuid, self._outside(number), rules.limits, now)
        except LimitReached as reached:
            self._refused[reached.limit] += 1
            self._tell_once(reached.limit, now, "%s; what is beyond it is refused", reached)
            raise
        self._look(now)

    def __call__(self, event: Event) -> None:
        """A sink of events: neither waits nor raises."""
        if event.kind == Kind.CALL_HUNG_UP:
            self._calls.call_over(event.call)
        elif event.kind == Kind.LEG_ENDED:
            self._leg_ended(event)

    def collect(self) -> Iterator[Metric]:
        now, calls = self._clock.now(), self._calls
        for name, text, value in (
            ("fsapp_outside_calls", "Outside calls under way.", calls.under_way()),
            ("fsapp_outside_minutes", "Minutes of outside calls today.", calls.minutes(now)),
            ("fsapp_outside_minutes_normal", "Minutes of outside calls on a normal day.", calls.normal()),
            ("fsapp_outside_cost", "What outside calls cost today, by the dialplan's prices.", calls.cost(now)),
            ("fsapp_outside_alarm", "1 while outside calls are far from normal.", int(calls.alarming(now))),
        ):
            yield GaugeMetricFamily(name, text, value=value)
        refused = CounterMetricFamily(
            "fsapp_outside_refused_total", "Outside calls refused by limit.", labels=["limit"]
        )
        for limit, number in list(self._refused.items()):
            refused.add_metric([limit], number)
        yield refused

    def _leg_ended(self, event: Event) -> None:
        """Of a call of our own only what it was allowed to dial outside: its other legs are phones of this house."""
        fields, in_talk = event.fields, event.call.startswith(RUN)
        call, number = (fields.get("call", "") if in_talk else event.call), str(fields.get("number", ""))
        dialled = self._calls.dialled_by(call)
        outside = dialled if number == HIDDEN else self._outside(number)
        if outside is None or (not in_talk and outside != dialled):
            return
        leg = OutsideLeg(number, fields.get("answered_at"), fields.get("ended_at", event.at))
        now = self._clock.now()
        self._calls.ended(call, outside, leg, self._rules.limits, now)
        self._look(now)

    def _look(self, now: datetime) -> None:
        if self._calls.alarming(now):
            minutes, normal = self._calls.minutes(now), self._calls.normal()
            self._tell_once("alarm", now, "outside calls: %d minutes today, %d on a normal day", minutes, normal)

    def _tell_once(self, what: str, now: datetime, sentence: str, *words: object) -> None:
        """Once a day: whoever floods the door does not flood the log."""
        key = what, f"{now:%Y-%m-%d}"
        if key not in self._told:
            self._told = {each for each in self._told if each[1] == key[1]} | {key}
            _LOG.error(sentence, *words)

    def _outside(self, number: str) -> OutsideNumber:
        country = self._rules.country
        return OutsideNumber(destination(number, country), tariff(number, country))

    def _is_phone(self, number: str) -> bool:
        return any(each.pattern.fullmatch(number) for each in self._rules.phones)


@dataclass(frozen=True, slots=True)
class DialRules:
    """Satisfies fsapp.flow.ports.DialRules."""

    rules: Outbound
    watch: OutsideWatch

    def number(self, number: str, call: Call) -> Endpoint:
        """The way to an outside number; emergency numbers always pass. Raises NotAllowed."""
        way = self.rules.number(number, call)
        if not is_emergency(way.number, self.rules.country):
            self.watch.begin(way.number, call, self.rules)
        return way

    def agent(self, extension: str, call: Call) -> Endpoint:
        """The way to an agent's phone. Raises NotAllowed."""
        return self.rules.agent(extension, call)


def _legs(read: ReadLegs, now: datetime) -> Sequence[OutsideLeg] | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        return read(round((now - timedelta(days=NORMAL_DAYS)).timestamp() * 1000))
    except StoreError as error:
        return error
