"""The bytes that the load generator sends, made beforehand: only ids and what an application is about are put in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from fsapp.switchboard import ending, event_text
from fsapp.switchboard.channel_headers import channel_data, event_headers
from fsapp.switchboard.event_text import SwitchEvent
from fsapp.switchboard.sip_variables import stage
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.telephone import SilentTelephone

PLACEHOLDER = "5a5a5a5a-0000-4000-8000-a5a5a5a5a5a5"
"""Stands for the channel's id in what was made beforehand."""

_CORE = "c0c0c0c0-0000-4000-8000-c0c0c0c0c0c0"
_ENDING = ("CHANNEL_HANGUP", "CHANNEL_UNPARK", "CHANNEL_STATE", "CHANNEL_HANGUP_COMPLETE")
_RUNNING = ("CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE", "CHANNEL_ANSWER", "DTMF")


@dataclass(frozen=True, slots=True)
class Templates:
    """Events without their last headers, by name, in one form; and the answer to `connect`."""

    form: str
    connect: bytes
    events: Mapping[str, bytes]

    def of_call(self, uuid: bytes) -> dict[str, bytes]:
        """The events of one call."""
        placeholder = PLACEHOLDER.encode()
        return {name: event.replace(placeholder, uuid) for name, event in self.events.items()}

    def complete(self, event: bytes, tail: bytes) -> bytes:
        """An event with its last headers, framed."""
        end = b"}" if self.form == "json" else b"\n"
        size = len(event) + len(tail) + 1
        kind = self.form.encode()
        return b"Content-Length: %d\nContent-Type: text/event-%s\n\n%s%s%s" % (size, kind, event, tail, end)


def made(form: str) -> Templates:
    """Everything in plain or json, as of an answered call of average length."""
    switch = Switch()
    switch.core_uuid = _CORE
    channel = switch.incoming(CallParameters("13800138000", "95598", "Zhang Wei", uuid=PLACEHOLDER), SilentTelephone())
    channel.state = channel.next_state = "CS_EXECUTE"
    channel.call_state = "RINGING"
    channel.variables |= {"current_application": "socket", "current_application_data": "127.0.0.1:8084 async full"}
    connect = event_text.plain(SwitchEvent(channel_data(channel, full=True)))
    del channel.variables["current_application"], channel.variables["current_application_data"]
    switch.applications["answer"](channel, "")
    channel.variables |= stage("inbound acknowledged", **switch.filled_in(channel.profile))
    events = {name: _opened(event_headers(channel, name, {}, {}), form) for name in _RUNNING}
    channel.hang_up()
    channel.timeline.now = 12.0
    events |= {name: _opened(event_headers(channel, name, {}, {}), form) for name in _ENDING[:-1]}
    ending.report(channel)
    events["CHANNEL_HANGUP_COMPLETE"] = _opened(event_headers(channel, _ENDING[-1], {}, {}), form)
    return Templates(form, connect, events)


def _opened(headers: dict[str, str], form: str) -> bytes:
    """An event without its end, so that headers may follow."""
    event = SwitchEvent(headers)
    return (event_text.as_json(event) if form == "json" else event_text.plain(event))[:-1]


@lru_cache(maxsize=4096)
def tail(form: str, *headers: tuple[str, str]) -> bytes:
    """Headers that follow."""
    if form == "json":
        return "".join(
            f",{json.dumps(name)}:{json.dumps(value, ensure_ascii=False)}" for name, value in headers
        ).encode()
    return "".join(f"{name}: {event_text.url_encoded(value)}\n" for name, value in headers).encode()
