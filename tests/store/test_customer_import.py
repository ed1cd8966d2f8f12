"""Many customers at once: who is new, who is known, what is refused, and that it is all or nothing."""

from typing import Any

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.customer import Customer
from fsapp.store import database
from fsapp.store.customer_import import Draft, Taken, take
from fsapp.store.customers import CustomerRefused, Customers

ACT = Act("root", 7)


@pytest.fixture
def customers(url: str) -> Customers:
    database.upgrade_at(url)
    return Customers(url)


def draft(line: int, **fields: Any) -> Draft:
    return Draft(line, Customer(**fields))


def taken_in(url: str, *drafts: Draft, all_or_none: bool = True) -> Taken:
    return take(url, ACT, drafts, "crm.csv", all_or_none=all_or_none, progress=lambda done, total: None)


def test_who_is_new_is_added_with_file_and_line(url: str, customers: Customers) -> None:
    taken = taken_in(url, draft(2, name="李雷", numbers=("13800138000",)), draft(3, name="韩", accounts=("9",)))
    assert (taken.added, taken.changed, taken.same, taken.refused) == (2, 0, 0, [])
    assert [(each.id, each.name) for each in customers.all()] == [(1, "李雷"), (2, "韩")]
    assert [(event.what, event.fields) for event in customers.events([2])] == [
        ("imported", {"file": "crm.csv", "line": 3})
    ]


def test_who_is_known_is_completed_and_nothing_is_taken_away(url: str, customers: Customers) -> None:
    customers.add(ACT, Customer(numbers=("13800138000",), level="gold", groups=("vip",), note="old"))
    taken = taken_in(
        url, draft(2, name="李雷", numbers=("13800138000", "13900139000"), accounts=("9",), groups=("new",))
    )
    assert (taken.added, taken.changed) == (0, 1)
    (known,) = customers.all()
    assert (known.name, known.level, known.note) == ("李雷", "gold", "old")
    assert (known.numbers, known.accounts) == (("13800138000", "13900139000"), ("9",))
    assert known.groups == ("vip", "new")
    assert customers.events([1])[-1].fields["name"] == ["", "李雷"]


def test_what_is_taken_in_twice_changes_nothing(url: str, customers: Customers) -> None:
    rows = [draft(2, name="李雷", numbers=("13800138000",)), draft(3, name="韩", accounts=("9",))]
    taken_in(url, *rows)
    taken = taken_in(url, *rows)
    assert (taken.added, taken.changed, taken.same) == (0, 0, 2)
    assert len(customers.events([1, 2])) == 2


def test_an_id_names_who_is_meant(url: str, customers: Customers) -> None:
    customers.add(ACT, Customer(name="李雷"))
    taken = taken_in(url, draft(2, id=1, numbers=("13800138000",)), draft(3, id=5, name="x"))
    assert taken.refused == [(3, "there is no customer C5")]
    taken_in(url, draft(2, id=1, numbers=("13800138000",)))
    assert customers.find("13800138000")[0].name == "李雷"


def test_every_row_that_is_wrong_is_told_and_nothing_is_taken(url: str, customers: Customers) -> None:
    first = customers.add(ACT, Customer(numbers=("13800138001",)))
    customers.add(ACT, Customer(numbers=("13800138002",)))
    customers.add(ACT, Customer(numbers=("13800138003",)))
    customers.merge(ACT, 1, 3)
    taken = taken_in(
        url,
        draft(2, numbers=("13800138009",)),
        draft(3, numbers=("13800138009",), accounts=("1",)),
        draft(4, numbers=("13800138001", "13800138002")),
        draft(5, name="nobody"),
        draft(6, id=3),
        draft(7, numbers=("13800138002",)),
        draft(8, id=2),
    )
    assert taken.refused == [
        (3, "the number 13800138009 stands in line 2 too"),
        (4, "these are several customers: C1, C2; merge them first"),
        (5, "a new customer has a number, an account or a meter"),
        (6, "C3 was merged into C1"),
        (8, "this is C2, as line 7 is"),
    ]
    assert (taken.added, taken.changed) == (0, 0)
    assert customers.count() == 2
    assert customers.get(1) != first  # by the merge alone
    assert customers.find("13800138009") == ()


def test_what_is_right_is_taken_where_that_was_asked_for(url: str, customers: Customers) -> None:
    taken = taken_in(url, draft(2, numbers=("13800138001",)), draft(3, name="nobody"), all_or_none=False)
    assert (taken.added, len(taken.refused)) == (1, 1)
    assert customers.count() == 1


def test_more_than_a_statement_holds_is_taken_in(url: str, customers: Customers) -> None:
    steps: list[tuple[int, int]] = []
    rows = [draft(n + 2, name=f"客户{n}", numbers=(f"139{n:08d}",), meters=(f"M{n}",)) for n in range(6000)]
    taken = take(url, ACT, rows, "crm.csv", progress=lambda done, total: steps.append((done, total)))
    assert taken.added == customers.count() == 6000
    assert steps == [(0, 6000), (2000, 6000), (4000, 6000), (6000, 6000)]
    assert customers.find("M5999")[0].name == "客户5999"
    again = taken_in(url, *(draft(n + 2, numbers=(f"139{n:08d}",), level="gold") for n in range(6000)))
    assert again.changed == 6000
    assert customers.find("M5999")[0].level == "gold"


def test_a_key_that_somebody_took_meanwhile_refuses_the_whole_import(
    url: str, customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers.add(ACT, Customer(numbers=("13900000999",)))
    monkeypatch.setattr("fsapp.store.customer_import.owners_of", lambda connected, keys: {})
    rows = [draft(n + 2, numbers=(f"139{n:08d}",)) for n in range(1000)]
    with pytest.raises(CustomerRefused, match="was taken by another customer just now"):
        taken_in(url, *rows)
    assert customers.count() == 1
