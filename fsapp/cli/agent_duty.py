"""fsapp agents duty: who is expected when, by the shifts of the registry, and who came early, late, or not at all."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fsapp.cli import options
from fsapp.cli.options import Commands

if TYPE_CHECKING:
    from fsapp.domain.agent import AgentRecord
    from fsapp.domain.duty import Duty, Shift
    from fsapp.store.queue_log import QueueLog

_HEADS = ("agent", "name", "expected", "signed in", "signed out", "remark")
_MINUTE = 60_000


def add(group: Commands) -> None:
    parser = options.command(
        group,
        "duty",
        run,
        "Lists the shifts of a day: who was expected when, who came early or late, who is missing.",
        "fsapp agents duty --date 2026-11-24",
    )
    parser.add_argument("--date", type=date.fromisoformat, metavar="DATE", help="as 2026-11-24 (default: today)")
    parser.add_argument("--json", action="store_true", help="print JSON, a line a shift; times are UTC milliseconds")
    options.add_config(parser)
    options.add_data(parser)


def run(given: argparse.Namespace) -> None:
    from fsapp.cli.table import table
    from fsapp.server.databases import own_url
    from fsapp.store.agents import Agents
    from fsapp.store.queue_log import QueueLog

    settings = options.settings(given)
    zone, url = settings.zone, own_url(settings)
    now = datetime.now(zone)
    found = _duties(Agents(url).all(), QueueLog(url), given.date or now.date(), zone, now)
    if given.json:
        _print_json(found)
    elif found:
        print(table(_HEADS, [_row(record, duty, zone) for record, duty in found]))
    else:
        print("no shifts")


Found = Sequence[tuple["AgentRecord", "Duty"]]


def _duties(agents: "Iterable[AgentRecord]", log: "QueueLog", day: date, zone: ZoneInfo, now: datetime) -> Found:
    from fsapp.domain.duty import EARLIEST_MS, duties

    midnight, next_midnight = (_ms(datetime.combine(each, time(), zone)) for each in (day, day + timedelta(days=1)))
    signed_in: dict[str, list[tuple[int, int]]] = {}
    for each in log.agent_times(midnight - EARLIEST_MS, min(next_midnight * 2 - midnight, _ms(now))):
        if each.state != "offline":
            signed_in.setdefault(each.agent, []).append((each.since, each.until))
    return [
        (record, duty)
        for record in agents
        for duty in duties(record.id, _shifts(record, day, zone), signed_in.get(record.id, ()), _ms(now))
    ]


def _shifts(record: "AgentRecord", day: date, zone: ZoneInfo) -> "list[Shift]":
    from fsapp.domain.duty import Shift

    calendar = record.shift_calendar(zone)
    return [Shift(_ms(begins), _ms(ends)) for begins, ends in calendar.spans(day)] if calendar else []


def _row(record: "AgentRecord", duty: "Duty", zone: ZoneInfo) -> Sequence[str]:
    return (
        record.id,
        record.name,
        f"{_clock(duty.shift.begins, zone)}-{_clock(duty.shift.ends, zone)}",
        _clock(duty.signed_in_at, zone),
        _clock(duty.signed_out_at, zone),
        _remark(duty),
    )


def _remark(duty: "Duty") -> str:
    if duty.signed_in_at is None:
        return "missing"
    remarks = {"late": duty.late_ms, "early": duty.early_ms, "left early": duty.left_early_ms}
    return ", ".join(f"{words} {ms // _MINUTE} min" for words, ms in remarks.items() if ms >= _MINUTE)


def _clock(moment: int | None, zone: ZoneInfo) -> str:
    return "-" if moment is None else f"{datetime.fromtimestamp(moment / 1000, zone):%H:%M}"


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _print_json(found: Found) -> None:
    import orjson

    for record, duty in found:
        options.write_out(orjson.dumps(_plain(record, duty), option=orjson.OPT_APPEND_NEWLINE))


def _plain(record: "AgentRecord", duty: "Duty") -> Mapping[str, Any]:
    return {
        "agent": record.id,
        "name": record.name,
        "begins": duty.shift.begins,
        "ends": duty.shift.ends,
        "signed_in_at": duty.signed_in_at,
        "signed_out_at": duty.signed_out_at,
        "late_ms": duty.late_ms,
        "early_ms": duty.early_ms,
        "left_early_ms": duty.left_early_ms,
        "away_ms": duty.away_ms,
    }
