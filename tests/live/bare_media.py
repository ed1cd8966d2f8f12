"""What a bare line says: a tone and keys, as RTP (RFC 3550, RFC 4733), packet by packet."""

import re
import secrets
import struct

import gevent

from tests.live.bare_line import Line
from tests.live.bare_phones import BarePhone

FRAME_SECONDS = 0.02
FRAME_SAMPLES = 160
ALAW, KEY = 8, 101
"""Payload types, as BarePhone offers them."""

TONE = (b"\xe5" * 8 + b"\x65" * 8) * 10
"""A frame of 500 Hz, loud."""

KEYS = "0123456789*#"
VOLUME = 10
LAST = 0x80
"""The bit that ends a key's packets; the last is sent three times, for packets get lost."""


class Mouth:
    """Of one line that is up. Speaking takes as long as it would."""

    def __init__(self, phone: BarePhone, line: Line) -> None:
        self._phone = phone
        self._line = line
        self._peer = address(line.description)
        self._source = secrets.randbits(32)
        self._number = self._samples = 0

    def speak(self, seconds: float) -> None:
        """Less where the line ends."""
        for _ in range(round(seconds / FRAME_SECONDS)):
            if self._line.over is not None:
                return
            self._send(ALAW, TONE, self._samples)
            self._pass()

    def press(self, keys: str, gap: float = 0.1) -> None:
        """`gap` is the silence after each, in seconds."""
        for key in keys:
            if self._line.over is not None:
                return
            self._press(KEYS.index(key))
            gevent.sleep(gap)
            self._samples += round(gap * 8000)

    def _press(self, event: int) -> None:
        began = self._samples
        for frame in range(1, 6):
            self._send(KEY, struct.pack("!BBH", event, VOLUME, frame * FRAME_SAMPLES), began, marker=frame == 1)
            self._pass()
        for _ in range(3):
            self._send(KEY, struct.pack("!BBH", event, LAST | VOLUME, 5 * FRAME_SAMPLES), began)

    def _pass(self) -> None:
        gevent.sleep(FRAME_SECONDS)
        self._samples += FRAME_SAMPLES

    def _send(self, kind: int, payload: bytes, at: int, *, marker: bool = False) -> None:
        self._number += 1
        head = struct.pack("!BBHII", 0x80, marker << 7 | kind, self._number & 0xFFFF, at & 0xFFFFFFFF, self._source)
        self._phone.sound(head + payload, self._peer)


def address(description: str) -> tuple[str, int]:
    """Where the other side wants its sound. Raises ValueError."""
    host = re.search(r"^c=IN IP4 (\S+)", description, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", description, re.MULTILINE)
    if host is None or port is None:
        raise ValueError(f"no sound is described in {description!r}")
    return host[1], int(port[1])
