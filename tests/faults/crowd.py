"""A queue as long as a street, at a real engine beside the stand-in: how it fills, what it takes, how it drains.

    python -m tests.faults.crowd 10000

Prints what was measured; exit code 1 where something is wrong. Two cores carry the engine and the stand-in, so that the
rates are those of both together.
"""

import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

import gevent
from gevent import monkey

monkey.patch_all()

from fsapp.domain.events import Kind  # noqa: E402 - nothing may be imported before the patch
from fsapp.server.control_socket import request  # noqa: E402
from fsapp.switchboard.agent_phone import Habit  # noqa: E402
from fsapp.switchboard.timeline import Pace  # noqa: E402
from tests.faults.checker import violations  # noqa: E402
from tests.faults.house import until  # noqa: E402
from tests.faults.people import Customer  # noqa: E402
from tests.faults.serving import Site  # noqa: E402
from tests.faults.test_floods import QUEUE_FLOW, in_order  # noqa: E402

AGENTS = {str(2001 + number): Habit(answers_after=0.2, talks=1.0) for number in range(40)}
WAIT_SECONDS = 20.0
LEAVERS = 10
"""One in so many hangs up."""


class Street(Site):
    """Has one queue and nothing else."""

    def _write(self, folder: Path) -> None:
        super()._write(folder)
        flow = 'version: 1\nflow: main\nlanguage: zh\nnumbers: ["95598"]\n' + QUEUE_FLOW
        (folder / "flows" / "main.yaml").write_text(flow)
        queue = "service: {wrap_up_time: 0, ring_timeout: 10, max_wait_time: 7200}"
        (folder / "queues.yaml").write_text(queue + "\n")

    def waiting(self) -> int:
        """Asked twice a second at most: who asks takes part of the same processors."""
        gevent.sleep(0.5)
        return int(request(self.data, "floor", {}, 30)["queues"]["service"]["waiting"])

    def set_all(self, state: str, reason: str = "") -> None:
        for agent in AGENTS:
            request(self.data, "agent_state", {"agent": agent, "state": state, "reason": reason}, 30)


def memory(site: Site) -> float:
    """Resident MiB of the engine."""
    pid = site.engines[0]._child.pid  # type: ignore[union-attr]
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def measured(folder: Path, callers: int) -> list[str]:
    site = Street(folder / "site", AGENTS, pace=Pace(media=1.0, linger=0.1), capacity=2 * callers)
    try:
        site.engines[0].start()
        assert until(lambda: len(request(site.data, "floor", {}, 30)["agents"]) == len(AGENTS))
        site.set_all("busy", "lunch")
        before, began, cpu = memory(site), time.monotonic(), site.engines[0].cpu_seconds
        calls = enter(site, callers)
        took, taken = time.monotonic() - began, site.engines[0].cpu_seconds - cpu
        print(f"{callers} entered in {took:.0f} s, {callers / took:.0f} a second")
        print(f"the engine took {1000 * taken / callers:.2f} ms of processor for each")
        each = (memory(site) - before) * 1024 / callers
        print(f"{before:.0f} MiB became {memory(site):.0f}: {each:.1f} KiB each")
        print(f"{site.engines[0].descriptors} descriptors")
        cpu = site.engines[0].cpu_seconds
        gevent.sleep(WAIT_SECONDS)
        print(f"waiting takes {(site.engines[0].cpu_seconds - cpu) / WAIT_SECONDS:.1%} of a core")
        return drained(site, calls)
    finally:
        site.close()


def enter(site: Street, callers: int) -> list[str]:
    """Two hundred at a time, so that the stand-in never has more than these to do at once."""
    calls: list[str] = []
    for start in range(0, callers, 200):
        calls += [site.call(Customer({})).uuid for _ in range(min(200, callers - start))]
        assert until(partial(at_least, site, len(calls)), 60), f"{site.waiting()} of {len(calls)} wait"
    return calls


def at_least(site: Street, many: int) -> bool:
    return site.waiting() >= many


def drained(site: Street, calls: list[str]) -> list[str]:
    """What is wrong when some have left, some were served for a while, and the rest hang up."""
    for call in calls[::LEAVERS]:
        site.switch.channels[call].hang_up("NORMAL_CLEARING", by_caller=True)
        gevent.sleep(0.01)
    left = len(calls[::LEAVERS])
    assert until(lambda: site.waiting() == len(calls) - left, 120), f"{site.waiting()}: {site.engines[0].log[-2000:]}"
    began = time.monotonic()
    site.set_all("ready")
    served = min(400, len(calls) - left)
    assert until(lambda: site.waiting() <= len(calls) - left - served, 300), site.waiting()
    print(f"{served} served in {time.monotonic() - began:.1f} s by {len(AGENTS)} agents whose talks take a second")
    site.set_all("busy", "lunch")
    gevent.sleep(2.0)
    for channel in list(site.switch.channels.values()):
        channel.hang_up("NORMAL_CLEARING", by_caller=True)
        gevent.sleep(0.002)
    assert until(lambda: not site.switch.channels, 120)
    assert until(lambda: site.waiting() == 0, 60)
    gevent.sleep(1.0)
    site.engines[0].stop()
    found = site.evidence(silence_seconds=1e9)
    ends = Counter(each.end for each in found.contacts)
    print(f"ends: {dict(ends)}")
    wrong = violations(found)
    queued = sorted(
        (each.seq, str(each.fields["contact"])) for each in found.events if each.kind == Kind.CONTACT_QUEUED
    )
    if not in_order(found.offers, [contact for _, contact in queued]):
        wrong.append("somebody was offered before who came earlier")
    return wrong


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="crowd") as name:
        problems = measured(Path(name), int(sys.argv[1]) if sys.argv[1:] else 1000)
    print(*problems[:20], sep="\n")
    sys.exit(bool(problems))
