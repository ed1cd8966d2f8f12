"""An engine whose log nobody takes, since its reader stopped or the disk is full: calls do not notice."""

import fcntl
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapp.switchboard.agent_phone import Habit
from tests.faults.checker import violations
from tests.faults.cutting import ANSWERS
from tests.faults.house import until
from tests.faults.people import Customer
from tests.faults.serving import Site

PAGE = 4096
"""Bytes that the pipe holds: less than a call's lines."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    started = Site(tmp_path / "site", {"2001": Habit(answers_after=0.2, talks=0.5)})
    yield started
    started.close()


def calls_are_served(site: Site) -> None:
    customers = [Customer(ANSWERS) for _ in range(3)]
    for each in customers:
        site.call(each)
    assert until(lambda: not site.switch.channels, 60 * site.slowness), sorted(site.switch.channels)
    site.engines[0].stop()
    assert [each.prompts[-1] for each in customers] == ["goodbye"] * 3
    assert violations(site.evidence(silence_seconds=8.0)) == []


def metric(site: Site, name: str) -> float:
    with urllib.request.urlopen(f"http://{site.engines[0].metrics}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


@pytest.mark.timeout(300)
def test_a_reader_that_stopped_costs_lines_and_no_call(site: Site) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PAGE)
    with os.fdopen(writing, "wb") as pipe:
        site.engines[0].start(errors=pipe)
        calls_are_served(site)
    assert len(os.read(reading, 100 * PAGE)) > PAGE - 1000  # there was no room for another line
    os.close(reading)


@pytest.mark.timeout(300)
def test_a_full_disk_costs_lines_and_no_call(site: Site) -> None:
    with Path("/dev/full").open("wb") as full:
        site.engines[0].start(errors=full)
        site.call(Customer(ANSWERS))
        assert until(lambda: metric(site, "fsapp_log_lines_dropped") > 0)
        calls_are_served(site)
