"""Faxes on the stand-in: two white pages come, and whatever is there goes."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.switchboard.sip_variables import stage

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

_FAX_SECONDS = 19.4
_PAGES = 2
_WIDTH, _LINES = 1728, 2156
_SHORT, _LONG, _RATIONAL = 3, 4, 5


def rxfax(channel: Channel, path: str) -> None:
    """A two-page fax comes in, as it did on the real switch."""
    channel.idle(_FAX_SECONDS)
    channel.variables |= stage("fax received", path=path)
    if Path(path).parent.is_dir():
        Path(path).write_bytes(white_fax(_PAGES))


def txfax(channel: Channel, path: str) -> None:
    """A document goes out, and all of it arrives."""
    if not Path(path).exists():
        channel.set("current_application_response", "Cannot send non-existant fax file")
        return
    channel.idle(_FAX_SECONDS)
    channel.variables |= stage("fax received", path=path)


def white_fax(pages: int) -> bytes:
    """A fax TIFF of white pages. A line that is white throughout is one bit in G4 (ITU-T T.6)."""
    strip = b"\xff" * (_LINES // 8 + 1)
    content = struct.pack("<4sI", b"II*\0", 8 + len(strip)) + strip
    for page in range(pages):
        content += _directory(len(content), len(strip), last=page + 1 == pages)
    return content


def _directory(at: int, strip_bytes: int, *, last: bool) -> bytes:
    """One page's, which lies at `at`; its resolutions follow it, then the next page."""
    values = (
        (256, _LONG, _WIDTH),
        (257, _LONG, _LINES),
        (258, _SHORT, 1),
        (259, _SHORT, 4),
        (262, _SHORT, 0),
        (273, _LONG, 8),
        (278, _LONG, _LINES),
        (279, _LONG, strip_bytes),
        (282, _RATIONAL, None),
        (283, _RATIONAL, None),
        (296, _SHORT, 2),
    )
    after = at + 2 + 12 * len(values) + 4
    places = iter((after, after + 8))
    entries = b"".join(
        struct.pack("<HHII", tag, kind, 1, next(places) if value is None else value) for tag, kind, value in values
    )
    end = after + 16
    resolutions = struct.pack("<IIII", 204, 1, 196, 1)
    return struct.pack("<H", len(values)) + entries + struct.pack("<I", 0 if last else end) + resolutions
