"""Arguments stay in their places of a URL or a body."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fsapp.lookup.addresses import Address, filled, places

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def test_an_address_names_its_arguments_and_fills_them_in() -> None:
    address = Address("https://oms.example.com:8443/areas/{area}/outages?from={day}&to={day}&x=1")
    assert (address.scheme, address.host, address.port) == ("https", "oms.example.com", 8443)
    assert address.arguments == {"area", "day"}
    target = address.target({"area": "北 1/2", "day": "a&b=c"})
    assert target == "/areas/%E5%8C%97%201%2F2/outages?from=a%26b%3Dc&to=a%26b%3Dc&x=1"


def test_an_address_without_a_path_has_one() -> None:
    assert Address("http://host").target({}) == "/"
    assert Address("http://host?a={a}").target({"a": "1"}) == "/?a=1"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/x",
        "file:///etc/passwd",
        "//host/x",
        "host/x",
        "http://",
        "http://{host}/x",
        "http://user:secret@host/x",
        "http://host/x#{a}",
        "http://host/a b",
        "http://host/\r\nx: y",
        "http://host/{}",
        "http://host/{a b}",
        "http://host/{a",
        "http://host/a}",
        "http://host:99999/",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"is no address|the host is fixed|no address may have|a place for|Port"):
        Address(url)


@pytest.mark.parametrize("value", ["", ".", "..", "../x", "x/..", "a/../b", "a\\..\\b", "a//b", "/etc", "x" * 201])
def test_an_argument_that_would_change_the_path_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="'account'"):
        Address("http://host/accounts/{account}/bill").target({"account": value})


@given(TEXT)
def test_in_a_query_any_argument_is_one_value(value: str) -> None:
    target = Address("http://host/find?name={name}&last=1").target({"name": value})
    assert target.isascii()
    assert parse_qs(urlsplit(target).query, keep_blank_values=True) == {"name": [value], "last": ["1"]}


@given(TEXT)
def test_in_a_path_any_argument_is_one_segment(value: str) -> None:
    try:
        target = Address("http://host/accounts/{account}/bill").target({"account": value})
    except ValueError:
        assume(False)
    before, segment, after = target.removeprefix("/").split("/")
    assert (before, unquote(segment), after) == ("accounts", value, "bill")


@given(TEXT)
def test_in_a_body_any_argument_is_text(value: str) -> None:
    body = {"account": "{account}", "deep": [{"note": "for {account}!"}], "n": 1, "{account}": None}
    assert places(body) == {"account"}
    expected = {"account": value, "deep": [{"note": f"for {value}!"}], "n": 1, "{account}": None}
    assert filled(body, {"account": value}) == expected


def test_arguments_are_not_filled_in_twice() -> None:
    assert filled("{a}{b}", {"a": "{b}", "b": "x"}) == "{b}x"
