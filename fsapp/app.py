"""The one place where objects are put together: mypy proves here that the adapters fit the ports."""

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gevent import Greenlet, get_hub, spawn

from fsapp.acd.desk_floor import DeskFloor
from fsapp.desk.desk import Desk
from fsapp.desk.pin_guard import PinGuard
from fsapp.desk.seat import DeskPorts
from fsapp.domain.errors import StoreError
from fsapp.esl.client import Client
from fsapp.flow import registry
from fsapp.flow.context import Ports
from fsapp.flow.model import StepKind
from fsapp.lookup.lookups import Lookups
from fsapp.lookup.settings import LookupSettings
from fsapp.media.catalogue import Catalogue
from fsapp.media.rendering import render_all
from fsapp.media.speech import Voice
from fsapp.server import databases, engine, screen_pop, site_files
from fsapp.server.call_handler import CallHandler
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.control import PidFile
from fsapp.server.control_socket import ControlSocket, Handler
from fsapp.server.desk_wiring import DeskRecords, TalkKeyboards
from fsapp.server.engine import Engine
from fsapp.server.floor_control import FloorControl
from fsapp.server.freeswitch_conf import esl_password
from fsapp.server.histories import Histories
from fsapp.server.journal import Sink
from fsapp.server.listener import Listener
from fsapp.server.live_call import Site
from fsapp.server.logs import EventLog, JsonHandler, LineWriter
from fsapp.server.metrics import HubPause, LookupCounts, Metrics, PopCounts
from fsapp.server.presence import Presence
from fsapp.server.queue_metrics import QueueMetrics
from fsapp.server.reloading import InForce, Reloader
from fsapp.server.resuming import Resumptions
from fsapp.server.screen_pop import PopKind, ScreenPop
from fsapp.server.settings import EngineSettings, LogLevel
from fsapp.server.site_files import SiteFiles
from fsapp.server.status import StatusServer
from fsapp.server.survivors import Survivors
from fsapp.server.system import MessageFiles, SystemClock
from fsapp.server.watchdog import Watchdog
from fsapp.store.agents import Agents
from fsapp.store.caller_histories import CallerHistories
from fsapp.store.database import upgrade_at
from fsapp.store.writer import Writer

Read = Callable[[], EngineSettings]
"""Reads the settings: at the start, and at each reload. Raises ConfigError."""


_OUTCOMES = ("found", "missing", "failed", "cached", "refused")


def step_kinds() -> Mapping[str, StepKind]:
    """The verbs of the flow language."""
    return registry.discover("fsapp.steps")


