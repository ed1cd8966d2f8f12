"""Callers of a simulated day: made from the day and its seed alone, so that every what-if meets the same ones."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from math import log, sqrt
from random import Random

from fsapp.acd.day import Day, Kind, Lengths, Stream

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Caller:
    """`at` is seconds since midnight; `patience` and `talk` are lengths in seconds."""

    contact: str
    at: float
    queue: str
    kind: Kind
    patience: float
    talk: float


def callers(day: Day) -> list[Caller]:
    """Everybody who calls that day, in order of time."""
    found = [
        caller
        for index, stream in enumerate(day.arrivals)
        for caller in _stream(stream, f"c{index + 1}", Random(f"{day.seed}/{index}"))  # noqa: S311 -- made-up callers
    ]
    return sorted(found, key=lambda caller: (caller.at, caller.contact))


def length(lengths: Lengths, random: Random) -> float:
    """One length, log-normal of the mean and deviation given."""
    deviation = 0.6 * lengths.mean if lengths.deviation is None else lengths.deviation
    squared = log(1 + (deviation / lengths.mean) ** 2)
    return random.lognormvariate(log(lengths.mean) - squared / 2, sqrt(squared))


def _stream(stream: Stream, name: str, random: Random) -> Iterator[Caller]:
    shares = [kind.share for kind in stream.mix]
    for number, at in enumerate(sorted(stream.at) or _poisson(stream, random)):
        kind = random.choices(stream.mix, shares)[0]
        patience = random.expovariate(1 / stream.patience)
        yield Caller(f"{name}-{number}", at, stream.queue, kind, patience, length(stream.handle_time, random))


def _poisson(stream: Stream, random: Random) -> Iterator[float]:
    """Arrivals at random: as many as come at the busiest time, thinned out to the rate of each moment."""
    times = sorted(stream.per_hour)
    rates = [stream.per_hour[time] / 3600 for time in times]
    busiest = max(rates)
    now = times[0]
    while busiest > 0:
        now += random.expovariate(busiest)
        if now >= _DAY:
            return
        if random.random() < rates[bisect_right(times, now) - 1] / busiest:
            yield now
