"""conf/tickets.yaml: kinds of tickets, owners and time limits, as operators write them.

calendar: business               # of all limits; a kind may name another
escalate_after: 2h               # from telling one that a ticket is late to telling the next superior
departments:
  service: {name: 客户服务部, superior: director, mail: service@example.com}
people:
  director: {name: 张主任, mail: director@example.com}
kinds:
  complaint:
    zh: 投诉
    en: a complaint
    owner: service
    limits: {accept: 30m, reply: 3d, close: 5d}
    levels: {urgent: {accept: 10m, reply: 4h}}      # what a level leaves out is as in `limits`
    revisit: true
    fields:
      against: {zh: 被投诉单位, required: true}
      happened_on: date
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from fsapp.domain import business_time
from fsapp.domain.business_time import Limit
from fsapp.domain.calendar import Calendar, Calendars
from fsapp.domain.errors import ConfigError
from fsapp.domain.ticket import NORMAL
from fsapp.files.models import Settings, validated
from fsapp.files.places import Document, Path
from fsapp.tickets import forms
from fsapp.tickets.forms import FieldType
from fsapp.tickets.plan import Limits, Owner, TicketKind, TicketPlan

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,39}\Z")
_MAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,253}\Z")


def _limit(value: Any) -> Any:
    return business_time.limit(value) if isinstance(value, str) else value


TimeLimit = Annotated[Limit, BeforeValidator(_limit)]


class OwnerSettings(Settings):
    """A department or a person."""

    name: str = Field(min_length=1, max_length=40)
    superior: str = ""
    mail: str = ""
    department: str = ""

    @field_validator("mail")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not _MAIL.match(value):
            raise ValueError(f"{value[:60]!r} is no mail address")
        return value


class LimitSettings(Settings):
    """Hours and minutes of open time, or working days."""

    accept: TimeLimit | None = None
    reply: TimeLimit | None = None
    close: TimeLimit | None = None

    def within(self, whole: "LimitSettings") -> Limits:
        """What is left out is as in `whole`."""
        return Limits(self.accept or whole.accept, self.reply or whole.reply, self.close or whole.close)


class FieldSettings(Settings):
    """A field of a form; a bare word is its type."""

    zh: str = ""
    en: str = ""
    type: FieldType = FieldType.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare_type(cls, value: Any) -> Any:
        return {"type": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _choices_where_there_are_some(self) -> "FieldSettings":
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError("`choices` and `type: choice` go together")
        return self

    def field(self, name: str) -> forms.Field:
        words = name.replace("_", " ")
        return forms.Field(name, self.zh or words, self.en or words, self.type, self.required, self.choices)


class KindSettings(Settings):
    """A kind of ticket."""

    zh: str = ""
    en: str = ""
    owner: str
    calendar: str | None = None
    """Empty: around the clock."""
    limits: LimitSettings = LimitSettings()
    levels: Mapping[str, LimitSettings] = Field(default_factory=dict)
    revisit: bool = False
    fields: Mapping[str, FieldSettings] = Field(default_factory=dict)

    def kind(self, name: str, calendar: str) -> TicketKind:
        words = name.replace("_", " ")
        return TicketKind(
            name,
            self.zh or words,
            self.en or words,
            self.owner,
            calendar if self.calendar is None else self.calendar,
            {
                NORMAL: self.limits.within(LimitSettings()),
                **{level: limits.within(self.limits) for level, limits in self.levels.items()},
            },
            {field: settings.field(field) for field, settings in self.fields.items()},
            self.revisit,
        )


class TicketSettings(Settings):
    """The whole file."""

    calendar: str = ""
    escalate_after: TimeLimit = Limit(minutes=60)
    departments: Mapping[str, OwnerSettings] = Field(default_factory=dict)
    people: Mapping[str, OwnerSettings] = Field(default_factory=dict)
    kinds: Mapping[str, KindSettings] = Field(default_factory=dict)


def ticket_plan(document: Document, calendars: Calendars) -> TicketPlan:
    """What a parsed file says. Raises ConfigError with every problem found."""
    settings = validated(TicketSettings, document)
    problems = [document.problem(place, sentence) for place, sentence in _findings(settings, calendars)]
    if problems:
        raise ConfigError(sorted(problems))
    named: Mapping[str, Calendar] = {name: calendars[name] for name in calendars.names}
    owners = {
        id: Owner(id, each.name, each.superior, each.mail, each.department, is_person=id in settings.people)
        for id, each in _owners(settings).items()
    }
    kinds = {name: each.kind(name, settings.calendar) for name, each in settings.kinds.items()}
    return TicketPlan(kinds, owners, named, settings.escalate_after)


_Finding = tuple[Path, str]


def _owners(settings: TicketSettings) -> Mapping[str, OwnerSettings]:
    return {**settings.departments, **settings.people}


def _findings(settings: TicketSettings, calendars: Calendars) -> Iterator[_Finding]:
    """What is wrong between parts that are right each by itself."""
    yield from _name_findings(settings)
    yield from _owner_findings(settings)
    for name, kind in settings.kinds.items():
        if kind.owner not in _owners(settings):
            yield ("kinds", name, "owner"), _nobody(kind.owner, settings)
        if kind.calendar:
            yield from _calendar_findings(kind.calendar, ("kinds", name, "calendar"), calendars)
    if settings.calendar:
        yield from _calendar_findings(settings.calendar, ("calendar",), calendars)


def _name_findings(settings: TicketSettings) -> Iterator[_Finding]:
    groups: Mapping[str, Mapping[str, Any]] = {
        "departments": settings.departments,
        "people": settings.people,
        "kinds": settings.kinds,
    }
    places: list[tuple[str, ...]] = [(group, name) for group, named in groups.items() for name in named]
    places += [("kinds", kind, "fields", name) for kind, each in settings.kinds.items() for name in each.fields]
    places += [("kinds", kind, "levels", name) for kind, each in settings.kinds.items() for name in each.levels]
    for place in places:
        if not _NAME.match(place[-1]):
            yield place, f"{place[-1]!r} is no name here: write a-z, 0-9 and _"
    for name in settings.people:
        if name in settings.departments:
            yield ("people", name), f"{name!r} is a department already"


def _owner_findings(settings: TicketSettings) -> Iterator[_Finding]:
    owners = _owners(settings)
    for group, named in (("departments", settings.departments), ("people", settings.people)):
        for name, each in named.items():
            if each.superior and each.superior not in owners:
                yield (group, name, "superior"), _nobody(each.superior, settings)
            elif _circles(name, owners):
                yield (group, name, "superior"), f"{name!r} is among its own superiors"
            if each.department and each.department not in settings.departments:
                known = ", ".join(settings.departments) or "none"
                yield (group, name, "department"), f"there is no department {each.department!r}; known: {known}"


def _circles(name: str, owners: Mapping[str, OwnerSettings]) -> bool:
    seen, at = {name}, owners[name].superior
    while at in owners and at not in seen:
        seen.add(at)
        at = owners[at].superior
    return at == name


def _nobody(name: str, settings: TicketSettings) -> str:
    known = ", ".join(_owners(settings)) or "none"
    return f"there is no department and nobody {name!r}; known: {known}"


def _calendar_findings(name: str, place: Path, calendars: Calendars) -> Iterator[_Finding]:
    if name not in calendars.names:
        yield place, f"there is no calendar {name!r}; known: {', '.join(calendars.names) or 'none'}"
    elif not any(calendars[name].week):
        yield place, f"the calendar {name!r} is never open: no limit would ever be over"
