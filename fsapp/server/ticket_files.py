"""conf/tickets.yaml as a part of the site."""

from collections.abc import Mapping
from pathlib import Path

from fsapp.domain.calendar import Calendars
from fsapp.files import places
from fsapp.files.calendars import load_calendars
from fsapp.server.settings import EngineSettings
from fsapp.tickets.plan import TicketPlan
from fsapp.tickets.settings import ticket_plan


def load(path: Path, calendars: Calendars) -> TicketPlan:
    """Reads the file; without one there are no kinds of tickets. Raises ConfigError with every problem found."""
    return ticket_plan(places.load(path), calendars) if path.exists() else TicketPlan()


def of_site(settings: EngineSettings) -> TicketPlan:
    """The plan of a site whose other files nobody reads now. Raises ConfigError."""
    file = settings.calendars
    return load(settings.tickets, load_calendars(file) if file.exists() else Calendars({}))


def forms(plan: TicketPlan) -> Mapping[str, Mapping[str, bool]]:
    """The fields of each kind, with whether they must be filled in: what the checker of flows wants to know."""
    return {name: {field.name: field.required for field in kind.form.values()} for name, kind in plan.kinds.items()}
