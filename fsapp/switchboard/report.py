"""What FreeSWITCH adds to a leg's variables when it is over (switch_channel_set_timestamps, switch_core_media)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fsapp.domain.causes import Q850
from fsapp.switchboard.sip_variables import stage

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

_OTHER_CAUSES = {"DESTINATION_OUT_OF_ORDER": 27, "ORIGINATOR_CANCEL": 16, "ALLOTTED_TIMEOUT": 16, "BLIND_TRANSFER": 16}


def report(channel: Channel) -> dict[str, str]:
    """The variables that CHANNEL_HANGUP_COMPLETE carries beyond those of before."""
    times = channel.profile.times
    answered = times.get("Channel-Answered-Time", 0)
    facts = {
        "hangup_cause": channel.cause,
        "hangup_cause_q850": str(_q850(channel.cause)),
        "digits_dialed": channel.digits_dialled or "none",
        **_stamps(channel),
        **_last_application(channel),
        "caller_id": _caller_id(channel.profile.name, channel.profile.number),
        **_durations(channel.started, answered, times),
    }
    if answered:
        facts["sip_hangup_disposition"] = channel.variables.get("sip_hangup_disposition", "send_bye")
        facts |= stage("media report")
    return facts


def _q850(cause: str) -> int:
    return next((number for known, number in Q850.items() if known == cause), _OTHER_CAUSES.get(cause, 0))


def _stamps(channel: Channel) -> dict[str, str]:
    times = channel.profile.times
    moments = {
        "start": channel.started,
        "profile_start": channel.profile.created,
        "answer": times.get("Channel-Answered-Time", 0),
        "bridge": times.get("Channel-Bridged-Time", 0),
    }
    later = {"progress": times.get("Channel-Progress-Time", 0), "progress_media": 0}
    end = {"end": times["Channel-Hangup-Time"]}
    stamps = {f"{name}_stamp": _stamp(at) for name, at in (moments | later | end).items() if at}
    hold = {"last_hold_epoch": "0", "last_hold_uepoch": "0"} | {
        f"hold_accum_{unit}": "0" for unit in ("seconds", "usec", "ms")
    }
    return stamps | _epochs(moments) | hold | _epochs({"resurrect": 0} | later | end)


def _stamp(microseconds: int) -> str:
    return f"{datetime.fromtimestamp(microseconds // 1_000_000, UTC):%Y-%m-%d %H:%M:%S}"


def _epochs(moments: dict[str, int]) -> dict[str, str]:
    return {
        f"{name}_{unit}": str(at // divisor)
        for name, at in moments.items()
        for unit, divisor in (("epoch", 1_000_000), ("uepoch", 1))
    }


def _last_application(channel: Channel) -> dict[str, str]:
    name, argument = (channel.variables.get(f"current_application{what}", "") for what in ("", "_data"))
    return {key: value for key, value in (("last_app", name), ("last_arg", argument)) if value}


def _caller_id(name: str, number: str) -> str:
    return f'"{name}" <{number}>' if name else number


def _durations(started: int, answered: int, times: dict[str, int]) -> dict[str, str]:
    ended = times["Channel-Hangup-Time"]
    progress = times.get("Channel-Progress-Time", 0)
    spans = {
        "duration": ended - started,
        "bill": ended - answered if answered else 0,
        "progress": progress - started if progress else 0,
        "answer": answered - started if answered else 0,
        "wait": times["Channel-Bridged-Time"] - started if times.get("Channel-Bridged-Time") else 0,
        "progress_media": 0,
        "flow_bill": ended - started if answered else 0,
    }
    texts = {}
    for unit, divisor in (("sec", 1_000_000), ("msec", 1_000), ("usec", 1)):
        for name, span in spans.items():
            texts[_duration_name(name, unit)] = str(span // divisor)
    return texts


def _duration_name(span: str, unit: str) -> str:
    if span == "duration":
        return {"sec": "duration", "msec": "mduration", "usec": "uduration"}[unit]
    return span + unit