def build(read: Read) -> Engine:
    """An engine that can be started.

    Raises ConfigError with every problem found, StoreError for a database URL that is none, and ControlError where an
    engine works in the same data folder.
    """
    settings, clock = read(), SystemClock()
    metrics, pause = Metrics(), HubPause()
    pid_file = PidFile(_data_folder(settings))
    voice = Voice(settings.speech, Catalogue({}, ()), settings.data / "speech")
    pop = screen_pop.opened(settings, clock)
    kept: list[Sink] = []
    centre = _contact_centre(settings, kept, pop, clock)
    histories = Histories(CallerHistories(databases.own_url(settings)).of, clock)
    sources = _Sources(read, step_kinds(), voice, clock, centre, histories)
    reloader = Reloader(sources.read_all, sources.make, metrics.count_reload)
    TalkKeyboards(centre.service, lambda: sources.desk)
    writer = Writer(databases.own_url(settings), settings.data / "spool")
    lines = _log(settings, metrics)
    sinks = _sinks(settings, writer, metrics, lines)
    queue_metrics = QueueMetrics(centre.service)
    metrics.registry.register(queue_metrics)
    kept.extend((*sinks, queue_metrics))
    resumptions = Resumptions(databases.own_url(settings))
    handler = CallHandler(reloader.site, clock, sinks, metrics.reject, centre, resumptions.of)
    centre.watch_over(
        Survivors(
            centre.client,
            centre.lines,
            centre.service,
            databases.own_url(settings),
            sinks,
            clock,
            lambda: handler.live,
        )
    )
    listener = Listener(
        settings.listen.pair,
        handler.serve,
        capacity=settings.capacity,
        peers=settings.peers,
        rejected=metrics.reject,
    )
    health = partial(engine.health, listener, reloader)
    handlers: dict[str, Handler] = {
        "reload": lambda _: engine.reload(listener, reloader),
        "agents_changed": lambda _: centre.load_agents(),
        **FloorControl(centre.service).handlers(),
    }
    control = ControlSocket(pid_file, handlers)
    status = StatusServer(settings.metrics.pair, metrics.registry, health) if settings.metrics else None
    _show(metrics, listener, writer, voice, lines, pause)
    metrics.registry.register(LookupCounts(sources.lookup_counts))
    if pop is not None:
        metrics.registry.register(PopCounts(lambda: asdict(pop.counts)))
    return Engine(
        listener=listener,
        status=status,
        handler=handler,
        reloader=reloader,
        journal=writer,
        control=control,
        clock=clock,
        drain_seconds=settings.drain_seconds,
        watchdog=Watchdog(),
        orphan_seconds=settings.orphan_seconds,
        alive=lambda: handler.live | centre.channels(),
        chores=(partial(_open_store, databases.own_url(settings), centre), voice.start, pause.run, centre.start),
        closing=(
            control.close,
            centre.stop,
            *([pop.close] if pop else []),
            sources.close,
            histories.close,
            voice.close,
            partial(_close_writer, writer),
            pid_file.close,
            lines.close,
        ),
    )


def _contact_centre(
    settings: EngineSettings, sinks: Sequence[Sink], pop: ScreenPop | None, clock: SystemClock
) -> ContactCentre:
    """Raises ConfigError for a password of the event socket that must not be used."""
    socket = settings.freeswitch.event_socket
    client = Client(str(socket.address), socket.port, esl_password(settings.freeswitch, settings.data))
    agents = Agents(databases.own_url(settings))
    call_info = (settings.screen_pop.call_info or "") if settings.screen_pop else ""
    return ContactCentre(
        client,
        settings.freeswitch.domain,
        agents.all,
        sinks,
        _Screen(pop),
        clock,
        Presence(settings.data),
        call_info=call_info,
    )


class _Screen:
    """Satisfies fsapp.acd.ports.Screen."""

    def __init__(self, pop: ScreenPop | None) -> None:
        self._pop = pop

    def tell(self, moment: str, fields: Mapping[str, Any]) -> None:
        if self._pop is not None:
            self._pop.tell(PopKind(moment), fields)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, at the start or at a reload."""

    settings: EngineSettings
    files: SiteFiles


class _Sources:
    """Where a site comes from."""

    def __init__(
        self,
        read: Read,
        kinds: Mapping[str, StepKind],
        voice: Voice,
        clock: SystemClock,
        centre: ContactCentre,
        histories: Histories,
    ) -> None:
        self._read = read
        self._histories = histories
        self._centre = centre
        self._pins = PinGuard()
        self.desk: Desk
        self._kinds = kinds
        self._voice = voice
        self._clock = clock
        self._lookups = Lookups({})
        self._declared: Mapping[str, LookupSettings] = {}
        self._rendering: Greenlet[..., None] = Greenlet()

    def read_all(self) -> _Read:
        settings = self._read()
        return _Read(settings, site_files.load(settings, self._kinds))

    def make(self, read: _Read) -> InForce:
        settings, files = read.settings, read.files
        ports = Ports(
            voice=self._voice,
            lookups=self._opened(settings),
            calendars=files.calendars,
            dial_rules=files.outbound,
            recordings=MessageFiles(settings.data / "messages"),
            queues=self._centre.service,
            history=self._histories,
            clock=self._clock,
            zone=settings.zone,
        )
        self._voice.use(files.catalogue)
        self._centre.load_queues(files.queues)
        self.desk = self._desk(settings, files, ports)
        self._rendering.kill(block=False)
        self._rendering = spawn(_render_ahead, settings, files, self._voice)
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
        )
        return Desk(files.desk, desk_ports, self._pins)

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


def _data_folder(settings: EngineSettings) -> Path:
    settings.data.mkdir(mode=0o770, parents=True, exist_ok=True)
    return settings.data


def _log(settings: EngineSettings, metrics: Metrics) -> LineWriter:
    """From here on everything that is logged is a line of JSON."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    file = settings.log.file
    lines = LineWriter(os.open(settings.data / file, flags, 0o640) if file else sys.stderr.fileno())
    logging.basicConfig(
        level=settings.log.level.upper(), handlers=[JsonHandler(lines, metrics.count_problem)], force=True
    )
    return lines


