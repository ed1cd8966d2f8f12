"""fsapp queues list and show: the queues at this moment, as the running engine has them, and today so far."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.queue_reports import EstimatorScore, QueueService
    from fsapp.server.settings import EngineSettings

LIMIT_SECONDS = 5.0

_HEADS = ("queue", "", "waiting", "longest", "available", "busy", "away", "offered", "answered", "service level", "ASA")
_BUSY = ("offered", "talking", "wrap_up")


def add(group: Commands) -> None:
    """The commands of `fsapp queues` that look at the running engine."""
    listing = options.command(
        group,
        "list",
        run_list,
        "Lists the queues: who waits, who serves, and today so far.",
        "fsapp queues list",
    )
    showing = options.command(
        group,
        "show",
        run_show,
        "Shows one queue: who waits, who serves, and how right the waits were that callers were told.",
        "fsapp queues show service --json",
    )
    showing.add_argument("queue", metavar="QUEUE")
    for parser in (listing, showing):
        parser.add_argument("--json", action="store_true", help="print JSON")
        options.add_config(parser)
        options.add_data(parser)


def run_list(given: argparse.Namespace) -> None:
    from fsapp.cli.table import table

    settings = options.settings(given)
    floor, today = _floor(settings), _today(settings)
    if given.json:
        _print_json({name: {**queue, "today": _day(today.get(name))} for name, queue in floor["queues"].items()})
    elif floor["queues"]:
        print(table(_HEADS, [_row(name, queue, today.get(name)) for name, queue in floor["queues"].items()]))
    else:
        print("no queues")


def run_show(given: argparse.Namespace) -> None:
    settings = options.settings(given)
    floor = _floor(settings)
    queue = floor["queues"].get(given.queue)
    if queue is None:
        known = ", ".join(floor["queues"]) or "none"
        raise FsappError(f"there is no queue {given.queue!r}; known: {known}")
    agents = [each for each in floor["agents"] if given.queue in each["queues"]]
    service, scores = _today(settings).get(given.queue), _scores(settings, given.queue)
    if given.json:
        promises = [{"estimator": each.estimator, "count": each.count, "held": each.held} for each in scores]
        _print_json({**queue, "members": agents, "today": _day(service), "promises": promises})
    else:
        print("\n".join(_shown(given.queue, queue, agents, service, scores)))


def _shown(
    name: str,
    queue: Mapping[str, Any],
    agents: Sequence[Mapping[str, Any]],
    service: "QueueService | None",
    scores: "Sequence[EstimatorScore]",
) -> Iterator[str]:
    from fsapp.cli.table import table

    yield table(_HEADS, [_row(name, queue, service)])
    yield ""
    callers = [(each["contact"], _duration(each["seconds"])) for each in queue["callers"]]
    yield table(("waits", "since"), callers) if callers else "nobody waits"
    yield ""
    rows = [(each["agent"], each["name"], _state(each), _duration(each["seconds"]), each["phone"]) for each in agents]
    yield table(("agent", "name", "state", "since", "phone"), rows) if rows else "no agents"
    yield ""
    told = [(each.estimator, str(each.count), f"{each.held:.0%}") for each in scores if each.count]
    yield table(("waits told by", "promises", "right"), told) if told else "no waits were told yet"


def _row(name: str, queue: Mapping[str, Any], service: "QueueService | None") -> Sequence[str]:
    agents = queue["agents"]
    return (
        name,
        "open" if queue["open"] else "closed",
        str(queue["waiting"]),
        _duration(queue["longest_seconds"]),
        str(agents["available"]),
        str(sum(agents[each] for each in _BUSY)),
        str(agents["on_break"]),
        str(service.offered if service else 0),
        str(service.answered if service else 0),
        f"{service.service_level:.0%}" if service and service.offered else "-",
        _duration(service.asa_ms / 1000) if service and service.answered else "-",
    )


def _state(agent: Mapping[str, Any]) -> str:
    return f"{agent['state']} ({agent['reason']})" if agent["reason"] else str(agent["state"])


def _duration(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes}:{left:02}"


def _day(service: "QueueService | None") -> Mapping[str, Any]:
    if service is None:
        return {"offered": 0, "answered": 0}
    return {
        "offered": service.offered,
        "answered": service.answered,
        "ends": dict(service.ends),
        "service_level": round(service.service_level, 4),
        "asa_ms": round(service.asa_ms),
        "aht_ms": round(service.aht_ms),
    }


def _floor(settings: "EngineSettings") -> Mapping[str, Any]:
    from fsapp.server.control_socket import request

    floor: Mapping[str, Any] = request(settings.data, "floor", {}, LIMIT_SECONDS)
    return floor


def _today(settings: "EngineSettings") -> "Mapping[str, QueueService]":
    """Since midnight at the site."""
    from fsapp.server.databases import own_url
    from fsapp.store.queue_log import QueueLog

    now = datetime.now(settings.zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    served = QueueLog(own_url(settings)).service(_ms(midnight), _ms(now))
    return {each.queue: each for each in served}


def _scores(settings: "EngineSettings", queue: str) -> "Sequence[EstimatorScore]":
    from fsapp.domain.queue_reports import scores
    from fsapp.server.databases import own_url
    from fsapp.store.queue_log import QueueLog

    return scores(QueueLog(own_url(settings)).promises(queue))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _print_json(found: Mapping[str, Any]) -> None:
    import orjson

    options.write_out(orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE))
