"""First-call resolution (首问解决率): of those who called, how many did not have to call again."""

from collections.abc import Iterable, Mapping

from fsapp.domain.figures import share
from fsapp.domain.repeats import FirstCall
from fsapp.domain.rollups import DAY
from fsapp.reports.asking import IN_TIME, By, Facts, Request, grouped
from fsapp.reports.model import Column, Kind, Picture, Report, Row, Table, Unit, Value, counts, shares, texts

BY = (By.DAY, By.HOUR, By.NUMBER)

COLUMNS: tuple[Column, ...] = (*counts("first_calls", "undecided", "resolved", "repeated"), *shares("fcr"))


def report(facts: Facts, request: Request) -> Report:
    """First calls by the hour of their arrival."""
    calls = [call for call in facts.first_calls(request.period, request.repeat_days) if _wanted(call, request)]
    groups = grouped(request, calls, lambda call: call.arrived_at, lambda call: call.dnis)
    by = request.by.value
    lines: list[Row] = [{by: name, **_figures(group, request)} for name, group in groups.items()]
    own = Table("fcr", (*texts(by), *COLUMNS), lines, _figures(calls, request) if lines else None)
    labels, series = [str(row[by]) for row in lines], {"fcr": [row["fcr"] for row in lines]}
    picture = Picture("fcr", Kind.LINE if request.by in IN_TIME else Kind.RANKING, labels, series, Unit.SHARE)
    return Report("fcr", request.period, request.now, [own], [picture] if lines else (), ("fcr_note",), request.where)


def _wanted(call: FirstCall, request: Request) -> bool:
    return request.where.get("dnis", call.dnis) == call.dnis


def _figures(calls: Iterable[FirstCall], request: Request) -> Mapping[str, Value]:
    known = list(calls)
    repeated = sum(call.again_at is not None for call in known)
    waited = request.now - request.repeat_days * DAY
    undecided = sum(call.again_at is None and call.ended_at > waited for call in known)
    resolved = len(known) - repeated - undecided
    return {
        "first_calls": len(known),
        "undecided": undecided,
        "resolved": resolved,
        "repeated": repeated,
        "fcr": share(resolved, resolved + repeated),
    }
