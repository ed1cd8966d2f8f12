"""Everything that reads what others sent: what it is fed with, and what it may raise."""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from fsapp.acd.settings import queues
from fsapp.desk import planning
from fsapp.desk.key_reader import KeyReader
from fsapp.domain.call import Call
from fsapp.domain.dialplan import Outbound
from fsapp.domain.errors import ConfigError, FsappError, LookupFailed, MediaError, NotAllowed
from fsapp.esl import channel_data, faxing, music, wire
from fsapp.esl.errors import WireError
from fsapp.esl.events import JsonEvent, PlainEvent
from fsapp.esl.lines import _rows
from fsapp.fax import tiff
from fsapp.files import places
from fsapp.files.calendars import calendars
from fsapp.files.models import validated
from fsapp.flow import loader
from fsapp.flow.registry import discover
from fsapp.flow.templates import Expression, Text
from fsapp.lookup.http_source import HttpSource
from fsapp.lookup.settings import HttpSettings
from fsapp.media import audio, wording
from fsapp.server import agents_csv, customers_csv, dialplan, sip_copies, sip_registrations, switch_cdrs
from fsapp.server.control_socket import ControlSocket
from fsapp.server.exposure import secrets_in_the_open
from fsapp.server.logs import line_of
from fsapp.server.settings import EngineSettings
from fsapp.store import rows
from tests.flow.bench import a_context

ROOT = Path(__file__).parents[2]
KINDS = discover("fsapp.steps")
RULES = dialplan.load(ROOT / "dialplan", None)
DOOR = Outbound(RULES.numbers, RULES.phones)
PLAN = planning.plan(RULES.desk, planning.Surroundings(profiles={"phones"}))
CALL = Call("u", "1", "2", datetime(2026, 11, 24, tzinfo=UTC))
SCRATCH = Path(tempfile.mkdtemp(prefix="fsapp-fuzz-"))


@dataclass(frozen=True, slots=True)
class Target:
    """`run` reads a case; `milliseconds` is how long one of 4 KB may keep the processor."""

    run: Callable[[bytes], object]
    seeds: Sequence[bytes]
    allowed: tuple[type[Exception], ...] = (FsappError,)
    milliseconds: float = 10
    words: Sequence[bytes] = ()


def file(content: bytes, suffix: str) -> Path:
    path = SCRATCH / f"case{suffix}"
    path.write_bytes(content)
    return path


# The event socket.

HEADERS = ("Event-Name", "Unique-ID", "Core-UUID", "Application-UUID", "DTMF-Digit", "variable_x", "_body")


def read_wire(data: bytes) -> None:
    """In pieces of a size that the first byte says: where it is cut must not matter."""
    size, content = max(data[0], 1) if data else 1, data[1:]
    whole, pieces = messages(content, len(content) or 1), messages(content, size)
    assert whole == pieces, "it depends on where the bytes are cut"


def messages(content: bytes, size: int) -> list[object]:
    parser, found = wire.Parser(), list[object]()
    try:
        for start in range(0, len(content), size):
            for message in parser.feed(content[start : start + size]):
                found.append((message.content_type, message.body, message.reply))
                if message.content_type.startswith("text/event"):
                    looked_at(wire.event(message))
    except WireError as error:
        found.append(type(error))
    return found


def looked_at(event: JsonEvent | PlainEvent | Any) -> None:
    for header in HEADERS:
        event.get(header)
        event.number(header)
    faxing.result(event)


_BLANK_BEFORE_COLON = re.compile(rb'"\s+:')


def read_json_event(data: bytes) -> None:
    """The quick look at bytes gives what a parser gives, if no blank is before a colon: the switch writes none."""
    event = JsonEvent(data)
    found = {header: event.get(header) for header in HEADERS}
    try:
        parsed = orjson.loads(data)
    except ValueError:
        return
    if _BLANK_BEFORE_COLON.search(data):
        return
    if isinstance(parsed, dict) and not any(isinstance(each, dict | list) for each in parsed.values()):
        for header, value in found.items():
            expected = parsed.get(header, "")
            assert value == (expected if isinstance(expected, str) else ""), header


def read_channel(data: bytes) -> None:
    call = channel_data.call(wire.block(data), datetime(2026, 11, 24, tzinfo=UTC))
    assert all(each.isprintable() for each in (call.ani, call.dnis, call.caller_name, call.trunk, call.phone))


# Files of a site.


def read_settings(data: bytes) -> None:
    document = places.parse(data, "f.yaml")
    list(secrets_in_the_open(document, 0o644))
    validated(EngineSettings, document)


