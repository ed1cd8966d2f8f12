"""Customers, on each kind of database: found by whatever they have, changed with a trace, merged without loss."""

import threading
from dataclasses import replace

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.customer import Customer
from fsapp.domain.errors import StoreError
from fsapp.store import database
from fsapp.store.customers import CustomerRefused, Customers

ACT = Act("root", 1_790_000_000_000)

LI_LEI = Customer(
    name="李雷",
    numbers=("13800138000", "057188880000"),
    accounts=("1234567890",),
    meters=("M-0042",),
    level="gold",
    groups=("vip", "industry"),
    channel="sms",
    language="zh",
    address="城东路1号",
    email="li@example.com",
    note="下午联系",
)


@pytest.fixture
def customers(url: str) -> Customers:
    database.upgrade_at(url)
    return Customers(url)


def test_a_customer_is_read_as_it_was_written(customers: Customers) -> None:
    kept = customers.add(ACT, LI_LEI)
    assert kept == replace(LI_LEI, id=1)
    assert customers.get(1) == kept
    assert customers.get(2) is None


@pytest.mark.parametrize(
    "text",
    ["13800138000", "+86 138-0013-8000", "0571-88880000", "1234567890", "M-0042", "C1", "c1", "李雷", "李", " 雷 "],
)
def test_a_customer_is_found_by_number_account_meter_id_and_name(customers: Customers, text: str) -> None:
    kept = customers.add(ACT, LI_LEI)
    customers.add(ACT, Customer(name="韩梅梅", numbers=("13900139000",)))
    assert customers.find(text) == (kept,)


@pytest.mark.parametrize("text", ["", "%", "_", "13800138001", "C2", "王", "'; DROP TABLE customer; --"])
def test_nobody_is_found_by_what_nobody_has(customers: Customers, text: str) -> None:
    customers.add(ACT, LI_LEI)
    assert customers.find(text) == ()


def test_several_have_the_same_name(customers: Customers) -> None:
    for number in ("13800138001", "13800138000"):
        customers.add(ACT, Customer(name="李雷", numbers=(number,)))
    assert [each.id for each in customers.find("李雷")] == [1, 2]
    assert len(customers.find("李雷", limit=1)) == 1


def test_two_customers_have_not_one_number(customers: Customers) -> None:
    customers.add(ACT, LI_LEI)
    other = customers.add(ACT, Customer(name="韩梅梅"))
    sentence = "the number 13800138000 is that of C1; `fsapp customers merge` makes one of two"
    with pytest.raises(CustomerRefused, match=sentence):
        customers.add(ACT, Customer(numbers=("13800138000",)))
    with pytest.raises(CustomerRefused, match=sentence):
        customers.change(ACT, other.id, lambda known: replace(known, numbers=("13800138000",)))
    assert customers.get(other.id) == other


def test_a_customer_has_something_to_be_found_by(customers: Customers) -> None:
    with pytest.raises(CustomerRefused, match="a customer has a name, a number, an account or a meter"):
        customers.add(ACT, Customer(note="?"))


def test_a_change_leaves_old_and_new_behind(customers: Customers) -> None:
    customers.add(ACT, LI_LEI)
    customers.change(Act("1001", 2), 1, lambda known: replace(known, level="silver", numbers=("13900139000",)))
    customers.change(Act("1001", 3), 1, lambda known: known)
    added, changed = sorted(customers.events([1]), key=lambda event: event.what)
    assert (added.what, added.who, added.fields["name"]) == ("added", "root", ["", "李雷"])
    assert (changed.what, changed.who, changed.at) == ("changed", "1001", 2)
    assert changed.fields["level"] == ["gold", "silver"]
    assert changed.fields["numbers"] == [["13800138000", "057188880000"], ["13900139000"]]
    assert customers.find("13800138000") == ()


