"""Every contact adds itself to the customers, once."""

from collections.abc import Iterator, Sequence

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.customer import Customer
from fsapp.domain.events import Event
from fsapp.store.customers import Customers
from fsapp.store.journal import Journal
from tests.store.conftest import Call

ACT = Act("root", 1)


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    made = Journal(url, busy_wait=5.0)
    yield made
    made.close()


def numbers(url: str) -> list[Sequence[str]]:
    return [each.numbers for each in Customers(url).all()]


def test_whoever_calls_is_a_customer_from_then_on(url: str, journal: Journal, a_call: Call) -> None:
    journal.append([*a_call("u1", ani="13800138000"), *a_call("u2", ani="+8613900139000")])
    assert numbers(url) == [("13800138000",), ("13900139000",)]
    (event,) = Customers(url).events([1])
    assert (event.who, event.what, event.fields) == ("call u1", "added by a call", {"numbers": ["13800138000"]})


def test_whoever_calls_again_is_no_other_customer(url: str, journal: Journal, a_call: Call) -> None:
    journal.append([*a_call("u1", ani="13800138000"), *a_call("u2", ani="013800138000")])
    journal.append(a_call("u3", ani="8613800138000"))
    assert numbers(url) == [("13800138000",)]


def test_a_customer_who_is_known_is_not_added(url: str, journal: Journal, a_call: Call) -> None:
    journal.append(a_call("u1", ani="anonymous"))
    kept = Customers(url).add(ACT, Customer(name="李雷", numbers=("13800138000",)))
    journal.append(a_call("u2", ani="13800138000"))
    assert list(Customers(url).all()) == [kept]


@pytest.mark.parametrize(
    "arrived", [{"ani": "anonymous"}, {"ani": ""}, {"ani": "000"}, {"ani": "1001", "trunk": "phones"}]
)
def test_who_is_nobody_is_no_customer(url: str, journal: Journal, a_call: Call, arrived: dict[str, str]) -> None:
    journal.append(a_call("u1", **arrived))
    assert numbers(url) == []


def test_a_call_that_is_not_over_adds_nobody(url: str, journal: Journal, a_call: Call) -> None:
    events: list[Event] = a_call("u1", ani="13800138000")
    journal.append(events[:-1])
    assert numbers(url) == []
    journal.append(events[-1:])
    journal.append(events)
    assert numbers(url) == [("13800138000",)]


def test_a_thousand_new_callers_are_added_in_one_batch(url: str, journal: Journal, a_call: Call) -> None:
    journal.append([event for n in range(1000) for event in a_call(f"u{n}", steps=0, ani=f"139{n:08d}")])
    assert Customers(url).count() == 1000
