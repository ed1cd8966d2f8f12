"""The headers that an event of a channel carries, in FreeSWITCH's order (switch_channel_event_set_data)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

STATE_NUMBERS = {
    "CS_NEW": 0,
    "CS_NONE": 1,
    "CS_INIT": 2,
    "CS_ROUTING": 2,
    "CS_SOFT_EXECUTE": 3,
    "CS_EXECUTE": 4,
    "CS_EXCHANGE_MEDIA": 5,
    "CS_PARK": 6,
    "CS_CONSUME_MEDIA": 7,
    "CS_HIBERNATE": 8,
    "CS_RESET": 9,
    "CS_HANGUP": 10,
    "CS_REPORTING": 11,
    "CS_DESTROY": 12,
}
"""As events tell them: of the state that comes next, so that CS_INIT has the number of CS_ROUTING."""

_SOURCES = {
    "CHANNEL_DATA": ("mod_event_socket.c", "parse_command", 2018),
    "CHANNEL_OUTGOING": ("switch_ivr_originate.c", "switch_ivr_originate", 3172),
    "CHANNEL_ORIGINATE": ("switch_core_session.c", "switch_core_session_outgoing_channel", 734),
    "CHANNEL_DESTROY": ("switch_core_session.c", "switch_core_session_perform_destroy", 1589),
    "CHANNEL_HOLD": ("switch_channel.c", "switch_channel_mark_hold", 1006),
    "CHANNEL_UNHOLD": ("switch_channel.c", "switch_channel_mark_hold", 1039),
    "CHANNEL_CREATE": ("switch_core_state_machine.c", "switch_core_session_run", 626),
    "CHANNEL_PROGRESS": ("switch_channel.c", "switch_channel_perform_mark_ring_ready_value", 3507),
    "CHANNEL_ANSWER": ("switch_channel.c", "switch_channel_perform_mark_answered", 3848),
    "CHANNEL_EXECUTE": ("switch_core_session.c", "switch_core_session_exec", 2949),
    "CHANNEL_EXECUTE_COMPLETE": ("switch_core_session.c", "switch_core_session_exec", 2972),
    "CHANNEL_BRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1689),
    "CHANNEL_UNBRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1879),
    "CHANNEL_PARK": ("switch_ivr.c", "switch_ivr_park", 1002),
    "CHANNEL_UNPARK": ("switch_ivr.c", "switch_ivr_park", 1213),
    "CHANNEL_STATE": ("switch_channel.c", "switch_channel_perform_set_running_state", 2409),
    "CHANNEL_HANGUP": ("switch_channel.c", "switch_channel_perform_hangup", 3447),
    "CHANNEL_HANGUP_COMPLETE": ("switch_core_state_machine.c", "switch_core_session_reporting_state", 943),
    "DTMF": ("switch_channel.c", "switch_channel_dequeue_dtmf", 678),
    "BACKGROUND_JOB": ("mod_event_socket.c", "api_exec", 1569),
}

WITHOUT_VARIABLES = frozenset({"DTMF", "CHANNEL_STATE", "CHANNEL_OUTGOING"})

Times = dict[str, int]
_TIMES = (
    "Channel-Created-Time",
    "Channel-Answered-Time",
    "Channel-Progress-Time",
    "Channel-Progress-Media-Time",
    "Channel-Hangup-Time",
    "Channel-Transfer-Time",
    "Channel-Resurrect-Time",
    "Channel-Bridged-Time",
    "Channel-Last-Hold",
    "Channel-Hold-Accum",
)


@dataclass(slots=True)
class Profile:
    """A caller profile: who calls whom, as one leg sees it. Empty fields are not shown; times are microseconds.

    `ani` and `original_name` differ from number and name only where a transfer swapped the two sides.
    """

    uuid: str
    channel_name: str
    direction: Literal["inbound", "outbound"]
    number: str
    destination: str
    name: str = ""
    ani: str | None = None
    original_name: str | None = None
    username: str = ""
    dialplan: str = ""
    callee_name: str = ""
    callee_number: str = ""
    network_address: str = ""
    source: str = "mod_sofia"
    transfer_source: str = ""
    context: str = "public"
    rdnis: str = ""
    index: int = 1
    created: int = 0
    times: Times = field(default_factory=dict)

    def flip(self) -> None:
        """Caller and callee change places: who was called places calls from now on."""
        self.keep_origin()
        self.name, self.callee_name = self.callee_name, self.name
        self.number, self.callee_number = self.callee_number, self.number

    def keep_origin(self) -> None:
        """Name and number are about to change; who called at first stays known."""
        if self.ani is None:
            self.ani = self.number
        if self.original_name is None:
            self.original_name = self.name

    def copied(self) -> Profile:
        """As it is now, for the other leg to show."""
        return replace(self, transfer_source="", times=dict(self.times))


def event_head(name: str, core_uuid: str, microseconds: int, sequence: int) -> dict[str, str]:
    """What every event begins with."""
    moment = datetime.fromtimestamp(microseconds // 1_000_000, UTC)
    file, function, line = _SOURCES.get(name, ("switch_core.c", "switch_core", 1))
    return {
        "Event-Name": name,
        "Core-UUID": core_uuid,
        "FreeSWITCH-Hostname": "pbx1",
        "FreeSWITCH-Switchname": "pbx1",
        "FreeSWITCH-IPv4": "127.0.0.1",
        "FreeSWITCH-IPv6": "::1",
        "Event-Date-Local": f"{moment:%Y-%m-%d %H:%M:%S}",
        "Event-Date-GMT": f"{moment:%a, %d %b %Y %H:%M:%S GMT}",
        "Event-Date-Timestamp": str(microseconds),
        "Event-Calling-File": file,
        "Event-Calling-Function": function,
        "Event-Calling-Line-Number": str(line),
        "Event-Sequence": str(sequence),
    }


def profile_headers(prefix: str, profile: Profile, logical_direction: str = "") -> dict[str, str]:
    """A caller profile under a prefix: `Caller`, `Channel` (in the reply to connect) or `Other-Leg`."""
    ani = profile.number if profile.ani is None else profile.ani
    fields = {
        "Direction": profile.direction,
        "Logical-Direction": logical_direction or profile.direction,
        "Username": profile.username,
        "Dialplan": profile.dialplan,
        "Caller-ID-Name": profile.name,
        "Caller-ID-Number": profile.number,
        "Orig-Caller-ID-Name": profile.name if profile.original_name is None else profile.original_name,
        "Orig-Caller-ID-Number": ani,
        "Callee-ID-Name": profile.callee_name,
        "Callee-ID-Number": profile.callee_number,
        "Network-Addr": profile.network_address,
        "ANI": ani,
        "Destination-Number": profile.destination,
        "Unique-ID": profile.uuid,
        "Source": profile.source,
        "Transfer-Source": profile.transfer_source,
        "Context": profile.context,
        "RDNIS": profile.rdnis,
        "Channel-Name": profile.channel_name,
        "Profile-Index": str(profile.index) if prefix != "Other-Leg" else "",
        "Profile-Created-Time": str(profile.created),
        **{name: str(profile.times.get(name, 0)) for name in _TIMES},
        "Screen-Bit": "true",
        "Privacy-Hide-Name": "false",
        "Privacy-Hide-Number": "false",
    }
    return {f"{prefix}-{name}": value for name, value in fields.items() if value}


def codec_headers() -> dict[str, str]:
    """G.711 in both directions."""
    codec = {"Name": "PCMU", "Rate": "8000", "Bit-Rate": "64000"}
    return {f"Channel-{way}-Codec-{name}": value for way in ("Read", "Write") for name, value in codec.items()}


def event_headers(channel: Channel, name: str, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """All headers of a channel's event; `before` and `after` are those of its kind."""
    headers = event_head(name, channel.switch.core_uuid, channel.now, channel.switch.next_sequence())
    headers.update(before)
    headers |= _state_headers(channel) | (codec_headers() if channel.has_codec else {})
    headers |= profile_headers("Caller", channel.profile)
    if channel.bond:
        headers |= {"Other-Type": channel.bond[0]} | profile_headers("Other-Leg", channel.bond[1], "inbound")
    if name not in WITHOUT_VARIABLES:
        headers |= {f"variable_{key}": value for key, value in channel.variables.items()}
    headers.update(after)
    return headers