def _sinks(settings: EngineSettings, writer: Writer, metrics: Metrics, lines: LineWriter) -> Sequence[Sink]:
    """Whoever is told of every event: kept first, then counted, then shown."""
    shown = (EventLog(lines),) if settings.log.level is LogLevel.INFO else ()
    return (writer.record, metrics, *shown)


def _render_ahead(settings: EngineSettings, files: SiteFiles, voice: Voice) -> None:
    """Makes all fixed words whose voice is quick; the slow ones are for `fsapp prompts render`."""
    quick = [each for each in site_files.texts(files) if each.language not in settings.speech.live]
    failed = [each for each in render_all(voice, quick) if each.error]
    for each in failed:
        logging.getLogger("fsapp.media").error("%s cannot be spoken: %s", each.wanted.origin, each.error)


def _open_store(url: str, centre: ContactCentre) -> None:
    """So that a database that cannot be used is told of at the start, and not by the first call."""
    problem = get_hub().threadpool.apply(_upgrade_problem, (url,))
    if problem:
        logging.getLogger("fsapp.store").error("records go to the spool until this is mended: %s", problem)
    centre.take_up()


def _upgrade_problem(url: str) -> str:
    """As a value: gevent prints what a thread raises."""
    try:
        upgrade_at(url)
    except StoreError as error:
        return str(error)
    return ""


def _close_writer(writer: Writer) -> None:
    if not writer.close():
        logging.getLogger("fsapp.store").error(
            "stopped with %d events kept nowhere", writer.backlog + writer.keeping.held
        )


def _show(
    metrics: Metrics, listener: Listener, writer: Writer, voice: Voice, lines: LineWriter, pause: HubPause
) -> None:
    """What is read from its owner when somebody looks at /metrics."""
    show = metrics.gauge
    show("fsapp_calls", "Calls under way.", lambda: listener.calls)
    show("fsapp_capacity", "Calls that may be under way at once.", lambda: listener.capacity)
    show("fsapp_hub_pause_seconds", "The hub's longest pause in the last minutes.", pause.seconds)
    show("fsapp_log_lines_dropped", "Log lines lost since the start.", lambda: lines.dropped)
    show("fsapp_journal_backlog", "Events accepted and not yet kept anywhere.", lambda: writer.backlog)
    show("fsapp_journal_spooled", "Events that went to the spool.", lambda: writer.keeping.spooled)
    show("fsapp_journal_lost", "Events lost: neither database nor spool.", lambda: writer.keeping.lost)
    show("fsapp_journal_held", "Events that only memory holds.", lambda: writer.keeping.held)
    show(
        "fsapp_journal_rejected",
        "Events that no database takes; they lie in the spool.",
        lambda: writer.keeping.rejected,
    )
    show("fsapp_journal_away", "1 while the database is away.", lambda: bool(writer.keeping.problem))
    show("fsapp_speech_rendered", "Utterances made since the start.", lambda: voice.counts.rendered)
    show("fsapp_speech_cached", "Utterances that were there already.", lambda: voice.counts.cached)
    show("fsapp_speech_failed", "Utterances that could not be made.", lambda: voice.counts.failed)
    show("fsapp_speech_restarted", "Speech workers replaced.", lambda: voice.counts.restarted)
