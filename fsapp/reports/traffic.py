"""Call traffic (呼叫话务): how many called, who was answered, and what became of them."""

from collections.abc import Mapping, Sequence

from fsapp.domain.figures import call_figures
from fsapp.domain.rollups import CALLS
from fsapp.domain.sums import Amounts, Keys, Question
from fsapp.reports.asking import IN_TIME, KEYS, By, Facts, Request, by_key, names, rows, total
from fsapp.reports.model import (
    Column,
    Kind,
    Picture,
    Report,
    Row,
    Table,
    Unit,
    Value,
    counts,
    hours,
    shares,
    texts,
    times,
)

BY = (By.HOUR, By.DAY, By.NUMBER, By.FLOW, By.TRUNK, By.CAUSE, By.DISPOSITION)
INSIDE = (By.NUMBER, By.FLOW, By.DISPOSITION, By.CAUSE)
"""Tables beside the report's own."""

COLUMNS: tuple[Column, ...] = (
    *counts("calls", "answered"),
    *shares("answer_rate"),
    *counts("refused", "transferred", "failed", "incomplete", "unseen"),
    *times("mean_duration"),
    *hours("total_duration"),
)

CALLERS = {"direction": "in"}
"""Codes that agents dial are no traffic."""


def report(facts: Facts, request: Request) -> Report:
    """Calls by the hour of their arrival."""
    asked = _of_callers(request)
    found = rows(facts, asked, CALLS)
    lines: list[Row] = [
        {asked.by.value: name, **call_figures(found.get(name, {}).get((), _NOTHING))} for name in names(asked, found)
    ]
    sums = total(found).get(())
    own = Table("traffic", (*texts(asked.by.value), *COLUMNS), lines, call_figures(sums) if sums else None)
    inside = [table for table in _inside(facts, asked) if table.name != f"by_{asked.by.value}"]
    return Report(
        "traffic",
        asked.period,
        asked.now,
        [own, *inside] if lines else [own],
        [_over_time(own, asked), *(_ranking(table) for table in inside)] if lines else (),
        ("traffic_note",),
        request.where,
    )


_NOTHING = dict.fromkeys(CALLS.amounts, 0)


def _of_callers(request: Request) -> Request:
    return Request(request.period, request.by, request.zone, request.now, {**request.where, **CALLERS})


def _inside(facts: Facts, request: Request) -> Sequence[Table]:
    """All are asked for together: the database goes over the period once."""
    question = Question(CALLS, tuple(KEYS[by] for by in INSIDE), request.where)
    together = facts.sums(question, [request.period])
    return [
        _table(by, {keys: amounts for (_, keys), amounts in together.items()}, index) for index, by in enumerate(INSIDE)
    ]


def _table(by: By, together: Mapping[Keys, Amounts], index: int) -> Table:
    found = by_key(together, index)
    lines: list[Row] = [{by.value: name, **call_figures(amounts)} for name, amounts in sorted(found.items())]
    lines.sort(key=lambda row: -int(row["calls"] or 0))
    return Table(f"by_{by.value}", (*texts(by.value), *COLUMNS), lines)


def _over_time(table: Table, request: Request) -> Picture:
    labels = [str(row[request.by.value]) for row in table.rows]
    answered = [row["answered"] for row in table.rows]
    others = [int(row["calls"] or 0) - int(row["answered"] or 0) for row in table.rows]
    kind = Kind.BARS if request.by in IN_TIME else Kind.RANKING
    stacked: Mapping[str, Sequence[Value]] = {"answered": answered, "unanswered": others}
    series = stacked if kind is Kind.BARS else {"calls": [row["calls"] for row in table.rows]}
    return Picture("traffic", kind, labels, series, Unit.COUNT)


def _ranking(table: Table) -> Picture:
    by = table.columns[0].name
    return Picture(
        table.name,
        Kind.RANKING,
        [str(row[by]) for row in table.rows],
        {"calls": [row["calls"] for row in table.rows]},
        Unit.COUNT,
    )


assert all(by in KEYS or by in IN_TIME for by in BY)  # noqa: S101 -- each way to divide has a key of the sums
