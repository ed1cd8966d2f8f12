"""Two engines, each with its own switch, that keep their records in one PostgreSQL (docs/operations.md)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import gevent
import pytest

from fsapp.domain.admin import Act
from fsapp.domain.agent import AgentRecord, QueuePlace
from fsapp.store.agents import Agents
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.database import upgrade_at
from fsapp.switchboard.agent_phone import Habit
from fsapp.switchboard.timeline import Pace
from tests.faults.cutting import ANSWERS
from tests.faults.house import until
from tests.faults.people import Customer
from tests.faults.serving import Site
from tests.store.conftest import cluster, postgresql_url

__all__ = ["cluster", "postgresql_url"]

CALLS = 10
AGENTS = {"2001": Habit(answers_after=0.2, talks=0.5), "2002": Habit(answers_after=0.2, talks=0.5)}


class SharedSite(Site):
    """Keeps its records, and has its agents, in `url`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        super().__init__(folder, AGENTS, pace=Pace(media=0.3, linger=0.1), database=url)

    def _hire(self, habits: Mapping[str, Habit]) -> None:
        upgrade_at(self.url)
        agents = Agents(self.url)
        known = {each.id for each in agents.all()}
        new = [AgentRecord(each, f"Agent {each}", extension=each, queues={"service": QueuePlace()}) for each in habits]
        agents.add(Act("test", 0), *(each for each in new if each.id not in known))
        self._sign_in(habits)


@pytest.fixture
def sites(tmp_path: Path, postgresql_url: str) -> Iterator[list[SharedSite]]:
    made = [SharedSite(tmp_path / name, postgresql_url) for name in ("one", "two")]
    for each in made:
        each.engines[0].start()
    yield made
    for each in made:
        each.close()


@pytest.mark.timeout(180)
def test_two_engines_keep_every_record_in_one_postgresql(sites: list[SharedSite], postgresql_url: str) -> None:
    customers = []
    for _ in range(CALLS):
        for site in sites:
            customers.append(Customer(ANSWERS))
            site.call(customers[-1])
        gevent.sleep(0.2)
    assert until(lambda: all(customer.cause for customer in customers), 60)
    for site in sites:
        site.engines[0].stop()
    cdrs = Cdrs(postgresql_url).list(CdrFilter(), limit=100).cdrs
    assert {cdr.uuid for cdr in cdrs} == {call for site in sites for call in site.customers}
    assert len(cdrs) == 2 * CALLS
    assert {(cdr.complete, cdr.hangup_cause, cdr.failures) for cdr in cdrs} == {(True, "NORMAL_CLEARING", 0)}
    assert [customer.prompts[-1] for customer in customers] == ["goodbye"] * len(customers)
