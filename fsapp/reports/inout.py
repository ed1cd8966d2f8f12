"""Calls in and out (来电去电): what callers wanted of the house, and what the house wanted outside."""

from collections.abc import Mapping

from fsapp.domain.figures import call_figures, leg_figures
from fsapp.domain.rollups import CALLS, LEGS
from fsapp.domain.sums import Amounts
from fsapp.reports.asking import By, Facts, Request, by_first, names, rows, total
from fsapp.reports.model import Column, Kind, Picture, Report, Row, Table, Unit, Value, counts, hours, shares, texts

BY = (By.DAY, By.HOUR)

COLUMNS: tuple[Column, ...] = (
    *counts("calls_in", "answered_in"),
    *shares("answer_rate_in"),
    *hours("talk_in"),
    *counts("calls_out", "answered_out"),
    *shares("answer_rate_out"),
    *hours("talk_out"),
    *counts("legs_by_flows", "legs_inside"),
)

OUT = ("agent", "talk")
"""Legs that agents wanted: dialled at the desk, or rung in a talk."""

_NO_CALL, _NO_LEG = dict.fromkeys(CALLS.amounts, 0), dict.fromkeys(LEGS.amounts, 0)


def report(facts: Facts, request: Request) -> Report:
    """Calls by the hour of their arrival, legs by that in which they were placed."""
    calls, legs = rows(facts, request, CALLS, ("direction",)), rows(facts, request, LEGS, ("direction",))
    by = request.by.value
    lines: list[Row] = [
        {by: name, **_figures(by_first(calls.get(name, {})), by_first(legs.get(name, {})))}
        for name in names(request, calls, legs)
    ]
    together = _figures(by_first(total(calls, 1)), by_first(total(legs, 1)))
    own = Table("inout", (*texts(by), *COLUMNS), lines, together if lines else None)
    series = {name: [row[name] for row in lines] for name in ("calls_in", "calls_out")}
    picture = Picture("inout", Kind.BARS, [str(row[by]) for row in lines], series, Unit.COUNT)
    return Report("inout", request.period, request.now, [own], [picture] if lines else (), ("inout_note",))


def _figures(calls: Mapping[str, Amounts], legs: Mapping[str, Amounts]) -> Mapping[str, Value]:
    came = call_figures(calls.get("in", _NO_CALL))
    went = leg_figures({name: sum(legs.get(each, _NO_LEG)[name] for each in OUT) for name in LEGS.amounts})
    return {
        "calls_in": came["calls"],
        "answered_in": came["answered"],
        "answer_rate_in": came["answer_rate"],
        "talk_in": came["total_duration"],
        "calls_out": went["legs"],
        "answered_out": went["answered"],
        "answer_rate_out": went["answer_rate"],
        "talk_out": went["total_talk"],
        "legs_by_flows": legs.get("flow", _NO_LEG)["legs"],
        "legs_inside": legs.get("internal", _NO_LEG)["legs"],
    }
