"""Lists that the stand-in gives of its channels and registrations: `show`, `sofia`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fsapp.switchboard import registrations
from fsapp.switchboard.phones import parsed

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel
    from fsapp.switchboard.switch import Switch

_USAGE = "-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count]\n"


def show(switch: Switch, words: list[str]) -> str:
    """`channels as json`, `channels count`, `registrations as json`. The switch's own copy of each lags a little."""
    channels = list(switch.channels.values())
    if words == ["channels", "count"]:
        return f"\n{len(channels)} total.\n"
    if words == ["channels", "as", "json"]:
        return registrations.as_rows([_row(channel) for channel in channels])
    if words == ["registrations", "as", "json"]:
        return registrations.shown(switch.phone_book.registrations())
    return _USAGE


def _row(channel: Channel) -> dict[str, str]:
    profile, codec = channel.profile, "PCMU" if channel.has_codec else ""
    rate, bits = ("8000", "64000") if codec else ("", "")
    seconds = channel.started // 1_000_000
    return {
        "uuid": channel.uuid,
        "direction": profile.direction,
        "created": f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}",
        "created_epoch": str(seconds),
        "name": profile.channel_name,
        "state": channel.state,
        "cid_name": profile.name,
        "cid_num": profile.number,
        "ip_addr": profile.network_address if profile.direction == "inbound" else "",
        "dest": profile.destination,
        "application": "uuid_bridge" if channel.talk else channel.variables.get("current_application", ""),
        "application_data": channel.variables.get("current_application_data", ""),
        "dialplan": profile.dialplan,
        "context": profile.context,
        "read_codec": codec,
        "read_rate": rate,
        "read_bit_rate": bits,
        "write_codec": codec,
        "write_rate": rate,
        "write_bit_rate": bits,
        "secure": "",
        "hostname": "pbx1",
        "presence_id": "",
        "presence_data": "",
        "accountcode": "",
        "callstate": channel.call_state,
        "callee_name": profile.callee_name,
        "callee_num": profile.callee_number,
        "callee_direction": "SEND" if channel.talk else "",
        "call_uuid": channel.variables.get("call_uuid", channel.uuid),
    }


def sofia(switch: Switch, words: list[str]) -> str:
    """`status profile phones reg` and `xmlstatus profile phones reg`."""
    found = switch.phone_book.registrations()
    if words[1:] == ["profile", "phones", "reg"]:
        if words[0] == "xmlstatus":
            return registrations.in_xml(found, switch.now())
        if words[0] == "status":
            return registrations.in_text(found, switch.now())
    return "-ERR the stand-in does not know this of sofia\n"


def sofia_contact(switch: Switch, words: list[str]) -> str:
    """`profile/user@domain`."""
    phone = switch.phone_book.phone(parsed(f"sofia/{words[0]}")) if words else None
    if phone is None or phone.registration is None:
        return "error/user_not_registered"
    return f"sofia/phones/sip:{phone.user}@127.0.0.1:5062;ob"
