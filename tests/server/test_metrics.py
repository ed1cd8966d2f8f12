"""What is counted, and how it is shown without stopping the calls."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator

import gevent
import pytest
from prometheus_client import generate_latest

from fsapp.domain.events import Event, Kind
from fsapp.server.metrics import HubPause, Metrics
from fsapp.server.status import StatusServer


def event(kind: str, **fields: object) -> Event:
    return Event("0f3e8a52-call", 0, 0, kind, fields)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_each_event_of_a_call_is_counted_once() -> None:
    metrics = Metrics()
    metrics(event(Kind.CALL_ARRIVED, ani="13800138000", dnis="95598", caller_name="王", trunk="pstn"))
    metrics(event(Kind.FLOW_CHOSEN, flow="hotline", rule="number 95598"))
    metrics(event(Kind.STEP_FINISHED, step="menu", exit="1", ms=1500))
    metrics(event(Kind.STEP_FINISHED, step="menu", exit="1", ms=500))
    metrics(event(Kind.FLOW_FAILED, place="a:1", sentence="…"))
    metrics(event(Kind.LEG_ENDED, end="busy"))
    metrics(event(Kind.CALL_REFUSED, reason="capacity"))
    metrics(event(Kind.CALL_HUNG_UP, cause="NORMAL_CLEARING", party="caller"))
    metrics(event(Kind.CALL_TAGGED, disposition="told"))
    assert value(metrics, "fsapp_calls_arrived_total") == 1
    assert value(metrics, "fsapp_flows_chosen_total", flow="hotline") == 1
    assert value(metrics, "fsapp_steps_total", step="menu", exit="1") == 2
    assert value(metrics, "fsapp_step_seconds_sum", step="menu") == 2
    assert value(metrics, "fsapp_step_failures_total") == 1
    assert value(metrics, "fsapp_legs_total", end="busy") == 1
    assert value(metrics, "fsapp_calls_refused_total", reason="capacity") == 1
    assert value(metrics, "fsapp_calls_ended_total", party="caller") == 1


def test_faxes_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics()
    metrics(event(Kind.FAX_RECEIVED, document="fax-1", partial=False))
    metrics(event(Kind.FAX_RECEIVED, document="fax-2", partial=True))
    metrics(event(Kind.FAX_RECEIVED, document="", partial=False))
    metrics(event(Kind.FAX_SENT, success=True))
    metrics(event(Kind.FAX_ATTEMPTED, outcome="busy"))
    metrics(event(Kind.FAX_ENDED, state="sent"))
    ways = {"in": ("received", "partial", "failed"), "in_call": ("sent",), "attempt": ("busy",), "out": ("sent",)}
    for way, outcome in ((way, outcome) for way, outcomes in ways.items() for outcome in outcomes):
        assert value(metrics, "fsapp_faxes_total", way=way, outcome=outcome) == 1


def test_no_label_holds_a_number_a_name_or_an_id() -> None:
    metrics = Metrics()
    metrics(event(Kind.CALL_ARRIVED, ani="13800138000", dnis="95598", caller_name="王", trunk="pstn"))
    metrics(event(Kind.STEP_FINISHED, step="collect", exit="collected", ms=1, keys="6222021234567890"))
    text = generate_latest(metrics.registry).decode()
    labels = "".join(re.findall(r"\{(.*?)\}", text))
    assert not re.search(r"\d{6}|0f3e8a52|王", labels)


def test_every_metric_of_ours_bears_the_prefix() -> None:
    names = {family.name for family in Metrics().registry.collect()}
    assert {name for name in names if not name.startswith(("fsapp_", "process_"))} == set()


def test_the_hubs_longest_pause_is_seen() -> None:
    pause = HubPause()
    watcher = gevent.spawn(pause.run)
    gevent.sleep(0)
    ends = pause.EVERY + 0.05
    _burn(ends)
    while not pause.seconds():
        gevent.sleep(0)
    watcher.kill()
    assert 0.03 < pause.seconds() < 1


def _burn(seconds: float) -> None:
    import time

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


@pytest.fixture
def crowded() -> Iterator[StatusServer]:
    """A status server with two thousand series."""
    metrics = Metrics()
    for number in range(150):
        metrics(event(Kind.STEP_FINISHED, step=f"step_{number}", exit="done", ms=1))
    server = StatusServer(("127.0.0.1", 0), metrics.registry, lambda: (False, {"state": "draining"}))
    server.start()
    yield server
    server.close()


def fetch(server: StatusServer, path: str, method: str = "GET") -> tuple[int, bytes]:
    url = "http://{}:{}{}".format(*server.address, path)
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_metrics_are_text_for_prometheus(crowded: StatusServer) -> None:
    status, body = fetch(crowded, "/metrics")
    assert status == 200
    assert body.count(b"\nfsapp_") > 2000


def test_rendering_leaves_the_hub_its_turns(crowded: StatusServer) -> None:
    turns = 0

    def count() -> None:
        nonlocal turns
        while True:
            gevent.sleep(0)
            turns += 1

    counting = gevent.spawn(count)
    crowded.metrics()
    counting.kill()
    assert turns > 10


def test_a_storm_of_scrapes_renders_once(crowded: StatusServer) -> None:
    first = crowded.metrics()
    bodies = [gevent.spawn(crowded.metrics) for _ in range(50)]
    gevent.joinall(bodies, timeout=5)
    assert all(each.value is first for each in bodies)


def test_health_says_by_its_status_whether_calls_are_welcome(crowded: StatusServer) -> None:
    status, body = fetch(crowded, "/health")
    assert (status, json.loads(body)) == (503, {"state": "draining"})


@pytest.mark.parametrize(("path", "method", "expected"), [("/", "GET", 404), ("/metrics", "POST", 405)])
def test_nothing_else_is_served(crowded: StatusServer, path: str, method: str, expected: int) -> None:
    assert fetch(crowded, path, method)[0] == expected
