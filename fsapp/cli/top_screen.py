"""What `fsapp top` shows, as lines of text no wider than the terminal, where Chinese characters take two columns."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from fsapp.cli.table import GAP
from fsapp.domain.wallboard import DaySoFar
from fsapp.flow.draw_text import columns, cut
from fsapp.reports.model import Unit, Value
from fsapp.reports.shown import shown

WORDS: Mapping[str, tuple[str, str]] = {
    "waiting": ("排队", "waiting"),
    "duty": ("在岗", "on duty"),
    "calls": ("今日来电", "calls"),
    "answered": ("接通率", "answered"),
    "mean_talk": ("平均通话", "mean talk"),
    "by_hour": ("每小时来电", "calls by the hour"),
    "late": ("超时工单", "late"),
    "queue": ("队列", "queue"),
    "wait": ("排队", "wait"),
    "longest": ("最长", "longest"),
    "available": ("空闲", "free"),
    "busy": ("忙", "busy"),
    "away": ("离席", "away"),
    "offered": ("进线", "in"),
    "got": ("接通", "ans"),
    "level": ("服务水平", "SL"),
    "rate_20": ("20秒", "20 s"),
    "asa": ("应答", "ASA"),
    "agent": ("工号", "agent"),
    "name": ("姓名", "name"),
    "state": ("状态", "state"),
    "since": ("时长", "for"),
    "phone": ("话机", "phone"),
    "taken": ("接听", "calls"),
    "more": ("还有 {} 位", "and {} more"),
    "closed": ("关闭", "closed"),
    "no_engine": ("引擎没有应答", "the engine does not answer"),
    "no_store": ("数据库不可读", "the database cannot be read"),
}

STATES: Mapping[str, tuple[str, str]] = {
    "talking": ("通话", "talking"),
    "offered": ("振铃", "ringing"),
    "wrap_up": ("工作态", "wrap-up"),
    "available": ("空闲", "free"),
    "on_break": ("离席", "away"),
}
"""In the order in which agents are listed; those who are signed out are not."""

BARS = " ▁▂▃▄▅▆▇█"

Floor = Mapping[str, Any]


def screen(
    floor: Floor | None,
    day: DaySoFar | None,
    now: datetime,
    size: tuple[int, int],
    language: str,
    problems: Sequence[str] = (),
) -> list[str]:
    """`size` is columns and lines. What does not fit is left out from below."""
    width, height = size
    lines = [*_head(floor, day, now, language), *problems]
    if floor is not None:
        lines += ["", *_queues(floor, day, language)]
    if day is not None and day.late:
        lines += ["", *_tickets(day, now, language)]
    if floor is not None:
        lines += ["", *_agents(floor, language, max(1, height - len(lines) - 3))]
    return [_fitting(line, width) for line in lines[: max(1, height)]]


def word(name: str, language: str) -> str:
    return WORDS[name][language == "en"]


def _head(floor: Floor | None, day: DaySoFar | None, now: datetime, language: str) -> Iterator[str]:
    parts = [f"fsapp  {now:%Y-%m-%d %H:%M:%S}"]
    if floor is not None:
        on_duty = sum(agent["state"] != "offline" for agent in floor["agents"])
        waiting = sum(queue["waiting"] for queue in floor["queues"].values())
        parts += [f"{word('waiting', language)} {waiting}", f"{word('duty', language)} {on_duty}"]
    if day is not None:
        parts.append(f"{word('calls', language)} {day.calls['calls']}")
        parts += [f"{word('late', language)} {day.late_count}"] if day.late_count else []
    yield (GAP * 2).join(parts)
    if day is not None:
        answered = f"{word('answered', language)} {shown(day.calls['answer_rate'], Unit.SHARE)}"
        talk = f"{word('mean_talk', language)} {shown(day.mean_talk, Unit.TIME)}"
        yield (GAP * 2).join((answered, talk, f"{word('by_hour', language)} {bars(day.by_hour)}"))


def bars(values: Sequence[int]) -> str:
    """A column of block characters for each value."""
    top = max(values, default=0)
    return "".join(BARS[-(-value * (len(BARS) - 1) // top) if top else 0] for value in values)


def _queues(floor: Floor, day: DaySoFar | None, language: str) -> Iterator[str]:
    heads = ("queue", "wait", "longest", "available", "busy", "away", "offered", "got", "level", "rate_20", "asa")
    rows = [[word(head, language) for head in heads]]
    for name, queue in floor["queues"].items():
        figures = day.queues.get(name, {}) if day is not None else {}
        rows.append([cut(name, 16), *_now(queue, language), *_today(figures)])
    yield from _aligned(rows, left=1)


def _now(queue: Mapping[str, Any], language: str) -> Sequence[str]:
    agents = queue["agents"]
    busy = sum(agents[state] for state in ("offered", "talking", "wrap_up"))
    longest = _time(queue["longest_seconds"]) if queue["open"] or queue["waiting"] else word("closed", language)
    return (str(queue["waiting"]), longest, str(agents["available"]), str(busy), str(agents["on_break"]))


def _today(figures: Mapping[str, Value]) -> Sequence[str]:
    told = (("offered", Unit.COUNT), ("answered", Unit.COUNT), ("service_level", Unit.SHARE), ("rate_20", Unit.SHARE))
    numbers = [shown(figures.get(name, 0 if unit is Unit.COUNT else None), unit) for name, unit in told]
    return (*(each.replace(".0%", "%") for each in numbers), shown(figures.get("asa"), Unit.TIME))


def _tickets(day: DaySoFar, now: datetime, language: str) -> Iterator[str]:
    rows = [[word("late", language), "", "", ""]]
    for ticket in day.late:
        over = now.timestamp() - ticket.due_at / 1000
        rows.append([ticket.number, cut(ticket.kind, 12), cut(ticket.owner, 24), _time(over)])
    yield from _aligned(rows, left=3)


def _agents(floor: Floor, language: str, room: int) -> Iterator[str]:
    order = list(STATES)
    known = [agent for agent in floor["agents"] if agent["state"] in STATES]
    known.sort(key=lambda agent: (order.index(agent["state"]), -agent["seconds"], agent["agent"]))
    heads = ("agent", "name", "state", "since", "phone", "taken")
    rows = [[word(head, language) for head in heads], *(_agent(agent, language) for agent in known[:room])]
    yield from _aligned(rows, left=3)
    if len(known) > room:
        yield word("more", language).format(len(known) - room)


def _agent(agent: Mapping[str, Any], language: str) -> list[str]:
    state = STATES[agent["state"]][language == "en"]
    reason = f" ({agent['reason']})" if agent["reason"] else ""
    name = "".join(each if each.isprintable() else " " for each in agent["name"])
    return [
        agent["agent"],
        cut(name, 16),
        cut(state + reason, 20),
        _time(agent["seconds"]),
        agent["phone"],
        str(agent["calls"]),
    ]


def _aligned(rows: Sequence[Sequence[str]], left: int) -> Iterator[str]:
    """The first `left` columns to the left, the others to the right."""
    widths = [max(columns(row[index]) for row in rows) for index in range(len(rows[0]))]
    for row in rows:
        cells = []
        for index, cell in enumerate(row):
            gap = " " * (widths[index] - columns(cell))
            cells.append(cell + gap if index < left else gap + cell)
        yield GAP.join(cells).rstrip()


def _time(seconds: float) -> str:
    return shown(round(seconds) * 1000, Unit.TIME)


def _fitting(line: str, width: int) -> str:
    """Without any sign that moves the cursor."""
    plain = "".join(each if each.isprintable() else " " for each in line)
    if columns(plain) <= width:
        return plain
    kept, used = "", 0
    for each in plain:
        used += columns(each)
        if used > width - columns("…"):
            break
        kept += each
    return kept + "…"
