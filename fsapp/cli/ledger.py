"""fsapp ledger: proves that a day's figures add up, names each difference, and seals the day's journal."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fsapp.cli import options
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.domain.events import Event
    from fsapp.domain.ledger import Difference
    from fsapp.domain.periods import Period
    from fsapp.server.settings import EngineSettings

AT_ONCE = 500
"""Events that are added together: the engine's writer waits no longer than that takes."""


def add(commands: Commands) -> None:
    parser = options.command(
        commands,
        "ledger",
        run,
        "Compares what was counted in one place with what was counted in another: queues, agents, calls and their "
        "journals, sums, and FreeSWITCH's own records. Exit code 1: there are differences, and each is named.",
        "fsapp ledger --day 2026-11-24 && fsapp ledger --seal 2026-11-24",
    )
    options.add_config(parser)
    options.add_data(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="as 2026-11-24 (default: yesterday)")
    what.add_argument("--seal", type=date.fromisoformat, metavar="DAY", help="seal the journal of a day that is over")
    what.add_argument("--verify", action="store_true", help="compare every sealed day with its journal")
    parser.add_argument("--expect", metavar="DIGEST", help="with --verify: what the latest seal must be")
    parser.add_argument("--dry-run", action="store_true", help="add nothing of what only FreeSWITCH saw")
    parser.add_argument("--json", action="store_true", help="print JSON, a line a difference, and nothing else")


def run(given: argparse.Namespace) -> int:
    settings = options.settings(given)
    if given.seal is not None:
        return _seal(given.seal, settings)
    if given.verify:
        return _told(given, (), list(_broken(settings, given.expect)))
    return _compare(given, settings)


def _compare(given: argparse.Namespace, settings: "EngineSettings") -> int:
    from fsapp.domain.periods import local_day
    from fsapp.server.databases import own_url
    from fsapp.store.connections import reporting
    from fsapp.store.seals import LONG_SECONDS

    day = given.day or datetime.now(settings.zone).date() - timedelta(days=1)
    with reporting(own_url(settings), LONG_SECONDS) as connected:
        lines, differences, unseen = _compared(connected, local_day(day, settings.zone), settings)
        differences += _seal_differences(connected, settings, str(day))
    if unseen and not given.dry_run:
        _add(settings, unseen)
    return _told(given, [f"{day}", *lines], differences)


def _compared(
    connected: Any, period: "Period", settings: "EngineSettings"
) -> "tuple[list[str], list[Difference], Sequence[Event]]":
    from fsapp.cli.progress import bar
    from fsapp.server.switch_ledger import compare
    from fsapp.store import ledger
    from fsapp.store.known_legs import KnownLegs

    now, zone = round(datetime.now(settings.zone).timestamp() * 1000), settings.zone
    queues, differences = ledger.queues(connected, period)
    agents, of_agents = ledger.agents(connected, period, zone)
    known = KnownLegs(connected, period)
    folder = settings.data / settings.freeswitch.cdr_dir
    of_switch = compare(folder, period, known, zone, bar("FreeSWITCH's records"))
    lines = [
        *(f"queue {name}: {balance.line()}" for name, balance in sorted(queues.items())),
        *(
            f"agent {each.agent}: {_span(each.states_ms)} in states, signed in {_span(each.signed_in_ms)}"
            for each in agents
        ),
        f"calls: {len(known.calls)}; legs that FreeSWITCH wrote down: {of_switch.files}",
    ]
    found = [*differences, *of_agents, *ledger.calls(connected, period, now, zone, bar("journals"))]
    found += [*ledger.sums(connected, period), *of_switch.differences, *_beside(connected, period, settings)]
    return lines, found, of_switch.unseen


def _beside(connected: Any, period: "Period", settings: "EngineSettings") -> "Iterator[Difference]":
    from fsapp.store import ledger_beside

    yield from ledger_beside.recordings(connected, period, settings.zone)
    yield from ledger_beside.wishes(connected, period, settings.zone)


def _span(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _add(settings: "EngineSettings", unseen: "Sequence[Event]") -> None:
    """In whole calls: an event of a call alone would be no call."""
    from fsapp.server.databases import own_url
    from fsapp.store.journal import Journal

    journal = Journal(own_url(settings), busy_wait=5.0)
    try:
        for start in range(0, len(unseen), AT_ONCE):
            journal.append(unseen[start : start + AT_ONCE])
    finally:
        journal.close()


def _seal_differences(connected: Any, settings: "EngineSettings", day: str = "") -> "list[Difference]":
    """Of the chain, and of the one day, or of all sealed days."""
    from fsapp.cli.progress import bar
    from fsapp.domain.ledger import Check, Difference, clock
    from fsapp.domain.periods import Period
    from fsapp.domain.seals import broken_links, changed_hours
    from fsapp.store import seals

    known = seals.known(connected)
    found = [Difference(Check.SEAL, "", sentence) for sentence in broken_links(known)]
    for seal in known:
        if seal.removed_at is None and day in ("", seal.day):
            now = seals.hours(connected, Period(seal.since, seal.until), settings.zone, bar(f"the seal of {seal.day}"))
            for then, new in changed_hours(seal, now):
                what = f"{then.events} events then, {new.events} now"
                hour = clock(then.since, settings.zone)
                sentence = f"the journal of the hour from {hour} is not what was sealed ({what})"
                found.append(Difference(Check.SEAL, seal.day, sentence))
    return found


def _broken(settings: "EngineSettings", expected: str | None) -> "Iterator[Difference]":
    from fsapp.domain.ledger import Check, Difference
    from fsapp.server.databases import own_url
    from fsapp.store import seals
    from fsapp.store.connections import reporting

    with reporting(own_url(settings), seals.LONG_SECONDS) as connected:
        yield from _seal_differences(connected, settings)
        latest = seals.known(connected)[-1:]
        if expected is not None and [each.digest for each in latest] != [expected]:
            told = f"that of {latest[0].day} is {latest[0].digest}" if latest else "there is none"
            yield Difference(Check.SEAL, "", f"the latest seal is not {expected}: {told}")


def _seal(day: date, settings: "EngineSettings") -> int:
    from fsapp.cli.progress import bar
    from fsapp.domain.periods import local_day
    from fsapp.server.databases import own_url
    from fsapp.store.seals import seal

    now = round(datetime.now(settings.zone).timestamp() * 1000)
    made = seal(own_url(settings), str(day), local_day(day, settings.zone), settings.zone, now, bar("sealing"))
    print(f"sealed {made.day}: {made.events} events, {made.digest}")
    return 0


def _told(given: argparse.Namespace, lines: Sequence[str], differences: "Sequence[Difference]") -> int:
    from dataclasses import asdict

    import orjson

    if given.json:
        for each in differences:
            options.write_out(orjson.dumps(asdict(each), option=orjson.OPT_APPEND_NEWLINE))
    else:
        text = [*lines, *(f"DIFFERENCE {each.sentence}" for each in differences)]
        text.append(f"{len(differences)} differences" if differences else "no differences")
        options.write_out("".join(f"{line}\n" for line in text).encode())
    return 1 if differences else 0
