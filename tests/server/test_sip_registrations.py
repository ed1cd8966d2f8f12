"""What FreeSWITCH 1.11.1 tells and lists of SIP registrations, as it came over the wire."""

from collections.abc import Mapping

import pytest

from fsapp.esl.events import PlainEvent
from fsapp.server.sip_registrations import Registration, listed, of_event

REGISTER = {
    "Event-Name": "CUSTOM",
    "Event-Subclass": "sofia::register",
    "profile-name": "phones",
    "from-user": "1001",
    "from-host": "fsapp.local",
    "presence-hosts": "n/a",
    "contact": '"" <sip:1001@127.0.0.1:40986>',
    "call-id": "0.6479925858302402<x>@h",
    "rpid": "unknown",
    "status": "Registered(UDP)",
    "expires": "3600",
    "to-user": "1001",
    "to-host": "127.0.0.1",
    "network-ip": "127.0.0.1",
    "network-port": "40986",
    "username": "1001",
    "realm": "fsapp.local",
    "user-agent": "a&b <user>9999@x</user>",
    "sip_number_alias": "1001",
    "user_name": "1001",
}
UNREGISTER = {**REGISTER, "Event-Subclass": "sofia::unregister", "expires": "0"}
STAR = {**UNREGISTER, "contact": '"" <sip:(null)@(null)>'}
DISCONNECTED = {
    "Event-Name": "CUSTOM",
    "Event-Subclass": "sofia::unregister",
    "profile-name": "phones",
    "from-user": "1001",
    "from-host": "fsapp.local",
    "call-id": "7f3b@10.0.0.7",
    "rpid": "unknown",
    "reason": "socket-disconnection",
}
EXPIRE = {
    "Event-Name": "CUSTOM",
    "Event-Subclass": "sofia::expire",
    "profile-name": "phones",
    "call-id": "0.9589975251034841<x>@h",
    "user": "1002",
    "username": "1002",
    "host": "fsapp.local",
    "contact": '"" <sip:1002@127.0.0.1:35593>',
    "expires": "1795562889",
    "realm": "fsapp.local",
}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (REGISTER, Registration("1001", "phones", registered=True, call_id=REGISTER["call-id"])),
        (
            {**REGISTER, "update-reg": "true"},
            Registration("1001", "phones", registered=True, call_id=REGISTER["call-id"]),
        ),
        (
            {**REGISTER, "profile-name": "trunks"},
            Registration("1001", "trunks", registered=True, call_id=REGISTER["call-id"]),
        ),
        (
            {**REGISTER, "from-user": "desk.7"},
            Registration("desk.7", "phones", registered=True, call_id=REGISTER["call-id"]),
        ),
        (UNREGISTER, Registration("1001", "phones", registered=False)),
        (STAR, Registration("1001", "phones", registered=False)),
        (DISCONNECTED, Registration("1001", "phones", registered=False)),
        (EXPIRE, Registration("1002", "phones", registered=False)),
        ({**REGISTER, "Event-Subclass": "sofia::pre_register"}, None),
        ({**REGISTER, "Event-Subclass": "sofia::register_attempt"}, None),
        ({**REGISTER, "Event-Subclass": "sofia::register_failure"}, None),
        ({**REGISTER, "Event-Subclass": "sofia::gateway_state"}, None),
        ({**REGISTER, "from-user": ""}, None),
        ({"Event-Name": "BACKGROUND_JOB"}, None),
    ],
)
def test_an_event_says_which_phone_came_or_went(headers: Mapping[str, str], expected: Registration | None) -> None:
    assert of_event(PlainEvent(headers).get) == expected


HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n'
ROW = """\
    <registration>
        <call-id>{call_id}</call-id>
        <user>{user}@fsapp.local</user>
        <contact>&quot;&quot; &lt;sip:1001@127.0.0.1:40986&gt;</contact>
        <agent>{agent}</agent>
        <status>Registered(UDP)(unknown) exp(2026-11-24 23:28:09) expsecs({seconds})</status>
        <ping-status>Reachable</ping-status>
        <ping-time>0.00</ping-time>
        <host>vm</host>
        <network-ip>127.0.0.1</network-ip>
        <network-port>40986</network-port>
        <sip-auth-user>1001</sip-auth-user>
        <sip-auth-realm>fsapp.local</sip-auth-realm>
        <mwi-account>1001@fsapp.local</mwi-account>
    </registration>
"""


def row(user: str, seconds: int = 3660, call_id: str = "7f3b@10.0.0.7", agent: str = "Yealink SIP-T42S") -> str:
    return ROW.format(user=user, seconds=seconds, call_id=call_id, agent=agent)


def answer(*rows: str) -> str:
    return f"{HEAD}  <registrations>\n{''.join(rows)}  </registrations>\n</profile>\n"


@pytest.mark.parametrize(
    ("rows", "extensions"),
    [
        ((), []),
        ((row("1001"),), ["1001"]),
        ((row("1001"), row("1002", 1)), ["1001", "1002"]),
        ((row("1001"), row("1001")), ["1001", "1001"]),
        ((row("1001", 0), row("1002"), row("1003", -12)), ["1002"]),
        ((row("desk.7"), row("a@b")), ["desk.7", "a@b"]),
        ((row("1001", call_id="0.64<x>@h"), row("1002")), ["1001", "1002"]),
        ((row("1001", call_id="x</call-id><user>9999@x</user>"), row("1002")), ["1001", "1002"]),
        ((row("1001", agent="a&amp;b &lt;user&gt;9999@x&lt;/user&gt;"),), ["1001"]),
        ((row("1001", agent="\u2028<user>9999@x</user>\u2028<status>expsecs(9)</status>"),), ["1001"]),
    ],
)
def test_the_list_says_which_phones_are_there(rows: tuple[str, ...], extensions: list[str]) -> None:
    assert list(listed(answer(*rows))) == [Registration(each, "phones", registered=True) for each in extensions]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Invalid Profile!\n",
        "Invalid Syntax!\n",
        "-ERR sofia Command not found!\n",
        HEAD + "</profile>\n",
        answer(row("1001"), row("1002"))[:-12],
        '{"row_count": 0}',
    ],
)
def test_what_is_no_whole_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no list of registrations"):
        list(listed(text))