def test_a_change_that_raises_changes_nothing(customers: Customers) -> None:
    kept = customers.add(ACT, LI_LEI)
    with pytest.raises(ValueError, match="is no channel"):
        customers.change(ACT, 1, lambda known: replace(known, channel="smoke"))
    assert customers.get(1) == kept


def test_two_who_are_one_become_one_and_nothing_is_lost(customers: Customers) -> None:
    customers.add(ACT, LI_LEI)
    other = Customer(name="李先生", numbers=("13900139000",), accounts=("999",), groups=("vip", "new"), level="silver")
    customers.add(ACT, other)
    after = customers.merge(Act("1001", 5), 1, 2)
    assert (after.name, after.level) == ("李雷", "gold")
    assert after.numbers == ("13800138000", "057188880000", "13900139000")
    assert (after.accounts, after.groups) == (("1234567890", "999"), ("vip", "industry", "new"))
    assert customers.get(1) == customers.get(2) == after
    assert customers.find("13900139000") == customers.find("C2") == (after,)
    assert customers.ids_of(1) == (1, 2)
    events = {event.what: event for event in customers.events([1, 2])}
    assert events["merged with"].fields["changed"]["accounts"] == [["1234567890"], ["1234567890", "999"]]
    assert events["merged into"].fields["was"]["name"] == "李先生"
    assert events["merged into"].fields["was"]["numbers"] == ["13900139000"]
    assert [each.id for each in customers.all()] == [1]
    assert customers.count() == 1


def test_a_merged_customer_of_a_merged_customer_is_found(customers: Customers) -> None:
    for number in ("13800138001", "13800138002", "13800138003"):
        customers.add(ACT, Customer(numbers=(number,)))
    customers.merge(ACT, 2, 3)
    after = customers.merge(ACT, 1, 2)
    assert customers.get(3) == after
    assert customers.ids_of(1) == (1, 2, 3)


def test_what_cannot_be_merged_is_told(customers: Customers) -> None:
    customers.add(ACT, LI_LEI)
    customers.add(ACT, Customer(name="韩梅梅"))
    with pytest.raises(CustomerRefused, match="C1 and C1 are one customer already"):
        customers.merge(ACT, 1, 1)
    with pytest.raises(CustomerRefused, match="there is no customer C3"):
        customers.merge(ACT, 1, 3)
    customers.merge(ACT, 1, 2)
    with pytest.raises(CustomerRefused, match="C2 was merged into C1"):
        customers.merge(ACT, 1, 2)
    with pytest.raises(CustomerRefused, match="C2 was merged into C1"):
        customers.change(ACT, 2, lambda known: known)


def test_changes_at_the_same_time_are_all_made(customers: Customers) -> None:
    customers.add(ACT, LI_LEI)
    start = threading.Barrier(6)

    def join(group: str) -> None:
        start.wait()
        customers.change(ACT, 1, lambda known: replace(known, groups=(*known.groups, group)))

    threads = [threading.Thread(target=join, args=(f"g{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known = customers.get(1)
    assert known is not None
    assert len(known.groups) == 8


def test_more_than_a_page_of_customers_are_all_given(customers: Customers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsapp.store.customers._PAGE", 2)
    for number in range(5):
        customers.add(ACT, Customer(name=f"客户{number}"))
    assert [each.id for each in customers.all()] == [1, 2, 3, 4, 5]


def test_a_database_without_its_schema_is_a_store_error(url: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Customers(url).find("x")
    with pytest.raises(StoreError, match="cannot be changed"):
        Customers(url).add(ACT, LI_LEI)


def test_a_row_that_somebody_broke_by_hand_is_a_store_error(url: str, customers: Customers) -> None:
    customers.add(ACT, LI_LEI)
    connected = database.open(url)
    with connected.connection_context():
        database.execute(connected, "UPDATE customer SET language = 'fr'")
    with pytest.raises(StoreError, match="the customer C1 in the database cannot be read: 'fr' is no language"):
        customers.get(1)