def read_template(data: bytes) -> None:
    source = data.decode("utf-8", "replace")
    context = a_context({"x": "text", "n": 3, "bill": {"amount": 312.5}, "many": list(range(50)), "big": 2**5000})
    for kind in (Text, Expression):
        try:
            made = kind(source)
        except ValueError:
            continue
        made.value(context)


def read_csv(data: bytes) -> None:
    path = file(data, ".csv")
    for read in (lambda: agents_csv.read(path, (), lambda _: None), lambda: customers_csv.read(path, lambda *_: None)):
        try:
            read()
        except ConfigError:
            continue


def read_wav(data: bytes) -> None:
    path = file(data, ".wav")
    music._length(path)  # type: ignore[arg-type]
    try:
        sound = audio.read(path)
    except MediaError:
        return
    assert sound.seconds >= 0
    audio.levelled(audio.trimmed(sound))


def read_tiff(data: bytes) -> None:
    path = file(data, ".tif")
    try:
        tiff.directories(path)
    finally:
        list(tiff.whole_pages(path))


# What others say.


def press_keys(data: bytes) -> None:
    """A byte is a key, or a pause before the next one."""
    reader, now = KeyReader(PLAN), 0.0
    for byte in data[:400]:
        if byte & 0x80:
            now += (byte & 0x7F) / 8
            reader.wake(now)
        else:
            reader.press(chr(byte), now)
        deadline = reader.next_deadline()
        assert deadline is None or deadline > now - 1
    while (deadline := reader.next_deadline()) is not None:
        now = max(now + 0.01, deadline)
        reader.wake(now)


def ask_control(data: bytes) -> None:
    control = ControlSocket.__new__(ControlSocket)
    control._handlers = {"reload": lambda _: None, "floor": lambda _: None}
    control._asked(data)


def dial(data: bytes) -> None:
    DOOR.number(data.decode("utf-8", "surrogateescape"), CALL)


def read_answer(data: bytes) -> None:
    """What a look-up answers can be kept, logged and said."""
    record = SOURCE._record(data)
    line_of({"set": record})
    rows.json_text({"set": record})


SOURCE = HttpSource(HttpSettings(url="http://127.0.0.1:9/"), timeout=1)


def speak(data: bytes) -> None:
    text = data.decode("utf-8", "replace")[:1000]
    for language in ("zh", "en"):
        wording.pieces(wording.words(text, language))


# Seeds.

EVENT = b'{"Event-Name":"DTMF","Core-UUID":"c-1","Unique-ID":"u-1","DTMF-Digit":"5","variable_x":"a\\"b\\u00e9"}'
NOTICE = (
    b"Content-Type: text/disconnect-notice\nControlled-Session-UUID: u\nContent-Disposition: linger\n"
    b"Channel-Name: sofia/x/1@y\nLinger-Time: 10\nContent-Length: 0\n\n"
)
WIRE = (
    b"\x07Content-Type: command/reply\nReply-Text: +OK\n\n"
    + NOTICE
    + b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(EVENT), EVENT)
)
PLAIN = (
    b"\x40Content-Length: 60\nContent-Type: text/event-plain\n\n"
    b"Event-Name: DTMF\nDTMF-Digit: 5\nContent-Length: 3\n\nabc"
)
CONNECT = b"Event-Name: CHANNEL_DATA\nUnique-ID: u-1\nCaller-Caller-ID-Name: a%0Ab\nCaller-Destination-Number: 95598\n"
WAV = (
    b"RIFF\x34\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"
    b"data\x10\x00\x00\x00" + bytes(range(16))
)
TIFF = b"II*\x00\x08\x00\x00\x00" + b"\x03\x00" + b"\x00\x01\x03\x00\x01\x00\x00\x00\xc0\x06\x00\x00" * 3 + b"\x00" * 4
REFER = (
    b"REFER sip:x SIP/2.0\r\nFrom: <sip:1001@x>\r\nRefer-To: <sip:1002@x?Replaces=abc%3Bto-tag>\r\nCall-ID: c\r\n\r\n"
)
HEP = b"HEP3\x00\x80\x00\x00\x00\x0f" + (len(REFER) + 6).to_bytes(2) + REFER
LISTED = b"<registrations>\n<user>1001@x</user>\n<status>Registered(UDP)(unknown) expsecs(90)</status>\n</profile>"
CDR = orjson.dumps(
    {
        "variables": {"uuid": "u", "direction": "inbound", "start_uepoch": "1", "end_uepoch": "2", "billmsec": "3"},
        "callflow": [{"caller_profile": {"destination_number": "1"}}],
        "channel_data": {"direction": "inbound"},
    }
)
AGENTS = "number,name,queue,skills\n1001,李雷,service:1:2,billing:5\n".encode()
CUSTOMERS = "id,numbers,name\n,13800138000,王芳\n".encode()


