"""Tickets (工单): how many came, by kind or owner, what became of them, how long it took, and what was late."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from fsapp.domain.figures import mean, share
from fsapp.domain.ticket_figures import TicketFacts
from fsapp.reports.asking import By, Facts, Request, grouped
from fsapp.reports.model import Column, Kind, Picture, Report, Row, Table, Unit, Value, counts, hours, shares, texts

BY = (By.KIND, By.OWNER, By.DAY, By.HOUR)

COLUMNS: tuple[Column, ...] = (
    *counts("tickets", "open", "closed", "late"),
    *shares("on_time"),
    *hours("to_accept", "to_reply", "to_close"),
    *counts("urged", "reopened"),
)
RESULTS: tuple[Column, ...] = (*texts("result"), *counts("tickets"), *shares("of_tickets"))


def report(facts: Facts, request: Request) -> Report:
    """Tickets by the moment at which they were opened."""
    tickets = list(facts.tickets(request.period))
    groups = grouped(request, tickets, lambda ticket: ticket.opened_at, _name(request))
    by = request.by.value
    lines: list[Row] = [{by: name, **_figures(group, request.now)} for name, group in groups.items()]
    own = Table("tickets", (*texts(by), *COLUMNS), lines, _figures(tickets, request.now) if lines else None)
    results = _counted("results", "result", [ticket.result for ticket in tickets if not ticket.is_open])
    revisits = _counted("revisits", "revisit", [ticket.revisit for ticket in tickets if ticket.revisit])
    tables = [own, *(table for table in (results, revisits) if table.rows)]
    series = {name: [row[name] for row in lines] for name in ("closed", "open")}
    picture = Picture("tickets", Kind.BARS, [str(row[by]) for row in lines], series, Unit.COUNT)
    return Report("tickets", request.period, request.now, tables, [picture] if lines else (), ("tickets_note",))


def _name(request: Request) -> Callable[[TicketFacts], str]:
    return (lambda ticket: ticket.kind) if request.by is By.KIND else lambda ticket: ticket.owner


def _figures(tickets: Iterable[TicketFacts], now: int) -> Mapping[str, Value]:
    known = list(tickets)
    limited = [ticket for ticket in known if ticket.close_by is not None]
    late = sum(ticket.late(now) for ticket in known)
    return {
        "tickets": len(known),
        "open": sum(ticket.is_open for ticket in known),
        "closed": sum(not ticket.is_open for ticket in known),
        "late": late,
        "on_time": share(len(limited) - late, len(limited)),
        "to_accept": _mean_until(known, lambda ticket: ticket.accepted_at),
        "to_reply": _mean_until(known, lambda ticket: ticket.replied_at),
        "to_close": _mean_until(known, lambda ticket: ticket.closed_at),
        "urged": sum(ticket.urged for ticket in known),
        "reopened": sum(ticket.reopened for ticket in known),
    }


def _mean_until(tickets: Sequence[TicketFacts], moment: Callable[[TicketFacts], int | None]) -> float | None:
    """Of those that came so far."""
    taken = [at - ticket.opened_at for ticket in tickets if (at := moment(ticket)) is not None]
    return mean(sum(taken), len(taken))


def _counted(name: str, column: str, values: Sequence[str]) -> Table:
    lines: list[Row] = [
        {column: value, "tickets": values.count(value), "of_tickets": values.count(value) / len(values)}
        for value in sorted(set(values))
    ]
    return Table(name, (*texts(column), *RESULTS[1:]), lines)
