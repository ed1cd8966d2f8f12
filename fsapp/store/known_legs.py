"""What the database knows of calls and legs that began in a period, to be compared with what the switch knows."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import Database

from fsapp.domain.events import Kind
from fsapp.domain.periods import Period
from fsapp.domain.records import SPOOL, SPOOL_SEQ, Cdr
from fsapp.domain.switch_legs import SwitchLeg
from fsapp.store import database, rows
from fsapp.store.models import CdrRow, EventRow, LegRow, OpenCallRow
from fsapp.store.queue_models import LogRow, OfferRow
from fsapp.store.raw_parts import LONGEST_CALL

NEAR_MS = 5000
"""By so much the engine's clock and the switch's may tell of one thing apart."""

AT_DESK = frozenset({"transfer", "consult", "asked", "ask_help", "pick", "internal_call"})
"""What an agent did after which a phone is rung that no offer tells of: by the beginnings of their names."""


class KnownLegs:
    """Reads what there is at once."""

    def __init__(self, connected: Database, period: Period) -> None:
        self._period = period
        self._cdrs = _cdrs(connected, period)
        self._open = {call for (call,) in database.select(connected, OpenCallRow.select(OpenCallRow.call))}
        self._legs = _legs(connected, period)
        self._ids = {leg for _, _, leg, _ in self._legs}
        self._rung = _rung(connected, period)

    @property
    def calls(self) -> Sequence[str]:
        """The calls that an engine saw arrive in the period, but for those so near to its ends that the switch may have
        seen them outside.
        """
        return [uuid for uuid, cdr in self._cdrs.items() if cdr.source != SPOOL and self._well_within(cdr.arrived_at)]

    @property
    def dialled(self) -> Sequence[tuple[str, str]]:
        """Call and leg of those legs of the period that an engine placed; one that never came to be has no id."""
        within = ((call, seq, leg) for call, seq, leg, began in self._legs if self._well_within(began))
        return [(call, leg) for call, seq, leg in within if leg and seq < SPOOL_SEQ]

    def cdr(self, uuid: str) -> Cdr | None:
        """The record of a call that arrived in the period or shortly before."""
        return self._cdrs.get(uuid)

    def is_open(self, uuid: str) -> bool:
        """Whether a call has no end yet."""
        return uuid in self._open

    def has_leg(self, leg: SwitchLeg) -> bool:
        """Whether a placed leg is told of: by its id, or as a phone that was rung for its call at that time."""
        rung = self._rung.get(leg.call, ())
        return leg.uuid in self._ids or any(
            since - NEAR_MS <= leg.started_at <= until + NEAR_MS for since, until in rung
        )

    def legs_added(self, call: str) -> int:
        """How many legs of a call were taken from the switch before."""
        return sum(each == call and seq >= SPOOL_SEQ for each, seq, *_ in self._legs)

    def _well_within(self, moment: int) -> bool:
        return self._period.since + NEAR_MS <= moment < self._period.until - NEAR_MS


def _cdrs(connected: Database, period: Period) -> Mapping[str, Cdr]:
    """Also those that arrived before, and whose legs may be of the period, or a little after: the clocks may differ."""
    query = CdrRow.select(*(getattr(CdrRow, name) for name in rows.CDR_COLUMNS))
    query = query.where(CdrRow.arrived_at >= period.since - LONGEST_CALL, CdrRow.arrived_at < period.until + NEAR_MS)
    return {cdr.uuid: cdr for cdr in map(rows.cdr_value, database.select(connected, query))}


def _legs(connected: Database, period: Period) -> Sequence[tuple[str, int, str, int]]:
    """Call, seq, id and beginning."""
    row = LegRow
    query = row.select(row.call, row.seq, row.leg, row.started_at).join(CdrRow, on=CdrRow.uuid == row.call)
    query = query.where(CdrRow.arrived_at >= period.since - LONGEST_CALL, CdrRow.arrived_at < period.until + NEAR_MS)
    return [(call, seq, leg, began) for call, seq, leg, began in database.select(connected, query)]


def _rung(connected: Database, period: Period) -> Mapping[str, list[tuple[int, int]]]:
    """By call when phones were rung for it: by offers, and by what agents did in their talks."""
    found: dict[str, list[tuple[int, int]]] = {}
    offers = OfferRow.select(OfferRow.call, OfferRow.made_at, OfferRow.ended_at)
    offers = offers.where(OfferRow.ended_at >= period.since, OfferRow.made_at < period.until + LONGEST_CALL)
    for call, since, until in database.select(connected, offers):
        found.setdefault(call, []).append((since, until))
    for call, at in _acts(connected, period):
        found.setdefault(call, []).append((at, at))
    return found


def _acts(connected: Database, period: Period) -> Sequence[tuple[str, int]]:
    row: Any = LogRow
    query = EventRow.select(*(getattr(EventRow, name) for name in rows.EVENT_COLUMNS))
    query = query.join(row, on=(row.run == EventRow.call) & (row.seq == EventRow.seq))
    query = query.where(row.at >= period.since, row.at < period.until + LONGEST_CALL)
    query = query.where(row.kind << [Kind.AGENT_ACTED.value, Kind.LEG_ENDED.value])
    events = [rows.event_value(each) for each in database.select(connected, query)]
    return [
        (str(event.fields.get("call", "")), int(event.fields.get("started_at", event.at)))
        for event in events
        if event.kind == Kind.LEG_ENDED or str(event.fields.get("what", "")).startswith(tuple(AT_DESK))
    ]
