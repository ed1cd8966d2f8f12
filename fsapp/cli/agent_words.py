"""An agent in words of the command line: what they make of a record, and what shows one."""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fsapp.domain.agent import AgentRecord, Role, queue_place, skill_level
from fsapp.files.week import Week, hours_list, week, written

NONE = "none"
"""What takes back a value that may be missing."""

_FIELDS = {
    "name": str,
    "extension": str,
    "language": str,
    "role": Role,
    "manual_ready": bool,
    "auto_answer": bool,
    "max_no_answer": int,
    "reject_delay_time": float,
    "busy_delay_time": float,
    "no_answer_delay_time": float,
}
"""Options that are fields of the record, and what they are made of."""


def edited(record: AgentRecord, given: argparse.Namespace) -> AgentRecord:
    """The record with what the command line says; the rest stays as it is. Raises ValueError with a sentence."""
    said = {name: (made, getattr(given, name)) for name, made in _FIELDS.items()}
    changes: dict[str, Any] = {name: made(value) for name, (made, value) in said.items() if value is not None}
    changes["queues"] = _merged(record.queues, map(queue_place, given.queue or ()), given.no_queue, "queue")
    changes["skills"] = _merged(record.skills, map(skill_level, given.skill or ()), given.no_skill, "skill")
    screen = {**record.screen, **dict(map(_pair, given.screen or ()))}
    changes["screen"] = {key: text for key, text in screen.items() if text}
    if given.wrap_up is not None:
        changes["wrap_up_time"] = None if given.wrap_up == NONE else _number(given.wrap_up)
    if given.shift is not None:
        changes["shifts"] = shifts(given.shift)
    return replace(record, **changes)


def shifts(texts: list[str]) -> Week:
    """`mon-fri 08:30-12:00,13:30-17:30`, one or more; or `none`. Raises ValueError."""
    if texts == [NONE]:
        return ()
    days = (text.strip().partition(" ") for text in texts)
    return week({day: hours_list([each.strip() for each in times.split(",")]) for day, _, times in days})


def shown(record: AgentRecord) -> Mapping[str, str]:
    """What a person reads, in the words in which it is given; what says nothing is left out."""
    delays = f"reject {record.reject_delay_time:g} s, busy {record.busy_delay_time:g} s"
    words = {
        "number": record.id,
        "name": record.name,
        "role": str(record.role),
        "phone": record.extension or "any",
        "language": record.language,
        "queues": " ".join(f"{queue}:{place.level}:{place.position}" for queue, place in record.queues.items()),
        "skills": " ".join(f"{skill}:{level}" for skill, level in record.skills.items()),
        "PIN": "set" if record.pin_hash else NONE,
        "wrap-up": "" if record.wrap_up_time is None else f"{record.wrap_up_time:g} s",
        "ready": "by the agent" if record.manual_ready else "after wrap-up",
        "answer": "by itself" if record.auto_answer else "by the agent",
        "rests after": f"{record.max_no_answer} without answer" if record.max_no_answer else "",
        "delays": f"{delays}, no answer {record.no_answer_delay_time:g} s",
        "shifts": "; ".join(f"{days} {','.join(times)}" for days, times in written(record.shifts).items()),
        "screen": " ".join(f"{key}={text}" for key, text in record.screen.items()),
    }
    return {name: text for name, text in words.items() if text}


def _merged(known: Mapping[str, Any], more: Iterable[tuple[str, Any]], less: list[str] | None, what: str) -> Any:
    missing = [name for name in less or () if name not in known]
    if missing:
        raise ValueError(f"the agent has no {what} {missing[0]!r}; known: {', '.join(known) or NONE}")
    merged = {**known, **dict(more)}
    return {name: value for name, value in merged.items() if name not in (less or ())}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number of seconds, nor `none`") from None


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key.isidentifier():
        raise ValueError(f"{text!r} is no data for the screen: write desk=A-12")
    return key, value
