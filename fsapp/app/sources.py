"""Where a site comes from: what is read at the start and at each reload, and made into what calls are served by."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gevent import Greenlet, spawn

from fsapp.acd.desk_floor import DeskFloor
from fsapp.app.callers import CallerRecords
from fsapp.app.faxing import FaxParts
from fsapp.desk.desk import Desk
from fsapp.desk.pin_guard import PinGuard
from fsapp.desk.seat import DeskPorts
from fsapp.domain.errors import StoreError
from fsapp.fax.off_hub import off_hub
from fsapp.flow import registry
from fsapp.flow.context import Ports
from fsapp.flow.model import StepKind
from fsapp.lookup.lookups import Lookups
from fsapp.lookup.settings import LookupSettings
from fsapp.media.rendering import render_all
from fsapp.media.speech import Voice
from fsapp.server import databases, fax_checks, site_files
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.desk_wiring import DeskRecords
from fsapp.server.live_call import Site
from fsapp.server.outside_calls import OutsideWatch
from fsapp.server.prompt_studio import PromptStudio
from fsapp.server.reloading import InForce
from fsapp.server.settings import EngineSettings
from fsapp.server.site_files import SiteFiles
from fsapp.server.system import MessageFiles, SystemClock
from fsapp.server.talk_recorder import TalkRecorder
from fsapp.server.voicemail import VoicemailOffice
from fsapp.store.agents import Agents

Read = Callable[[], EngineSettings]
"""Reads the settings: at the start, and at each reload. Raises ConfigError."""

_OUTCOMES = ("found", "missing", "failed", "cached", "refused")


def step_kinds() -> Mapping[str, StepKind]:
    """The verbs of the flow language."""
    return registry.discover("fsapp.steps")


@dataclass(frozen=True, slots=True)
class SiteRead:
    """What was read, at the start or at a reload."""

    settings: EngineSettings
    files: SiteFiles


class Sources:
    """Where a site comes from."""

    def __init__(
        self,
        read: Read,
        kinds: Mapping[str, StepKind],
        voice: Voice,
        clock: SystemClock,
        centre: ContactCentre,
        callers: CallerRecords,
        outside: OutsideWatch,
        faxing: FaxParts,
        recorder: TalkRecorder,
        office: VoicemailOffice,
    ) -> None:
        self._read = read
        self._faxing = faxing
        self._callers = callers
        self._outside = outside
        self._recorder = recorder
        self._office = office
        self._centre = centre
        self._pins = PinGuard()
        self.desk: Desk
        self.studio: PromptStudio
        self._kinds = kinds
        self._voice = voice
        self._clock = clock
        self._lookups = Lookups({})
        self._declared: Mapping[str, LookupSettings] = {}
        self._rendering: Greenlet[..., None] = Greenlet()

    def read_all(self) -> SiteRead:
        settings = self._read()
        return SiteRead(settings, site_files.load(settings, self._kinds))

    def make(self, read: SiteRead) -> InForce:
        settings, files = read.settings, read.files
        door = self._outside.use(files.outbound)
        ports = Ports(
            voice=self._voice,
            lookups=self._opened(settings),
            calendars=files.calendars,
            dial_rules=door,
            recordings=MessageFiles(settings.data / "messages"),
            queues=self._centre.service,
            history=self._callers.histories,
            clock=self._clock,
            zone=settings.zone,
            faxes=self._faxing.use(settings, files.outbound, door),
            call_recorder=self._recorder,
            tickets=self._callers.tickets(settings, files.tickets),
            customers=self._callers.customers,
        )
        self._office.use(settings.voicemail.mail)
        self._voice.use(files.catalogue)
        self._centre.load_queues(files.queues)
        self._recorder.use(files.queues)
        self.studio = PromptStudio(settings.sounds, settings.data, self._voice, self._clock)
        self.desk = self._desk(settings, files, ports)
        self._rendering.kill(block=False)
        self._rendering = spawn(_render_ahead, settings, files, self._voice)
        spawn(_look_at_documents, settings, files)
        return InForce(Site(files.plan, ports, settings.languages, self.desk), settings.capacity)

    def _desk(self, settings: EngineSettings, files: SiteFiles, ports: Ports) -> Desk:
        centre, clock = self._centre, self._clock
        registry = Agents(databases.own_url(settings))
        records = DeskRecords(centre.service, registry, clock, centre.load_agents)
        desk_ports = DeskPorts(
            floor=DeskFloor(centre.service),
            records=records,
            voice=ports.voice,
            dial_rules=ports.dial_rules,
            recordings=ports.recordings,
            clock=clock,
            language=settings.languages[0],
            tickets=ports.tickets,
            mailboxes=self._office,
            faxes=ports.faxes,
            studio=self.studio,
        )
        return Desk(files.desk, desk_ports, self._pins)

    def prompts_changed(self, fields: Mapping[str, Any]) -> int:
        """As the studio in force says."""
        return self.studio.changed(fields)

    def lookup_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Of each source: what was answered, from where, and what was not."""
        return {
            name: {each: getattr(counts, each) for each in _OUTCOMES}
            for name, counts in self._lookups.counters().items()
        }

    def close(self) -> None:
        self._rendering.kill()

    def _opened(self, settings: EngineSettings) -> Lookups:
        """The sources as they are, with what they have cached, unless their settings changed."""
        if settings.lookups != self._declared:
            self._lookups = databases.lookups(settings, self._clock)
            self._declared = settings.lookups
        return self._lookups


def _look_at_documents(settings: EngineSettings, files: SiteFiles) -> None:
    """Tells of documents that are named and not there; a database that is away tells of itself elsewhere."""
    with suppress(StoreError):
        for each in off_hub(fax_checks.document_warnings, settings, files):
            logging.getLogger("fsapp.fax").warning("%s", each)


def _render_ahead(settings: EngineSettings, files: SiteFiles, voice: Voice) -> None:
    """Makes all fixed words whose voice is quick; the slow ones are for `fsapp prompts render`."""
    quick = [each for each in site_files.texts(files) if each.language not in settings.speech.live]
    failed = [each for each in render_all(voice, quick) if each.error]
    for each in failed:
        logging.getLogger("fsapp.media").error("%s cannot be spoken: %s", each.wanted.origin, each.error)
