"""Toll fraud's favourites, at the shipped dialplan's door."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.call import Call
from fsapp.domain.dialplan import Outbound, Tariff, is_emergency, tariff
from fsapp.domain.errors import NotAllowed
from fsapp.esl import arguments
from fsapp.server import dialplan
from tests.security.numbers import ALLOWED, REFUSED

RULES = dialplan.load(Path(__file__).parents[2] / "dialplan", None)
DOOR = Outbound(RULES.numbers, RULES.phones, "CN", RULES.limits)
CALL = Call("u", "13800138000", "95598", datetime(2026, 11, 24, tzinfo=UTC))


def test_the_table_has_two_hundred_numbers_each_once() -> None:
    assert len(set(REFUSED)) == len(REFUSED) >= 200


@pytest.mark.parametrize("number", REFUSED)
def test_no_fraud_passes_the_shipped_dialplan(number: str) -> None:
    with pytest.raises(NotAllowed):
        DOOR.number(number, CALL)


@pytest.mark.parametrize("number", ALLOWED)
def test_what_a_house_dials_passes(number: str) -> None:
    assert DOOR.number(number, CALL).gateway == "pstn"


@pytest.mark.parametrize("number", [*REFUSED, *ALLOWED])
def test_an_agents_phone_is_reached_by_an_extension_alone(number: str) -> None:
    with pytest.raises(NotAllowed):
        DOOR.agent(number, CALL)


def test_the_shipped_dialplan_has_every_limit() -> None:
    bounds = RULES.limits
    assert None not in (bounds.concurrent, bounds.minutes_per_day, bounds.per_number_per_day, bounds.cost_per_day)


@given(st.from_regex(r"[0-9+*#]{0,3}[0-9*#,;@/|&]{0,20}", fullmatch=True) | st.text(max_size=40))
def test_what_passes_is_one_ordinary_number_and_nothing_else(number: str) -> None:
    try:
        way = DOOR.number(number, CALL)
    except NotAllowed:
        return
    assert arguments.dial_string(way) == f"sofia/gateway/pstn/{number}"
    assert number.isascii()
    assert number.isdecimal()
    assert is_emergency(number, "CN") or tariff(number, "CN") is Tariff.ORDINARY
