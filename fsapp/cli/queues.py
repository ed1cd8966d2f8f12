"""fsapp queues: what happened in the queues, and why."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fsapp.cli import options, queue_floor, queue_reports
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError
from fsapp.domain.events import Event


def add(commands: Commands) -> None:
    group = options.group(
        commands,
        "queues",
        "The queues: what happened in them, and why.",
        "fsapp queues explain 2ee0d528-8ecb-4cee-9d44-4adabc789a20",
    )
    queue_floor.add(group)
    _add_explain(group)
    queue_reports.add(group)


def _add_explain(group: Commands) -> None:
    parser = options.command(
        group,
        "explain",
        run_explain,
        "Tells in sentences who was given a call, why nobody else was, whose phones rang, and how it left the queues.",
        "fsapp queues explain 2ee0d528-8ecb-4cee-9d44-4adabc789a20 --language zh",
    )
    options.add_config(parser)
    options.add_data(parser)
    parser.add_argument("call", metavar="CALL", help="the call's id")
    parser.add_argument("--language", choices=("zh", "en"), default="en", help="of the sentences (default: en)")
    parser.add_argument("--json", action="store_true", help="print JSON: sentences, and what they rest on")


def run_explain(given: argparse.Namespace) -> None:
    from fsapp.acd.records import call_of
    from fsapp.server.databases import own_url
    from fsapp.store.queue_log import LogFilter, QueueLog

    settings = options.settings(given)
    call = call_of(given.call)
    events = tuple(QueueLog(own_url(settings)).events(LogFilter(call=call))) if call else ()
    if not events:
        raise FsappError(f"the call {given.call} was never in a queue, or there is no such call")
    if given.json:
        _print_json(call, events, given.language)
    else:
        for line in _lines(events, given.language, settings.zone):
            print(line)


def _lines(events: Sequence[Event], language: str, zone: Any) -> Iterator[str]:
    """A time beside the first sentence of each event; the contact's id where the call asked for a queue repeatedly."""
    from fsapp.acd.telling import still_there, tell
    from fsapp.cli.records import local

    contacts = {event.fields.get("contact") for event in events}
    last = None
    for event in events:
        contact, sentences = event.fields.get("contact"), tell(event, language)
        if sentences and contact != last and len(contacts) > 1:
            yield f"{contact}:"
            last = contact
        for number, sentence in enumerate(sentences):
            yield f"{'' if number else local(event.at, zone):19}  {sentence}"
    yield from still_there(events, language)


def _print_json(call: str, events: Sequence[Event], language: str) -> None:
    import orjson

    from fsapp.acd.telling import still_there

    told = {"call": call, "history": [_plain(event, language) for event in events]}
    told["still_there"] = still_there(events, language)
    options.write_out(orjson.dumps(told, default=repr, option=orjson.OPT_APPEND_NEWLINE))


def _plain(event: Event, language: str) -> Mapping[str, Any]:
    from fsapp.acd.telling import tell

    return {"at": event.at, "event": event.kind, "sentences": tell(event, language), "fields": event.fields}
