"""Events as FreeSWITCH writes them: plain (url-encoded headers) and JSON, framed for the event socket."""

import json
import re
from dataclasses import dataclass

_SAFE = re.compile(r"[A-Za-z0-9!$'()*,./_~-]*\Z", re.ASCII)
_UNSAFE = re.compile(rb"""%(?![0-9A-F]{2})|[^ -~]|[ "#&+:;<=>?@\[\\\]^`{|}]""")


@dataclass(frozen=True, slots=True)
class SwitchEvent:
    """One event: its headers in order, and the body that a few kinds have. Bytes outside UTF-8 are surrogates."""

    headers: dict[str, str]
    body: str = ""

    @property
    def name(self) -> str:
        return self.headers["Event-Name"]


def url_encoded(value: str) -> str:
    """As switch_url_encode does it: a `%` that two hexadecimal digits follow is left as it is."""
    if _SAFE.match(value):
        return value
    return _UNSAFE.sub(lambda match: b"%%%02X" % match[0][0], octets(value)).decode("ascii")


def octets(text: str) -> bytes:
    """The bytes of a value that may hold what is no UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def plain(event: SwitchEvent) -> bytes:
    """The headers as text; an empty value is written `_undef_`."""
    lines = "".join(f"{name}: {url_encoded(value) or '_undef_'}\n" for name, value in event.headers.items())
    if not event.body:
        return octets(lines + "\n")
    return octets(f"{lines}Content-Length: {len(octets(event.body))}\n\n{event.body}")


def as_json(event: SwitchEvent) -> bytes:
    """The headers as one object; a body comes as `_body`, with its length."""
    fields = event.headers
    if event.body:
        fields = {**fields, "Content-Length": str(len(octets(event.body))), "_body": event.body}
    return octets(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))


def framed(event: SwitchEvent, form: str) -> bytes:
    """An event as it goes over the socket; `form` is plain or json."""
    text = as_json(event) if form == "json" else plain(event)
    return b"Content-Length: %d\nContent-Type: text/event-%s\n\n%s" % (len(text), form.encode(), text)


def reply(text: str) -> bytes:
    """The reply to a command. A text that begins with `~` brings its own headers."""
    if text.startswith("~"):
        return octets(f"Content-Type: command/reply\n{text[1:]}")
    return octets(f"Content-Type: command/reply\nReply-Text: {text}\n\n")


def api_response(text: str) -> bytes:
    """The answer of an API command."""
    body = octets(text or "-ERR no reply\n")
    return b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(body), body)


def linger_notice(uuid: str, channel_name: str, seconds: int) -> bytes:
    """Told once the channel is down and the socket stays. The name is not encoded."""
    return octets(
        f"Content-Type: text/disconnect-notice\nControlled-Session-UUID: {uuid}\nContent-Disposition: linger\n"
        f"Channel-Name: {channel_name}\nLinger-Time: {seconds}\nContent-Length: 0\n\n"
    )


def disconnect_notice(uuid: str = "") -> bytes:
    """The last words on a socket; `uuid` where it controlled a session."""
    body = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
    session = f"Controlled-Session-UUID: {uuid}\nContent-Disposition: disconnect\n" if uuid else ""
    return octets(f"Content-Type: text/disconnect-notice\n{session}Content-Length: {len(body)}\n\n{body}")
