"""The look-up, the webhook and the mail server take what they are sent and never answer: nobody else notices.

The engine is a real process. A speech worker that hangs is in tests/media, a PostgreSQL that does in tests/store.
"""

import statistics
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.server import StreamServer

from fsapp.switchboard.agent_phone import Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.parameters import CallParameters
from fsapp.switchboard.timeline import Pace
from tests.faults.cutting import ANSWERS
from tests.faults.house import until
from tests.faults.people import Customer
from tests.faults.serving import Site

AGENTS: Mapping[str, Habit] = {str(2001 + number): Habit(answers_after=0.2, talks=0.5) for number in range(6)}
STUCK = 40
"""Callers whose look-up never comes."""

CALLS = 12
SLOWER = 1.0
"""Seconds that the slowest of a dozen calls may take longer, on a machine that has much else to do."""

FLOW = """version: 1
flow: slow
language: zh
numbers: ["95599"]

main:
  - lookup: {source: crm, who: "{{ call.ani }}", into: card, on: {missing: message, failed: message}}
  - goto: message

message:
  - voicemail: {queue: service, greeting: goodbye, beep: null, choices: goodbye, review: false, on: {empty: gone}}
  - goto: gone

gone:
  - hangup
"""


class Silent:
    """Takes connections, and whatever comes over them."""

    def __init__(self) -> None:
        self.asked = 0
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def port(self) -> int:
        return int(self._server.server_port or 0)

    def close(self) -> None:
        self._server.stop(timeout=0)

    def _serve(self, connection: socket.socket, _address: object) -> None:
        self.asked += 1
        while connection.recv(65536):
            pass


class Speaker(Customer):
    """Leaves a message of three seconds."""

    def recording(self, channel: Channel) -> float:
        return 3.0


@pytest.fixture
def neighbours() -> Iterator[dict[str, Silent]]:
    made = {name: Silent() for name in ("look-up", "webhook", "mail")}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def site(tmp_path: Path, neighbours: dict[str, Silent]) -> Iterator[Site]:
    settings: dict[str, Any] = {
        "lookups": {"crm": {"http": {"url": f"http://{neighbours['look-up'].address}/{{who}}"}, "timeout": 20}},
        "screen_pop": {"url": f"http://{neighbours['webhook'].address}/pop", "timeout": 20},
        "mail": {"host": "127.0.0.1", "port": neighbours["mail"].port, "sender": "a@b.example", "timeout": 20},
        "voicemail": {"mail": {"queue:service": ["desk@b.example"]}},
    }
    made = Site(tmp_path / "site", AGENTS, pace=Pace(media=0.3, linger=0.1), **settings)
    (tmp_path / "site" / "flows" / "slow.yaml").write_text(FLOW)
    made.engines[0].start()
    yield made
    made.close()


def served(site: Site, calls: int) -> list[float]:
    """How long calls take that need none of the neighbours but the webhook, in seconds."""
    took: list[float] = []

    def call() -> None:
        customer, began = Customer(ANSWERS), time.monotonic()
        site.call(customer)
        assert until(lambda: customer.cause, 40)
        assert customer.prompts[-1] == "goodbye"
        took.append(time.monotonic() - began)

    waiting = []
    for _ in range(calls):
        waiting.append(gevent.spawn(call))
        gevent.sleep(0.25)
    gevent.joinall(waiting, raise_error=True)
    return took


@pytest.mark.timeout(150)
def test_who_needs_no_slow_neighbour_does_not_notice_it(site: Site, neighbours: dict[str, Silent]) -> None:
    quiet = served(site, CALLS)
    for number in range(STUCK):
        site.switch.dial_in(CallParameters(f"1380013{number:04}", "95599"), "trunks", Speaker({}))
    site.switch.dial_in(CallParameters("withheld", "95599"), "trunks", Speaker({}))
    assert until(lambda: neighbours["look-up"].asked >= 30, 20)
    busy = served(site, CALLS)
    for what, took in (("quiet", quiet), ("busy", busy)):
        print(f"{what}: median {statistics.median(took):.2f} s, most {max(took):.2f} s")
    assert len(site.switch.channels) >= STUCK - 10  # they wait still
    assert max(busy) < max(quiet) + SLOWER
    assert neighbours["webhook"].asked
    for channel in list(site.switch.channels.values()):
        channel.hang_up("NORMAL_CLEARING", by_caller=True)
    assert until(lambda: not site.switch.channels, 20)
    assert "Traceback" not in site.engines[0].log


@pytest.mark.timeout(120)
def test_a_mail_server_that_never_answers_holds_up_no_message(site: Site, neighbours: dict[str, Silent]) -> None:
    settled = [Speaker({}) for _ in range(3)]
    neighbours["look-up"].close()
    for customer in settled:
        site.switch.dial_in(CallParameters("13800138000", "95599"), "trunks", customer)
    assert until(lambda: neighbours["mail"].asked, 30)
    assert until(lambda: all(customer.cause for customer in settled), 30)
    assert max(served(site, 4)) < 20
