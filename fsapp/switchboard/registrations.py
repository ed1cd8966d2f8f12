"""Phones that are registered: the events of mod_sofia about them, and its lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from fsapp.switchboard.channel_headers import event_head
from fsapp.switchboard.event_text import SwitchEvent
from fsapp.switchboard.parameters import CallParameters

if TYPE_CHECKING:
    from fsapp.switchboard.switch import Switch

DOMAIN = "fsapp.local"
"""The domain of conf/freeswitch, unless settings name another."""

EXPIRES = 300
_PORT = "5062"


@dataclass(frozen=True, slots=True)
class Registration:
    """One phone's, since a moment in microseconds."""

    user: str
    domain: str
    since: int

    @property
    def call_id(self) -> str:
        return f"EXhB1OqZ22PHPZG.{self.user}"

    @property
    def contact(self) -> str:
        return f'"" <sip:{self.user}@127.0.0.1:{_PORT};ob>'

    @property
    def expires_at(self) -> int:
        """Seconds since 1970; mod_sofia allows a minute more."""
        return self.since // 1_000_000 + EXPIRES + 60


def registered(switch: Switch, phone: Registration) -> SwitchEvent:
    fields = {
        "profile-name": "phones",
        "from-user": phone.user,
        "from-host": phone.domain,
        "presence-hosts": "n/a",
        "contact": phone.contact,
        "call-id": phone.call_id,
        "rpid": "unknown",
        "status": "Registered(UDP)",
        "expires": str(EXPIRES),
        "to-user": phone.user,
        "to-host": "127.0.0.1",
        "network-ip": "127.0.0.1",
        "network-port": _PORT,
        "username": phone.user,
        "realm": phone.domain,
        "user-agent": "unknown",
    }
    return _event(switch, "register", fields | _account(phone.user, phone.domain))


def unregistered(switch: Switch, phone: Registration) -> SwitchEvent:
    fields = {
        "profile-name": "phones",
        "username": phone.user,
        "from-user": phone.user,
        "from-host": phone.domain,
        "contact": phone.contact,
        "call-id": phone.call_id,
        "rpid": "unknown",
        "realm": phone.domain,
        "network-ip": "127.0.0.1",
        "network-port": _PORT,
        "user-agent": "unknown",
        "expires": "0",
    }
    return _event(switch, "unregister", fields | _account(phone.user, phone.domain))


def expired(switch: Switch, phone: Registration) -> SwitchEvent:
    fields = {
        "profile-name": "phones",
        "call-id": phone.call_id,
        "user": phone.user,
        "username": phone.user,
        "host": phone.domain,
        "contact": phone.contact,
        "expires": str(phone.expires_at),
        "user-agent": "unknown",
        "realm": phone.domain,
        "network-ip": "127.0.0.1",
        "network-port": _PORT,
    }
    return _event(switch, "expire", fields)


def _event(switch: Switch, kind: str, fields: Mapping[str, str]) -> SwitchEvent:
    head = event_head("CUSTOM", switch.core_uuid, switch.now(), switch.next_sequence())
    return SwitchEvent({"Event-Subclass": f"sofia::{kind}", **head, **fields})


def _account(user: str, domain: str) -> dict[str, str]:
    return {
        "sip_number_alias": user,
        "sip_auth_username": user,
        "sip_auth_realm": domain,
        "number_alias": user,
        "user_name": user,
        "domain_name": domain,
    }


def dialled(user: str, domain: str, number: str, uuid: str) -> CallParameters:
    """A call that a registered phone places."""
    variables = {"sip_authorized": "true", **_account(user, domain)}
    variables |= {name: "phones" for name in ("sofia_profile_name", "recovery_profile_name")}
    return CallParameters(user, number, user, "phones", variables, uuid)


def shown(phones: Iterable[Registration]) -> str:
    """`show registrations as json`."""
    rows = [
        {
            "reg_user": phone.user,
            "realm": phone.domain,
            "token": phone.call_id,
            "url": f"sofia/phones/sip:{phone.user}@127.0.0.1:{_PORT};ob",
            "expires": str(phone.expires_at),
            "network_ip": "127.0.0.1",
            "network_port": _PORT,
            "network_proto": "udp",
            "hostname": "pbx1",
            "metadata": "",
        }
        for phone in phones
    ]
    return as_rows(rows)


def as_rows(rows: list[dict[str, str]]) -> str:
    """What `show … as json` answers; of nothing it says so in another form."""
    if not rows:
        return '{"row_count": 0}\n'
    return json.dumps({"row_count": len(rows), "rows": rows}, ensure_ascii=False, separators=(",", ":"))


def in_xml(phones: Iterable[Registration], now: int) -> str:
    """`sofia xmlstatus profile phones reg`."""
    items = "".join(_in_xml(phone, now) for phone in phones)
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n'
        f"{items}  </registrations>\n</profile>\n"
    )


def _in_xml(phone: Registration, now: int) -> str:
    fields = {
        "call-id": phone.call_id,
        "user": f"{phone.user}@{phone.domain}",
        "contact": escape(phone.contact, {'"': "&quot;"}),
        "agent": "unknown",
        "status": f"Registered(UDP)(unknown) exp({_stamp(phone)}) expsecs({phone.expires_at - now // 1_000_000})",
        "ping-status": "Reachable",
        "ping-time": "0.00",
        "host": "pbx1",
        "network-ip": "127.0.0.1",
        "network-port": _PORT,
        "sip-auth-user": phone.user,
        "sip-auth-realm": phone.domain,
        "mwi-account": f"{phone.user}@{phone.domain}",
    }
    lines = "".join(f"        <{name}>{value}</{name}>\n" for name, value in fields.items())
    return f"    <registration>\n{lines}    </registration>\n"


def in_text(phones: Iterable[Registration], now: int) -> str:
    """`sofia status profile phones reg`."""
    line = "=" * 97
    items = [_in_text(phone, now) for phone in phones]
    total = f"Total items returned: {len(items)}\n{line}\n"
    return f"\nRegistrations:\n{line}\n" + "".join(items) + total


def _in_text(phone: Registration, now: int) -> str:
    seconds = phone.expires_at - now // 1_000_000
    fields = {
        "Call-ID:": phone.call_id,
        "User:": f"{phone.user}@{phone.domain}",
        "Contact:": phone.contact,
        "Agent:": "unknown",
        "Status:": f"Registered(UDP)(unknown) EXP({_stamp(phone)}) EXPSECS({seconds})",
        "Ping-Status:": "Reachable",
        "Ping-Time:": "0.00",
        "Host:": "pbx1",
        "IP:": "127.0.0.1",
        "Port:": _PORT,
        "Auth-User:": phone.user,
        "Auth-Realm:": phone.domain,
        "MWI-Account:": f"{phone.user}@{phone.domain}",
    }
    return "".join(f"{name:<12}\t{value}\n" for name, value in fields.items()) + "\n"


def _stamp(phone: Registration) -> str:
    return f"{datetime.fromtimestamp(phone.expires_at, UTC):%Y-%m-%d %H:%M:%S}"
