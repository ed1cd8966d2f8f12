"""What a flow knows of the customer who calls, and what that costs: one question at most."""

from dataclasses import dataclass, field, replace

import pytest

from fsapp.domain.customer import Customer, KnownCustomer
from fsapp.flow.context import Context
from fsapp.flow.templates import Expression, ExpressionError, Text
from tests.flow.bench import a_context

LI_LEI = Customer(
    id=12,
    name="李雷",
    numbers=("13800138000",),
    accounts=("1234567890", "9"),
    meters=("M1",),
    level="gold",
    groups=("vip",),
    channel="sms",
    language="zh",
    address="城东路1号",
)
KNOWN = KnownCustomer(LI_LEI, ("20261118-0002", "20261118-0001"))


@dataclass
class Base:
    """Knows one customer, and how often it was asked. Satisfies fsapp.flow.ports.Customers."""

    known: KnownCustomer
    asked: list[str] = field(default_factory=list)

    def of(self, ani: str) -> KnownCustomer:
        self.asked.append(ani)
        return self.known


def a_call(known: KnownCustomer = KNOWN) -> tuple[Context, Base]:
    context, base = a_context(), Base(known)
    context.ports = replace(context.ports, customers=base)
    return context, base


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ customer.name }}，{{ customer.level }}", "李雷，gold"),
        ("{{ customer.id }} {{ customer.account }} {{ customer.meter }}", "C12 1234567890 M1"),
        ("{{ customer.accounts | length }} {{ customer.groups | first }}", "2 vip"),
        ("{{ customer.open_tickets }}: {{ customer.ticket }}", "2: 20261118-0002"),
        ("{{ customer.number }} {{ customer.channel }} {{ customer.language }}", "13800138000 sms zh"),
        ("{{ customer.level | default('normal', true) }}", "gold"),
    ],
)
def test_a_flow_reads_who_calls(text: str, value: str) -> None:
    assert Text(text).text(a_call()[0]) == value


def test_somebody_who_is_not_known_is_empty() -> None:
    context, _ = a_call(KnownCustomer())
    assert (
        Text("{{ customer.known }}{{ customer.name }}{{ customer.id }}{{ customer.ticket }}").text(context) == "False"
    )
    assert Text("{{ customer.level | default('normal', true) }}").text(context) == "normal"
    assert Expression("customer.open_tickets == 0").test(context)


def test_what_there_is_not_is_an_error() -> None:
    with pytest.raises(ExpressionError, match="there is no 'nmae' in it"):
        Text("{{ customer.nmae }}").text(a_call()[0])


def test_the_base_is_asked_when_somebody_wants_to_know_and_once() -> None:
    context, base = a_call()
    Text("{{ now | date }}").text(context)
    assert base.asked == []
    for _ in range(3):
        Text("{{ customer.name }}").text(context)
    assert base.asked == ["13800138000"]


def test_a_variable_of_that_name_from_an_older_journal_goes_before() -> None:
    context, base = a_call()
    context.variables["customer"] = {"level": "silver"}
    assert Text("{{ customer.level }}").text(context) == "silver"
    assert base.asked == []
