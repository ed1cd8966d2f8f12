"""What is kept of every event, and what is written down for people: put together."""

import logging
import os
import sys
from collections.abc import Sequence

from gevent import get_hub

from fsapp.domain.errors import StoreError
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.journal import Sink
from fsapp.server.logs import EventLog, JsonHandler, LineWriter
from fsapp.server.metrics import Metrics
from fsapp.server.outside_calls import OutsideWatch
from fsapp.server.settings import EngineSettings, LogLevel
from fsapp.store.database import upgrade_at
from fsapp.store.outside_legs import DialledLegs
from fsapp.store.writer import Writer


def open_log(settings: EngineSettings, metrics: Metrics) -> LineWriter:
    """From here on everything that is logged is a line of JSON."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    file = settings.log.file
    lines = LineWriter(os.open(settings.data / file, flags, 0o640) if file else sys.stderr.fileno())
    logging.basicConfig(
        level=settings.log.level.upper(), handlers=[JsonHandler(lines, metrics.count_problem)], force=True
    )
    return lines


def sinks_of(settings: EngineSettings, writer: Writer, metrics: Metrics, lines: LineWriter) -> Sequence[Sink]:
    """Whoever is told of every event: kept first, then counted, then shown."""
    shown = (EventLog(lines),) if settings.log.level is LogLevel.INFO else ()
    return (writer.record, metrics, *shown)


def open_store(url: str, centre: ContactCentre, outside: OutsideWatch) -> None:
    """So that a database that cannot be used is told of at the start, and not by the first call. Then what it holds
    counts.
    """
    problem = get_hub().threadpool.apply(_upgrade_problem, (url,))
    if problem:
        logging.getLogger("fsapp.store").error("records go to the spool until this is mended: %s", problem)
    centre.take_up()
    outside.recall(DialledLegs(url).since)


def _upgrade_problem(url: str) -> str:
    """As a value: gevent prints what a thread raises."""
    try:
        upgrade_at(url)
    except StoreError as error:
        return str(error)
    return ""


def close_writer(writer: Writer) -> None:
    if not writer.close():
        logging.getLogger("fsapp.store").error(
            "stopped with %d events kept nowhere", writer.backlog + writer.keeping.held
        )