def shipped(*patterns: str) -> list[bytes]:
    return [path.read_bytes()[:4096] for pattern in patterns for path in sorted(ROOT.glob(pattern))]


YAML_WORDS = [
    b"&a ",
    b"*a",
    b"!!python/name:os",
    b"- ",
    b"? ",
    b": ",
    b"{",
    b"[",
    b"'",
    b'"',
    b"|\n",
    b">-\n",
    b"---\n",
    b"{{ ",
    b" }}",
]
JSON_WORDS = [
    b'"',
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"[",
    b"null",
    b"1e999",
    b'":"',
    b'"Unique-ID":"',
    b'"Event-Name":"',
]
WIRE_WORDS = [
    b"\n\n",
    b"\n",
    b"Content-Length: ",
    b"Content-Length: 0",
    b"%0A",
    b"Content-Type: text/event-json",
    b"Content-Disposition: linger\n",
]
EXPRESSIONS = [
    b"{{ x }}",
    b"{{ bill.amount | money }}",
    b"{{ n + 1 }}",
    b"x > 1 and n in many",
    b"{{ [x, x] | first ~ big }}",
]
EXPRESSION_WORDS = [
    b"|round(9,'ceil')",
    b"**",
    b"~",
    b"(",
    b"[",
    b" not ",
    b".__class__",
    b" if x else ",
    b"|int(0,36)",
    b"%d",
    b"big",
    b"many",
]

TARGETS: Mapping[str, Target] = {
    "wire": Target(read_wire, [WIRE, PLAIN], (), 20, WIRE_WORDS),
    "json_event": Target(read_json_event, [EVENT, b"{}"], words=JSON_WORDS),
    "channel": Target(read_channel, [CONNECT], (), words=WIRE_WORDS),
    "channel_list": Target(
        lambda data: _rows(data.decode("utf-8", "replace")), [b'{"rows":[{"uuid":"u"}]}'], words=JSON_WORDS
    ),
    "registrations": Target(
        lambda data: list(sip_registrations.listed(data.decode("utf-8", "replace"))), [LISTED], (ValueError,)
    ),
    "sip_copy": Target(sip_copies.referral, [HEP], (), words=[b"sip:", b"?replaces=", b"\r\n", b"REFER "]),
    "switch_cdr": Target(lambda data: switch_cdrs.read(file(data, ".cdr.json")), [CDR], words=JSON_WORDS),
    "yaml": Target(lambda data: places.parse(data, "f"), shipped("conf/*.yaml"), milliseconds=60, words=YAML_WORDS),
    "flow": Target(
        lambda data: loader.parse(data, "f", KINDS),
        shipped("ivr_flows/*[a-z].yaml"),
        milliseconds=150,
        words=YAML_WORDS,
    ),
    "settings": Target(read_settings, shipped("conf/fsapp.yaml"), milliseconds=100, words=YAML_WORDS),
    "queues": Target(
        lambda data: queues(places.parse(data, "f")), shipped("conf/queues.yaml"), milliseconds=100, words=YAML_WORDS
    ),
    "calendars": Target(
        lambda data: calendars(places.parse(data, "f")),
        shipped("conf/calendars.yaml"),
        milliseconds=100,
        words=YAML_WORDS,
    ),
    # 150 expressions in one text, 0.4 ms each; one alone is bounded in test_security_templates.py
    "template": Target(read_template, EXPRESSIONS, milliseconds=150, words=EXPRESSION_WORDS),
    "csv": Target(read_csv, [AGENTS, CUSTOMERS], milliseconds=60, words=[b",", b'"', b"\n", b"\0"]),
    "keys": Target(press_keys, [b"*111001#", b"*\x90**21#", b"**"], (), words=[b"*", b"#", b"\xff"]),
    "control": Target(ask_control, [b'{"do":"reload"}\n'], words=JSON_WORDS),
    "number": Target(
        dial, [b"13800138000", b"110", b"+8613800138000"], (NotAllowed,), words=[b"+", b"*", b"#", b"00", b","]
    ),
    "answer": Target(read_answer, [b'{"amount": 1.5, "a": [{"b": null}]}'], (LookupFailed,), words=JSON_WORDS),
    "words": Target(speak, ["电费312.5元，2026-11-24 12:30".encode(), b"It is $1,234.56 (3/4)"], (), 30),
    "wav": Target(read_wav, [WAV], words=[b"data", b"fmt ", b"RIFF", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00"]),
    "tiff": Target(
        read_tiff, [TIFF], milliseconds=20, words=[b"II*\0", b"MM\0*", b"\xff\xff\xff\xff", b"\x08\x00\x00\x00"]
    ),
}
