"""What an engine takes while it is at work: memory, descriptors, greenlets, processor time; and whether it grows."""

import json
import os
import signal
import statistics
import time
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

import gevent

from tests.live.soak_traffic import Traffic

MIB = 2**20
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    """At `at` seconds since the start. Processor time in seconds, of the process's whole life."""

    at: float
    memory_mib: float
    anonymous_mib: float
    descriptors: int
    threads: int
    greenlets: int
    objects: int
    cpu: float
    switch_memory_mib: float
    switch_descriptors: int
    switch_cpu: float
    calls: int
    under_way: int


class Meter:
    """Reads both processes now and then; each sample is a line in `file` at once."""

    def __init__(self, engine: int, switch: int, census: Path, file: Path, traffic: Traffic) -> None:
        self.samples: list[Sample] = []
        self._engine, self._switch = engine, switch
        self._census, self._file, self._traffic = census, file, traffic
        self._began = time.monotonic()

    def every(self, seconds: float) -> None:
        while True:
            self.take()
            gevent.sleep(seconds)

    def take(self) -> Sample:
        told = self._told()
        mine, theirs = status(self._engine), status(self._switch)
        self.samples.append(
            Sample(
                at=round(time.monotonic() - self._began, 1),
                memory_mib=mine["VmRSS"] / 1024,
                anonymous_mib=mine["RssAnon"] / 1024,
                descriptors=descriptors(self._engine),
                threads=mine["Threads"],
                greenlets=told["greenlets"],
                objects=told["objects"],
                cpu=cpu(self._engine),
                switch_memory_mib=theirs["VmRSS"] / 1024,
                switch_descriptors=descriptors(self._switch),
                switch_cpu=cpu(self._switch),
                calls=self._traffic.calls,
                under_way=self._traffic.under_way,
            )
        )
        with self._file.open("a") as file:
            file.write(json.dumps({**asdict(self.samples[-1]), "kinds": told["kinds"]}) + "\n")
        return self.samples[-1]

    def _told(self) -> dict[str, int]:
        self._census.unlink(missing_ok=True)
        os.kill(self._engine, signal.SIGUSR2)
        with gevent.Timeout(15, TimeoutError("the engine tells nothing of itself")):
            while not self._census.exists():
                gevent.sleep(0.05)
        told: dict[str, int] = json.loads(self._census.read_text())
        return told


def status(pid: int) -> dict[str, int]:
    """Numbers of /proc/PID/status; memory in KiB."""
    lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1 and words[1].isdecimal()}


def descriptors(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def cpu(pid: int) -> float:
    """Seconds that a process and its ended children have taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) / TICKS


def slope(samples: list[Sample], name: str) -> float:
    """How much of it there is more in an hour: the median of the slopes of all pairs (Theil and Sen)."""
    points = [(each.at / 3600, float(getattr(each, name))) for each in samples]
    rises = [(two[1] - one[1]) / (two[0] - one[0]) for one, two in combinations(points, 2) if two[0] > one[0]]
    return statistics.median(rises) if rises else 0.0
