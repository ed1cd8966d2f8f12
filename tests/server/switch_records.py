"""Files as mod_json_cdr writes them (FreeSWITCH 1.11.1): of the many variables those that count, in their form."""

import json
import os
from pathlib import Path
from typing import Any


def caller(uuid: str, at: int, seconds: float = 60, *, answered: bool = True, **more: Any) -> dict[str, Any]:
    """A caller's leg; `at` is UTC milliseconds."""
    profile = _profile(uuid, more.get("ani", "13800138000"), more.get("dnis", "95598"), more.get("context", "trunks"))
    variables = _variables(uuid, "inbound", at, seconds, answered, more) | {"sip_acl_authed_by": "telecom"}
    return _record("inbound", variables, [{"caller_profile": profile | {"destination_number": "waiting"}}], profile)


def placed(
    uuid: str, at: int, seconds: float = 30, *, call: str = "", marked: bool = True, answered: bool = True, **more: Any
) -> dict[str, Any]:
    """A leg that was placed for a call: `marked` by a queue, or dialled by the caller's leg."""
    profile = _profile(uuid, "13800138000", f"{more.get('number', '8001')}%fsapp.local", "default")
    variables = _variables(uuid, "outbound", at, seconds, answered, more)
    if call and marked:
        variables |= {"cc_call": call, "cc_engine": "e1"}
    elif call:
        profile["originator"] = {"originator_caller_profiles": [_profile(call, "13800138000", "95598", "trunks")]}
    return _record("outbound", variables, [], profile)


def write(folder: Path, *records: dict[str, Any]) -> None:
    """Each in its file, written when the leg was over."""
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        variables = record["variables"]
        prefix = "a_" if variables["direction"] == "inbound" else ""
        file = folder / f"{prefix}{variables['uuid']}.cdr.json"
        file.write_text(json.dumps(record))
        ended = int(variables["end_uepoch"]) / 1e6
        os.utime(file, (ended, ended))


def _record(direction: str, variables: dict[str, str], later: list[Any], profile: dict[str, Any]) -> dict[str, Any]:
    return {
        "core-uuid": "44e9fe92-94a8-4b99-a0b9-a7e1b57d35db",
        "switchname": "vm",
        "channel_data": {"state": "CS_REPORTING", "direction": direction, "state_number": "11"},
        "variables": variables,
        "app_log": {"applications": []},
        "callflow": [*later, {"dialplan": "XML", "profile_index": "1", "caller_profile": profile}],
    }


def _variables(uuid: str, direction: str, at: int, seconds: float, answered: bool, more: Any) -> dict[str, str]:
    ended = at + round(seconds * 1000)
    return {
        "direction": direction,
        "uuid": uuid,
        "sofia_profile_name": "trunks" if direction == "inbound" else "phones",
        "hangup_cause": more.get("cause", "NORMAL_CLEARING"),
        "start_uepoch": str(at * 1000),
        "answer_uepoch": str((at + 10) * 1000 if answered else 0),
        "end_uepoch": str(ended * 1000),
        "billmsec": str(more.get("billmsec", round(seconds * 1000) if answered else 0)),
        "sip_call_id": f"{uuid}@127.0.0.1",
        "read_codec": "PCMA",
        "write_codec": "PCMA",
        **({"last_bridge_to": more["partner"]} if "partner" in more else {}),
    }


def _profile(uuid: str, ani: str, number: str, context: str) -> dict[str, Any]:
    return {
        "username": ani,
        "dialplan": "XML",
        "caller_id_name": ani,
        "caller_id_number": ani,
        "ani": ani,
        "destination_number": number,
        "uuid": uuid,
        "source": "mod_sofia",
        "context": context,
    }
