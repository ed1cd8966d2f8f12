"""Copies of phones' SIP: what of them is a transfer button, and what is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.server.sip_copies import Referral, referral

REFER = (
    "REFER sip:mod_sofia@127.0.0.1:40159 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:38772;rport;branch=z9hG4bKPjcyBLcvbzeBvrjr4ZroQBbAHKoQDNXcXo\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:1041@127.0.0.1;ob>;tag=pxfpAvGEsQNIylGhZdNp93TRlQ.fguYU\r\n"
    'To: "13856365900 1234567890" <sip:13856365900@127.0.0.1>;tag=89ppS3pZgK9cB\r\n'
    "Call-ID: 618bf718-6303-1240-11b0-2a21b2c0b4d0\r\n"
    "CSeq: 2742 REFER\r\n"
    "Refer-To: {to}\r\n"
    "Referred-By: <sip:1041@127.0.0.1;ob>\r\n"
    "Content-Length:  0\r\n\r\n"
)
"""As FreeSWITCH 1.11.1 copied it from a pjsua2 telephone."""

CALL = "618bf718-6303-1240-11b0-2a21b2c0b4d0"


def copy(sip: str) -> bytes:
    """A packet of HEP version 3: the address family, and the message."""
    payload = sip.encode()
    chunks = bytes.fromhex("000000010007020000000200071100000003000a7f00000100000004000a7f000001")
    chunks += bytes.fromhex("0000000f") + (len(payload) + 6).to_bytes(2) + payload
    return b"HEP3" + (len(chunks) + 6).to_bytes(2) + chunks


def to(uri: str) -> bytes:
    return copy(REFER.format(to=uri))


@pytest.mark.parametrize(
    ("uri", "number", "other_call"),
    [
        ("sip:1042@127.0.0.1:40159", "1042", ""),
        ('"Han Meimei" <sip:1042@fsapp.local;user=phone>', "1042", ""),
        ("<sip:*411042@127.0.0.1>", "*411042", ""),
        ("<sip:%2A422%23@127.0.0.1>", "*422#", ""),
        ("<sips:+8657188880000@127.0.0.1>", "+8657188880000", ""),
        ("<sip:1042@127.0.0.1?Replaces=abc%40127.0.0.1%3Bto-tag%3D1%3Bfrom-tag%3D2>", "1042", "abc@127.0.0.1"),
        ("<sip:*231042@127.0.0.1?Require=replaces&replaces=abc>", "*231042", "abc"),
        ("<sip:x@127.0.0.1;a=b,execute_on_answer=system:touch>", "", ""),
        ("<sip:%24%7Bsystem%20ls%7D@127.0.0.1>", "", ""),
    ],
)
def test_the_button_gives_a_number_or_another_call(uri: str, number: str, other_call: str) -> None:
    assert referral(to(uri)) == Referral("1041", CALL, number, other_call)


def test_short_names_of_headers_mean_the_same() -> None:
    sip = f"REFER sip:x@1 SIP/2.0\r\nf: sip:1041@127.0.0.1;tag=1\r\ni: {CALL}\r\nr: <sip:1042@127.0.0.1>\r\n\r\n"
    assert referral(copy(sip)) == Referral("1041", CALL, "1042")


@pytest.mark.parametrize(
    "sip",
    [
        "SIP/2.0 405 Method Not Allowed\r\nCSeq: 1 REFER \r\n\r\n",
        "INVITE sip:1@1 SIP/2.0\r\nSubject: REFER me\r\nFrom: <sip:1@1>\r\nCall-ID: 1\r\nRefer-To: <sip:2@1>\r\n\r\n",
        "REFER sip:x@1 SIP/2.0\r\nFrom: <sip:1041@1>\r\nCall-ID: 1\r\n\r\nRefer-To: <sip:2@1>",
        "REFER sip:x@1 SIP/2.0\r\nFrom: <sip:1041@1>\r\nRefer-To: <sip:2@1>\r\n\r\n",
        "REFER sip:x@1 SIP/2.0\r\nFrom: <sip:1041@1>\r\nCall-ID: 1\r\nRefer-To: <tel:2>\r\n\r\n",
    ],
)
def test_all_else_is_nothing(sip: str) -> None:
    assert referral(copy(sip)) is None


def test_what_is_no_copy_is_nothing() -> None:
    assert referral(REFER.encode()) is None
    assert referral(to("sip:1@1")[:40] + b"REFER ") is None


@given(st.binary(max_size=300))
def test_no_bytes_break_it(noise: bytes) -> None:
    assert referral(b"HEP3" + noise + b"REFER ") is None
