"""FreeSWITCH's own records (mod_json_cdr): a file a leg, written when it is over, whatever becomes of the engine."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from fsapp.domain.errors import FsappError
from fsapp.domain.periods import Period
from fsapp.domain.rollups import HOUR
from fsapp.domain.switch_legs import SwitchLeg

LONGEST = 5 * HOUR
"""The switch ends a call after four hours: the file of a call that began in a period is there so long after it."""

MOST_BYTES = 4 * 1024 * 1024
_MOST_TEXT = 256


class NoRecord(FsappError):
    """A file that is no record of a leg; the sentence names it."""


def read(file: Path) -> SwitchLeg:
    """The leg that a file tells of. Raises NoRecord."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise NoRecord(f"{file} is too large for a record of a leg")
        return _leg(orjson.loads(file.read_bytes()))
    except OSError as error:
        raise NoRecord(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise NoRecord(f"{file} is no record of a leg: {type(error).__name__}: {error}") from None


def files(folder: Path, period: Period | None = None) -> list[Path]:
    """The files of a folder, in order; those that may be of legs begun in a period: no older than its beginning, and
    not so young that no call lasts so long.
    """
    found = sorted(folder.glob("*.cdr.json"))
    if period is None:
        return found
    return [file for file in found if period.since <= _written(file) < period.until + LONGEST]


def _written(file: Path) -> float:
    return file.stat().st_mtime * 1000


def legs(found: list[Path], progress: Callable[[int, int], None]) -> Iterator[SwitchLeg | NoRecord]:
    """What each file tells, or why it tells nothing."""
    for number, file in enumerate(found):
        progress(number, len(found))
        try:
            yield read(file)
        except NoRecord as error:
            yield error
    progress(len(found), len(found))


def _leg(record: Mapping[str, Any]) -> SwitchLeg:
    variables: Mapping[str, str] = record["variables"]
    profile = record["callflow"][-1]["caller_profile"]  # the first of its life: later ones stand before it
    is_caller = variables.get("direction", record["channel_data"]["direction"]) == "inbound"
    uuid = _text(variables["uuid"])
    answered = int(variables.get("answer_uepoch") or 0)
    return SwitchLeg(
        uuid=uuid,
        call=uuid if is_caller else _call(variables, profile),
        is_caller=is_caller,
        ani=_text(profile.get("caller_id_number") or profile.get("ani")),
        number=_text(profile["destination_number"]).partition("%")[0],
        caller_name=_text(profile.get("caller_id_name")),
        trunk=_first(variables, "sip_acl_authed_by", "sip_gateway_name", "sofia_profile_name"),
        context=_text(profile.get("context")),
        started_at=int(variables["start_uepoch"]) // 1000,
        answered_at=answered // 1000 if answered else None,
        ended_at=int(variables["end_uepoch"]) // 1000,
        billable_ms=int(variables.get("billmsec") or 0),
        cause=_text(variables.get("hangup_cause")),
        sip_call_id=_text(variables.get("sip_call_id")),
        read_codec=_text(variables.get("read_codec")),
        write_codec=_text(variables.get("write_codec")),
        account=_text(variables.get("accountcode")),
        partner=_first(variables, "last_bridge_to", "bridge_uuid", "signal_bond"),
    )


def _call(variables: Mapping[str, str], profile: Mapping[str, Any]) -> str:
    """The call that a leg was placed for: as the engine marked it, or that of the caller's leg that dialled it."""
    marked = _text(variables.get("cc_call"))
    if marked:
        return marked
    callers = (profile.get("originator") or {}).get("originator_caller_profiles") or ()
    return _text(callers[0].get("uuid")) if callers else ""


def _first(variables: Mapping[str, str], *names: str) -> str:
    return next((text for name in names if (text := _text(variables.get(name)))), "")


def _text(value: Any) -> str:
    """On one line, as fsapp.esl.channel_data has it."""
    text = str(value or "")[:_MOST_TEXT]
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text).strip()
