"""Things that happened on 24 November 2024 in Shanghai, as docs/figures.md tells them, as a database has them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from fsapp.domain.events import Event, Kind
from fsapp.domain.records import SPOOL, SPOOL_SEQ
from fsapp.store import database
from fsapp.store.journal import Journal

SHANGHAI = ZoneInfo("Asia/Shanghai")
Said = Mapping[str, Any]


def at(time: str, day: int = 24) -> int:
    """UTC milliseconds of a time of the day."""
    return round(datetime.fromisoformat(f"2024-11-{day:02} {time}").replace(tzinfo=SHANGHAI).timestamp() * 1000)


@dataclass
class Afternoon:
    """Writes what is told into a database; things without a time of their own end at 15:30."""

    url: str
    events: list[Event] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    _calls: Any = field(default_factory=lambda: count(1))
    _seq: Any = field(default_factory=count)

    def tell(self, told: Iterable[Mapping[str, Said]]) -> None:
        """Each a mapping of one thing to what is said of it."""
        for each in told:
            ((what, said),) = each.items()
            tellers: Mapping[str, Callable[..., None]] = {"call": self.call, "leg": self.leg, "ticket": self.ticket}
            if what in tellers:
                tellers[what](**said)
            else:
                self.record(what, said)

    def happen(self) -> None:
        """All of it is in the database."""
        journal = Journal(self.url)
        journal.append(self.events)
        journal.close()
        connected = database.open(self.url)
        with connected.connection_context(), connected.atomic():
            for ticket in self.tickets:
                names = ", ".join(ticket)
                marks = ", ".join([connected.param] * len(ticket))
                database.execute(connected, f"INSERT INTO ticket ({names}) VALUES ({marks})", list(ticket.values()))  # noqa: S608

    def call(
        self,
        *,
        answered: bool = False,
        seconds: int = 0,
        ani: str = "13800138000",
        day: int = 24,
        time: str = "15:30",
        source: str = "",
        dnis: str = "95598",
        leg: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        uuid, began = f"call-{next(self._calls)}", at(time, day)
        arrived = {"ani": ani, "dnis": dnis, "trunk": "telecom"} | ({"source": source} if source else {})
        told: list[tuple[int, str, Said]] = [(0, Kind.CALL_ARRIVED, arrived)]
        if "refused" in more:
            told.append((1, Kind.CALL_REFUSED, {"reason": more["refused"]}))
        elif not source and not more.get("desk"):
            told.append((2, Kind.FLOW_CHOSEN, {"flow": more.get("flow", "hotline"), "hash": "h", "rule": "r"}))
        if "desk" in more:
            told.append((2, Kind.CODE_USED, {"code": more["desk"], "phone": "8001"}))
        if answered:
            told.append((3, Kind.CALL_ANSWERED, {}))
        if more.get("transferred"):
            told.append((4, Kind.CALL_TRANSFERRED, {"to": "1002"}))
        if more.get("failed"):
            told.append((4, Kind.FLOW_FAILED, {"place": "x.yaml:1", "sentence": "broke"}))
        if "disposition" in more:
            told.append((4, Kind.CALL_TAGGED, {"disposition": more["disposition"]}))
        if leg is not None:
            told.append((5, Kind.LEG_ENDED, leg))
        told.append(self._end(answered, seconds, more))
        if more.get("end") == "unseen":
            told.insert(-1, (3 + seconds * 1000, Kind.CALL_TAGGED, {}))
        first = SPOOL_SEQ if source == SPOOL else 0
        self.events += [Event(uuid, first + n, began + after, kind, said) for n, (after, kind, said) in enumerate(told)]

    def leg(self, *, by: str, talked: int | None = None) -> None:
        began = at("15:30")
        ended = began + 9000 + (talked or 0) * 1000
        said = {"leg": "b", "number": "1", "started_at": began, "ended_at": ended, "end": "busy", "cause": "USER_BUSY"}
        if talked is not None:
            said |= {"answered_at": began + 9000, "end": "answered", "cause": "NORMAL_CLEARING"}
        if by == "talk":
            self._add(Kind.LEG_ENDED, ended, said)
        elif by == "flow":
            self.call(answered=talked is not None, seconds=talked or 0, leg=said)
        else:
            self.call(desk="outside_call" if by == "agent" else "internal_call", leg=said)

    def ticket(self, **said: Any) -> None:
        times = {
            name: at(said[name]) if name in said else None for name in ("accepted", "replied", "closed", "close_by")
        }
        opened = at(said.get("opened", "09:00"))
        self.tickets.append(
            {
                "number": f"20241124{len(self.tickets):04}",
                **dict.fromkeys(("level", "worker", "came_from", "opened_by", "channel", "ani", "caller_name"), ""),
                **dict.fromkeys(("call", "text", "reply"), ""),
                **{"kind": said.get("kind", "fault"), "owner": said.get("owner", "repair"), "fields": "{}"},
                **{"attachments": "[]", "state": "closed" if times["closed"] else "new"},
                **{"is_open": times["closed"] is None, "opened_at": opened, "close_by": times["close_by"]},
                **{f"{name}_at": times[name] for name in ("accepted", "replied", "closed")},
                **{"due_at": opened, "told": 0, "version": 1, "changed_at": opened},
                **{name: said.get(name, "") for name in ("result", "revisit")},
                **{name: said.get(name, 0) for name in ("urged", "reopened")},
            }
        )

    def record(self, what: str, said: Said) -> None:
        """Something that the dispatcher tells, or a caller's answer."""
        here = {
            "contact": "u/1",
            "call": "u",
            "queue": said.get("queue", "service"),
            "agent": said.get("agent", "1001"),
        }
        ended = at(said.get("to", "15:30"))
        kind, fields = _FIELDS[what](said, ended)
        if kind == Kind.SURVEY_ANSWERED:
            self.events.append(Event(f"survey-{next(self._seq)}", 3, ended, kind, {**here, **fields}))
        else:
            self._add(kind, ended, {**here, **fields})

    def _add(self, kind: str, ended: int, fields: Said) -> None:
        self.events.append(Event("acd:r", next(self._seq), ended, kind, fields))

    def _end(self, answered: bool, seconds: int, more: Said) -> tuple[int, str, Said]:
        if more.get("end") == "unseen":
            return 999_000, Kind.CALL_HUNG_UP, {"cause": "engine_lost", "party": "engine", "inferred": True}
        cause = str(more.get("cause", "NORMAL_CLEARING"))
        ended = {"cause": cause, "party": "caller", "billable_ms": seconds * 1000 if answered else 0}
        return 10 + seconds * 1000, Kind.CALL_HUNG_UP, ended


