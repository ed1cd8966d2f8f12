"""What the records tell of a caller: calls of the last year, whom the caller talked to, what was chosen in menus."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import Database, fn

from fsapp.domain.caller_history import CallerHistory, FirstOption, Menu, SetBy
from fsapp.domain.events import Kind
from fsapp.store import database
from fsapp.store.caller_models import CallerMenuRow
from fsapp.store.connections import reading
from fsapp.store.models import CdrRow, EventRow
from fsapp.store.queue_models import TalkRow

LOOK_BACK = timedelta(days=365)

CALLS_READ = 50
"""The latest calls, whose choices count."""

_KEYS = frozenset("0123456789*#")
_MENU_STEPS = '%"step":"menu"%'
"""How rows.json_text writes the step of a StepFinished."""


class CallerHistories:
    """Queries over a connection of its own each. They block: within the engine call them off the hub."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def of(self, ani: str, now: datetime) -> CallerHistory:
        """The history of a number. Raises StoreError."""
        own = (CdrRow.ani == ani) & (CdrRow.arrived_at >= round((now - LOOK_BACK).timestamp() * 1000))
        with reading(self._url) as connected:
            calls = _latest(connected, own)
            firsts = _firsts(connected, ani)
            if not calls:
                return CallerHistory(firsts=firsts)
            uuids = [uuid for uuid, *_ in calls]
            _, at, flow, disposition, path = calls[0]
            queue, agent = _last_talk(connected, uuids)
            return CallerHistory(
                calls=_count(connected, own),
                last_at=_moment(at),
                last_flow=flow,
                last_disposition=disposition,
                last_path=path,
                last_queue=queue,
                last_agent=agent,
                choices=_choices(connected, uuids),
                firsts=firsts,
            )


def _latest(connected: Database, own: Any) -> list[Any]:
    query = CdrRow.select(CdrRow.uuid, CdrRow.arrived_at, CdrRow.flow, CdrRow.disposition, CdrRow.path).where(own)
    return list(database.select(connected, query.order_by(CdrRow.arrived_at.desc()).limit(CALLS_READ)))


def _count(connected: Database, own: Any) -> int:
    count: int = CdrRow.select(fn.COUNT(CdrRow.uuid)).where(own).scalar(connected)
    return count


def _firsts(connected: Database, ani: str) -> Mapping[Menu, FirstOption]:
    menus = CallerMenuRow
    query = menus.select(menus.flow, menus.label, menus.key, menus.set_by, menus.at).where(menus.ani == ani)
    found = database.select(connected, query)
    return {Menu(flow, label): FirstOption(key, SetBy(by), _moment(at)) for flow, label, key, by, at in found}


def _last_talk(connected: Database, calls: Sequence[str]) -> tuple[str, str]:
    """Queue and agent of the latest talk; empty texts where there was none."""
    query = TalkRow.select(TalkRow.queue, TalkRow.agent).where(TalkRow.call << calls)
    found = database.select(connected, query.order_by(TalkRow.started_at.desc()).limit(1))
    return next(iter(found), ("", ""))


def _choices(connected: Database, calls: Sequence[str]) -> Mapping[Menu, Mapping[str, int]]:
    """How often each key was chosen in each menu."""
    steps = EventRow.select(EventRow.fields).where(
        (EventRow.call << calls) & (EventRow.kind == Kind.STEP_FINISHED.value) & (EventRow.fields**_MENU_STEPS)
    )
    return counted(json.loads(text) for (text,) in database.select(connected, steps))


def counted(steps: Iterable[Mapping[str, Any]]) -> Mapping[Menu, Mapping[str, int]]:
    """The choices among steps that were finished."""
    choices: dict[Menu, Counter[str]] = {}
    for step in steps:
        if step.get("step") == "menu" and step.get("exit") in _KEYS:
            choices.setdefault(Menu(step["flow"], step["label"]), Counter())[step["exit"]] += 1
    return choices


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
