"""Hours of mixed traffic on a real switch: memory, descriptors and greenlets stay flat, and every record is right.

FSAPP_SOAK_MINUTES says how long (1.5); FSAPP_SOAK_SAMPLES where the samples go, a line of JSON each. At an hour or
more the slopes are judged; a shorter run proves that everything is given back when the callers are gone.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import orjson
import pytest

from fsapp.acd.agents import AgentState
from fsapp.domain.queue_records import RUN
from fsapp.server.control_socket import request
from tests.faults.checker import RESTING, Evidence, violations
from tests.faults.house import stored
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.fax_machine import T38, Machine, document
from tests.live.office import PASSWORD, Office
from tests.live.soak_samples import Meter, Sample, slope
from tests.live.soak_traffic import Traffic
from tests.live.switch import Switch

MINUTES = float(os.environ.get("FSAPP_SOAK_MINUTES", "1.5"))
WARM_UP = 0.25
"""The share of an hour after which what is kept on purpose, sentences and tables, is there."""

PER_SECOND = 1.0
FAX_SECONDS = 120.0
RELOAD_SECONDS = 300.0
AGENTS = ("2701", "2702", "2703", "2704")
FAX = "7201"

MIB_AN_HOUR = 4.0
"""What fills up in the first hours and has its bound is part of it: ids of 20,000 contacts, what is remembered of
callers, the database's pages. Calls that are kept, as in a leak that this test once found, cost 25 MiB an hour.
"""

CORE_SHARE = 0.3

pytestmark = pytest.mark.timeout(MINUTES * 60 + 300)


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    queues = [word for name in ("live", "live_recorded", "service") for word in ("--queue", name)]
    rests = ["--reject-delay-time", "1", "--busy-delay-time", "1", "--no-answer-delay-time", "1"]
    return tuple((each, *queues, *rests, "--max-no-answer", "0") for each in AGENTS)


class SoakEngine(Engine):
    """Tells how many greenlets it has."""

    program = (str(Path(__file__).with_name("soak_engine.py")),)


@pytest.fixture(scope="module")
def census(root: Path) -> Path:
    return root / "census.json"


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int, census: Path) -> Iterator[Engine]:
    os.environ["FSAPP_CENSUS"] = str(census)
    started = SoakEngine(switch, engine_port)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def traffic(office: Office, switch: Switch) -> Iterator[Traffic]:
    made = Traffic(switch, AGENTS, PASSWORD, PER_SECOND)
    for agent in AGENTS:
        office.set(agent, "in")
        office.wait(agent, "available")
    yield made
    made.close()


@pytest.fixture
def meter(engine: Engine, switch: Switch, census: Path, traffic: Traffic, tmp_path: Path) -> Meter:
    file = Path(os.environ.get("FSAPP_SOAK_SAMPLES", tmp_path / "samples.jsonl"))
    return Meter(engine.pid, switch.pid, census, file, traffic)


def fax(switch: Switch, folder: Path) -> None:
    """A page now and then."""
    page = document(folder / "page.tiff", 1)
    while True:
        Machine(switch, "0571120").sends(page, FAX, **T38)
        gevent.sleep(FAX_SECONDS)


def reload(engine: Engine) -> None:
    while True:
        gevent.sleep(RELOAD_SECONDS)
        request(engine.data, "reload", {}, 30)


def idle(engine: Engine, switch: Switch) -> None:
    """Until the last channel is gone, and every agent rests."""
    switch.wait_empty(60)
    until(lambda: {each["state"] for each in engine.floor()["agents"]} <= RESTING, 15, "rest of every agent")


def since(found: Evidence, at: int) -> Evidence:
    """What began after a moment (ms): other tests of this session have their own faults."""
    cdrs = tuple(each for each in found.cdrs if each.arrived_at >= at)
    calls = {each.uuid for each in cdrs} | set(found.open_calls)
    events = tuple(each for each in found.events if each.call in calls or (each.call.startswith(RUN) and each.at >= at))
    return replace(
        found,
        events=events,
        cdrs=cdrs,
        contacts=tuple(each for each in found.contacts if each.queued_at >= at),
        offers=tuple(each for each in found.offers if each.made_at >= at),
        talks=tuple(each for each in found.talks if each.started_at >= at),
        agent_times=tuple(each for each in found.agent_times if each.since >= at),
    )


def evidence(engine: Engine, switch: Switch, at: int) -> Evidence:
    agents = {each["agent"]: AgentState(each["state"]) for each in engine.floor()["agents"]}
    rows: list[dict[str, Any]] = orjson.loads(switch.api("show channels as json")).get("rows", [])
    channels = [str(row["uuid"]) for row in rows]
    return since(stored(engine.data / "fsapp.db", channels=channels, agents=agents), at)


def test_nothing_grows_and_every_record_is_right(
    engine: Engine, switch: Switch, traffic: Traffic, meter: Meter, tmp_path: Path
) -> None:
    idle(engine, switch)
    before, began = meter.take(), int(time.time() * 1000)
    busy: list[Any] = [gevent.spawn(meter.every, 60 if MINUTES >= 10 else 10)]
    busy += [gevent.spawn(fax, switch, tmp_path), gevent.spawn(reload, engine)]
    traffic.run(MINUTES * 60)
    gevent.killall(busy[1:])
    idle(engine, switch)
    gevent.kill(busy[0])
    gevent.sleep(6)  # what lingers: connections of the last commands, events not written yet
    after = meter.take()
    report(meter.samples, traffic)
    check_given_back(before, after)
    check_flat(meter.samples[:-1])
    found = evidence(engine, switch, began)
    answered = [cdr.ani for cdr in found.cdrs if cdr.ani in traffic.answered]
    assert sorted(answered) == sorted(traffic.answered)
    assert len(traffic.answered) > 0.8 * traffic.calls
    assert violations(found) == []
    assert "Traceback" not in engine.log


def report(samples: list[Sample], traffic: Traffic) -> None:
    first, last = samples[0], samples[-1]
    seconds = last.at - first.at
    print(f"{traffic.calls} calls in {seconds / 60:.1f} min: {dict(traffic.ends)}")
    engine, switch = ((getattr(last, name) - getattr(first, name)) / seconds for name in ("cpu", "switch_cpu"))
    print(f"of a core: engine {engine:.1%}, switch {switch:.1%}")
    for name in ("memory_mib", "anonymous_mib", "descriptors", "threads", "greenlets", "objects", "switch_memory_mib"):
        values = [getattr(each, name) for each in samples]
        print(
            f"{name}: {values[0]:.1f} .. {values[-1]:.1f}, most {max(values):.1f}, {slope(samples, name):+.1f} an hour"
        )


def check_given_back(before: Sample, after: Sample) -> None:
    """Nobody calls any more: what calls took is there again."""
    assert after.greenlets <= before.greenlets + 2
    assert after.descriptors <= before.descriptors + 2
    assert after.threads <= before.threads + 10  # the hub's pool


def check_flat(samples: list[Sample]) -> None:
    """What is judged needs time to be seen."""
    first, last = samples[0], samples[-1]
    assert (last.cpu - first.cpu) / (last.at - first.at) < CORE_SHARE
    if MINUTES < 60:
        return
    warm = [each for each in samples if each.at > WARM_UP * 3600]
    assert slope(warm, "anonymous_mib") < MIB_AN_HOUR
    assert slope(warm, "descriptors") < 2
    assert slope(warm, "greenlets") < 2
