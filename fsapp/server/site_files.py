"""What a site's files say, read and checked together: flows, dialplan, calendars, queues, tickets, prompts.

All problems at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fsapp.acd.settings import Queues
from fsapp.desk import planning
from fsapp.desk.plan import DeskPlan
from fsapp.domain.calendar import Calendars
from fsapp.domain.dialplan import Dialplan, Outbound
from fsapp.domain.errors import ConfigError, Problem
from fsapp.domain.voicemail import Owner
from fsapp.files.calendars import load_calendars
from fsapp.flow import checker, loader
from fsapp.flow.announcing import ANNOUNCEMENTS
from fsapp.flow.checker import Surroundings
from fsapp.flow.model import Flows, StepKind
from fsapp.flow.reception import ALWAYS_SET, Plan
from fsapp.flow.references import fixed_words
from fsapp.flow.spelling import hint
from fsapp.media import catalogue as prompts
from fsapp.media.catalogue import Catalogue
from fsapp.media.rendering import Wanted
from fsapp.media.rendering import catalogue_texts as prompts_wanted
from fsapp.server import databases, dialplan, queue_files, ticket_files
from fsapp.server.dialplan import RuleFiles
from fsapp.server.settings import EngineSettings
from fsapp.tickets.plan import TicketPlan

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """Everything that a reload reads. `weak` are problems that no call breaks on: a recording nobody can play."""

    plan: Plan
    outbound: Outbound
    calendars: Calendars
    queues: Queues
    catalogue: Catalogue
    desk: DeskPlan
    weak: tuple[Problem, ...]
    tickets: TicketPlan


def load(settings: EngineSettings, kinds: Mapping[str, StepKind]) -> SiteFiles:
    """Reads and checks all of it. Raises ConfigError with every problem of every file."""
    reading = _Reading()
    flows = reading.take(lambda: loader.load_files(_flow_files(settings.flows), kinds))
    rules = reading.take(lambda: dialplan.load(settings.dialplan, flows))
    calendars = reading.take(lambda: _calendars(settings))
    queues = reading.take(lambda: queue_files.load(settings.queues))
    tickets = reading.take(lambda: _tickets(settings, calendars))
    lookups = reading.take(lambda: databases.lookup_arguments(settings))
    reading.take(lambda: databases.own_url(settings))
    catalogue = reading.take(lambda: prompts.load(settings.sounds))
    desk = reading.take(lambda: _desk(rules, flows, queues.queues if queues else None, tickets, catalogue))
    if (
        flows is None
        or rules is None
        or calendars is None
        or queues is None
        or tickets is None
        or lookups is None
        or catalogue is None
        or desk is None
        or reading.problems
    ):
        raise ConfigError(sorted(reading.problems))
    problems = [
        *checker.check(flows, _surroundings(settings, rules, calendars, queues.queues, tickets, lookups, catalogue)),
        *queue_files.prompt_problems(queues, catalogue, settings.languages),
        *_default_problems(settings, flows),
        *_kind_problems(settings, tickets),
        *_announcement_problems(settings, catalogue),
    ]
    if problems:
        raise ConfigError(sorted(problems))
    return SiteFiles(
        Plan(flows, _dialplan(settings, flows, rules)),
        Outbound(rules.numbers, rules.phones, settings.country, rules.limits),
        calendars,
        queues.queues,
        catalogue,
        desk,
        tuple(prompts.check(catalogue, settings.speech.languages)),
        tickets,
    )


def texts(files: SiteFiles) -> list[Wanted]:
    """Everything that can be spoken ahead: the prompts of the catalogue, and the fixed words of the flows."""
    return [*prompts_wanted(files.catalogue), *_fixed_words(files.plan.flows)]


def _fixed_words(flows: Flows) -> Iterator[Wanted]:
    for flow in flows.values():
        for step in (step for steps in flow.labels.values() for step in steps):
            for words in fixed_words(step.params):
                yield Wanted(f"{flow.file}:{step.line}", flow.language, words)


class _Reading:
    """Goes on after a problem, so that all are told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def take(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ConfigError as error:
            self.problems += error.problems
            return None


def _flow_files(path: Path) -> list[Path]:
    """A folder of flows, or a single one. Raises ConfigError where there is neither."""
    if not path.exists():
        raise ConfigError([Problem(str(path), 1, "there are no flows: there is no such file or folder")])
    return [path] if path.is_file() else loader.flow_files(path)


def _calendars(settings: EngineSettings) -> Calendars:
    return load_calendars(settings.calendars) if settings.calendars.exists() else Calendars({})


def _tickets(settings: EngineSettings, calendars: Calendars | None) -> TicketPlan | None:
    """Where the calendars are wrong nobody can say whether a kind names one that there is."""
    return None if calendars is None else ticket_files.load(settings.tickets, calendars)


def _surroundings(
    settings: EngineSettings,
    rules: RuleFiles,
    calendars: Calendars,
    queues: Queues,
    tickets: TicketPlan,
    lookups: Mapping[str, frozenset[str]],
    catalogue: Catalogue,
) -> Surroundings:
    entered = rules.flows | ({settings.default_flow} if settings.default_flow else set())
    return Surroundings(
        prompts=_prompts(catalogue),
        languages=frozenset(settings.speech.languages),
        lookups=lookups,
        calendars=frozenset(calendars.names),
        queues=frozenset(queues),
        ticket_forms=ticket_files.forms(tickets),
        always_set=ALWAYS_SET,
        entered=entered,
    )


def _dialplan(settings: EngineSettings, flows: Flows, rules: RuleFiles) -> Dialplan:
    return Dialplan(rules.routes, _numbers(flows), frozenset(flows), settings.zone, settings.default_flow)


def _prompts(catalogue: Catalogue) -> Mapping[str, frozenset[str]]:
    return {language: catalogue.names(language) for language in catalogue.languages}


def _numbers(flows: Flows) -> Mapping[str, str]:
    return {number: flow.name for flow in flows.values() for number in flow.numbers}


def _desk(
    rules: RuleFiles | None,
    flows: Flows | None,
    queues: Queues | None,
    tickets: TicketPlan | None,
    catalogue: Catalogue | None,
) -> DeskPlan:
    """The desk of agents' phones. Raises ConfigError."""
    if rules is None:
        return DeskPlan()
    around = planning.Surroundings(
        queues=queues,
        ticket_kinds=tickets.kinds if tickets is not None else None,
        prompts=_prompts(catalogue) if catalogue else None,
        flow_numbers=_numbers(flows) if flows else None,
        profiles={phones.profile for phones in rules.phones},
    )
    return planning.plan(rules.desk, around)


def _default_problems(settings: EngineSettings, flows: Flows) -> Iterator[Problem]:
    if settings.default_flow is not None and settings.default_flow not in flows:
        known = hint(settings.default_flow, flows)
        yield settings.problem(("default_flow",), f"there is no flow {settings.default_flow!r}{known}")


def _kind_problems(settings: EngineSettings, tickets: TicketPlan) -> Iterator[Problem]:
    """Kinds of tickets that settings name: of faxes, and of mailboxes."""
    named: dict[tuple[str | int, ...], str] = {
        ("fax", "deliver", index, "ticket"): each.ticket for index, each in enumerate(settings.fax.deliver)
    }
    for mailbox in settings.voicemail.mail:
        owner, _, name = mailbox.partition(":")
        named["voicemail", "mail", mailbox] = name if owner == Owner.TICKET else ""
    for place, kind in named.items():
        if kind and kind not in tickets.kinds:
            yield settings.problem(place, f"there is no kind of ticket {kind!r}{hint(kind, tickets.kinds)}")


def _announcement_problems(settings: EngineSettings, catalogue: Catalogue) -> Iterator[Problem]:
    for language in settings.languages:
        for name in ANNOUNCEMENTS:
            if name not in catalogue.names(language):
                file = settings.sounds / language / prompts.PROMPTS
                yield Problem(str(file), 1, f"the engine itself needs the prompt {name!r} here")
