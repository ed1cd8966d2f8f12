"""Orders to record: numbers that somebody keys, good for a day, each prompt once."""

from pathlib import Path

import pytest

from fsapp.media import prompt_orders
from fsapp.media.prompt_orders import PromptOrders

HOUR = 3_600_000


@pytest.fixture
def orders(tmp_path: Path) -> PromptOrders:
    return PromptOrders(tmp_path / "orders")


def test_an_order_is_found_by_its_number(orders: PromptOrders) -> None:
    order = orders.place("zh", ["goodbye", "sorry"], "liming", 1000)
    assert (len(order.number), order.names) == (4, ("goodbye", "sorry"))
    assert orders.find(order.number, 2000) == order


def test_what_is_recorded_is_ordered_no_more(orders: PromptOrders) -> None:
    order = orders.place("zh", ["goodbye", "sorry"], "liming", 0)
    orders.done(order, "goodbye")
    rest = orders.find(order.number, 1)
    assert rest is not None
    assert rest.names == ("sorry",)
    orders.done(rest, "sorry")
    assert orders.find(order.number, 1) is None


def test_the_end_of_a_whole_order_is_its_end(orders: PromptOrders) -> None:
    """The phone holds the order as it was when it was keyed."""
    order = orders.place("zh", ["goodbye", "sorry"], "liming", 0)
    orders.done(order, "goodbye")
    orders.done(order, "sorry")
    assert orders.find(order.number, 1) is None


def test_an_order_ends_after_a_day(orders: PromptOrders, tmp_path: Path) -> None:
    old = orders.place("zh", ["goodbye"], "liming", 0)
    assert orders.find(old.number, 24 * HOUR - 1) is not None
    assert orders.find(old.number, 24 * HOUR) is None
    orders.place("zh", ["sorry"], "liming", 25 * HOUR)
    assert len(list((tmp_path / "orders").iterdir())) == 1


def test_no_two_orders_have_one_number(orders: PromptOrders, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = iter([0, 0, 1])
    monkeypatch.setattr(prompt_orders, "randbelow", lambda _: next(dice))
    assert [orders.place("zh", ["a"], "x", 0).number for _ in range(2)] == ["1000", "1001"]


@pytest.mark.parametrize("keyed", ["", "1", "../1", "12345", "１２３４", "*123", "9999"])
def test_other_keys_are_no_order(orders: PromptOrders, keyed: str) -> None:
    assert orders.find(keyed, 0) is None


def test_a_spoilt_file_is_no_order(orders: PromptOrders, tmp_path: Path) -> None:
    order = orders.place("zh", ["goodbye"], "x", 0)
    for content in (b"", b"[]", b'{"number": 1}', b"\xff"):
        (tmp_path / "orders" / f"{order.number}.json").write_bytes(content)
        assert orders.find(order.number, 0) is None
