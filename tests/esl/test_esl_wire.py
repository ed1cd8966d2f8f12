"""Bytes into messages: the rules of the wire, captures of a real switch, and arbitrary bytes."""

import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.esl import wire
from fsapp.esl.errors import WireError
from fsapp.esl.events import Event, PlainEvent
from fsapp.esl.wire import Message, Parser
from tests.esl.fake_switch import CAPTURES, said_by_switch

NAMES = sorted(path.stem for path in CAPTURES.glob("*.jsonl"))


def parsed(*chunks: bytes) -> list[Message]:
    parser = Parser()
    return [message for chunk in chunks for message in parser.feed(chunk)]


def only(data: bytes) -> Message:
    (message,) = parsed(data)
    return message


def plain_event(body: bytes) -> Event:
    return wire.event(only(b"Content-Length: %d\nContent-Type: text/event-plain\n\n%s" % (len(body), body)))


def json_event(body: bytes) -> Event:
    return wire.event(only(b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(body), body)))


def test_a_reply_and_an_event_in_one_read_are_two_messages() -> None:
    first, second = parsed(b"Content-Type: command/reply\nReply-Text: +OK\n\nContent-Type: x\nContent-Length: 2\n\nab")
    assert first.reply == "+OK"
    assert second.body == b"ab"


def test_a_body_may_hold_blank_lines_and_what_looks_like_headers() -> None:
    body = b"Content-Type: forged\n\nContent-Length: 9\n\n"
    assert only(b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(body), body)).body == body


@pytest.mark.parametrize(
    "value", ["a\u2028Unique-ID: x", "a\x0bUnique-ID: x", "a\x0c", "a\x1cb", "a\x85b", "a%0AUnique-ID:%20x"]
)
def test_nothing_inside_a_value_becomes_a_header(value: str) -> None:
    event = plain_event(f"Event-Name: DTMF\nCaller-Caller-ID-Name: {value}\n\n".encode())
    assert isinstance(event, PlainEvent)
    assert set(event.headers) == {"Event-Name", "Caller-Caller-ID-Name"}
    assert event.channel == ""


def test_values_of_plain_events_are_decoded_and_those_of_replies_are_not() -> None:
    assert plain_event(b"Event-Name: X\nA: 100%25%20sure\n\n").get("A") == "100% sure"
    assert only(b"Content-Type: command/reply\nReply-Text: +OK 100%25\n\n").reply == "+OK 100%25"


def test_the_first_of_two_headers_wins() -> None:
    assert plain_event(b"Event-Name: X\nUnique-ID: real\nUnique-ID: spoof\n\n").channel == "real"


def test_an_event_without_json_in_utf_8_is_read_with_replacement_characters() -> None:
    assert json_event(b'{"Event-Name":"DTMF","Channel-Name":"138\xff\xfe0"}').get("Channel-Name") == "138\ufffd\ufffd0"


def test_a_json_events_body_is_kept_apart() -> None:
    event = json_event(b'{"Event-Name":"BACKGROUND_JOB","Content-Length":"4","_body":"+OK\\nEvent-Name: X"}')
    assert event.name == "BACKGROUND_JOB"
    assert event.body == "+OK\nEvent-Name: X"


def test_a_header_with_several_values_is_no_text() -> None:
    event = json_event(b'{"Event-Name":"X","variable_originated_legs":["a","b"]}')
    assert event.variable("originated_legs") == ""


@pytest.mark.parametrize("text", ["", "-1", "1e3", "٣", " 5x", "9" * 30])
def test_a_header_that_is_no_number_counts_as_0(text: str) -> None:
    assert PlainEvent({"N": text}).number("N") == 0


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Length: x\n\n",
        b"Content-Length: -1\n\n",
        b"Content-Length: %d\n\n" % (wire.MAX_MESSAGE + 1),
        b"Content-Length: 1\nContent-Length: 2\n\n",
        b"A: " + b"a" * (wire.MAX_HEADERS + 1) + b"\n\n",
    ],
)
def test_what_cannot_be_framed_ends_the_connection(data: bytes) -> None:
    with pytest.raises(WireError):
        parsed(data)


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"[" * 100_000, b'{"a":'])
def test_an_event_that_is_no_json_object_ends_the_connection(body: bytes) -> None:
    with pytest.raises(WireError):
        json_event(body)


def test_endless_headers_are_refused_before_they_fill_the_memory() -> None:
    assert outcome([b"a" * 10_000] * 1000) == [f"headers of more than {wire.MAX_HEADERS} bytes"]


def test_messages_before_a_broken_one_are_delivered() -> None:
    messages = Parser().feed(b"Content-Type: command/reply\n\nContent-Length: x\n\n")
    assert next(messages).content_type == "command/reply"
    with pytest.raises(WireError):
        next(messages)


