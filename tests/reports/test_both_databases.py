"""SQLite and PostgreSQL alike: the same events make the same reports, ledgers, seals and exports."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.events import Event, Kind
from fsapp.domain.periods import Period, Step, divided
from fsapp.domain.retention import LegalHold
from fsapp.reports import agents, inout, queues, resolution, satisfaction, tickets, traffic
from fsapp.reports.asking import Request
from fsapp.reports.written import as_value
from fsapp.store import cdr_export, ledger, ledger_beside, legal_holds, seals
from fsapp.store.connections import reporting
from fsapp.store.day_so_far import day_so_far
from fsapp.store.facts import facts
from fsapp.store.known_legs import KnownLegs
from fsapp.store.retention import Limits, delete, due
from tests.reports.scenarios import SHANGHAI, Afternoon
from tests.store import busy_days
from tests.store.conftest import cluster, postgresql_url, sqlite_url  # noqa: F401 -- fixtures

WHOLE = Period(busy_days.T0 - 5000, busy_days.T0 + busy_days.SPREAD + 7_200_000)
NOW = busy_days.T0 + 2 * busy_days.SPREAD
ACT = Act("root", NOW)

Told = Callable[[str], Any]


def fill(url: str) -> None:
    afternoon = Afternoon(url)
    rules = {"rules": {"service": "always"}}
    said = Event("acd:rules", 0, WHOLE.since - 1, Kind.RECORD_RULES_LOADED, rules)
    afternoon.events = [said, *busy_days.events(Random(21), calls=80, records=160)]
    afternoon.tell([{"ticket": {"closed": "11:00", "result": "solved"}}, {"ticket": {"close_by": "10:00"}}])
    for ticket in afternoon.tickets:
        ticket["opened_at"] = busy_days.T0
        ticket["due_at"] = busy_days.T0
    afternoon.happen()


def nobody(_done: int, _total: int) -> None:
    """Nobody looks."""


def reported(module: Any) -> Told:
    def told(url: str) -> Any:
        with facts(url) as known:
            return [as_value(module.report(known, Request(WHOLE, by, SHANGHAI, NOW)))["tables"] for by in module.BY]

    return told


def ledgered(url: str) -> Any:
    with reporting(url) as connected:
        known = KnownLegs(connected, WHOLE)
        return (
            {name: balance.line() for name, balance in ledger.queues(connected, WHOLE)[0].items()},
            ledger.queues(connected, WHOLE)[1],
            ledger.agents(connected, WHOLE, SHANGHAI),
            sorted(map(str, ledger.calls(connected, WHOLE, NOW, SHANGHAI, nobody))),
            list(ledger.sums(connected, WHOLE)),
            list(ledger_beside.recordings(connected, WHOLE, SHANGHAI)),
            list(ledger_beside.wishes(connected, WHOLE, SHANGHAI)),
            sorted(known.calls),
            sorted(known.dialled),
        )


def sealed(url: str) -> Any:
    first, second = (Period(WHOLE.since, busy_days.T0 + 86_400_000), Period(busy_days.T0 + 86_400_000, WHOLE.until))
    made = [seals.seal(url, day, period, SHANGHAI, NOW, nobody) for day, period in (("1", first), ("2", second))]
    with reporting(url) as connected:
        assert list(seals.known(connected)) == made
    return made


def exported(url: str) -> Any:
    with reporting(url) as connected:
        assert cdr_export.known(connected, ["call-1", "call-x"]) == {"call-1"}
        return cdr_export.count(connected, WHOLE), list(cdr_export.pages(connected, WHOLE))


def shown(url: str) -> Any:
    return day_so_far(url, WHOLE, divided(WHOLE, Step.HOUR, SHANGHAI), NOW)


def shortened(url: str) -> Any:
    legal_holds.place(url, ACT, LegalHold("case", number="138"))
    limits = Limits(busy_days.T0 + 100_000_000, busy_days.T0 + 60_000_000)
    return due(url, limits), delete(url, limits, ACT, nobody), legal_holds.known(url)


TOLD: dict[str, Told] = {
    **{
        module.__name__.rpartition(".")[2]: reported(module)
        for module in (traffic, queues, agents, inout, satisfaction, resolution, tickets)
    },
    "ledger": ledgered,
    "export": exported,
    "wallboard": shown,
    "seals": sealed,
    "retention": shortened,
}


@pytest.fixture
def urls(request: pytest.FixtureRequest) -> tuple[str, str]:
    made = (request.getfixturevalue("sqlite_url"), request.getfixturevalue("postgresql_url"))
    for url in made:
        fill(url)
    return made


def test_both_databases_tell_the_same(urls: tuple[str, str]) -> None:
    for name, told in TOLD.items():
        on_sqlite, on_postgresql = map(told, urls)
        assert on_sqlite == on_postgresql, name
        assert on_sqlite, name