Fields = tuple[str, Said]


def _contact(said: Said, _: int) -> Fields:
    waited, within = round(said["waited"] * 1000), said.get("within", False)
    return Kind.CONTACT_ENDED, {"end": said["end"], "waited_ms": waited, "within": within}


def _talk(said: Said, ended: int) -> Fields:
    return Kind.TALK_ENDED, {"started_at": ended - said["seconds"] * 1000}


def _hold(said: Said, ended: int) -> Fields:
    return Kind.AGENT_ACTED, {"what": "held", "by": "1001", "started_at": ended - said["seconds"] * 1000}


def _offer(said: Said, ended: int) -> Fields:
    return Kind.OFFER_ENDED, {"offer": "o", "made_at": ended - 5000, "end": said["end"], "cause": ""}


def _state(said: Said, _: int) -> Fields:
    followed = said.get("followed_by", "offline")
    fields = {"state": said["state"], "reason": said.get("reason", ""), "since": at(said["from"])}
    return Kind.AGENT_STATE_ENDED, fields | {"followed_by": followed, "because": ""}


def _promise(said: Said, _: int) -> Fields:
    fields = {f"{name}_ms": said[name] * 1000 for name in ("expected", "low", "high")}
    actual = None if said["actual"] is None else said["actual"] * 1000
    more = {"actual_ms": actual, "mean_wait_ms": None, "smoothed_wait_ms": None}
    return Kind.WAIT_PROMISED, {**fields, **more, "held": said["held"], "spoken": said["spoken"]}


def _survey(said: Said, _: int) -> Fields:
    return Kind.SURVEY_ANSWERED, {"question": said.get("question", "rate_service"), "answer": said["answer"]}


_FIELDS: Mapping[str, Callable[[Said, int], Fields]] = {
    "contact": _contact,
    "talk": _talk,
    "hold": _hold,
    "offer": _offer,
    "state": _state,
    "promise": _promise,
    "survey": _survey,
}
