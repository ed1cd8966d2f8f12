"""The dialplan's rules: who serves a call, and what may be dialled."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.call import Call
from fsapp.domain.dialplan import (
    Choice,
    Dialplan,
    Outbound,
    Route,
    Tariff,
    numbers,
    phones,
    route,
    tariff,
)
from fsapp.domain.errors import NotAllowed

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)  # noon in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
FLOWS = frozenset({"hotline", "night", "vip"})


def call(ani: str = "13800138000", dnis: str = "95598") -> Call:
    return Call("u-1", ani, dnis, NOON)


def never_fails(each: Route, error: Exception) -> None:
    raise AssertionError(f"{each.name} failed") from error


def plan(*routes: Route, default: str | None = None) -> Dialplan:
    return Dialplan(routes, {"95598": "hotline"}, FLOWS, SHANGHAI, default)


@route
def night(each: Call, now: datetime) -> str | None:
    return "night" if now.hour < 6 else None


@route
def gold(each: Call, now: datetime) -> str | None:
    return "vip" if each.ani.endswith("8888") else None


@route
def broken(each: Call, now: datetime) -> str | None:
    return str(1 / 0)


@route
def mistaken(each: Call, now: datetime) -> str | None:
    return "no_such_flow"


def test_the_first_rule_with_an_answer_decides_and_is_named() -> None:
    assert plan(night, gold).choose(call("13800008888"), NOON, never_fails) == Choice("vip", "gold")


def test_a_rule_reads_the_hour_of_the_site() -> None:
    two_in_shanghai = datetime(2026, 10, 1, 18, 0, tzinfo=UTC)
    assert plan(night).choose(call(), two_in_shanghai, never_fails) == Choice("night", "night")


def test_a_flows_own_number_serves_where_no_rule_decides() -> None:
    assert plan(night, gold).choose(call(), NOON, never_fails) == Choice("hotline", "number 95598")


def test_the_default_flow_serves_any_other_number() -> None:
    assert plan(default="vip").choose(call(dnis="12345"), NOON, never_fails) == Choice("vip", "default")


def test_nobody_serves_an_unknown_number_without_a_default() -> None:
    assert plan().choose(call(dnis="12345"), NOON, never_fails) is None


@pytest.mark.parametrize("bad", [broken, mistaken])
def test_a_rule_that_fails_is_told_and_passed_over(bad: Route) -> None:
    told: list[str] = []
    chosen = plan(bad, gold).choose(call("13800008888"), NOON, lambda each, error: told.append(each.name))
    assert chosen == Choice("vip", "gold")
    assert told == [bad.name]


ALLOWED = Outbound(
    numbers=(
        numbers("1[3-9][0-9]{9}", gateway="mobile"),
        numbers("[0-9+]+", gateway="pstn"),
        numbers("00852[0-9]{8}", gateway="abroad", tariff=Tariff.INTERNATIONAL),
    ),
    phones=(phones("10[0-9]{2}", profile="phones", domain="fsapp.local"),),
)


@pytest.mark.parametrize(
    ("number", "gateway"),
    [
        ("13800138000", "mobile"),
        ("01087654321", "pstn"),
        ("95598", "pstn"),
        ("0085221234567", "abroad"),
    ],
)
def test_a_listed_number_goes_by_its_gateway(number: str, gateway: str) -> None:
    endpoint = ALLOWED.number(number, call())
    assert (endpoint.number, endpoint.gateway) == (number, gateway)


@pytest.mark.parametrize(
    "number",
    [
        "16812345",  # premium
        "+8616812345",
        "0019005551234",  # premium abroad
        "+870773111632",  # satellite
        "00881612345678",
        "+883510001234",
        "+85221234567",  # international, and this way of writing it is not listed
        "0012025550123",
        "00999123456",  # no such country
        "+",
        "*67",
        "13800138000,sofia/internal/1",
        "1380013|8000",
        "sip:1@x",
        "${system id}",
        "13800138000\n",
        "1１",
        "",
        "1" * 33,
    ],
)
def test_what_is_costly_or_no_number_is_refused_however_wide_the_pattern(number: str) -> None:
    with pytest.raises(NotAllowed):
        ALLOWED.number(number, call())


def test_nothing_may_be_dialled_where_nothing_is_listed() -> None:
    for number in ("13800138000", "95598", "110"):
        with pytest.raises(NotAllowed):
            Outbound().number(number, call())


@pytest.mark.parametrize("number", ["110", "119", "120"])
def test_emergency_numbers_pass_although_no_line_names_them(number: str) -> None:
    only_mobiles = Outbound((numbers("1[3-9][0-9]{9}", gateway="mobile"),))
    assert only_mobiles.number(number, call()).gateway == "mobile"


def test_an_agents_phone_is_reached_at_its_profile_and_domain() -> None:
    endpoint = ALLOWED.agent("1001", call())
    assert (endpoint.number, endpoint.profile, endpoint.domain) == ("1001", "phones", "fsapp.local")


@pytest.mark.parametrize("extension", ["2001", "10011", "1001@evil", "&park()", ""])
def test_an_extension_outside_the_list_is_refused(extension: str) -> None:
    with pytest.raises(NotAllowed):
        ALLOWED.agent(extension, call())


@given(st.text(max_size=40))
def test_whatever_is_dialled_is_an_endpoint_of_listed_gateways_or_refused(number: str) -> None:
    try:
        endpoint = ALLOWED.number(number, call())
    except NotAllowed:
        return
    assert endpoint.gateway in {"mobile", "pstn", "abroad"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13800138000", Tariff.ORDINARY),
        ("008613800138000", Tariff.ORDINARY),
        ("4008123123", Tariff.ORDINARY),
        ("1001", Tariff.ORDINARY),
        ("16812345", Tariff.PREMIUM),
        ("+85221234567", Tariff.INTERNATIONAL),
        ("+8816123456789", Tariff.SATELLITE),
    ],
)
def test_a_number_has_the_tariff_of_its_kind(number: str, expected: Tariff) -> None:
    assert tariff(number, "CN") is expected


@pytest.mark.parametrize("pattern", ["[0-9", "(1"])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no regular expression"):
        numbers(pattern, gateway="pstn")


def test_a_gateway_with_a_comma_is_refused() -> None:
    with pytest.raises(ValueError, match="no name"):
        numbers("1", gateway="pstn,sofia")
