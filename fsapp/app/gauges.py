"""What is read from its owner when somebody looks at /metrics."""

from fsapp.esl.client import Client
from fsapp.media.speech import Voice
from fsapp.server.listener import Listener
from fsapp.server.logs import LineWriter
from fsapp.server.metrics import HubPause, Metrics
from fsapp.store.writer import Writer


def show_gauges(
    metrics: Metrics,
    listener: Listener,
    client: Client,
    writer: Writer,
    voice: Voice,
    lines: LineWriter,
    pause: HubPause,
) -> None:
    """What is read from its owner when somebody looks at /metrics."""
    show = metrics.gauge
    show("fsapp_calls", "Calls under way.", lambda: listener.calls)
    show("fsapp_capacity", "Calls that may be under way at once.", lambda: listener.capacity)
    show("fsapp_switch_away", "1 while the switch's event socket is not reached.", lambda: not client.connected)
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