@pytest.mark.parametrize("name", NAMES)
def test_a_capture_gives_the_same_messages_however_it_is_cut(name: str) -> None:
    data = said_by_switch(name)
    whole = parsed(data)
    assert parsed(*(data[at : at + 7] for at in range(0, len(data), 7))) == whole
    assert all(message.content_type for message in whole)


HANGUP_IN_PLAIN = [
    "CHANNEL_HANGUP",
    "CHANNEL_UNPARK",
    "text/disconnect-notice",
    "CHANNEL_EXECUTE_COMPLETE",
    "CHANNEL_STATE",
    "CHANNEL_STATE",
    "CHANNEL_HANGUP_COMPLETE",
    "text/disconnect-notice",
]
HANGUP_IN_JSON = [
    "CHANNEL_HANGUP",
    "CHANNEL_EXECUTE_COMPLETE",
    "CHANNEL_HANGUP_COMPLETE",
    "text/disconnect-notice",
]


@pytest.mark.parametrize(
    ("name", "events"),
    [("caller_cancels_before_answer", HANGUP_IN_PLAIN), ("caller_hangs_up_in_prompt", HANGUP_IN_JSON)],
)
def test_a_captured_hang_up_is_understood_in_plain_and_in_json(name: str, events: list[str]) -> None:
    messages = [message for message in parsed(said_by_switch(name)) if message.content_type != "command/reply"]
    assert [
        wire.event(message).name if message.content_type.startswith("text/event") else message.content_type
        for message in messages
    ] == events


def test_what_a_caller_wrote_into_the_notice_of_lingering_is_not_read() -> None:
    """Captured from a real switch: `%0A` in a SIP user is a newline in the notice's Channel-Name."""
    for name in ("forged_headers", "forged_message"):
        messages = parsed(said_by_switch(name))
        notice = next(message for message in messages if message.content_type == "text/disconnect-notice")
        assert b"\nX@" in said_by_switch(name)
        assert set(notice.headers) == {"Content-Type", "Controlled-Session-UUID", "Content-Disposition"}
        assert next(message.reply for message in messages if not message.content_type.startswith("text/")) == "+OK\n"
        assert messages[-1] is notice


def test_captured_bytes_that_are_no_text_do_no_harm() -> None:
    data = said_by_switch("bytes_that_are_no_text")
    assert b"138\xff\xfe0" in data
    connect = parsed(data)[0]
    assert connect.headers["Caller-Caller-ID-Number"] == "138\ufffd\ufffd0"


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2), st.data())
def test_any_chunking_gives_the_same_messages(names: list[str], data: st.DataObject) -> None:
    stream = b"".join(said_by_switch(name)[:4000].rpartition(b"Content-Type")[0] for name in names)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    chunks = [stream[start:end] for start, end in itertools.pairwise([0, *cuts, len(stream)])]
    assert outcome([stream]) == outcome(chunks)


def outcome(chunks: list[bytes]) -> list[object]:
    """The messages, and the error that ended them."""
    parser = Parser()
    seen: list[object] = []
    try:
        for chunk in chunks:
            for message in parser.feed(chunk):
                seen.append(message)
                if message.content_type.startswith("text/event"):
                    event = wire.event(message)
                    seen += [event.name, event.channel, event.get("a"), event.body]
    except WireError as error:
        seen.append(str(error))
    return seen


_PIECES = st.sampled_from(
    [
        b"\n", b"\n\n", b": ", b":", b"%0A", b"\xff\xfe", b"{}", b'{"a":1}', b"Event-Name: X\n", b"Content-Length: 2\n",
        b"Content-Length: 99999999\n", b"Content-Type: text/event-json\n", b"Content-Type: text/event-plain\n", b"a",
        b"Content-Type: text/disconnect-notice\nControlled-Session-UUID: x\nContent-Disposition: linger\n",
        b"Linger-Time: 10\nContent-Length: 0\n",
    ]
)  # fmt: skip


@given(st.lists(_PIECES | st.binary(max_size=8), max_size=40), st.integers(1, 9))
def test_arbitrary_bytes_give_messages_or_a_wire_error_and_chunking_changes_nothing(
    pieces: list[bytes], step: int
) -> None:
    stream = b"".join(pieces)
    assert outcome([stream]) == outcome([stream[at : at + step] for at in range(0, len(stream), step)])


def test_a_reply_and_an_event_of_7_kb_take_a_few_tens_of_microseconds() -> None:
    body = json.dumps({"Event-Name": "DTMF"} | {f"variable_some_name_{n}": "a value " * 4 for n in range(120)}).encode()
    stream = b"Content-Type: command/reply\nReply-Text: +OK\n\nContent-Length: %d\nContent-Type: text/event-json\n\n%s"
    step = stream % (len(body), body)
    began = time.process_time()
    for _ in range(500):
        outcome([step])
    assert (time.process_time() - began) / 500 < 0.0004, "ten times what it takes"


def test_captures_are_small() -> None:
    assert sum(path.stat().st_size for path in Path(CAPTURES).iterdir()) < 500_000
