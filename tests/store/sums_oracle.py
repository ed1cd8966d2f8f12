"""What the tables of sums must hold, worked out from the records alone, the slow way."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from fsapp.domain.events import Kind
from fsapp.domain.rollups import FAMILIES
from fsapp.store import database

Sums = dict[str, dict[tuple[Any, ...], tuple[int, ...]]]
Row = dict[str, Any]

BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
TOTAL_KEYS = {
    "rollup_call": ["direction"],
    "rollup_leg": ["direction"],
    "rollup_contact": ["end"],
    "rollup_offer": ["end"],
    "rollup_agent": ["state", "reason"],
    "rollup_survey": ["question", "answer"],
}


def rows(url: str, table: str) -> list[Row]:
    connected = database.open(url, read_only=True)
    with connected.connection_context():
        cursor = database.execute(connected, f"SELECT * FROM {table}")  # noqa: S608 -- a table of ours
        return [dict(zip([each[0] for each in cursor.description], row, strict=True)) for row in cursor.fetchall()]


def kept(url: str) -> Sums:
    """What the tables hold."""
    found: Sums = {}
    for family in FAMILIES:
        key = ("span", "since", *family.keys)
        found[family.table] = {
            tuple(row[name] for name in key): tuple(row[name] for name in family.amounts)
            for row in rows(url, family.table)
        }
    return found


def expected(url: str) -> Sums:
    """What they must hold."""
    found: Sums = {}
    for family in FAMILIES:
        sums: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
        for at, keys, amounts in record_parts(url, family.table):
            shown = {name: value if name in TOTAL_KEYS.get(family.table, ()) else "" for name, value in keys.items()}
            for span, length, values in (("hour", 3600, keys), ("day", 86400, keys), ("total", 3600, shown)):
                key = (span, at // (length * 1000) * length * 1000, *(values[name] for name in family.keys))
                for name, amount in amounts.items():
                    old = sums[key][name]
                    sums[key][name] = max(old, amount) if name in family.most else old + amount
        found[family.table] = {
            key: tuple(amounts[name] for name in family.amounts)
            for key, amounts in sums.items()
            if any(amounts.values())
        }
    return found


Parts = Iterator[tuple[int, Row, Row]]


def record_parts(url: str, table: str, cut: tuple[int, int] | None = None) -> Parts:
    """What each record adds: when, its keys, its amounts. Times of agents are cut as they lie across `cut`."""
    makers: dict[str, Callable[[str], Parts]] = {
        "rollup_call": _calls,
        "rollup_leg": _legs,
        "rollup_contact": _contacts,
        "rollup_offer": _offers,
        "rollup_talk": lambda url: _lasted(url, "talk", "talks", "talked_ms"),
        "rollup_hold": lambda url: _lasted(url, "hold", "holds", "held_ms"),
        "rollup_agent": lambda url: _states(url, cut),
        "rollup_promise": _promises,
        "rollup_survey": _surveys,
    }
    return makers[table](url)


def _is_desk(cdr: Row) -> bool:
    return str(cdr["rule"]).startswith("code ")


def _calls(url: str) -> Parts:
    for cdr in rows(url, "cdr"):
        shows_dnis = not _is_desk(cdr) and (cdr["flow"] or cdr["refused_reason"] == "capacity" or cdr["source"])
        keys = {
            "direction": "desk" if _is_desk(cdr) else "in",
            "trunk": cdr["trunk"],
            "dnis": cdr["dnis"] if shows_dnis else "",
            "flow": cdr["flow"],
            "disposition": cdr["disposition"],
            "cause": cdr["hangup_cause"],
        }
        yield (
            cdr["arrived_at"],
            keys,
            {
                "calls": 1,
                "answered": cdr["answered_at"] is not None,
                "refused": cdr["refused_reason"] != "",
                "transferred": cdr["transferred_to"] != "",
                "failed": cdr["failures"] > 0,
                "incomplete": not cdr["complete"],
                "unseen": cdr["source"] == "spool",
                "duration_ms": cdr["duration_ms"],
                "billable_ms": cdr["billable_ms"],
            },
        )


def _legs(url: str) -> Parts:
    calls = {cdr["uuid"]: cdr for cdr in rows(url, "cdr")}
    for leg in rows(url, "leg"):
        cdr = calls[leg["call"]]
        whom = "flow" if not _is_desk(cdr) else "internal" if cdr["rule"] == "code internal_call" else "agent"
        yield leg["started_at"], {"direction": whom, "end": leg["end"]}, _leg(leg)
    for event in rows(url, "event"):
        if event["kind"] == Kind.LEG_ENDED and event["call"].startswith("acd:"):
            leg = json.loads(event["fields"])
            yield leg["started_at"], {"direction": "talk", "end": leg["end"]}, _leg({"answered_at": None} | leg)


def _leg(leg: Row) -> Row:
    answered = leg["answered_at"]
    if answered is None:
        return {"legs": 1, "answered": 0, "rang_ms": leg["ended_at"] - leg["started_at"], "talked_ms": 0}
    rang, talked = answered - leg["started_at"], leg["ended_at"] - answered
    return {"legs": 1, "answered": 1, "rang_ms": rang, "talked_ms": talked}


def _contacts(url: str) -> Parts:
    for each in rows(url, "contact"):
        waited, low, bins = each["waited_ms"], -1, {}
        for bound in BOUNDS:
            bins[f"upto_{bound}"] = int(low < waited <= bound * 1000)
            low = bound * 1000
        bins["over"] = int(waited > 600_000)
        sums = {"contacts": 1, "within": bool(each["within"]), "waited_ms": waited, **bins, "longest_ms": waited}
        yield each["ended_at"], {"queue": each["queue"], "end": each["end"]}, sums


def _offers(url: str) -> Parts:
    for each in rows(url, "offer"):
        keys = {name: each[name] for name in ("queue", "agent", "end")}
        yield each["ended_at"], keys, {"offers": 1, "rang_ms": max(0, each["ended_at"] - each["made_at"])}


def _lasted(url: str, table: str, count: str, length: str) -> Parts:
    for each in rows(url, table):
        keys = {"queue": each["queue"], "agent": each["agent"]}
        yield each["ended_at"], keys, {count: 1, length: each["ended_at"] - each["started_at"]}


def _states(url: str, cut: tuple[int, int] | None) -> Parts:
    for each in rows(url, "agent_time"):
        if each["state"] == "offline":
            continue
        if cut:
            each |= {"since": max(each["since"], cut[0]), "until": min(each["until"], cut[1])}
        keys = {name: each[name] for name in ("agent", "state", "reason")}
        for hour in range(each["since"] // 3_600_000, each["until"] // 3_600_000 + 1):
            begin, end = max(each["since"], hour * 3_600_000), min(each["until"], (hour + 1) * 3_600_000)
            if begin < end:
                yield begin, keys, {"ms": end - begin}


def _promises(url: str) -> Parts:
    for each in rows(url, "promise"):
        judged, spoken = each["held"] is not None, bool(each["spoken"])
        measured = judged and each["actual_ms"] is not None
        miss = each["expected_ms"] - each["actual_ms"] if measured else 0
        yield (
            each["at"],
            {"queue": each["queue"]},
            {
                "given": 1,
                "judged": judged,
                "held": bool(each["held"]),
                "spoken": spoken,
                "spoken_judged": spoken and judged,
                "spoken_held": spoken and bool(each["held"]),
                "measured": measured,
                "missed_ms": abs(miss),
                "bias_ms": miss,
            },
        )


def _surveys(url: str) -> Parts:
    for each in rows(url, "survey"):
        keys = {name: each[name] for name in ("queue", "agent", "question")}
        yield each["at"], keys | {"answer": "" if each["answer"] is None else str(each["answer"])}, {"answers": 1}
