"""Real engine processes that are killed, stopped, replaced and hung, under callers who are asked, wait and talk."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

import gevent
import pytest

from fsapp.switchboard.agent_phone import Habit
from tests.faults.checker import violations
from tests.faults.cutting import ANSWERS
from tests.faults.house import until
from tests.faults.people import Customer
from tests.faults.serving import Site
from tests.faults.systemd import Systemd

AGENTS: Mapping[str, Habit] = {str(2001 + number): Habit(answers_after=0.5, talks=1.5) for number in range(4)}
CALLS = 10
BUSY_SECONDS = 8.0
"""What a caller may have to wait longer on a machine that has much else to do; the switch tries as long."""

Build = Callable[..., Site]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    sites: list[Site] = []

    def made(**options: object) -> Site:
        sites.append(Site(tmp_path / "site", AGENTS, **options))  # type: ignore[arg-type]
        return sites[-1]

    yield made
    for each in sites:
        each.close()


def told(site: Site, customers: list[Customer], **facts: object) -> list[str]:
    """What is wrong when all calls are over: everybody was to be served to the end, and to talk once."""
    found = (
        []
        if until(lambda: not site.switch.channels, 60 * site.slowness)
        else [f"calls do not end: {sorted(site.switch.channels)}"]
    )
    gevent.sleep(0.5)  # the last ends are on their way into the journal
    for engine in site.engines:
        engine.stop()
    evidence = site.evidence(silence_seconds=BUSY_SECONDS, in_order=True, **facts)
    found += [
        f"a caller heard {each.prompts}, talked {len(each.talks)} times and was let go with {each.cause}"
        for each in customers
        if each.prompts[-1:] != ["goodbye"] or each.cause != "NORMAL_CLEARING" or len(each.talks) != 1
    ]
    causes = Counter(cdr.hangup_cause for cdr in evidence.cdrs)
    if causes != {"NORMAL_CLEARING": len(customers)}:
        found.append(f"calls ended by {causes}")
    return found + violations(evidence)


@pytest.mark.timeout(500)
def test_callers_outlive_an_engine_that_is_killed_and_stopped_again_and_again(build: Build) -> None:
    """Callers come, are asked, wait and talk whenever it happens; the next engine is started at once, as by systemd.

    Twice, and no more: the switch offers a call five times in all.
    """
    random = Random(7)
    site = build()
    engine = site.engines[0]
    engine.start()
    arriving = gevent.spawn(site.arrive, CALLS, 6.0)
    back: list[float] = []
    for end in (engine.kill, engine.stop):
        gevent.sleep(random.uniform(1.5, 2.5))
        ended = time.monotonic()
        end()
        engine.start()
        back.append(time.monotonic() - ended)
    assert told(site, arriving.get()) == []
    print(f"engines were back after {', '.join(f'{each:.1f} s' for each in back)}")


@pytest.mark.timeout(500)
def test_an_upgrade_under_traffic_drops_nobody(build: Build) -> None:
    """The new engine stands by, and goes on with the calls when the old one is told to stop; then it is killed, and the
    old one goes on.
    """
    site = build(engines=2, drain_seconds=300)
    old, new = site.engines
    old.start()
    new.start("--stand-by")
    assert not new.serves
    arriving = gevent.spawn(site.arrive, CALLS, 6.0)
    gevent.sleep(2.0)
    old.tell(signal.SIGTERM)
    assert until(lambda: new.serves and old.ended, 30), (old.log, new.log)
    old.start("--stand-by")
    gevent.sleep(1.5)
    new.kill()
    assert until(lambda: old.serves == 2, 30), old.log
    assert told(site, arriving.get()) == []


def stopped(site: Site) -> None:
    """The process stands still: a machine that swaps, a debugger."""
    site.engines[0].tell(signal.SIGSTOP)


def looping(site: Site) -> None:
    """A rule of the dialplan never ends, once."""
    (site.data / "loop").touch()
    site.call(Customer(ANSWERS), ani="999")


LOOP = """
from pathlib import Path
from fsapp.domain.dialplan import route

@route
def once(call, now):
    if call.ani == "999" and Path("{mark}").exists():
        Path("{mark}").unlink()
        while True:
            pass
"""


@pytest.mark.timeout(500)
@pytest.mark.parametrize("hang", [stopped, looping])
def test_an_engine_that_hangs_is_replaced_within_five_seconds(
    build: Build, tmp_path: Path, hang: Callable[[Site], None]
) -> None:
    """The callers go on where they were. The unit's watchdog gives it three seconds."""
    site = build()
    (tmp_path / "site/dialplan/loop.py").write_text(LOOP.format(mark=site.data / "loop"))
    with Systemd(site.engines[0], tmp_path) as systemd:
        assert until(lambda: systemd.served, 30)
        site.arrive(4, 2.5)
        hanging = time.monotonic()
        hang(site)
        assert until(lambda: len(systemd.served) > 1, 30), site.engines[0].log
        assert systemd.killed[0] - hanging < systemd.watchdog_seconds + 1.5
        print(f"killed after {systemd.killed[0] - hanging:.1f} s, replaced after {systemd.served[1] - hanging:.1f} s")
        assert until(lambda: not site.switch.channels, 60 * site.slowness), sorted(site.switch.channels)
        assert len(systemd.killed) == 1
    assert told(site, list(site.customers.values())) == []


@pytest.mark.timeout(500)
def test_an_engine_with_few_descriptors_refuses_calls_and_goes_on(build: Build) -> None:
    """F23: at nine tenths of them it is full, whatever its capacity; nobody who was let in notices."""
    site = build()
    engine = site.engines[0]
    engine.start(descriptors=64)
    crowd = [Customer(ANSWERS) for _ in range(80)]
    channels = [site.call(each) for each in crowd]
    assert until(lambda: any(each.cause for each in channels)), engine.log
    before, began = engine.cpu_seconds, time.monotonic()
    gevent.sleep(1.0)
    assert engine.cpu_seconds - before < 0.5 * (time.monotonic() - began)
    refused = [each.cause for each in channels if each.cause]
    assert set(refused) == {"SWITCH_CONGESTION"}
    print(f"{len(refused)} of {len(channels)} calls were refused")
    for each in channels[8:]:
        each.hang_up("ORIGINATOR_CANCEL", by_caller=True)
    assert until(lambda: not site.switch.channels, 60 * site.slowness), sorted(site.switch.channels)
    assert "Too many open files" not in engine.log
    assert engine.health()["state"] == "ready"
