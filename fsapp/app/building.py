"""An engine put together: mypy proves here that the adapters fit the ports."""

from dataclasses import asdict
from functools import partial
from pathlib import Path

from fsapp.app.callers import caller_records
from fsapp.app.centre import contact_centre
from fsapp.app.faxing import fax_parts
from fsapp.app.gauges import show_gauges
from fsapp.app.recording import adopt_recordings, tape_deck
from fsapp.app.records import close_writer, open_log, open_store, sinks_of
from fsapp.app.sources import Read, Sources, step_kinds
from fsapp.app.voicemail import voicemail_office
from fsapp.domain.outside_calls import OutsideCalls
from fsapp.media.catalogue import Catalogue
from fsapp.media.speech import Voice
from fsapp.server import databases, engine, prompt_studio, screen_pop
from fsapp.server.call_handler import CallHandler
from fsapp.server.clock_watch import ClockWatch
from fsapp.server.control import PidFile
from fsapp.server.control_socket import ControlSocket, Handler
from fsapp.server.desk_wiring import TalkKeyboards
from fsapp.server.engine import Engine
from fsapp.server.floor_control import FloorControl
from fsapp.server.hold_watch import HoldWatch
from fsapp.server.journal import Sink
from fsapp.server.listener import Listener
from fsapp.server.metrics import HubPause, LookupCounts, Metrics, PopCounts
from fsapp.server.outside_calls import OutsideWatch
from fsapp.server.queue_metrics import QueueMetrics
from fsapp.server.recording_metrics import RecordingMetrics
from fsapp.server.reloading import Reloader
from fsapp.server.resuming import Resumptions
from fsapp.server.returning import Returning
from fsapp.server.settings import EngineSettings
from fsapp.server.standing_by import somebody_stands_by
from fsapp.server.status import StatusServer
from fsapp.server.survivors import Survivors
from fsapp.server.system import SystemClock
from fsapp.server.talk_recorder import TalkRecorder
from fsapp.server.transfer_button import TransferButton
from fsapp.server.watchdog import Watchdog
from fsapp.store.writer import Writer


def build(read: Read, turn: PidFile | None = None) -> Engine:
    """An engine that can be started; `turn` is what says that no other works in the data folder.

    Raises ConfigError with every problem found, StoreError for a database URL that is none, and ControlError where an
    engine works in the same data folder.
    """
    settings, clock = read(), SystemClock()
    metrics, pause = Metrics(), HubPause()
    pid_file = turn or PidFile(data_folder(settings))
    voice = Voice(settings.speech, Catalogue({}, ()), settings.data / "speech")
    pop = screen_pop.opened(settings, clock)
    kept: list[Sink] = []
    centre = contact_centre(settings, kept, pop, clock)
    callers = caller_records(settings, clock)
    outside = OutsideWatch(OutsideCalls(settings.zone), clock)
    faxing = fax_parts(settings, centre, kept, clock)
    deck = tape_deck(settings, centre, clock)
    recorder = centre.recorder = TalkRecorder(deck, centre.service)
    writer = Writer(databases.own_url(settings), settings.data / "spool")
    office = voicemail_office(settings, centre, clock, writer.flush)
    centre.on_registered = office.registered
    sources = Sources(read, step_kinds(), voice, clock, centre, callers, outside, faxing, recorder, office)
    reloader = Reloader(sources.read_all, sources.make, metrics.count_reload)
    keyboards = TalkKeyboards(centre.service, lambda: sources.desk)
    copies = settings.freeswitch.phone_copies
    button = TransferButton((str(copies.address), copies.port) if copies else None, keyboards.button)
    lines = open_log(settings, metrics)
    sinks: list[Sink] = [*sinks_of(settings, writer, metrics, lines), outside, office]
    metrics.registry.register(outside)
    queue_metrics = QueueMetrics(centre.service)
    metrics.registry.register(queue_metrics)
    metrics.registry.register(RecordingMetrics(deck))
    kept.extend((*sinks, queue_metrics, HoldWatch(centre.service)))
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
    centre.returning = Returning(centre.client, centre.lines, centre.service, databases.own_url(settings), clock)
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
        prompt_studio.CHANGED: sources.prompts_changed,
        **FloorControl(centre.service).handlers(),
        **faxing.sender.handlers(),
    }
    control = ControlSocket(pid_file, handlers)
    status = StatusServer(settings.metrics.pair, metrics.registry, health) if settings.metrics else None
    show_gauges(metrics, listener, centre.client, writer, voice, lines, pause)
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
        succeeded=partial(somebody_stands_by, settings.data),
        orphan_seconds=settings.orphan_seconds,
        alive=lambda: handler.live | centre.channels(),
        chores=(
            partial(open_store, databases.own_url(settings), centre, outside),
            partial(adopt_recordings, databases.own_url(settings), deck),
            deck.run,
            office.run,
            voice.start,
            pause.run,
            ClockWatch(clock, outside.clock_set).run,
            centre.start,
            button.start,
            faxing.faxes.run,
            faxing.sender.run,
        ),
        closing=(
            control.close,
            button.stop,
            faxing.sender.stop,
            faxing.faxes.close,
            centre.stop,
            *([pop.close] if pop else []),
            sources.close,
            callers.close,
            voice.close,
            partial(close_writer, writer),
            *([status.close] if status else []),
            pid_file.close,
            lines.close,
        ),
    )


def data_folder(settings: EngineSettings) -> Path:
    """Where everything is written; made if it is not there."""
    settings.data.mkdir(mode=0o770, parents=True, exist_ok=True)
    return settings.data