def _state_headers(channel: Channel) -> dict[str, str]:
    direction = channel.profile.direction
    headers = {
        "Channel-State": channel.state,
        "Channel-Call-State": channel.call_state,
        "Channel-State-Number": str(STATE_NUMBERS[channel.next_state]),
        "Channel-Name": channel.profile.channel_name,
        "Unique-ID": channel.uuid,
        "Call-Direction": direction,
        "Presence-Call-Direction": direction,
        "Channel-HIT-Dialplan": "true" if channel.hit_dialplan else "false",
        "Channel-Call-UUID": channel.variables.get("call_uuid", channel.uuid),
        "Answer-State": channel.answer_state,
    }
    return headers | ({"Hangup-Cause": channel.cause} if channel.cause else {})


def channel_data(channel: Channel, *, full: bool) -> dict[str, str]:
    """The headers that answer `connect`: the caller's profile twice, state and variables."""
    items = list(event_headers(channel, "CHANNEL_DATA", {}, {}).items())
    head_size = len(event_head("CHANNEL_DATA", "", 0, 0))
    reply = {
        "Content-Type": "command/reply",
        "Reply-Text": "+OK\n",
        "Socket-Mode": "async",
        "Control": "full" if full else "single-channel",
    }
    return dict(items[:head_size]) | profile_headers("Channel", channel.profile) | dict(items[head_size:]) | reply
