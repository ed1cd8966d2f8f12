"""Agents (座席): time in each state, talks, holds, wrap-up, offers, and how callers found them."""

from collections.abc import Iterable, Mapping

from fsapp.domain.figures import agent_figures, answer_figures
from fsapp.domain.queue_reports import Stretch
from fsapp.domain.rollups import HOLDS, OFFERS, OFFLINE, STATES, SURVEYS, TALKS
from fsapp.domain.sums import Amounts, Keys
from fsapp.reports.asking import IN_TIME, By, Facts, Request, Rows, by_first, names, rows, total
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
    numbers,
    shares,
    texts,
    times,
)

BY = (By.AGENT, By.HOUR, By.DAY)

COLUMNS: tuple[Column, ...] = (
    *hours("signed_in", "available", "ringing", "talking", "hold", "wrap_up", "on_break"),
    *shares("occupancy"),
    *counts("talks"),
    *times("mean_talk", "mean_hold", "mean_wrap_up", "aht"),
    *counts("offers", "accepted", "rejected", "no_answer"),
    *shares("acceptance"),
    *numbers("score"),
)
BREAKS: tuple[Column, ...] = (*texts("agent", "name", "reason"), *hours("on_break"))

Spent = dict[str, dict[Keys, dict[str, int]]]
"""By row, then state and reason: milliseconds."""


def report(facts: Facts, request: Request) -> Report:
    """States by the hours in which they were spent; talks, holds and offers by the hour in which they ended."""
    states = _states(facts, request, ("state", "reason"))
    talks, holds = rows(facts, request, TALKS), rows(facts, request, HOLDS)
    offers, answers = rows(facts, request, OFFERS, ("end",)), rows(facts, request, SURVEYS, ("answer",))
    known = facts.names()
    found = (states, talks, holds, offers)
    lines = [
        {**_named(request, name, known), **_figures(*(each.get(name, {}) for each in (*found, answers)))}
        for name in names(request, *found)
        if request.by in IN_TIME or name
    ]
    together = _figures(*(total(each, beside) for each, beside in zip((*found, answers), (1, 0, 0, 1, 1), strict=True)))
    own = Table("agents", (*_named_columns(request), *COLUMNS), lines, together if lines else None)
    breaks = _breaks(facts, request, known)
    tables = [own, breaks] if breaks.rows else [own]
    pictures = [_pictured(own, request)] if lines else []
    return Report("agents", request.period, request.now, tables, pictures, ("agents_note",), request.where)


def _figures(
    states: Mapping[Keys, Amounts],
    talks: Mapping[Keys, Amounts],
    holds: Mapping[Keys, Amounts],
    offers: Mapping[Keys, Amounts],
    answers: Mapping[Keys, Amounts],
) -> Mapping[str, Value]:
    spent = {state: amounts["ms"] for state, amounts in by_first(states).items()}
    given = {answer: amounts["answers"] for answer, amounts in by_first(answers).items()}
    figures = agent_figures(spent, talks.get((), {}), holds.get((), {}), by_first(offers))
    return {**figures, "ringing": figures["offered"], "score": answer_figures(given, 0)["score"]}


def _states(facts: Facts, request: Request, beside: Keys) -> Spent:
    """The time in each state: what the records have, and what has no end there."""
    found: Spent = {
        name: {keys: dict(amounts) for keys, amounts in row.items()}
        for name, row in rows(facts, request, STATES, beside).items()
    }
    for stretch in facts.open_states(request.period):
        if stretch.state != OFFLINE and request.where.get("agent", stretch.agent) == stretch.agent:
            for name, ms in _parts(request, stretch):
                values = {"state": stretch.state, "reason": stretch.reason, "agent": stretch.agent}
                spent = found.setdefault(name, {}).setdefault(tuple(values[key] for key in beside), {"ms": 0})
                spent["ms"] += ms
    return found


def _parts(request: Request, stretch: Stretch) -> Iterable[tuple[str, int]]:
    """The rows among which a state's time is divided."""
    if request.by not in IN_TIME:
        return [(stretch.agent, stretch.ms)]
    cut = [(name, max(stretch.since, part.since), min(stretch.until, part.until)) for name, part in request.parts]
    return [(name, until - since) for name, since, until in cut if since < until]


def _breaks(facts: Facts, request: Request, known: Mapping[str, str]) -> Table:
    """By agent and reason, however the report is divided."""
    asked = Request(request.period, By.AGENT, request.zone, request.now, request.where)
    found: Rows = _states(facts, asked, ("state", "reason"))
    lines: list[Row] = [
        {"agent": agent, "name": known.get(agent, ""), "reason": reason, "on_break": amounts["ms"]}
        for agent in names(asked, found)
        for (state, reason), amounts in sorted(found[agent].items())
        if state == "on_break"
    ]
    return Table("breaks", BREAKS, lines)


def _named(request: Request, name: str, known: Mapping[str, str]) -> Row:
    if request.by in IN_TIME:
        return {request.by.value: name}
    return {"agent": name, "name": known.get(name, "")}


def _named_columns(request: Request) -> tuple[Column, ...]:
    return texts(request.by.value) if request.by in IN_TIME else texts("agent", "name")


def _pictured(own: Table, request: Request) -> Picture:
    labels = [str(row.get("name") or row[request.by.value]) for row in own.rows]
    states = ("talking", "wrap_up", "ringing", "available", "on_break")
    return Picture("agents", Kind.BARS, labels, {each: [row[each] for row in own.rows] for each in states}, Unit.HOURS)
