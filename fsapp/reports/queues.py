"""Queues (排队): service level, waits and their distribution, abandonment, and how right the told waits were."""

from collections.abc import Mapping, Sequence

from fsapp.domain.figures import mean, promise_figures, queue_figures
from fsapp.domain.rollups import BINS, BOUNDS, CONTACTS, PROMISES, TALKS
from fsapp.domain.sums import Amounts
from fsapp.reports.asking import IN_TIME, By, Facts, Request, Rows, by_first, names, rows, total
from fsapp.reports.model import (
    Column,
    Kind,
    Picture,
    Report,
    Row,
    Table,
    Unit,
    counts,
    shares,
    texts,
    times,
)

BY = (By.QUEUE, By.HOUR, By.DAY)

COLUMNS: tuple[Column, ...] = (
    *counts("offered", "answered", "abandoned", "called_back", "ended_in_flow"),
    *shares("answer_rate", "abandon_rate"),
    *counts("within"),
    *shares("service_level"),
    *counts("within_20"),
    *shares("rate_20"),
    *times("asa", "patience", "longest"),
    *counts("talks"),
    *times("mean_talk"),
)

WAITS: tuple[Column, ...] = (*texts("wait"), *counts("answered", "abandoned", "others"), *shares("answered_by_then"))
ESTIMATES: tuple[Column, ...] = (
    *counts("given", "judged"),
    *shares("held"),
    *counts("spoken"),
    *shares("spoken_held"),
    *times("error", "bias"),
)


def report(facts: Facts, request: Request) -> Report:
    """Contacts by the hour in which they left the queues."""
    ends, talks = rows(facts, request, CONTACTS, ("end",)), rows(facts, request, TALKS)
    own = _own(request, ends, talks)
    waits, estimates = _waits(total(ends, 1)), _estimates(facts, request)
    return Report(
        "queues",
        request.period,
        request.now,
        [own, *(table for table in (waits, estimates) if table.rows)],
        _pictures(own, waits, request) if own.rows else (),
        ("queues_note",),
        request.where,
    )


def _own(request: Request, ends: Rows, talks: Rows) -> Table:
    by = request.by.value
    lines: list[Row] = [
        {by: name, **_figures(by_first(ends.get(name, {})), talks.get(name, {}).get((), {}))}
        for name in names(request, ends, talks)
    ]
    together = _figures(by_first(total(ends, 1)), total(talks).get((), {}))
    return Table("queues", (*texts(by), *COLUMNS), lines, together if lines else None)


def _figures(ends: Mapping[str, Amounts], talks: Amounts) -> dict[str, float | int | None]:
    count = talks.get("talks", 0)
    return {**queue_figures(ends), "talks": count, "mean_talk": mean(talks.get("talked_ms", 0), count)}


def _waits(ends: Mapping[tuple[str, ...], Amounts]) -> Table:
    """How long contacts waited, of all queues together: those answered, those who gave up, the others."""
    found = by_first(ends)
    answered, offered = _bins(found, ["answered"]), sum(amounts["contacts"] for amounts in found.values())
    abandoned = _bins(found, ["abandoned"])
    others = _bins(found, [end for end in found if end not in ("answered", "abandoned")])
    lines: list[Row] = [
        {
            "wait": name,
            "answered": answered[index],
            "abandoned": abandoned[index],
            "others": others[index],
            "answered_by_then": sum(answered[: index + 1]) / offered,
        }
        for index, name in enumerate(wait_names())
        if offered
    ]
    return Table("waits", WAITS, lines)


def wait_names() -> Sequence[str]:
    """`0-5 s` … `600- s`."""
    edges = [0, *BOUNDS]
    return [*(f"{low}-{high} s" for low, high in zip(edges, BOUNDS, strict=False)), f"{BOUNDS[-1]}- s"]


def _bins(ends: Mapping[str, Amounts], wanted: Sequence[str]) -> list[int]:
    return [sum(ends[end][name] for end in wanted if end in ends) for name in BINS]


def _estimates(facts: Facts, request: Request) -> Table:
    """By queue, however the report is divided."""
    asked = Request(request.period, By.QUEUE, request.zone, request.now, request.where)
    found = rows(facts, asked, PROMISES)
    lines: list[Row] = [{"queue": name, **promise_figures(found[name][()])} for name in names(asked, found)]
    sums = total(found).get(())
    together = promise_figures(sums) if sums and len(lines) > 1 else None
    return Table("estimates", (*texts("queue"), *ESTIMATES), lines, together)


def _pictures(own: Table, waits: Table, request: Request) -> Sequence[Picture]:
    by = request.by.value
    labels = [str(row[by]) for row in own.rows]
    ends = {name: [row[name] for row in own.rows] for name in ("answered", "abandoned", "called_back", "ended_in_flow")}
    levels = {name: [row[name] for row in own.rows] for name in ("service_level", "rate_20")}
    told = [str(row["wait"]) for row in waits.rows]
    spread = {name: [row[name] for row in waits.rows] for name in ("answered", "abandoned", "others")}
    return (
        Picture("queues", Kind.BARS, labels, ends, Unit.COUNT),
        Picture("levels", Kind.LINE if request.by in IN_TIME else Kind.RANKING, labels, levels, Unit.SHARE),
        Picture("waits", Kind.BARS, told, spread, Unit.COUNT),
    )
