"""What a site's tickets are like: kinds, who owns them, time limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fsapp.domain.business_time import Limit
from fsapp.domain.calendar import Calendar
from fsapp.domain.ticket import TicketRefused
from fsapp.tickets.forms import Form

AN_HOUR = Limit(minutes=60)


@dataclass(frozen=True, slots=True)
class Owner:
    """A department or a person that tickets go to. `superior` is told next where the owner is late."""

    id: str
    name: str
    superior: str = ""
    mail: str = ""
    department: str = ""
    """Where a person works."""
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each part may take; None: as long as it takes."""

    accept: Limit | None = None
    reply: Limit | None = None
    close: Limit | None = None


@dataclass(frozen=True, slots=True)
class TicketKind:
    """One kind. `levels` are the limits by handling level. `calendar` is the name of the one that limits run on; empty:
    around the clock. With `revisit` the customer is asked before the ticket is closed.
    """

    name: str
    zh: str
    en: str
    owner: str
    calendar: str = ""
    levels: Mapping[str, Limits] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    revisit: bool = False

    def limits(self, level: str) -> Limits:
        """Raises TicketRefused for a level that the kind does not have."""
        if level not in self.levels:
            raise TicketRefused(f"a {self.name} has no level {level!r}; known: {', '.join(self.levels)}")
        return self.levels[level]

    def says(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class TicketPlan:
    """All of it. `escalate_after` is how long (open time) from telling one that a ticket is late to telling the next
    superior.
    """

    kinds: Mapping[str, TicketKind] = field(default_factory=dict)
    owners: Mapping[str, Owner] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    escalate_after: Limit = AN_HOUR

    def kind(self, name: str) -> TicketKind:
        """Raises TicketRefused."""
        if name not in self.kinds:
            raise TicketRefused(f"there is no kind of ticket {name[:40]!r}; known: {', '.join(self.kinds) or 'none'}")
        return self.kinds[name]

    def owner(self, id: str) -> Owner:
        """Raises TicketRefused."""
        if id not in self.owners:
            raise TicketRefused(f"there is nobody {id[:40]!r} here; known: {', '.join(self.owners) or 'none'}")
        return self.owners[id]

    def name_of(self, id: str) -> str:
        """How people call an owner; one that the site has no more has its id."""
        return self.owners[id].name if id in self.owners else id

    def calendar(self, kind: str) -> Calendar | None:
        """What the limits of a kind run on; None: around the clock. A kind that is gone has none."""
        found = self.kinds.get(kind)
        return self.calendars[found.calendar] if found and found.calendar else None

    def superiors(self, id: str) -> Iterator[Owner]:
        """An owner, as far as the site still has it, then the superiors, nearest first."""
        seen: set[str] = set()
        while id in self.owners and id not in seen:
            seen.add(id)
            yield self.owners[id]
            id = self.owners[id].superior
