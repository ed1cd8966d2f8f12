"""Texts as long as somebody may send them, made to have regular expressions try everything: none holds up the hub."""

from collections.abc import Callable
from functools import partial

import pytest

from fsapp.domain.arguments import DisplayName
from fsapp.domain.spoken import FILTERS
from fsapp.esl import wire
from fsapp.esl.errors import WireError
from fsapp.files import csv_cells
from fsapp.media import wording
from fsapp.server import sip_copies, sip_registrations
from fsapp.server.logs import line_of
from tests.security.timing import best_of

KILOBYTE = 1024
MILLISECONDS = 200
"""What grows with the square of the length takes minutes."""
PIECES = [
    "sip:",
    "sip:1@",
    "a ",
    " ",
    "1",
    "1.",
    "1,",
    "-1",
    "0:0",
    "2026-",
    "a-",
    "$1",
    "x@",
    "<user>",
    "<user>a@",
    "<status>expsecs(",
    "?replaces=",
    ":",
    "\n",
    "\n\n",
    "Content-Length:",
    "电",
    "一二",
    "é",
    "\u2028",
    "'",
    '"',
    ",",
    "%0A",
    "{{",
    "(",
]


def copied(text: str) -> object:
    refer = f"REFER x SIP/2.0\r\nFrom: {text}\r\nRefer-To: {text}\r\nCall-ID: x\r\n\r\n".encode()
    return sip_copies.referral(b"HEP3\0\0\0\0\0\x0f\xff\xff" + refer)


def listed(text: str) -> object:
    return list(sip_registrations.listed(f"<registrations>\n{text}\n</profile>"))


def heard(text: str) -> object:
    """In many small pieces, as a bad line brings it."""
    parser, data = wire.Parser(), b"Content-Type: text/disconnect-notice\n" + text.encode()
    return [list(parser.feed(data[start : start + 50])) for start in range(0, len(data), 50)]


def said(text: str) -> object:
    return [filled(text, language) for filled in FILTERS.values() for language in ("zh", "en")]


READERS: dict[str, tuple[int, Callable[[str], object]]] = {
    "a copy of SIP": (60 * KILOBYTE, copied),
    "the list of registrations": (60 * KILOBYTE, listed),
    "the event socket": (60 * KILOBYTE, heard),
    "a name to show": (10 * KILOBYTE, DisplayName.of),
    "a value to say": (10 * KILOBYTE, said),
    "words to say": (10 * KILOBYTE, lambda text: [wording.words(text, language) for language in ("zh", "en")]),
    "a line of the log": (64 * KILOBYTE, lambda text: line_of({"text": text})),
    "a cell of CSV": (256 * KILOBYTE, lambda text: csv_cells.row([text])),
}


@pytest.mark.parametrize("reader", READERS)
def test_no_text_keeps_the_processor_for_long(reader: str) -> None:
    most, read = READERS[reader]
    slow = {}
    for piece in PIECES:
        text = piece * (most // len(piece))
        took = best_of(2, partial(read, text), ValueError, WireError)
        if took > MILLISECONDS:
            slow[piece] = took
    assert slow == {}
