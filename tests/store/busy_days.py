"""Events of made-up days: calls of every kind, a dispatcher's records, callers' answers. Some belong to one another."""

from random import Random
from typing import Any

from fsapp.domain.events import Event, Kind
from fsapp.domain.records import SPOOL, SPOOL_SEQ

T0 = 1_790_000_000_000
SPREAD = 3 * 86_400_000

QUEUES = ("service", "sales", "投诉\0")
AGENTS = ("1001", "1002")
ENDS = ("answered", "abandoned", "timeout", "callback", "key")


def events(random: Random, calls: int = 12, records: int = 40, *, spool: bool = True) -> list[Event]:
    """Of several calls and two runs."""
    found = [event for number in range(calls) for event in _call(random, f"call-{number}", spool=spool)]
    for run in ("acd:r1", "acd:r2"):
        found += [_record(random, run, seq) for seq in range(records)]
    return found


def _call(random: Random, uuid: str, *, spool: bool) -> list[Event]:
    at = T0 + random.randrange(SPREAD)
    if spool and random.random() < 0.2:
        return _unseen(random, uuid, at)
    told: list[tuple[str, dict[str, Any]]] = [
        (Kind.CALL_ARRIVED, {"ani": "139", "dnis": random.choice(("95598", "1000")), "trunk": "telecom"})
    ]
    match random.randrange(4):
        case 0:
            told.append((Kind.CALL_REFUSED, {"reason": random.choice(("capacity", "no_flow"))}))
        case 1:
            told.append((Kind.CODE_USED, {"code": random.choice(("internal_call", "outside_call")), "phone": "8001"}))
        case _:
            told.append((Kind.FLOW_CHOSEN, {"flow": random.choice(("hotline", "市政")), "hash": "h", "rule": "r"}))
            told.append((Kind.CALL_ANSWERED, {}))
    for _ in range(random.randrange(3)):
        told.append(random.choice((_leg(random, at), _answer(random), (Kind.CALL_TAGGED, {"disposition": "done\0"}))))
    told.append(
        (Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller", "billable_ms": random.randrange(9)})
    )
    if random.random() < 0.4:  # it ended once more, as a call does that its engine had handed back
        told.append((Kind.CALL_TAGGED, {"disposition": "later"}))
        told.append((Kind.CALL_HUNG_UP, {"cause": "USER_BUSY", "party": "switch"}))
    return [Event(uuid, seq, at + seq * 1000, kind, fields) for seq, (kind, fields) in enumerate(told)]


def _unseen(random: Random, uuid: str, at: int) -> list[Event]:
    arrived = {"ani": "138", "dnis": "95598", "trunk": "telecom", "source": SPOOL}
    told = [(Kind.CALL_ARRIVED, arrived), (Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "switch"})]
    return [Event(uuid, SPOOL_SEQ + seq, at + seq, kind, fields) for seq, (kind, fields) in enumerate(told)]


def _leg(random: Random, at: int) -> tuple[str, dict[str, Any]]:
    started = at + random.randrange(4_000_000)
    fields = {"leg": "b", "number": "1", "started_at": started, "ended_at": started + 9000, "end": "busy", "cause": ""}
    if random.random() < 0.5:
        fields |= {"answered_at": started + 4000, "end": "answered"}
    return Kind.LEG_ENDED, fields


def _answer(random: Random) -> tuple[str, dict[str, Any]]:
    fields = {"queue": random.choice(QUEUES), "agent": random.choice(AGENTS), "question": "rate"}
    return Kind.SURVEY_ANSWERED, fields | {"answer": random.choice((None, 1, 5))}


def _record(random: Random, run: str, seq: int) -> Event:
    at = T0 + random.randrange(SPREAD)
    here = {"contact": "u/1", "call": "u", "queue": random.choice(QUEUES), "agent": random.choice(AGENTS)}
    kind, fields = random.choice(
        (
            _contact(random),
            (
                Kind.OFFER_ENDED,
                {"offer": "o", "made_at": at - random.randrange(60_000), "end": "accepted", "cause": ""},
            ),
            (Kind.TALK_ENDED, {"started_at": at - random.randrange(600_000)}),
            (Kind.AGENT_ACTED, {"what": "held", "by": "1001", "started_at": at - random.randrange(60_000)}),
            (Kind.AGENT_ACTED, {"what": "sign_in", "by": "1001"}),
            _state(random, at),
            _promise(random),
            _leg(random, at - 4_009_000),
        )
    )
    return Event(run, seq, at, kind, here | fields)


def _contact(random: Random) -> tuple[str, dict[str, Any]]:
    waited = random.choice((0, 4999, 5000, 5001, 20_000, 20_001, 600_000, 600_001, random.randrange(900_000)))
    return Kind.CONTACT_ENDED, {"end": random.choice(ENDS), "waited_ms": waited, "within": random.random() < 0.5}


def _state(random: Random, at: int) -> tuple[str, dict[str, Any]]:
    state = random.choice(("offline", "available", "talking", "wrap_up", "on_break"))
    since = at - random.choice((0, 1, 3_600_000, random.randrange(5 * 3_600_000)))
    more = {"followed_by": random.choice(("available", "offline")), "because": ""}
    return Kind.AGENT_STATE_ENDED, {"state": state, "reason": "lunch", "since": since, **more}


def _promise(random: Random) -> tuple[str, dict[str, Any]]:
    held = random.choice((None, True, False))
    return Kind.WAIT_PROMISED, {
        "expected_ms": 60_000,
        "low_ms": 30_000,
        "high_ms": 90_000,
        "spoken": random.random() < 0.5,
        "held": held,
        "actual_ms": None if held is None else random.choice((None, random.randrange(200_000))),
        "mean_wait_ms": None,
        "smoothed_wait_ms": None,
    }
